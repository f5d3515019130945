//! `homeostat effects`: every act on the world, with how its outcome came to be known.

use std::process::ExitCode;

use homeostat_clock::Entropy;
use homeostat_effects::{
    Ctx, EffectFilter, EffectSettings, EffectState, EffectView, Provenance, Registry, Resolution,
    effect, effects, resolve,
};
use homeostat_model::{BrandId, EffectId};
use homeostat_operator::{
    actuators::specs,
    requests::{self, Asker},
};
use serde_json::json;

use super::campaigns::Person;

use crate::{failure::Failure, run::begin_epoch, session::Session, state::State, ui};

/// Which acts, or a person's word on one of them.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// One effect, with its receipt
    id: Option<EffectId>,
    /// Only this brand
    #[arg(long)]
    brand: Option<BrandId>,
    /// Only this state
    #[arg(long, value_parser = ["sending", "accepted", "settled", "refused", "unknown", "void"])]
    state: Option<String>,
    /// Only those whose outcome is still open
    #[arg(long)]
    open: bool,
    /// At most so many, the newest
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Do the opposite of an act that happened
    Undo {
        /// The effect
        id: EffectId,
        #[command(flatten)]
        word: Person,
    },
    /// Say what happened to an effect that nobody could tell about; the last word
    Resolve {
        /// The effect
        id: EffectId,
        /// It happened
        #[arg(long, conflicts_with = "absent", required_unless_present = "absent")]
        happened: bool,
        /// It did not happen and will not
        #[arg(long)]
        absent: bool,
        /// How you know
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long, env = "USER", default_value = "operator")]
        who: String,
    },
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    if let Some(Word::Undo { id, word }) = &args.word {
        let asked = async |asker: &Asker<'_>| requests::undo(asker, *id).await;
        return word.ask(session, as_json, asked).await;
    }
    if let Some(Word::Resolve {
        id,
        happened,
        reason,
        who,
        ..
    }) = &args.word
    {
        let word = if *happened {
            Resolution::Happened(None)
        } else {
            Resolution::Absent
        };
        say(session, *id, word, reason, who).await?;
        return show(session, *id, as_json).await;
    }
    if let Some(id) = args.id {
        return show(session, id, as_json).await;
    }
    let filter = EffectFilter {
        before: None,
        brand: args.brand.clone(),
        state: args
            .state
            .as_deref()
            .map(str::parse::<EffectState>)
            .transpose()?,
        target: None,
        open_only: args.open,
        limit: args.limit,
    };
    let found = effects(session.db(), &filter).await?;
    if as_json {
        ui::json(&json!({ "effects": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = [
        "id",
        "at",
        "brand",
        "act",
        "target",
        "state",
        "provenance",
        "decision",
    ];
    ui::table(&header, rows, "No act on the world yet.");
    Ok(ExitCode::SUCCESS)
}

/// A person's word is an epoch's act like any other: it carries a fence.
async fn say(
    session: &Session,
    id: EffectId,
    word: Resolution,
    reason: &str,
    who: &str,
) -> Result<(), Failure> {
    known(session, id).await?;
    let run_dir = session
        .state()
        .map_or_else(std::env::temp_dir, State::run_dir);
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let epoch = begin_epoch(session.db(), "person", false, run_dir, &entropy).await?;
    let ctx = Ctx::new(session.db(), &epoch, EffectSettings::default());
    // Without an actuator the domain's own rows wait for the next reading of the vendor.
    let said = resolve(&ctx, &Registry::new(), id, word, reason, who).await;
    epoch.end("the word was said").await?;
    said.map(drop).map_err(|e| super::refused(&e))
}

async fn known(session: &Session, id: EffectId) -> Result<EffectView, Failure> {
    let missing = || format!("effect: there is no effect {id}; `homeostat effects` lists them");
    let found = effect(session.db(), id).await?;
    found.ok_or_else(|| Failure::Usage(missing()))
}

async fn show(session: &Session, id: EffectId, as_json: bool) -> Result<ExitCode, Failure> {
    let found = known(session, id).await?;
    if as_json {
        ui::json(&found);
        return Ok(ExitCode::SUCCESS);
    }
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "·".into());
    let rows = [
        ("act", format!("{} on {}", found.kind, found.target)),
        ("brand", found.brand.clone()),
        ("state", format!("{:?}", found.state).to_lowercase()),
        ("provenance", provenance(found.provenance)),
        ("held at most", found.worst_case.to_string()),
        ("decision", found.decision.to_string()),
        ("key", found.key.clone()),
        ("class", found.class.as_str().to_owned()),
        (
            "calls · sends · probes",
            format!("{} · {} · {}", found.calls, found.sends, found.probes),
        ),
        ("intended", found.created_at.to_string()),
        (
            "finished",
            found
                .finished_at
                .map_or_else(|| "·".into(), |at| at.to_string()),
        ),
        ("undo", undo_of(session, &found.kind)?),
        ("receipt", text(&found.receipt)),
        ("reason", text(&found.reason)),
    ];
    ui::table(
        &["effect", &id.to_string()],
        rows.map(|(k, v)| vec![k.to_owned(), v]).to_vec(),
        "",
    );
    Ok(ExitCode::SUCCESS)
}

/// How the act is undone, as its actuator declares it.
fn undo_of(session: &Session, kind: &str) -> Result<String, Failure> {
    let config = session.ground()?.config;
    let declared = specs(&config).into_iter().find(|spec| spec.kind == kind);
    Ok(match declared.and_then(|spec| spec.undo) {
        Some(undo) => undo.words,
        None => "cannot be undone".to_owned(),
    })
}

fn row(effect: &EffectView) -> Vec<String> {
    vec![
        effect.id.to_string(),
        effect.created_at.0.strftime("%m-%d %H:%M:%S").to_string(),
        effect.brand.clone(),
        effect.kind.clone(),
        effect.target.clone(),
        format!("{:?}", effect.state).to_lowercase(),
        provenance(effect.provenance),
        effect.decision.to_string(),
    ]
}

fn provenance(provenance: Option<Provenance>) -> String {
    match provenance {
        None => "·".to_owned(),
        Some(Provenance::Normal) => "normal".to_owned(),
        Some(Provenance::Recovered) => "RECOVERED".to_owned(),
        Some(Provenance::Probed) => "PROBED".to_owned(),
        Some(Provenance::Deduplicated) => "DEDUPLICATED".to_owned(),
        Some(Provenance::Manual) => "MANUAL".to_owned(),
    }
}

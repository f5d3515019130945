//! `homeostat campaigns`: what runs and what rests, and a person's word to launch or resume one, or to
//! limit their account.

use std::process::ExitCode;

use homeostat_model::BrandId;
use homeostat_operator::{
    records::campaign::{self, Known},
    requests::{self, Asked, Asker, RequestError},
};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Which campaigns, or what to do with one.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// Only this brand
    #[arg(long)]
    brand: Option<BrandId>,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Create a campaign; it rests until it is resumed
    Launch {
        /// The brand
        #[arg(long)]
        brand: BrandId,
        /// Its name; a token is added to it, by which it is found again
        #[arg(long)]
        name: String,
        /// What it may spend a day once it runs, in the brand's currency, such as 20.00
        #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
        daily_budget: String,
        #[command(flatten)]
        word: Person,
    },
    /// Set the limit of a brand's ad account over its life, at the vendor itself
    Cap {
        /// The brand
        #[arg(long)]
        brand: BrandId,
        /// The limit, in the brand's currency, counted from the account's first day, such as 5000.00
        #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
        amount: String,
        #[command(flatten)]
        word: Person,
    },
    /// Let a paused campaign spend again
    Resume {
        /// The vendor's id
        campaign: String,
        #[command(flatten)]
        word: Person,
    },
}

/// Who says so, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct Person {
    /// Why
    #[arg(long)]
    reason: String,
    /// Who says so
    #[arg(
        long = "as",
        value_name = "WHO",
        env = "USER",
        default_value = "operator"
    )]
    who: String,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    match &args.word {
        Some(Word::Launch {
            brand,
            name,
            daily_budget,
            word,
        }) => {
            word.ask(session, as_json, async |asker| {
                requests::launch(asker, brand, name, daily_budget).await
            })
            .await
        }
        Some(Word::Cap {
            brand,
            amount,
            word,
        }) => {
            word.ask(session, as_json, async |asker| {
                requests::spend_cap(asker, brand, amount).await
            })
            .await
        }
        Some(Word::Resume { campaign, word }) => {
            word.ask(session, as_json, async |asker| {
                requests::resume(asker, campaign).await
            })
            .await
        }
        None => list(session, args, as_json).await,
    }
}

async fn list(session: &Session, args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    let brand = args.brand.as_ref().map(BrandId::as_str);
    let found = campaign::list(session.db(), brand).await?;
    if as_json {
        ui::json(&json!({ "campaigns": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = ["id", "brand", "name", "state", "really", "a day"];
    ui::table(&header, rows, "No campaign was read yet.");
    Ok(ExitCode::SUCCESS)
}

fn row(campaign: &Known) -> Vec<String> {
    let budget = campaign.daily_budget.map(|money| money.to_string());
    vec![
        campaign.id.clone(),
        campaign.brand.clone(),
        campaign.name.clone(),
        campaign.state.clone(),
        campaign.effective_status.clone(),
        budget.unwrap_or_default(),
    ]
}

impl Person {
    /// Makes the request, and says under which decision and job it is on its way.
    pub(crate) async fn ask(
        &self,
        session: &Session,
        as_json: bool,
        request: impl AsyncFnOnce(&Asker<'_>) -> Result<Asked, RequestError>,
    ) -> Result<ExitCode, Failure> {
        let ground = session.ground()?;
        let asker = Asker {
            db: session.db(),
            config: &ground.config,
            who: &self.who,
            reason: &self.reason,
            now: ground.clock.now(),
            entropy: &ground.entropy,
        };
        let asked = request(&asker).await.map_err(|e| super::refused(&e))?;
        if as_json {
            ui::json(&asked);
        } else {
            let Asked { decision, job } = asked;
            ui::line(&format!(
                "decision {decision} is with job {job}; `homeostat decisions {decision}` says what became of it"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

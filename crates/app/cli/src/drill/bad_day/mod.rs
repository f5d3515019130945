//! `homeostat drill bad-day`: everything that can be under way is under way, and then every process of
//! ours dies at once, Postgres included. The world lives on; so does one worker that was stopped with a
//! job in hand. Then a boot, judged from outside.
//!
//! ```text
//! world ─ up ─ load ─┬─ round: everything under way ─ SIGKILL ─ up ─ books balanced ─ loose ends ─┐─ audit
//!                    └────────────────────────────── --repeat ────────────────────────────────────┘
//! ```
//! Who is authoritative: the sandbox's books for what happened in the world, the database for what we
//! know of it, the drill's own stopwatch for how long it took. Nothing here waits for luck: each wait
//! is for a row, an act in the books or a line of a log, and one that never comes is named.

mod boot;
mod load;
mod report;
mod round;
mod scenes;
mod timeline;
mod trouble;

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use self::{
    load::Wanted,
    report::{Played, Report},
    round::Round,
    timeline::Timeline,
    trouble::{Trouble, Unmet, until},
};
use super::{
    auditor::Finding,
    plant::{Plant, Setting},
    sabotage,
};
use crate::{failure::Failure, run::stop_signal, ui};

/// A system that has nothing more to do is clean within this.
const SETTLES: Duration = Duration::from_secs(15);
/// How the day is played.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Rounds; the load comes once, before the first
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Events in the log before the first round
    #[arg(long, default_value_t = 100_000, hide = true)]
    load_events: u32,
    /// Seconds of load at least
    #[arg(long, default_value_t = 60, hide = true)]
    load_seconds: u32,
    /// The law on the 95th percentile of the recovery
    #[arg(long, default_value_t = 4.2, hide = true)]
    mttr_max_s: f64,
    /// Serve the system's console there, for who wants to watch
    #[arg(long, value_name = "ADDRESS")]
    console: Option<SocketAddr>,
    /// A mistake that the processes under test are to make
    #[arg(long, hide = true)]
    mutant: Option<String>,
}

/// Plays the day and judges it; exit code 1 when a promise was broken.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    sabotage::check(options.mutant.as_deref())?;
    let timeline = Timeline::begin();
    let mut plant = Plant::new(setting(options)).await?;
    let played = tokio::select! {
        played = play(&mut plant, options, &timeline) => played,
        () = stop_signal() => Err(Failure::TryAgain("interrupted".into())),
    };
    plant.clear().await?;
    let report = Report::new(played?, options.mttr_max_s);
    if json {
        ui::json(&report);
    } else {
        report.show();
    }
    Ok(match report.holds() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

const CONFIG: &str = include_str!("homeostat.toml");

fn setting(options: &Options) -> Setting {
    let config = match options.console {
        Some(address) => format!("{CONFIG}\n[web]\nlisten = \"{address}\"\n").into(),
        None => CONFIG.into(),
    };
    Setting {
        config,
        // An hour of the world, in which spenders race, is half a minute.
        speed: "120",
        faults: "none",
        kinds: &["drill.decide", "drill.load", "drill.work"],
        more: &[],
        world: Vec::new(),
        env: &[],
        books: None,
        mutant: options.mutant.clone(),
        database: None,
    }
}

async fn play(
    plant: &mut Plant,
    options: &Options,
    timeline: &Timeline,
) -> Result<Played, Failure> {
    let mut played = Played {
        rounds: Vec::new(),
        found: Vec::new(),
        unmet: Vec::new(),
        events_loaded: 0,
        manual_interventions: 0,
        violated: Vec::new(),
        timeline: Vec::new(),
    };
    let mut since = 0;
    match prepare(plant, options, timeline).await {
        Ok(events) => {
            played.events_loaded = events;
            since = events;
            if let Err(trouble) = rounds(plant, options, timeline, &mut played.rounds).await {
                played.unmet.push(told(trouble, timeline)?);
            }
        }
        Err(trouble) => played.unmet.push(told(trouble, timeline)?),
    }
    if !plant.up_has_ended() {
        played.found = judge(plant, timeline).await?;
        let died_after = played
            .rounds
            .first()
            .map_or(since, |round| round.died_after);
        played.manual_interventions = by_hand(plant, died_after).await?;
        played.violated = plant.verify().await?;
    }
    plant.stop_up().await;
    played.timeline = timeline.moments();
    Ok(played)
}

/// An expectation that failed is part of the answer; a drill that cannot go on has none.
fn told(trouble: Trouble, timeline: &Timeline) -> Result<Unmet, Failure> {
    match trouble {
        Trouble::Unmet(unmet) => {
            timeline.say(format!("FAILED  {}: {}", unmet.field, unmet.what));
            Ok(unmet)
        }
        Trouble::Broken(failure) => Err(failure),
    }
}

/// Starts the first life and lets it work. Gives back how many events there are.
async fn prepare(
    plant: &mut Plant,
    options: &Options,
    timeline: &Timeline,
) -> Result<i64, Trouble> {
    timeline.say(format!("the world is open at {}", plant.sandbox));
    plant.start_up()?;
    let mut witness = plant.witness()?;
    until("work_stuck", "the drills' kinds are known", async || {
        let known = "SELECT count(*) FROM homeostat.job_kind WHERE name = 'drill.spared'";
        let known = witness.number(known, &[]).await;
        Ok(known.is_ok_and(|n| n > 0).then_some(()))
    })
    .await?;
    timeline.say("the system is up");
    let wanted = Wanted {
        events: i64::from(options.load_events),
        duration: Duration::from_secs(u64::from(options.load_seconds)),
    };
    load::run(&mut witness, timeline, wanted).await
}

async fn rounds(
    plant: &mut Plant,
    options: &Options,
    timeline: &Timeline,
    played: &mut Vec<Round>,
) -> Result<(), Trouble> {
    for round in 1..=options.repeat {
        played.push(round::play(plant, timeline, round).await?);
    }
    Ok(())
}

async fn judge(plant: &Plant, timeline: &Timeline) -> Result<Vec<Finding>, Failure> {
    let mut witness = plant.witness()?;
    let found = plant.audit().settled(&mut witness, SETTLES).await?;
    for finding in &found {
        timeline.say(format!(
            "the auditor: {}: {}",
            finding.field.name(),
            finding.what
        ));
    }
    Ok(found)
}

/// Rows in which a person's name acts, since everything died for the first time.
async fn by_hand(plant: &Plant, since: i64) -> Result<i64, Failure> {
    let sql = "SELECT count(*) FROM homeostat.event WHERE id > $1::bigint AND (
                   (entity = 'effect' AND data ->> 'provenance' = 'manual')
                   OR (entity = 'decision' AND data ->> 'approved_by' IS NOT NULL)
                   OR (entity = 'mode' AND data ->> 'who' <> 'system')
                   OR (entity = 'restraint' AND (data ->> 'who' <> 'system' OR data ->> 'lifted_by' <> 'system'))
                   OR (entity = 'incident' AND data ->> 'closed_by' <> 'system')
                   OR (entity = 'job' AND cause = 'retry'))";
    let mut witness = plant.witness()?;
    Ok(witness.number(sql, &[&since.to_string()]).await?)
}

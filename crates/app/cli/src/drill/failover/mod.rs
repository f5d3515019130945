//! `homeostat drill failover`: a Postgres of two servers under Patroni; the primary is killed in the middle of
//! effects, again and again, and the system goes on with the other one.
//!
//! ```text
//! etcd, patroni ×2 ── up, with both servers in its DATABASE_URL ── load ──▶ sandbox
//!   round: replies held · effects in the middle ─ SIGKILL of the primary and its Patroni ─ next write ─ next effect
//!          settled ─ the killed one is back as standby            … then: settled ─▶ auditor, verify
//! ```
//! With `--asynchronous` no commit waits for the standby, and before each kill what the primary sends to it is
//! held up, so that effects are begun of which the standby never hears. What such a database loses is not the
//! system's to keep: it is counted and told. What the system promises all the same is judged as ever: no act
//! twice under one key, and none for a wish that is still known.
//!
//! *Who is authoritative.* The sandbox's books for what happened in the world; the database that is left for what
//! we know of it; the drill's stopwatch. *Limits.* A killed process is not a lost machine: the kernel tells every
//! client at once. Silence, and a primary that nobody stopped, are the store's own tests.

mod cluster;
mod judge;
mod report;
mod round;

use std::{process::ExitCode, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    cluster::Cluster,
    report::{Judged, Report},
    round::Round,
};
use super::{
    auditor::Audit,
    plant::{Plant, Setting},
    sabotage,
    storm::{conserve, load::Accepted, settle, tally::Tally},
    witness::Witness,
};
use crate::{failure::Failure, run::stop_signal, ui};

/// The first life of a system is there within this.
const UP: Duration = Duration::from_secs(180);
/// What was begun has come to its end within this.
const SETTLES: Duration = Duration::from_secs(240);
/// A system that has nothing more to do is clean within this.
const CLEAN: Duration = Duration::from_secs(30);
/// Between two looks at the database.
const LOOK: Duration = Duration::from_millis(20);
const SEED: u64 = 1;

/// How often, and what the database promises.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How often the primary is killed
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// Let commits not wait for the standby, and kill the primary while the standby lags
    #[arg(long)]
    asynchronous: bool,
    /// Where to copy the logs when something was found
    #[arg(long, value_name = "DIR", hide = true)]
    keep_logs: Option<std::path::PathBuf>,
    /// A mistake that the processes under test are to make
    #[arg(long, hide = true)]
    mutant: Option<String>,
}

/// Plays it; exit code 1 when a promise was broken, 3 when Patroni or etcd is missing.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    sabotage::check(options.mutant.as_deref())?;
    let mut cluster = Cluster::start(!options.asynchronous).await?;
    let played = tokio::select! {
        played = staged(&mut cluster, options) => played,
        () = stop_signal() => Err(Failure::TryAgain("interrupted".into())),
    };
    cluster.clear().await?;
    let report = played?;
    match json {
        true => ui::json(&report),
        false => report.show(),
    }
    Ok(match report.violations {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

/// The system beside its database.
async fn staged(cluster: &mut Cluster, options: &Options) -> Result<Report, Failure> {
    cluster.ready(!options.asynchronous).await?;
    ui::note("a primary and its standby are up");
    let mut plant = Plant::new(setting(cluster.url(), options.mutant.clone())).await?;
    let played = play(&mut plant, cluster, options).await;
    if let Some(keep) = &options.keep_logs
        && played.as_ref().is_ok_and(|report| report.violations > 0)
    {
        plant.keep_logs(keep)?;
    }
    plant.stop_up().await;
    plant.clear().await?;
    played
}

fn setting(database: String, mutant: Option<String>) -> Setting {
    Setting {
        config: include_str!("../storm/homeostat.toml").into(),
        // An hour of the world is a quarter of a minute.
        speed: "240",
        faults: "mild",
        kinds: &["drill.decide", "drill.load", "drill.spared"],
        more: &[],
        world: Vec::new(),
        env: &[],
        books: None,
        mutant,
        database: Some(database),
    }
}

async fn play(
    plant: &mut Plant,
    cluster: &mut Cluster,
    options: &Options,
) -> Result<Report, Failure> {
    plant.start_up()?;
    let mut witness = plant.witness()?;
    come_up(plant, &mut witness).await?;
    ui::note("the system is up");
    let audit = Audit {
        may_fail: true,
        ..plant.audit()
    };
    let (tally, accepted) = (Tally::default(), Accepted::default());
    let (loading, watching) = (CancellationToken::new(), CancellationToken::new());
    let beside = TaskTracker::new();
    beside.spawn(
        accepted
            .clone()
            .give(plant.witness()?, SEED, loading.clone()),
    );
    if !options.asynchronous {
        // What it remembers of windows is not what an asynchronous standby does.
        beside.spawn(conserve::watch(
            plant.witness()?,
            audit.clone(),
            tally.clone(),
            watching.clone(),
        ));
    }
    let mut rounds = Vec::new();
    for n in 1..=options.rounds {
        let round = Round {
            n,
            synchronous: !options.asynchronous,
            plant,
            cluster,
            accepted: &accepted,
        };
        rounds.push(round.play(&mut witness).await?);
    }
    loading.cancel();
    let open = settle::settled(plant, &mut witness, SETTLES).await;
    watching.cancel();
    beside.close();
    beside.wait().await;
    if let Some(open) = open {
        tally.found(format!("still under way when all was quiet: {open:?}"));
    }
    let judged = judge_all(plant, &mut witness, &audit, (&accepted, &tally), options).await?;
    Ok(Report::new(
        options.asynchronous,
        &rounds,
        judged,
        tally.snapshot(),
    ))
}

async fn judge_all(
    plant: &Plant,
    witness: &mut Witness,
    audit: &Audit,
    (accepted, tally): (&Accepted, &Tally),
    options: &Options,
) -> Result<Judged, Failure> {
    let found = audit.settled(witness, CLEAN).await?;
    let unknown = judge::unknown(audit, witness).await?;
    let lost = settle::lost(witness, accepted).await?;
    if !options.asynchronous {
        lost.iter().for_each(|lost| tally.found(lost.clone()));
        for violated in plant.verify().await? {
            tally.found(format!("verify: {violated}"));
        }
    }
    let open = "SELECT count(*) FROM homeostat.effect WHERE finished_at IS NULL";
    Ok(Judged {
        audit: judge::findings(options.asynchronous, found, &unknown),
        unknown,
        jobs_accepted: accepted.jobs().len(),
        jobs_lost: lost.len(),
        effects: settle::classes(witness).await?,
        open: witness.number(open, &[]).await?,
    })
}

/// Waits for the first life of the system.
async fn come_up(plant: &Plant, witness: &mut Witness) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let known = "SELECT count(*) FROM homeostat.job_kind WHERE name IN ('drill.load', 'drill.decide', 'drill.spared')";
    while !witness.number(known, &[]).await.is_ok_and(|n| n == 3) {
        if watch.elapsed() > UP {
            let said = plant.said("up");
            let text = format!("the system never came up; it said: {}", said.trim());
            return Err(Failure::Law(text));
        }
        pause(LOOK).await;
    }
    Ok(())
}

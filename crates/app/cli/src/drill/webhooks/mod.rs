//! `homeostat drill webhooks`: a stranger changes things at the vendors, who tell of it by webhooks that are missing, come
//! twice, late and in another order, with forgeries among them.
//!
//! ```text
//!   stranger ── pause, refund ──▶ sandbox ── POST /webhooks/… ──▶ web ──▶ row + look ──▶ worker ── reads the vendor
//!                                   └ the vendor's own state ◀── compared by a witness ──▶ what we believe
//! ```
//! The world runs at real time, and the system looks by itself every half hour only, so what we learn within the drill we
//! learn by webhooks, and at the end by one reconciliation. `drift_max_s` is the longest time from a change until our row
//! agreed, in real seconds, also of what only the reconciliation found. *Limits.* At real time no parcel moves and no
//! payment ends within the drill: those vendors' doors are tried with deliveries of the drill's own.

mod doors;
mod judge;
mod scene;
mod stranger;

use std::{collections::BTreeMap, process::ExitCode};

use serde::Serialize;

use self::{judge::Judge, scene::Scene, stranger::Stranger};
use crate::{failure::Failure, ui};

/// Later than this nothing may be learnt, in seconds.
const DRIFT_MAX_S: f64 = 60.0;

/// How much is played.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Changes at the vendors
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=400))]
    changes: u32,
    /// Share of webhooks that each kind of trouble befalls
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=90))]
    trouble: u8,
}

#[derive(Debug, Default, Serialize)]
struct Answered {
    /// Rows that do not say what the vendor says, after one reconciliation.
    wrong_state: usize,
    /// Forgeries that left a row, or were called taken.
    accepted_forged: u64,
    drift_max_s: f64,
    drift_p50_s: f64,
    /// Changes at the vendors, and those of them that only the reconciliation found.
    changes: usize,
    found_by_reconciliation: usize,
    /// Rows that were compared.
    compared: usize,
    /// True deliveries that were taken.
    sent: u64,
    forged: u64,
    duplicated: u64,
    reordered: u64,
    missing: u64,
    retried: u64,
    lost: u64,
    /// Rows of deliveries, and jobs that looked at a vendor, those of the drill among them.
    kept: i64,
    looks: i64,
    /// World seconds per real second.
    speed: u32,
    failed: Vec<String>,
}

/// Plays it; exit code 1 when a law was broken.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut scene = Scene::open(options.trouble).await?;
    ui::note("everything is at work, and has read the vendors once");
    let mut answered = Answered {
        speed: scene::SPEED,
        ..Answered::default()
    };
    (answered.forged, answered.accepted_forged) = doors::tried(&mut scene).await?;
    ui::note("every door was tried");
    let (stranger, mut judge) = (Stranger::new(&mut scene).await?, Judge::default());
    for nth in 0..options.changes {
        judge.changed(stranger.changes(&scene, nth).await?);
        judge.watch_for_a_while(&mut scene).await?;
    }
    let told = scene.all_told(&mut judge).await?;
    answered.found_by_reconciliation = judge.open();
    ui::note("everything was told; one reconciliation follows");
    let truth = scene.truth().await?;
    scene.reconcile(&mut judge).await?;
    let beliefs = scene.beliefs().await?;
    answered.wrong_state = truth.differs_from(&beliefs);
    answered.compared = truth.len();
    judge.tell(&mut answered);
    told.tell(&mut answered);
    answered.accepted_forged += scene.accepted(&told).await?;
    (answered.kept, answered.looks) = scene.kept().await?;
    answered.failed = failed(&answered, options.trouble > 0);
    if !scene.close().await {
        answered.failed.push("`up` did not end well".to_owned());
    }
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// What broke a law, or never happened.
fn failed(answered: &Answered, is_troubled: bool) -> Vec<String> {
    let laws = [
        (answered.wrong_state == 0, "wrong_state"),
        (answered.accepted_forged == 0, "accepted_forged"),
        (answered.drift_max_s <= DRIFT_MAX_S, "drift_max_s"),
        (answered.sent > 0, "sent"),
        (answered.forged > 0 || !is_troubled, "forged"),
        (answered.duplicated > 0 || !is_troubled, "duplicated"),
        (answered.missing > 0 || !is_troubled, "missing"),
    ];
    let broken = laws.iter().filter(|(holds, _)| !holds);
    broken.map(|(_, name)| (*name).to_owned()).collect()
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = [
        (
            "rows that are wrong",
            format!("{} of {}", answered.wrong_state, answered.compared),
        ),
        (
            "forgeries accepted",
            format!("{} of {}", answered.accepted_forged, answered.forged),
        ),
        ("longest drift", format!("{:.1} s", answered.drift_max_s)),
        (
            "half of them below",
            format!("{:.1} s", answered.drift_p50_s),
        ),
        (
            "found by the reconciliation",
            format!(
                "{} of {}",
                answered.found_by_reconciliation, answered.changes
            ),
        ),
        (
            "webhooks",
            format!(
                "{} taken, {} twice, {} late, {} missing, {} lost",
                answered.sent,
                answered.duplicated,
                answered.reordered,
                answered.missing,
                answered.lost
            ),
        ),
        (
            "deliveries kept, looks",
            format!("{}, {}", answered.kept, answered.looks),
        ),
    ];
    let rows = rows.into_iter().map(|(what, n)| vec![what.to_owned(), n]);
    ui::table(&["what", "seen"], rows.collect(), "nothing was played");
    for law in &answered.failed {
        ui::line(&format!("failed: {law}"));
    }
}

/// What a thing at a vendor is called, and how it stands there.
type States = BTreeMap<String, String>;

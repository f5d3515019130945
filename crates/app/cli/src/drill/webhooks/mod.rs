//! `homeostat drill webhooks`: things change at five vendors, who tell of it by webhooks that are missing, come twice,
//! late and in another order, with forgeries among them; at last nobody tells of anything.
//!
//! ```text
//!   stranger ── pause, refund, pay ──▶ sandbox ── POST /webhooks/… ──▶ web ──▶ row + look ──▶ worker ── reads the vendor
//!        └ hurries letter and scan       └ the vendors' own books ◀── compared by a witness ──▶ what we believe
//! ```
//! *What changes.* A stranger switches campaigns, refunds orders, and makes payments that end badly in three ways.
//! Parcels and letters take days, so the next scan of a parcel and the next letter of a customer are hurried: the
//! sandbox has them happen now as they would have, and writes that into its books. The world runs at a minute a
//! second, because parcels are reconciled only when nobody asked for them within ten minutes; so their first news
//! come by themselves.
//!
//! *What we may know.* A person has disabled all schedules of the brand, so what we learn we learn by webhooks. (That
//! is mode SAFE; a brand in shadow acts on nothing anyway.) In the last part every delivery is missing and each
//! leaves a forgery behind: none of these changes may be known before the reconciliation (`learnt_untold`). Then
//! follows one: `guard.reconcile` until each parcel had its turn, which is a minute's pass in a real system, and each
//! look of the loop once. A shop of this size has all of it within the hour by itself.
//!
//! *What is counted.* `wrong_state` are rows that say neither what their vendor said before the reconciliation nor
//! what it says after it; `wrong_before_reconciliation` is the same before it, and `found_by_reconciliation` those of
//! them that it put right. `drift_max_s` is the longest time from a change until our row agreed, in real seconds,
//! over what we were told of: every change that we knew before the reconciliation, and those whose deliveries all
//! came and that we did not (`told_but_unknown`). What nobody told is not in it: that drift is as long as the drill
//! waits before it reconciles (`untold_max_s`). *Limits.* Of what a vendor tells only these five kinds of things are
//! compared. Payments of the stranger carry a key like ours, since no others are kept.

mod bank;
mod books;
mod doors;
mod judge;
mod scene;
mod setting;
mod stranger;

use std::{collections::BTreeMap, process::ExitCode};

use serde::Serialize;

use self::{
    books::{States, Vendor, wrong},
    judge::Judge,
    scene::Scene,
    stranger::Stranger,
};
use crate::{failure::Failure, ui};

/// Later than this nothing may be learnt that is told of, in seconds.
const DRIFT_MAX_S: f64 = 60.0;

/// How much is played.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Changes at the vendors that are told of
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=400))]
    changes: u32,
    /// Changes after them that nobody tells of
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=50))]
    untold: u32,
    /// Share of webhooks that each kind of trouble befalls
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=90))]
    trouble: u8,
}

#[derive(Debug, Default, Serialize)]
struct Answered {
    /// Rows that do not say what the vendor says, after one reconciliation and before it.
    wrong_state: usize,
    wrong_before_reconciliation: usize,
    /// Of the second, those that it put right.
    found_by_reconciliation: usize,
    /// Forgeries that left a row, or were called taken.
    accepted_forged: u64,
    drift_max_s: f64,
    drift_p50_s: f64,
    /// The longest time until what nobody told was found.
    untold_max_s: f64,
    /// Changes at the vendors, and those of them that nobody told.
    changes: usize,
    untold: usize,
    /// Of the latter, those that we knew all the same before the reconciliation.
    learnt_untold: usize,
    /// Changes whose deliveries all came, and that we did not know.
    told_but_unknown: usize,
    /// Rows that were compared.
    compared: usize,
    by_vendor: BTreeMap<Vendor, Counted>,
    /// Passes of `guard.reconcile` until each parcel had its turn.
    passes: usize,
    /// True deliveries that were taken.
    sent: u64,
    sent_by_vendor: BTreeMap<String, u64>,
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

/// The same of one vendor's things.
#[derive(Debug, Default, Serialize)]
struct Counted {
    compared: usize,
    changes: usize,
    untold: usize,
    wrong_before_reconciliation: usize,
    wrong_state: usize,
}

impl Answered {
    fn of(&mut self, vendor: Vendor) -> &mut Counted {
        self.by_vendor.entry(vendor).or_default()
    }
}

/// Plays it; exit code 1 when a law was broken.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut scene = Scene::open(options.trouble).await?;
    ui::note("everything is at work, and has read the vendors once");
    let mut answered = Answered {
        speed: setting::SPEED,
        ..Answered::default()
    };
    for vendor in Vendor::ALL {
        answered.of(vendor);
    }
    (answered.forged, answered.accepted_forged) = doors::tried(&mut scene).await?;
    ui::note("every door was tried");
    let (mut stranger, mut judge) = (Stranger::new(&mut scene).await?, Judge::default());
    for _ in 0..options.changes {
        judge.changed(stranger.changes().await?);
        judge.watch_for_a_while(&mut scene).await?;
    }
    scene.all_told(&mut judge).await?;
    ui::note("everything was told; of what changes now nobody tells");
    scene.silence(options.trouble > 0).await?;
    for _ in 0..options.untold {
        let (beliefs, change) = (scene.beliefs().await?, stranger.changes().await?);
        judge.changed_untold(change, &beliefs);
        judge.watch_for_a_while(&mut scene).await?;
    }
    let told = scene.all_told(&mut judge).await?;
    ui::note("one reconciliation follows");
    judge.is_reconciled_now(&told.untold);
    reconcile(&mut scene, &mut judge, &mut answered).await?;
    judge.tell(&mut answered);
    told.tell(&mut answered);
    answered.accepted_forged += scene.accepted(&told).await?;
    (answered.kept, answered.looks) = scene.kept().await?;
    answered.failed = failed(&answered, options);
    if !scene.close().await {
        answered.failed.push("`up` did not end well".to_owned());
    }
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// Compares before and after one reconciliation.
async fn reconcile(
    scene: &mut Scene,
    judge: &mut Judge,
    answered: &mut Answered,
) -> Result<(), Failure> {
    let earlier = scene.truth().await?;
    let beliefs = scene.beliefs().await?;
    let truth = scene.truth().await?;
    let wrong_before = wrong(&earlier, &beliefs, &truth);
    answered.passes = scene.reconcile(judge).await?;
    let beliefs = scene.beliefs().await?;
    let wrong_after = wrong(&truth, &beliefs, &scene.truth().await?);
    answered.wrong_before_reconciliation = wrong_before.len();
    answered.found_by_reconciliation = wrong_before.difference(&wrong_after).count();
    answered.wrong_state = wrong_after.len();
    answered.compared = truth.len();
    for (vendor, _) in truth.keys() {
        answered.of(*vendor).compared += 1;
    }
    for (vendor, _) in &wrong_before {
        answered.of(*vendor).wrong_before_reconciliation += 1;
    }
    for (vendor, id) in &wrong_after {
        answered.of(*vendor).wrong_state += 1;
        ui::note(&format!(
            "wrong: {}",
            told_apart(*vendor, id, &beliefs, &truth)
        ));
    }
    Ok(())
}

/// Both sides of a row, for whoever looks for the reason.
fn told_apart(vendor: Vendor, id: &str, ours: &States, theirs: &States) -> String {
    let of = |states: &States| states.get(&(vendor, id.to_owned())).cloned();
    let (ours, theirs) = (of(ours), of(theirs));
    format!("{vendor:?} {id}: we have {ours:?}, the vendor {theirs:?}")
}

/// What broke a law, or never happened.
fn failed(answered: &Answered, options: &Options) -> Vec<String> {
    let is_troubled = options.trouble > 0;
    let is_found = answered.found_by_reconciliation > 0 || options.untold == 0;
    let laws = [
        (answered.wrong_state == 0, "wrong_state"),
        (answered.accepted_forged == 0, "accepted_forged"),
        (answered.drift_max_s <= DRIFT_MAX_S, "drift_max_s"),
        (answered.learnt_untold == 0, "learnt_untold"),
        (answered.told_but_unknown == 0, "told_but_unknown"),
        (is_found, "found_by_reconciliation"),
        (answered.sent > 0, "sent"),
        (answered.forged > 0 || !is_troubled, "forged"),
        (answered.duplicated > 0 || !is_troubled, "duplicated"),
        (answered.missing > 0 || !is_troubled, "missing"),
    ];
    let broken = laws.iter().filter(|(holds, _)| !holds);
    let mut failed: Vec<String> = broken.map(|(_, name)| (*name).to_owned()).collect();
    for (vendor, counted) in &answered.by_vendor {
        if counted.compared == 0 {
            failed.push(format!("nothing of {vendor:?} was compared"));
        }
    }
    failed
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = [
        (
            "rows that are wrong",
            format!(
                "{} of {}, {} before the reconciliation",
                answered.wrong_state, answered.compared, answered.wrong_before_reconciliation
            ),
        ),
        (
            "forgeries accepted",
            format!("{} of {}", answered.accepted_forged, answered.forged),
        ),
        (
            "longest drift of what was told",
            format!("{:.1} s", answered.drift_max_s),
        ),
        (
            "half of them below",
            format!("{:.1} s", answered.drift_p50_s),
        ),
        (
            "changes, told by nobody",
            format!("{}, {}", answered.changes, answered.untold),
        ),
        (
            "of the latter known before and after",
            format!(
                "{}, {} by the reconciliation",
                answered.learnt_untold, answered.found_by_reconciliation
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

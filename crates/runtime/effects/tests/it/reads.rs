//! What the console reads, on rows that real acts left.

use std::collections::BTreeMap;

use homeostat_effects::{
    Class, DecisionFilter, EffectState, UsageBy, act_of, acts_under_way, calls_of, decisions,
    exposures, holds_of, owners_of_unknown, postings, usage_by,
};
use homeostat_liveness::Evidence;
use homeostat_model::{BrandId, DecisionId, RuntimeTime};

use crate::{
    stage::{Stage, recorded, seconds},
    vendor::{Fault, Vendor},
};

fn acme() -> BrandId {
    "acme".parse().unwrap()
}

/// Red when an act whose answer was lost is not among what is promised, or one that is closed is.
#[tokio::test]
async fn what_is_promised_is_what_is_not_closed() {
    let mut stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let settled = recorded(stage.act(&vendor, "c-1").await);
    vendor.next(Fault::LostReply);
    let lost = recorded(stage.act(&vendor, "c-2").await);
    assert_eq!(lost.state, EffectState::Unknown);
    let open = exposures(&stage.ctx.db, &acme(), 10).await.unwrap();
    let told: Vec<_> = open
        .iter()
        .map(|one| {
            (
                one.effect,
                one.held.amount_micros,
                one.unknown_since.is_some(),
            )
        })
        .collect();
    assert_eq!(told, [(lost.id, 10_000_000, true)]);

    let dead = stage.ctx.owner;
    stage.crash(Evidence::Flock).await;
    let span = (
        lost.created_at.plus(-seconds(1)),
        stage.now_after(seconds(60)),
    );
    let db = &stage.ctx.db;
    let under_way = acts_under_way(db, &[dead], span, 10).await.unwrap();
    assert_eq!(under_way, [lost.id], "{} was closed before", settled.id);
    assert_eq!(owners_of_unknown(db, &[dead]).await.unwrap(), [dead]);
    let holds = holds_of(db, &under_way).await.unwrap();
    assert!(!holds.is_empty() && holds.iter().all(|hold| hold.state == "held"));
}

/// Red when a page of postings overlaps the next one or leaves a gap, and when a movement is told by half.
#[tokio::test]
async fn postings_come_page_by_page_and_every_movement_sums_to_nothing() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    for n in 0..3 {
        stage.act(&vendor, &format!("c-{n}")).await;
    }
    let db = &stage.ctx.db;
    let all = postings(db, &acme(), None, 1_000).await.unwrap();
    let mut sums: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for one in &all {
        *sums.entry((one.transfer, one.window.id)).or_default() += one.amount;
    }
    assert!(
        sums.len() > 3 && sums.values().all(|sum| *sum == 0),
        "{sums:?}"
    );
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let page = postings(db, &acme(), before, 4).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        paged.extend(page);
    }
    assert_eq!(paged, all);
}

/// Red when a call is told without its outcome, or added to another's group.
#[tokio::test]
async fn calls_are_told_by_act_and_added_up_by_what_they_were_for() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let done = recorded(stage.act(&vendor, "c-1").await);
    vendor.next(Fault::Refuse);
    let refused = recorded(stage.act(&vendor, "c-2").await);
    let db = &stage.ctx.db;
    for (effect, outcome) in [(&done, "ok"), (&refused, "refused")] {
        let calls = calls_of(db, effect.id, 10).await.unwrap();
        let outcomes: Vec<_> = calls.iter().map(|call| call.outcome.as_str()).collect();
        assert_eq!(outcomes, [outcome]);
        let found = act_of(db, effect.decision).await.unwrap();
        assert_eq!(found.map(|act| act.id), Some(effect.id));
    }
    assert_eq!(act_of(db, DecisionId(0)).await.unwrap(), None);
    let since = [RuntimeTime("1970-01-01T00:00:00Z".parse().unwrap())];
    for by in UsageBy::ALL {
        let steps = usage_by(db, by, &since, 10).await.unwrap();
        let told: Vec<_> = steps.iter().map(|one| (one.calls, one.failed)).collect();
        assert_eq!(told, [(2, 1)], "by {}", by.as_str());
    }
}

/// Red when a page of decisions begins anywhere but below its bound.
#[tokio::test]
async fn decisions_come_page_by_page() {
    let stage = Stage::new().await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(stage.decide(&format!("d-{n}"), "c-1").await);
    }
    made.reverse();
    let (mut paged, mut before) = (Vec::new(), None);
    loop {
        let filter = DecisionFilter {
            before,
            limit: 2,
            ..DecisionFilter::default()
        };
        let page = decisions(&stage.ctx.db, &filter).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        paged.extend(page.iter().map(|one| one.id));
    }
    assert_eq!(paged, made);
}

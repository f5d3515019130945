//! L4: no authorisation takes settled + held over a cap, under any concurrency.

use homeostat_effects::{
    Class, EffectState, Intended, Intent, budgets, compare_postings, intend, money_left, perform,
    refused_by, resolve,
};
use homeostat_envelope::{Action, Grounds, PayoutGrounds};

use homeostat_model::WorldTime;
use jiff::SignedDuration;

use crate::{
    stage::{Stage, recorded},
    vendor::{Fault, Vendor},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_race_for_the_last_room_and_the_cap_holds() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 50_000_000;
    let vendor = Vendor::new(Class::Queryable);
    let mut racers = Vec::new();
    for n in 0..32 {
        let decision = stage.decide(&format!("d-{n}"), &format!("c-{n}")).await;
        let (ctx, vendor) = (stage.ctx.clone(), vendor.clone());
        let (intent, limits) = (stage.spending(10_000_000), stage.limits.clone());
        racers.push(tokio::spawn(async move {
            match intend(&ctx, vendor.spec_ref(), decision, &intent, &limits)
                .await
                .unwrap()
            {
                Intended::Permitted(permit) => {
                    perform(&ctx, vendor, permit).await.unwrap();
                    true
                }
                Intended::Refused(verdict) => {
                    assert!(verdict.refused_by("daily_budget"));
                    false
                }
                other => panic!("{other:?}"),
            }
        }));
    }
    let mut permits = 0;
    for racer in racers {
        permits += u32::from(racer.await.unwrap());
    }
    assert_eq!(permits, 5);
    assert_eq!((vendor.acts(), stage.day().await), (5, (0, 50_000_000)));
    stage.assert_sound().await;
}

#[tokio::test]
async fn the_authorising_statement_refuses_what_a_wrong_verdict_would_allow() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    drop(stage.permit(&vendor, "c-1").await);
    let over = sqlx::query(
        "UPDATE homeostat.budget_window SET held = -1 WHERE interlock = 'daily_budget'",
    )
    .execute(stage.ctx.db.pool())
    .await;
    assert!(over.is_err(), "held is never negative");
    let lopsided = sqlx::query(
        "INSERT INTO homeostat.posting (transfer_id, brand, window_id, effect_id, account, kind, amount)
         SELECT 0, e.brand, h.window_id, e.id, 'held', 'hold', 5
         FROM homeostat.effect e JOIN homeostat.hold h ON h.effect_id = e.id LIMIT 1",
    )
    .execute(stage.ctx.db.pool())
    .await;
    assert!(
        lopsided
            .unwrap_err()
            .to_string()
            .contains("does not sum to 0")
    );
}

#[tokio::test]
async fn a_cheaper_act_gives_the_rest_back() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Costs(4_000_000));
    recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(stage.day().await, (0, 4_000_000));
    stage.assert_sound().await;
}

/// Red when the widest window is told, or what is only held counts as left.
#[tokio::test]
async fn what_a_scope_has_left_is_told_by_its_tightest_window() {
    let mut stage = Stage::new().await;
    stage.limits.day_cap_micros = 50_000_000;
    let vendor = Vendor::new(Class::Queryable);
    let (db, at) = (stage.ctx.db.clone(), stage.world);
    let left = async |at| money_left(&db, "brand:acme", at).await.unwrap();
    assert_eq!(left(at).await, None, "before the first act");
    let held = stage.permit(&vendor, "c-1").await;
    let (promised, used) = stage.day().await;
    assert_eq!((left(at).await, used), (Some(50_000_000 - promised), 0));
    drop(held);
    let later = WorldTime(at.0 + SignedDuration::from_hours(24 * 40));
    let rest = left(later).await.unwrap_or(i64::MAX);
    assert!(rest > 50_000_000, "the day is over, and its window with it");
}

#[tokio::test]
async fn what_a_vendor_takes_beyond_the_hold_is_recorded_and_freezes_the_scope() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    vendor.next(Fault::Costs(130_000_000));
    let effect = recorded(stage.act(&vendor, "c-1").await);
    assert_eq!(effect.actual_micros, Some(130_000_000));
    assert_eq!(
        stage.day().await,
        (0, 130_000_000),
        "a fact, also over the cap"
    );
    let mut kinds = stage.incidents().await;
    kinds.sort();
    assert_eq!(kinds, ["mode_breach", "overspend"]);
    let frozen = budgets(&stage.ctx.db, None, Some(stage.world))
        .await
        .unwrap();
    assert!(
        frozen
            .iter()
            .filter(|w| w.unit == "money")
            .all(|w| w.frozen)
    );
    // Also after the mode was lifted, the scope stays shut until somebody lifts that too.
    stage.set_mode(homeostat_model::Mode::Normal).await;
    let decision = stage.decide("d-2", "c-2").await;
    let Intended::Refused(verdict) = stage.intend(&vendor, decision, &stage.spending(1)).await
    else {
        panic!("a frozen scope authorised money");
    };
    assert!(verdict.refused_by("daily_budget"));
    // The books agree, and no authorisation ever passed the cap.
    stage.assert_sound().await;
}

/// Red when the freeze is always the brand's: let `purse_of` in `effects/breach` answer that.
#[tokio::test]
async fn what_is_paid_beyond_its_hold_freezes_its_own_purse() {
    let mut stage = Stage::new().await;
    stage.limits.payouts.day_cap_micros = 50_000_000;
    stage.limits.payouts.pacing_percent = Some(100);
    let vendor = Vendor::timed(Class::Queryable, |spec| spec.action = Action::Payout);
    vendor.next(Fault::Costs(30_000_000));
    let decision = stage.decide("d-1", "mill").await;
    let pay = Intent {
        grounds: Grounds {
            payout: Some(PayoutGrounds {
                payee: "mill".into(),
                known_payees: vec!["mill".into()],
                owed_micros: 20_000_000,
            }),
            ..Grounds::default()
        },
        ..stage.spending(20_000_000)
    };
    let Intended::Permitted(permit) = stage.intend(&vendor, decision, &pay).await else {
        panic!("no permit");
    };
    recorded(perform(&stage.ctx, vendor.clone(), permit).await.unwrap());
    let money = budgets(&stage.ctx.db, None, Some(stage.world))
        .await
        .unwrap();
    let frozen = |scope: &str| {
        let own = money
            .iter()
            .filter(|w| w.unit == "money" && w.scope == scope);
        own.map(|w| w.frozen).collect::<Vec<_>>()
    };
    assert!(!frozen("payouts:acme").is_empty());
    assert!(frozen("payouts:acme").iter().all(|frozen| *frozen));
    let left = money_left(&stage.ctx.db, "payouts:acme", stage.world);
    assert_eq!(
        left.await.unwrap(),
        Some(0),
        "a frozen purse has nothing left"
    );
    stage.set_mode(homeostat_model::Mode::Normal).await;
    let other = Vendor::new(Class::Queryable);
    let decision = stage.decide("d-2", "c-2").await;
    let ads = stage.intend(&other, decision, &stage.spending(1)).await;
    assert!(
        matches!(ads, Intended::Permitted(_)),
        "ads have a purse of their own"
    );
}

/// Red when a refusal is counted for who let it pass, or not at all.
#[tokio::test]
async fn each_interlock_is_told_with_what_it_refused_last() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    for key in ["d-1", "d-2"] {
        let decision = stage.decide(key, key).await;
        stage.intend(&vendor, decision, &stage.spending(-1)).await;
    }
    let refused = refused_by(&stage.ctx.db).await.unwrap();
    let daily = refused
        .iter()
        .find(|one| one.name == "daily_budget")
        .unwrap();
    assert_eq!(daily.refused, 2);
    assert!(daily.last_reason.contains("negative"), "{daily:?}");
    assert!(
        refused.iter().all(|one| one.name != "mode"),
        "it let both pass"
    );
}

#[tokio::test]
async fn a_negative_worst_case_is_refused() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    let decision = stage.decide("d", "c-1").await;
    let Intended::Refused(verdict) = stage.intend(&vendor, decision, &stage.spending(-1)).await
    else {
        panic!("room was made out of nothing");
    };
    assert!(verdict.refused_by("daily_budget"));
}

#[tokio::test]
async fn the_chore_names_a_window_that_left_its_postings() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    stage.act(&vendor, "c-1").await;
    assert!(compare_postings(&stage.ctx.db).await.unwrap().is_empty());
    sqlx::query(
        "UPDATE homeostat.budget_window SET settled = settled + 1 WHERE interlock = 'daily_budget'",
    )
    .execute(stage.ctx.db.pool())
    .await
    .unwrap();
    let differences = compare_postings(&stage.ctx.db).await.unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].settled, differences[0].settled_posted + 1);
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let broken: Vec<_> = checks
        .iter()
        .filter(|c| c.violations > 0)
        .map(|c| c.name)
        .collect();
    assert_eq!(broken, ["postings_are_windows", "holds_are_windows"]);
}

#[tokio::test]
async fn verify_finds_an_authorisation_over_the_cap() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Queryable);
    stage.act(&vendor, "c-1").await;
    sqlx::query(
        "UPDATE homeostat.budget_window SET held = cap + 1 WHERE interlock = 'daily_budget'",
    )
    .execute(stage.ctx.db.pool())
    .await
    .unwrap();
    let checks = homeostat_effects::verify(&stage.ctx.db).await.unwrap();
    let kept = checks.iter().find(|c| c.name == "caps_were_kept").unwrap();
    assert_eq!(kept.violations, 1, "{kept:?}");
}

#[tokio::test]
async fn a_persons_word_may_name_the_price() {
    let stage = Stage::new().await;
    let vendor = Vendor::new(Class::Blind);
    vendor.next(Fault::LostReply);
    let id = recorded(stage.act(&vendor, "c-1").await).id;
    let price = homeostat_model::Money::from_micros(3_000_000, stage.limits.currency);
    let happened = homeostat_effects::Resolution::Happened(Some(price));
    let registry = homeostat_effects::Registry::new();
    let effect = resolve(&stage.ctx, &registry, id, happened, "invoice 12", "ada")
        .await
        .unwrap();
    assert_eq!(effect.state, EffectState::Settled);
    assert_eq!(
        effect.provenance,
        Some(homeostat_effects::Provenance::Manual)
    );
    assert_eq!(stage.day().await, (0, 3_000_000));
    stage.assert_sound().await;
}

//! Suppliers are paid once for a period, and what comes to nothing is owed again.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use homeostat_effects::{
    DecisionFilter, DecisionView, EffectFilter, EffectState, EffectView, decisions, effects,
    recover_one, renew_lease, set_autonomy,
};
use homeostat_model::{Autonomy, Money};
use homeostat_operator::{actuators, config::Brand, jobs::act::approve};
use homeostat_sandbox::Act;
use homeostat_vendors::shopify::{NewRefund, Paging, Updated};
use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

/// Suppliers of the brand.
const SUPPLIERS: usize = 2;

async fn stage() -> Stage {
    let stage = Stage::new().await;
    // Without the lease of whoever watches over it, nothing that costs is done.
    let (now, holder) = (stage.db().now().await.unwrap(), stage.effects.owner);
    let later = now.plus(SignedDuration::from_hours(1));
    renew_lease(stage.db(), holder, Some(later)).await.unwrap();
    stage
}

/// What a day brings: the shop and the account are read, then it is decided who is paid.
async fn day(stage: &Stage) {
    look(stage).await;
    stage.ask("decide.payout").await;
}

async fn look(stage: &Stage) {
    stage.ask("sense.shop").await;
    stage.ask("sense.bank").await;
}

/// The bank carries out what it took.
async fn settle(stage: &Stage) {
    // Within the life of the access token that the day began with.
    let minutes = SignedDuration::from_mins(30);
    stage.sandbox.clock().advance(minutes);
    recover(stage).await;
}

/// The bank is asked about each open act once, whenever that was due.
async fn recover(stage: &Stage) {
    let registry = actuators::registry(&stage.operator);
    for act in acts(stage).await {
        let looked = recover_one(&stage.effects, &registry, act.id).await;
        assert_eq!(looked.unwrap(), act.finished_at.is_none(), "{act:?}");
    }
}

fn change(stage: &mut Stage, change: impl Fn(&mut Brand)) {
    let mut config = (*stage.operator.config).clone();
    config.brands.iter_mut().for_each(change);
    stage.operator.config = Arc::new(config);
}

/// The payments in the bank's books.
fn booked(stage: &Stage) -> Vec<Act> {
    let mut acts = stage.sandbox.acts_of("revolut");
    acts.retain(|act| act.act == "pay");
    acts
}

async fn acts(stage: &Stage) -> Vec<EffectView> {
    let which = EffectFilter::default();
    let mut acts = effects(stage.db(), &which).await.unwrap();
    acts.retain(|act| act.kind == "revolut.pay");
    acts.reverse();
    acts
}

async fn states(stage: &Stage) -> Vec<EffectState> {
    acts(stage).await.iter().map(|act| act.state).collect()
}

async fn decided(stage: &Stage) -> Vec<DecisionView> {
    let which = DecisionFilter::default();
    let mut decided = decisions(stage.db(), &which).await.unwrap();
    decided.retain(|one| one.policy == "payout");
    decided
}

/// Held in the purse of payouts, micro-units over all of its windows.
async fn held_micros(stage: &Stage) -> i64 {
    let held = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(held), 0)::bigint AS "held!" FROM homeostat.budget_window WHERE scope = $1"#,
        format!("payouts:{BRAND}")
    );
    held.fetch_one(stage.db().pool()).await.unwrap()
}

/// Net sales before the midnight that the decisions were made after. A lost dispute leaves nothing, and an open one
/// nothing yet.
async fn net_micros(stage: &Stage, midnight: &str) -> i64 {
    let net = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(total_micros - refunded_micros), 0)::bigint AS "net!" FROM homeostat.shop_order
           WHERE brand = $1 AND placed_at < $2::text::timestamptz AND (dispute IS NULL OR dispute = 'WON')"#,
        BRAND,
        midnight
    );
    net.fetch_one(stage.db().pool()).await.unwrap()
}

/// The brand's suppliers and their parts of the sales.
fn suppliers(stage: &Stage) -> Vec<(String, u32)> {
    let brand = stage.operator.config.brand(BRAND).unwrap();
    let suppliers = brand.payouts.iter().flat_map(|payouts| &payouts.suppliers);
    suppliers
        .map(|one| (one.counterparty.to_string(), one.share_ppm))
        .collect()
}

/// What has been settled for a supplier.
async fn paid_micros(stage: &Stage, supplier: &str) -> i64 {
    let acts = acts(stage).await.into_iter();
    let settled = acts.filter(|act| act.state == EffectState::Settled && act.target == supplier);
    settled.filter_map(|act| act.actual_micros).sum()
}

/// Its part of an amount, in whole cents.
fn part(micros: i64, share_ppm: u32) -> i64 {
    micros / 100 * i64::from(share_ppm) / 10_000 / 10_000 * 10_000
}

#[tokio::test]
async fn each_supplier_is_paid_its_share_of_a_week_once() {
    use EffectState::{Accepted, Settled};
    let stage = stage().await;
    day(&stage).await;
    // The bank has taken the payments, and has not carried them out.
    assert_eq!(states(&stage).await, [Accepted; SUPPLIERS]);
    assert!(held_micros(&stage).await > 0);
    day(&stage).await;
    settle(&stage).await;
    assert_eq!(states(&stage).await, [Settled; SUPPLIERS]);
    assert_eq!(held_micros(&stage).await, 0);
    assert_paid_for_all(&stage, "2026-03-02T00:00:00+01").await;
    // The next six days owe nothing yet.
    for _ in 0..6 {
        stage.pass(24);
        day(&stage).await;
    }
    assert_eq!(booked(&stage).len(), SUPPLIERS);
    stage.pass(24);
    day(&stage).await;
    settle(&stage).await;
    assert_eq!(booked(&stage).len(), 2 * SUPPLIERS);
    assert_paid_for_all(&stage, "2026-03-09T00:00:00+01").await;
}

/// Each supplier has its part of everything that was sold until then.
async fn assert_paid_for_all(stage: &Stage, midnight: &str) {
    let net = net_micros(stage, midnight).await;
    assert!(net > 0);
    for (supplier, share_ppm) in suppliers(stage) {
        assert_eq!(paid_micros(stage, &supplier).await, part(net, share_ppm));
    }
}

#[tokio::test]
async fn a_payment_whose_answer_is_lost_is_found_and_made_once() {
    let stage = stage().await;
    look(&stage).await;
    stage.befall("revolut.pay", "lose_reply", 1).await;
    stage.befall("revolut.pay", "lose_request", 1).await;
    stage.ask("decide.payout").await;
    assert_eq!(states(&stage).await, [EffectState::Unknown; SUPPLIERS]);
    assert_eq!(booked(&stage).len(), 1);
    assert!(held_micros(&stage).await > 0);
    // One is found, the other is sent again under its key.
    recover(&stage).await;
    settle(&stage).await;
    assert_eq!(states(&stage).await, [EffectState::Settled; SUPPLIERS]);
    let booked = booked(&stage);
    let acts = acts(&stage).await;
    assert_eq!(booked.len(), SUPPLIERS);
    for act in acts {
        let own = booked
            .iter()
            .filter(|one| Some(&one.request_id) == act.vendor_key.as_ref());
        assert_eq!(own.count(), 1, "{act:?}");
    }
}

#[tokio::test]
async fn what_the_bank_declines_later_is_free_again_and_paid_the_next_day() {
    let stage = stage().await;
    look(&stage).await;
    stage.befall("revolut.pay", "settle_badly", 1).await;
    stage.ask("decide.payout").await;
    settle(&stage).await;
    let mut states_now = states(&stage).await;
    states_now.sort_by_key(|state| *state as u8);
    assert_eq!(states_now, [EffectState::Settled, EffectState::Refused]);
    assert_eq!(held_micros(&stage).await, 0);
    stage.pass(24);
    day(&stage).await;
    settle(&stage).await;
    let acts = acts(&stage).await;
    assert_eq!(acts.len(), 3, "one more, for whom nothing was paid");
    let refused = acts
        .iter()
        .find(|act| act.state == EffectState::Refused)
        .unwrap();
    let again = &acts[2];
    assert_eq!(
        (&again.target, again.state),
        (&refused.target, EffectState::Settled)
    );
    assert!(again.worst_case.amount_micros >= refused.worst_case.amount_micros);
    assert_ne!(again.vendor_key, refused.vendor_key);
    assert_eq!(booked(&stage).len(), 3);
}

#[tokio::test]
async fn what_comes_back_after_it_was_completed_is_owed_again_with_the_next_week() {
    let stage = stage().await;
    look(&stage).await;
    // The bank's second payment is completed, and comes back a day later.
    stage.befall("revolut.pay", "settle_later", 1).await;
    stage.befall("revolut.pay", "settle_badly", 1).await;
    stage.ask("decide.payout").await;
    settle(&stage).await;
    let acts = acts(&stage).await;
    let second = booked(&stage).remove(1).object;
    let by_id = |act: &&EffectView| act.vendor_ref.as_deref() == Some(&second);
    let returned = acts.iter().find(by_id).unwrap();
    assert_eq!(returned.state, EffectState::Settled);
    for _ in 0..7 {
        stage.pass(24);
        day(&stage).await;
    }
    settle(&stage).await;
    assert_eq!(booked(&stage).len(), 2 * SUPPLIERS);
    let net = net_micros(&stage, "2026-03-09T00:00:00+01").await;
    for (supplier, share_ppm) in suppliers(&stage) {
        let back = returned
            .actual_micros
            .filter(|_| supplier == returned.target);
        let owed = part(net, share_ppm) + back.unwrap_or(0);
        assert_eq!(paid_micros(&stage, &supplier).await, owed);
    }
}

#[tokio::test]
async fn a_supplier_who_left_the_list_is_not_paid_even_if_somebody_approves() {
    let mut stage = stage().await;
    let scope = "payout@aurora";
    set_autonomy(stage.db(), scope, Autonomy::Suggest, "ada", "a test")
        .await
        .unwrap();
    // A policy that only suggests has a tenth of each cap.
    change(&mut stage, |brand| {
        if let Some(payouts) = &mut brand.payouts {
            payouts.cap_day.amount_micros *= 10;
        }
    });
    day(&stage).await;
    let own = suppliers(&stage).remove(0).0;
    change(&mut stage, |brand| {
        let payouts = brand.payouts.as_mut();
        if let Some(payouts) = payouts.filter(|_| brand.id.as_str() == BRAND) {
            payouts.suppliers.remove(0);
        }
    });
    for one in decided(&stage).await {
        let waits = approve(stage.db(), one.id, "ada").await.unwrap();
        assert!(waits, "{one:?}");
    }
    stage.ask("sense.bank").await;
    for one in decided(&stage).await {
        let state = if one.target == own {
            "refused"
        } else {
            "permitted"
        };
        assert_eq!(one.state, state);
        let verdict = one.verdict.unwrap();
        assert_eq!(
            verdict.contains("is not on the owner's list"),
            one.target == own
        );
    }
    assert_eq!(booked(&stage).len(), SUPPLIERS - 1);
}

#[tokio::test]
async fn nobody_is_paid_beyond_the_cap_of_the_month() {
    let mut stage = stage().await;
    look(&stage).await;
    // Room for one of the two, whichever comes first: they have 25 and 15 percent.
    let net = net_micros(&stage, "2026-03-02T00:00:00+01").await;
    change(&mut stage, |brand| {
        if let Some(payouts) = &mut brand.payouts {
            payouts.cap_month = Money::from_micros(net * 3 / 10, brand.currency);
        }
    });
    stage.ask("decide.payout").await;
    settle(&stage).await;
    assert_eq!(booked(&stage).len(), 1);
    let decided = decided(&stage).await;
    let refused = decided.iter().find(|one| one.state == "refused").unwrap();
    let verdict = refused.verdict.as_deref().unwrap();
    assert!(verdict.contains("monthly_budget"), "{verdict}");
}

#[tokio::test]
async fn a_refund_that_comes_after_a_payout_is_taken_off_the_next_one() {
    let stage = stage().await;
    day(&stage).await;
    settle(&stage).await;
    assert_paid_for_all(&stage, "2026-03-02T00:00:00+01").await;
    let given_back = give_back_everything_paid(&stage, 3).await;
    for _ in 0..7 {
        stage.pass(24);
        day(&stage).await;
    }
    settle(&stage).await;
    let refunded = sqlx::query_scalar!(
        r#"SELECT sum(refunded_micros)::bigint AS "refunded!" FROM homeostat.shop_order WHERE brand = $1"#,
        BRAND
    );
    let refunded = refunded.fetch_one(stage.db().pool()).await.unwrap();
    assert_eq!(refunded, given_back);
    assert_paid_for_all(&stage, "2026-03-09T00:00:00+01").await;
}

/// So many whole orders are refunded by somebody in the shop. What they had cost, micro-units.
async fn give_back_everything_paid(stage: &Stage, count: usize) -> i64 {
    let brand = stage.operator.config.brand(BRAND).unwrap();
    let shop = &stage.operator.partners.shops[&brand.id];
    let first = Paging::first(20);
    let page = shop.orders_page(Updated::default(), &first).await;
    let page = page.unwrap().value;
    let whole = page
        .items
        .iter()
        .filter(|order| order.total_refunded.amount_micros == 0);
    let mut given_back = 0;
    for order in whole.take(count) {
        let paid = &order.transactions[0];
        let refund = NewRefund {
            order: order.id,
            amount: order.total,
            shop_currency: order.total.currency,
            parent: paid.id,
            gateway: paid.gateway.clone().unwrap(),
            note: String::new(),
            notify: false,
            lines: vec![],
        };
        let key = order.id.to_string();
        shop.refund_create(&refund, &key, "in-the-shop")
            .await
            .unwrap();
        given_back += order.total.amount_micros;
    }
    assert!(given_back > 0);
    given_back
}

//! Reconciliation: what somebody did by hand is found, and a quiet world is quiet.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_effects::{open_incidents, token};
use homeostat_model::Money;
use homeostat_operator::records::{
    campaign,
    drift::{self, Drift},
};
use homeostat_sandbox::PERSON;
use homeostat_vendors::{
    meta::Status,
    shopify::{NewRefund, Order, Paging, TransactionKind, Updated},
};

use crate::stage::{BRAND, Stage};

/// One pass. Returns the kinds of the other jobs that it brought.
async fn pass(stage: &Stage) -> Vec<String> {
    let mut ended = stage.ask("guard.reconcile").await;
    assert_eq!(ended.remove(0), ("guard.reconcile".into(), "done".into()));
    ended.into_iter().map(|(kind, _)| kind).collect()
}

async fn all(stage: &Stage) -> Vec<Drift> {
    let mut all = drift::list(stage.db(), Some(BRAND), false, 100)
        .await
        .unwrap();
    all.reverse();
    all
}

/// Kind, subject and state of each.
async fn told(stage: &Stage) -> Vec<(String, String, String)> {
    let each = all(stage).await.into_iter();
    each.map(|one| (one.kind, one.subject, one.state)).collect()
}

/// A campaign that runs, as our row has it.
async fn running(stage: &Stage) -> String {
    let live = campaign::in_state(stage.db(), BRAND, "ACTIVE").await;
    live.unwrap().remove(0).id
}

async fn state(stage: &Stage, id: &str) -> String {
    let known = campaign::find(stage.db(), id).await.unwrap();
    known.unwrap().state
}

/// Somebody pauses it in the vendor's own pages.
async fn pause_by_hand(stage: &Stage, id: &str) {
    let who = format!("{PERSON}ada");
    let meta = &stage.operator.meta;
    meta.set_status(&id.parse().unwrap(), Status::Paused, &who)
        .await
        .unwrap();
}

/// An act that has settled just now, as if it had been done.
async fn settled(stage: &Stage, kind: &str, key: &str, target: &str, amount_micros: i64) -> i64 {
    let decision = sqlx::query_scalar!(
        "INSERT INTO homeostat.decision
             (key, brand, target, policy, version, inputs, belief, proposal, decided_at, data_as_of)
         VALUES ($1, $2, $3, 'test', '1', '{}', '{}', '{}', now(), now()) RETURNING id",
        key,
        BRAND,
        target,
    );
    let decision = decision.fetch_one(stage.db().pool()).await.unwrap();
    let effect = sqlx::query_scalar!(
        "INSERT INTO homeostat.effect
             (key, decision_id, kind, vendor, class, brand, target, request, request_hash, amount_micros, currency,
              risk_reducing, state, sender, horizon_at, receipt, provenance, finished_at)
         VALUES ($1, $2, $3, 'test', 'queryable', $4, $5, '{}', '', $6, 'EUR', false, 'settled', 1, now(), '{}',
                 'normal', clock_timestamp()) RETURNING id",
        key,
        decision,
        kind,
        BRAND,
        target,
        amount_micros,
    );
    effect.fetch_one(stage.db().pool()).await.unwrap()
}

/// The acts were done two minutes ago.
async fn acts_are_over(stage: &Stage) {
    sqlx::query!(
        "UPDATE homeostat.effect SET finished_at = finished_at - interval '2 minutes',
             created_at = created_at - interval '2 minutes'"
    )
    .execute(stage.db().pool())
    .await
    .unwrap();
}

async fn some_order(stage: &Stage) -> Order {
    let shop = stage.operator.partners.shops.values().next().unwrap();
    let page = shop
        .orders_page(Updated::default(), &Paging::first(5))
        .await;
    page.unwrap().value.items.remove(0)
}

async fn refund(stage: &Stage, order: &Order, amount_micros: i64, note: String, key: &str) {
    let mut payments = order.transactions.iter();
    let paid = payments
        .find(|one| one.kind == TransactionKind::Sale)
        .unwrap();
    let wanted = NewRefund {
        order: order.id,
        amount: Money::from_micros(amount_micros, order.currency),
        shop_currency: order.currency,
        parent: paid.id,
        gateway: paid.gateway.clone().unwrap(),
        note,
        notify: false,
        lines: Vec::new(),
    };
    let shop = stage.operator.partners.shops.values().next().unwrap();
    shop.refund_create(&wanted, key, "person-ada")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_campaign_that_somebody_paused_is_found_and_our_row_put_right() {
    let stage = Stage::new().await;
    stage.ask("sense.meta").await;
    assert!(pass(&stage).await.is_empty());
    assert_eq!(all(&stage).await, [], "a quiet world");
    let id = running(&stage).await;
    pause_by_hand(&stage, &id).await;
    let followed = pass(&stage).await;
    assert!(followed.contains(&"sense.meta".to_owned()), "{followed:?}");
    assert_eq!(state(&stage, &id).await, "PAUSED");
    let found = all(&stage).await;
    let only = [("campaign".into(), id.clone(), "repaired".into())];
    assert_eq!(told(&stage).await, only);
    assert!(found[0].believed.starts_with("ACTIVE"), "{found:?}");
    assert!(found[0].seen.starts_with("PAUSED"), "{found:?}");
    let events = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.event WHERE entity = 'drift'"#
    );
    assert_eq!(events.fetch_one(stage.db().pool()).await.unwrap(), 1);
    pass(&stage).await;
    assert_eq!(told(&stage).await, only, "it is told once");
    // Nothing was sent about it; what the loop does to losing campaigns is its own.
    let ours = stage.sandbox.acts_of("meta");
    let mut ours = ours
        .iter()
        .filter(|act| act.object == id && !act.request_id.starts_with(PERSON));
    assert_eq!(ours.next(), None);
}

/// Red without the look at our own acts.
#[tokio::test]
async fn what_we_have_acted_on_just_now_is_no_difference() {
    let stage = Stage::new().await;
    stage.ask("sense.meta").await;
    let id = running(&stage).await;
    settled(&stage, "meta.resume_campaign", "k", &id, 0).await;
    pause_by_hand(&stage, &id).await;
    pass(&stage).await;
    assert_eq!(
        (told(&stage).await, state(&stage, &id).await),
        (vec![], "ACTIVE".into())
    );
    acts_are_over(&stage).await;
    pass(&stage).await;
    assert_eq!(
        told(&stage).await,
        [("campaign".into(), id, "repaired".into())]
    );
}

/// Red when no answer is read as an empty list.
#[tokio::test]
async fn a_vendor_that_does_not_answer_is_no_difference() {
    let stage = Stage::new().await;
    stage.ask("sense.meta").await;
    let id = running(&stage).await;
    pause_by_hand(&stage, &id).await;
    for fault in [
        "lose_request",
        "error_before",
        "unavailable_text",
        "throttle",
    ] {
        stage.befall("meta.list_campaigns", fault, 1).await;
        pass(&stage).await;
        assert_eq!(told(&stage).await, [], "{fault}");
        assert_eq!(state(&stage, &id).await, "ACTIVE", "{fault}");
    }
    let told_why = sqlx::query_scalar!(
        r#"SELECT data -> 'result' -> 'campaigns' ->> 'unanswered' AS "why!" FROM homeostat.event
           WHERE entity = 'job' AND data -> 'result' -> 'campaigns' ->> 'unanswered' IS NOT NULL"#
    );
    let told_why = told_why.fetch_all(stage.db().pool()).await.unwrap();
    assert_eq!(told_why.len(), 4, "{told_why:?}");
}

#[tokio::test]
async fn a_refund_that_is_not_there_is_left_for_a_person_until_it_is() {
    let stage = Stage::new().await;
    stage.pass(24);
    stage.ask("sense.shop").await;
    let order = some_order(&stage).await;
    let effect = settled(
        &stage,
        "shopify.refund",
        "k-1",
        &order.id.to_string(),
        5_000_000,
    )
    .await;
    pass(&stage).await;
    assert_eq!(told(&stage).await, [], "it is too young to be missed");
    acts_are_over(&stage).await;
    pass(&stage).await;
    let as_state = |state: &str| {
        [(
            "refund".to_owned(),
            format!("effect {effect}"),
            state.to_owned(),
        )]
    };
    assert_eq!(told(&stage).await, as_state("found"));
    assert!(open_incidents(stage.db()).await.unwrap().is_empty());
    stage.pass(1);
    pass(&stage).await;
    assert_eq!(told(&stage).await, as_state("left"));
    let open = open_incidents(stage.db()).await.unwrap();
    assert_eq!(open.len(), 1);
    assert!(
        open[0].reason.contains("no such refund"),
        "{}",
        open[0].reason
    );
    // It is there after all: the incident closes by itself.
    let note = format!("arrived late [{}]", token("k-1"));
    refund(&stage, &order, 5_000_000, note, "key-1").await;
    pass(&stage).await;
    assert!(told(&stage).await.contains(&as_state("repaired")[0]));
    assert!(open_incidents(stage.db()).await.unwrap().is_empty());
    // And so much of the order went back, which our row learns.
    let known = sqlx::query_scalar!(
        "SELECT refunded_micros FROM homeostat.shop_order WHERE vendor_id = $1",
        order.id.to_string(),
    );
    assert_eq!(known.fetch_one(stage.db().pool()).await.unwrap(), 5_000_000);
}

#[tokio::test]
async fn a_parcel_that_went_on_is_no_difference_and_one_that_never_arrived_is() {
    let stage = Stage::new().await;
    stage.ask("sense.shop").await;
    stage.ask("sense.parcels").await;
    stage.pass(48);
    pass(&stage).await;
    let moved = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.shipment WHERE state <> 'not_seen'"#
    );
    assert!(
        moved.fetch_one(stage.db().pool()).await.unwrap() > 0,
        "brought up to date"
    );
    assert_eq!(told(&stage).await, []);
    let number = sqlx::query_scalar!(
        "UPDATE homeostat.shipment SET state = 'lost', state_raw = 'Exception', sub_status = 'Exception_Lost',
             read_at = registered_at
         WHERE id = (SELECT min(id) FROM homeostat.shipment WHERE state = 'moving') RETURNING number"
    );
    let number = number.fetch_one(stage.db().pool()).await.unwrap();
    pass(&stage).await;
    assert_eq!(
        told(&stage).await,
        [("shipment".into(), number, "repaired".into())]
    );
}

//! What is normal for a store is what its own orders say, and a store that sells nothing reaches a person.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_effects::{Incident, open_incidents};
use homeostat_operator::records::{
    baseline::{self, Baseline, State},
    sensor,
};
use homeostat_vendors::shopify::{FinancialStatus, Order, Paging, Updated};
use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

/// A store that has sold for nine days, and was read.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.pass(48);
    stage.ask("sense.shop").await;
    stage
}

async fn judge(stage: &Stage) -> Baseline {
    let ended = stage.ask("guard.baseline").await;
    assert_eq!(ended, [("guard.baseline".into(), "done".into())]);
    known(stage).await
}

async fn known(stage: &Stage) -> Baseline {
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let known = baseline::known(&mut connection, BRAND).await.unwrap();
    known.unwrap()
}

/// The whole shop was looked at, and it showed nothing new.
async fn read_nothing_new(stage: &Stage) {
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let (id, now) = (
        format!("shopify.orders:{BRAND}"),
        stage.operator.clock.now(),
    );
    sensor::saw(&mut connection, &id, BRAND, now).await.unwrap();
}

/// What the shop itself shows of all its orders.
async fn shown(stage: &Stage) -> Vec<Order> {
    let mut shops = stage.operator.partners.shops.iter();
    let (_, shop) = shops.find(|(brand, _)| brand.as_str() == BRAND).unwrap();
    let (mut orders, mut after) = (Vec::new(), None);
    loop {
        let paging = Paging {
            after,
            ..Paging::first(25)
        };
        let page = shop.orders_page(Updated::default(), &paging).await.unwrap();
        orders.extend(page.value.items);
        after = page.value.next;
        if after.is_none() {
            return orders;
        }
        // What a page costs fills up with the shop's time.
        let wait = SignedDuration::from_secs(30);
        stage.sandbox.clock().advance(wait);
    }
}

async fn silences(stage: &Stage) -> Vec<Incident> {
    let mut open = open_incidents(stage.db()).await.unwrap();
    open.retain(|one| one.kind == baseline::INCIDENT);
    open
}

/// The states that events tell of, in order.
async fn told(stage: &Stage) -> Vec<String> {
    sqlx::query_scalar!(
        "SELECT to_state FROM homeostat.event WHERE entity = 'store_baseline' ORDER BY id"
    )
    .fetch_all(stage.db().pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn the_average_order_is_that_of_the_shops_own_orders() {
    let stage = stage().await;
    let found = judge(&stage).await;
    let mut orders = shown(&stage).await;
    orders.retain(|one| {
        let nothing = [FinancialStatus::Voided, FinancialStatus::Expired];
        let status = one.financial_status.as_ref();
        one.created_at <= found.counted_to && !status.is_some_and(|s| nothing.contains(s))
    });
    let count = i64::try_from(orders.len()).unwrap();
    let sum: i64 = orders.iter().map(|one| one.total.amount_micros).sum();
    assert!(count > 200, "{count}");
    assert_eq!(i64::from(found.orders), count);
    assert_eq!(found.aov_micros, Some(sum / count));
    assert_eq!(
        found.counted_from,
        orders.iter().map(|one| one.created_at).min().unwrap()
    );
    assert_eq!(
        found.last_order_at,
        orders.iter().map(|one| one.created_at).max()
    );
    assert_eq!((found.state, found.conversion_ppm), (State::Usual, None));
    // The same reading says the same, and a newer one that moves figures alone is no event.
    stage.pass(1);
    assert_eq!(judge(&stage).await, found);
    stage.ask("sense.shop").await;
    assert!(judge(&stage).await.counted_to > found.counted_to);
    assert_eq!(told(&stage).await, ["usual"]);
}

/// Red when the check's own time is taken for the reading's.
#[tokio::test]
async fn a_store_that_is_not_read_is_not_called_silent() {
    let stage = stage().await;
    let before = judge(&stage).await;
    stage.pass(48);
    assert_eq!(judge(&stage).await, before);
    assert_eq!(before.state, State::Usual);
    assert_eq!(silences(&stage).await, []);
}

/// Red when a silence is judged anew each time: after a month its own rate is nothing.
#[tokio::test]
async fn a_store_that_sells_nothing_reaches_a_person_until_it_sells() {
    let stage = stage().await;
    stage.ask("sense.meta").await;
    let before = judge(&stage).await;
    stage.pass(2);
    read_nothing_new(&stage).await;
    assert_eq!(
        judge(&stage).await.state,
        State::Usual,
        "two hours are nothing"
    );
    for days in [1, 1, 31] {
        stage.pass(24 * days);
        read_nothing_new(&stage).await;
        let found = judge(&stage).await;
        assert_eq!(found.state, State::Silent, "{found:?}");
        assert_eq!(found.last_order_at, before.last_order_at);
        let open = silences(&stage).await;
        assert_eq!(open.len(), 1);
        let says = &open[0].reason;
        let since = before.last_order_at.unwrap().to_string();
        assert!(
            says.contains(&since) && says.contains("campaigns run"),
            "{says}"
        );
    }
    assert_eq!(known(&stage).await.orders, 0);
    stage.ask("sense.shop").await;
    assert_eq!(judge(&stage).await.state, State::Usual);
    assert_eq!(silences(&stage).await, []);
    assert_eq!(told(&stage).await, ["usual", "silent", "usual"]);
}

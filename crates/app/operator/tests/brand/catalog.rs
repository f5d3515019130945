//! What a shop sells is mirrored, and put right by compare-and-set alone: a number that has moved is left alone, an
//! answer that was lost changes nothing twice, and what is not seen is not taken for none.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_effects::{EffectFilter, EffectState, EffectView, effects, renew_lease};
use homeostat_operator::records::sensor;
use homeostat_sandbox::Act;
use homeostat_vendors::shopify::{
    Client, InventoryItemId, InventorySet, LocationId, Paging, ProductId, ProductStatus,
};

use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

/// An item as the mirror has it.
struct Mirrored {
    item: InventoryItemId,
    product: ProductId,
    location: LocationId,
    sku: String,
    state: String,
    is_draft_by_us: bool,
    available: i64,
}

/// A stage whose guard lives for an hour: what does not lower risk may be done.
pub(crate) async fn guarded() -> Stage {
    let stage = Stage::new().await;
    let later = stage
        .db()
        .now()
        .await
        .unwrap()
        .plus(SignedDuration::from_hours(1));
    let holder = stage.effects.owner;
    renew_lease(stage.db(), holder, Some(later)).await.unwrap();
    stage
}

async fn items(stage: &Stage) -> Vec<Mirrored> {
    let rows = sqlx::query!(
        r#"SELECT item, product, location AS "location!", sku AS "sku!", state, is_draft_by_us, available AS "available!"
           FROM homeostat.product WHERE brand = $1 ORDER BY item"#,
        BRAND
    );
    let rows = rows.fetch_all(stage.db().pool()).await.unwrap();
    let each = rows.into_iter().map(|row| Mirrored {
        item: row.item.parse().unwrap(),
        product: row.product.parse().unwrap(),
        location: row.location.parse().unwrap(),
        sku: row.sku,
        state: row.state,
        is_draft_by_us: row.is_draft_by_us,
        available: row.available,
    });
    each.collect()
}

fn shop(stage: &Stage) -> &Client {
    &stage.operator.partners.shops[&BRAND.parse().unwrap()]
}

async fn available(stage: &Stage, item: &Mirrored) -> i64 {
    let level = shop(stage).inventory_level(item.item, item.location).await;
    level.unwrap().value.unwrap().available
}

async fn acts_of(stage: &Stage, kind: &str) -> Vec<EffectView> {
    let mut found = effects(stage.db(), &EffectFilter::default()).await.unwrap();
    found.retain(|act| act.kind == kind);
    found
}

/// Changes at the shop, in its own books.
fn booked(stage: &Stage, act: &str) -> Vec<Act> {
    let mut acts = stage.sandbox.acts_of("shopify");
    acts.retain(|one| one.act == act && one.applied);
    acts
}

async fn look(stage: &Stage) -> Vec<(String, String)> {
    stage.ask("sense.shop").await;
    stage.ask("sense.catalog").await
}

/// An item whose number is oldest, and an order of two of it that came after the number and did not change it.
async fn missed_order(stage: &Stage) -> Mirrored {
    let found = sqlx::query!(
        r#"SELECT sku AS "sku!", available_at AS "at: homeostat_store::Stamp" FROM homeostat.product
           WHERE brand = $1 AND available > 5 AND read_at - available_at > interval '1 hour'
             AND NOT EXISTS (SELECT FROM homeostat.shop_line l WHERE l.brand = product.brand AND l.sku = product.sku
                               AND l.placed_at > product.available_at)
           ORDER BY available_at LIMIT 1"#,
        BRAND
    );
    let found = found.fetch_one(stage.db().pool()).await.unwrap();
    let insert = sqlx::query!(
        "INSERT INTO homeostat.shop_line (id, brand, shop_order, sku, quantity, placed_at)
         SELECT $1 || ':by-hand-' || count(*), $1, 'none', $2, 2, $3::timestamptz + interval '20 minutes' FROM homeostat.shop_line",
        BRAND,
        found.sku,
        found.at as Option<homeostat_store::Stamp>,
    );
    insert.execute(stage.db().pool()).await.unwrap();
    let items = items(stage).await;
    items.into_iter().find(|one| one.sku == found.sku).unwrap()
}

/// Red when the wish to act is not stored with the decision, or a draft of ours is not known again: leave
/// `is_draft_by_us` out of `shelf_confirmed` in `records/product`.
#[tokio::test]
async fn what_is_sold_out_leaves_the_shelf_and_comes_back_with_the_delivery() {
    let stage = guarded().await;
    let ended = look(&stage).await;
    assert!(
        ended.contains(&("act.shelf".into(), "done".into())),
        "{ended:?}"
    );
    let short = items(&stage).await.pop().unwrap();
    assert_eq!((short.available, short.is_draft_by_us), (0, true));
    let product = shop(&stage).product(short.product, "EUR".parse().unwrap());
    let status = product.await.unwrap().value.unwrap().status;
    assert_eq!(status, ProductStatus::Draft);
    // The first delivery comes ten hours after the beginning.
    stage.pass(11);
    look(&stage).await;
    let short = items(&stage).await.pop().unwrap();
    assert!(short.available > 0);
    assert_eq!(
        (short.state.as_str(), short.is_draft_by_us),
        ("ACTIVE", false)
    );
    let told = booked(&stage, "product_update");
    let told: Vec<&str> = told
        .iter()
        .map(|act| act.to.split(' ').next().unwrap())
        .collect();
    assert_eq!(told, ["DRAFT", "ACTIVE"]);
    let disputes = sqlx::query_scalar!(
        r#"SELECT state FROM homeostat.sensor WHERE id = 'shopify.disputes:' || $1"#,
        BRAND
    );
    assert_eq!(
        disputes.fetch_one(stage.db().pool()).await.unwrap(),
        "seeing"
    );
}

/// Red when somebody else's draft is taken for ours: let `inputs` in `jobs/stock` look at the state alone.
#[tokio::test]
async fn what_a_person_took_off_sale_stays_off_it() {
    let stage = guarded().await;
    stage.pass(11);
    look(&stage).await;
    let item = items(&stage).await.remove(0);
    let change = homeostat_vendors::shopify::ProductChange {
        status: Some(ProductStatus::Draft),
        ..Default::default()
    };
    let by_hand = shop(&stage)
        .product_update(item.product, &change, "person-1")
        .await;
    by_hand.unwrap();
    stage.pass(2);
    look(&stage).await;
    let item = items(&stage).await.remove(0);
    assert_eq!((item.state.as_str(), item.is_draft_by_us), ("DRAFT", false));
    assert!(item.available > 0);
    let id = item.product.to_string();
    assert!(
        acts_of(&stage, "shopify.set_shelf")
            .await
            .iter()
            .all(|act| act.target != id)
    );
}

/// Red when a lost answer is taken for a refusal, or when recovery goes by the number and not by the key: let the probe
/// of `set_quantity` answer `Happened` for whatever stands there.
#[tokio::test]
async fn a_correction_whose_answer_was_lost_changes_the_shop_once() {
    for fault in ["lose_reply", "lose_request"] {
        let stage = guarded().await;
        stage.pass(11);
        look(&stage).await;
        let item = missed_order(&stage).await;
        let before = booked(&stage, "inventory_set").len();
        stage.befall("shopify.inventory_set", fault, 1).await;
        stage.ask("decide.stock").await;
        let act = acts_of(&stage, "shopify.set_quantity").await.remove(0);
        assert_eq!(act.state, EffectState::Unknown, "{fault}");
        let pass = stage.recover().await;
        assert_eq!((pass.settled, pass.resent), (1, 1), "{fault}: {pass:?}");
        assert_eq!(booked(&stage, "inventory_set").len(), before + 1, "{fault}");
        assert_eq!(
            available(&stage, &item).await,
            item.available - 2,
            "{fault}"
        );
        // What was put right is no gap any more.
        stage.pass(2);
        stage.ask("decide.stock").await;
        assert_eq!(booked(&stage, "inventory_set").len(), before + 1, "{fault}");
    }
}

/// Red without the comparison: set `change_from` to what the shop says at the time of the call.
#[tokio::test]
async fn a_number_that_has_moved_is_left_alone_and_decided_about_anew() {
    let stage = guarded().await;
    stage.pass(11);
    look(&stage).await;
    let item = missed_order(&stage).await;
    let by_hand = InventorySet {
        item: item.item,
        location: item.location,
        available: item.available + 7,
        change_from: item.available,
        reason: "received",
    };
    let set = shop(&stage)
        .inventory_set(&by_hand, "by-hand", "person-1")
        .await;
    set.unwrap();
    stage.ask("decide.stock").await;
    let act = acts_of(&stage, "shopify.set_quantity").await.remove(0);
    assert_eq!(
        (act.state, act.target.clone()),
        (EffectState::Refused, item.item.to_string())
    );
    assert_eq!(available(&stage, &item).await, item.available + 7);
    // What was entered by hand is the count from then on.
    stage.pass(3);
    look(&stage).await;
    let again = items(&stage)
        .await
        .into_iter()
        .find(|one| one.sku == item.sku)
        .unwrap();
    assert!(again.available > item.available, "{}", again.available);
    let one = missed_order(&stage).await;
    stage.ask("decide.stock").await;
    let act = acts_of(&stage, "shopify.set_quantity").await.remove(0);
    assert_eq!(
        (act.state, act.target),
        (EffectState::Settled, one.item.to_string())
    );
    assert_eq!(available(&stage, &one).await, one.available - 2);
}

/// Red when a count is made of what a blind sensor last saw: let `sees` in `jobs/stock` answer `true`.
#[tokio::test]
async fn what_a_blind_sensor_does_not_see_is_not_taken_for_none() {
    let stage = guarded().await;
    // The orders were never read.
    let ended = stage.ask("sense.catalog").await;
    assert!(
        ended.contains(&("decide.stock".into(), "done".into())),
        "{ended:?}"
    );
    assert_eq!(items(&stage).await.pop().unwrap().available, 0);
    stage.ask("sense.shop").await;
    let id = format!("shopify.products:{BRAND}");
    sensor::missed(stage.db(), &id, BRAND, "no answer")
        .await
        .unwrap();
    stage.ask("decide.stock").await;
    assert!(
        effects(stage.db(), &EffectFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let now = stage.operator.clock.now();
    sensor::saw(&mut connection, &id, BRAND, now).await.unwrap();
    drop(connection);
    stage.ask("decide.stock").await;
    assert_eq!(acts_of(&stage, "shopify.set_shelf").await.len(), 1);
}

/// Red when the sandbox takes every order off the stock: set `MISSED_EVERY` to more than there are orders.
#[tokio::test]
async fn in_the_usual_world_every_act_on_stock_comes_up_within_days() {
    let stage = guarded().await;
    for _ in 0..16 {
        stage.pass(3);
        look(&stage).await;
    }
    assert!(!booked(&stage, "inventory_set").is_empty());
    assert!(booked(&stage, "product_update").len() > 1);
    for act in effects(stage.db(), &EffectFilter::default()).await.unwrap() {
        assert_eq!(act.state, EffectState::Settled, "{act:?}");
    }
    let page = shop(&stage).locations_page(&Paging::first(1)).await;
    assert_eq!(page.unwrap().value.items.len(), 1);
}

//! Who somebody is, kept apart from what they did: the same under every key, and gone when they ask.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_language::Language;
use homeostat_model::{Money, WorldTime};
use homeostat_operator::{
    People, Sight,
    records::{
        customer, identity,
        letter::{self, Letter},
        shop_order,
    },
};
use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

const FIRST: &str = "1:6a1f0c52d9e84b37a05c7e19f2b8463d915e70ca48fb2d63087ea4c91b5f3d26";
const SECOND: &str = "2:0b7dd35e92c14fa86e3f5a10c8b9d7214f6e83a05bd1c97e2640f8a93c5e71bd";

fn seen(keys: &str, email: &str) -> Sight {
    let people = People::new(&keys.into()).unwrap();
    people.customer(email).unwrap()
}

fn home(street: &str) -> Sight {
    let people = People::new(&FIRST.into()).unwrap();
    people.household("DE", "10115", street).unwrap()
}

async fn order(stage: &Stage, number: u64, customer: Sight, street: &str) {
    let now = stage.sandbox.clock().now();
    let eur = |micros| Money::from_micros(micros, "EUR".parse().unwrap());
    let reading = shop_order::Reading {
        number,
        vendor_id: format!("gid://shopify/Order/{number}"),
        name: format!("#{number}"),
        state: "PAID".into(),
        state_raw: "PAID".into(),
        fulfillment: "FULFILLED".into(),
        total: eur(80_000_000),
        refunded: eur(0),
        customer: Some(customer),
        household: Some(home(street)),
        payment: None,
        gateway: None,
        parcels: Vec::new(),
        units: 1,
        dispute: None,
        placed_at: now,
        updated_at: now,
    };
    let mut connection = stage.db().pool().acquire().await.unwrap();
    shop_order::record(&mut connection, BRAND, &[reading], now)
        .await
        .unwrap();
}

async fn letter(stage: &Stage, message: &str, customer: Sight, at: WorldTime) -> Letter {
    let reading = letter::Reading {
        inbox: "support@aurora.example".into(),
        message: format!("<{message}@mail.example>"),
        thread: message.into(),
        received_at: at,
        customer: Some(customer),
        language: Language::English,
        language_told: true,
        intents: Vec::new(),
        wants: homeostat_control::refund::Intent::Track,
        claim: None,
        orders_said: Vec::new(),
        parcels_said: Vec::new(),
        asked: None,
        has_evidence: false,
        wants_person: false,
        flags: Vec::new(),
        said: Some("words:1:abc".into()),
        is_automatic: false,
    };
    let mut connection = stage.db().pool().acquire().await.unwrap();
    letter::record(&mut connection, BRAND, &reading, at)
        .await
        .unwrap();
    let id = letter::id_of(BRAND, &reading.message);
    letter::find(stage.db(), &id).await.unwrap().unwrap()
}

async fn orders_of(stage: &Stage, customer: &str) -> usize {
    customer::orders(stage.db(), customer).await.unwrap().len()
}

/// What the log and the rows say of digests.
async fn traces(stage: &Stage) -> i64 {
    sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM homeostat.event WHERE data::text ~ '(email|address):[0-9]+:')
                + (SELECT count(*) FROM homeostat.shop_order o WHERE o::text ~ '(email|address):[0-9]+:')
                + (SELECT count(*) FROM homeostat.letter l WHERE l::text ~ '(email|address):[0-9]+:') AS "n!""#
    )
    .fetch_one(stage.db().pool())
    .await
    .unwrap()
}

/// Red when only the newest key is looked for: return it alone from `Sight::digests`.
#[tokio::test]
async fn who_is_seen_under_a_newer_key_stays_the_same() {
    let stage = Stage::new().await;
    let now = stage.sandbox.clock().now();
    let both = format!("{FIRST},{SECOND}");
    order(&stage, 1001, seen(FIRST, "ada@example.com"), "Gartenweg 3").await;
    let mut whose = Vec::new();
    for (nth, keys) in [FIRST, &both, &both, SECOND].into_iter().enumerate() {
        let who = seen(keys, "Ada@Example.com");
        let one = letter(&stage, &format!("m{nth}"), who, now).await;
        whose.push(one.customer.unwrap());
    }
    whose.dedup();
    assert_eq!(whose.len(), 1, "{whose:?}");
    assert!(whose[0].starts_with("customer-"), "{whose:?}");
    assert_eq!(orders_of(&stage, &whose[0]).await, 1);
    let eve = letter(&stage, "e", seen(&both, "eve@example.com"), now).await;
    assert_ne!(eve.customer.as_ref(), Some(&whose[0]));
    assert_eq!(
        traces(&stage).await,
        0,
        "a digest stands in its own table alone"
    );
}

/// Red when the orders keep the number, when a second key's digest stays, or when a neighbour is erased too.
#[tokio::test]
async fn who_is_erased_is_as_one_who_was_never_seen() {
    let stage = Stage::new().await;
    let now = stage.sandbox.clock().now();
    let both = format!("{FIRST},{SECOND}");
    order(&stage, 1001, seen(FIRST, "ada@example.com"), "Gartenweg 3").await;
    order(&stage, 1002, seen(FIRST, "eve@example.com"), "Gartenweg 3").await;
    order(
        &stage,
        1003,
        seen(&both, "ada@example.com"),
        "Lindenallee 8",
    )
    .await;
    let before = letter(&stage, "a1", seen(FIRST, "ada@example.com"), now).await;
    let eve = letter(&stage, "e1", seen(FIRST, "eve@example.com"), now).await;
    let ada = before.customer.unwrap();
    assert_eq!(orders_of(&stage, &ada).await, 2);

    let digests = seen(&both, "ada@example.com");
    let gone = identity::erase(stage.db(), digests.digests())
        .await
        .unwrap();
    // Two of hers, and the household that was hers alone.
    assert_eq!((gone.digests, gone.orders, gone.letters), (3, 2, 1));
    let again = identity::erase(stage.db(), digests.digests())
        .await
        .unwrap();
    assert_eq!(again, identity::Erased::default());

    assert_eq!(orders_of(&stage, &ada).await, 0);
    let known = letter::find(stage.db(), &before.id).await.unwrap().unwrap();
    assert_eq!((known.customer, known.said), (None, None));
    let next = letter(&stage, "a2", seen(&both, "ada@example.com"), now).await;
    let next = next.customer.unwrap();
    assert_ne!(next, ada, "she is somebody new");
    assert_eq!(orders_of(&stage, &next).await, 0);
    // Whoever lives with her is not touched.
    assert_eq!(orders_of(&stage, eve.customer.as_ref().unwrap()).await, 1);
    let eves = customer::orders(stage.db(), &eve.customer.unwrap())
        .await
        .unwrap();
    let household = eves[0].household.clone().unwrap();
    assert_eq!(
        customer::on_address(stage.db(), &household).await.unwrap(),
        1
    );
}

/// Red when the last sight does not count, or nobody is ever forgotten.
#[tokio::test]
async fn who_was_not_seen_for_two_years_is_forgotten() {
    let stage = Stage::new().await;
    let now = stage.sandbox.clock().now();
    let days = |days: i64| now.plus(SignedDuration::from_hours(days * 24));
    let old = letter(&stage, "o", seen(FIRST, "old@example.com"), days(-900)).await;
    letter(&stage, "b1", seen(FIRST, "back@example.com"), days(-900)).await;
    let back = letter(&stage, "b2", seen(FIRST, "back@example.com"), days(-10)).await;
    let ended = stage.ask("guard.retention").await;
    assert_eq!(ended, [("guard.retention".into(), "done".into())]);
    let who = async |one: &Letter| {
        let found = letter::find(stage.db(), &one.id).await.unwrap();
        found.unwrap().customer
    };
    assert_eq!(who(&old).await, None);
    assert_eq!(who(&back).await, back.customer);
}

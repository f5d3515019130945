//! What is decided about letters, from the stores' own facts.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_control::{
    redecide,
    refund::{Claim, Intent, Proposal, Template, Why},
};
use homeostat_effects::{decision, set_autonomy};
use homeostat_language::Language;
use homeostat_model::{Autonomy, DecisionId, Money, WorldTime};
use homeostat_operator::records::{
    letter::{self, Letter, State},
    shop_order,
};
use homeostat_store::Stamp;
use jiff::SignedDuration;
use serde_json::json;

use crate::stage::{BRAND, Stage};

const ANA: &str = "email:1:ana";
const EVE: &str = "email:1:eve";

/// A stage on which a person looks at every proposal, so that none is carried out.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    let policy = format!("refund@{BRAND}");
    let level = Autonomy::Suggest;
    set_autonomy(stage.db(), &policy, level, "ada", "a test")
        .await
        .unwrap();
    stage.shop_was_read().await;
    stage
}

fn days(stage: &Stage, days: i64) -> WorldTime {
    let now = stage.sandbox.clock().now();
    now.plus(SignedDuration::from_hours(days * 24))
}

fn eur(micros: i64) -> Money {
    Money::from_micros(micros, "EUR".parse().unwrap())
}

/// An order of 80.00 that was sent 40 days ago.
async fn order(stage: &Stage, number: u64, customer: &str) {
    let reading = shop_order::Reading {
        number,
        vendor_id: format!("gid://shopify/Order/{number}"),
        name: format!("#{number}"),
        state: "PAID".into(),
        state_raw: "PAID".into(),
        fulfillment: "FULFILLED".into(),
        total: eur(80_000_000),
        refunded: eur(0),
        customer: Some(customer.into()),
        household: Some(format!("address:1:{customer}").as_str().into()),
        payment: Some("gid://shopify/OrderTransaction/1".into()),
        gateway: Some("bogus".into()),
        parcels: vec![format!("HX{number}")],
        units: 1,
        dispute: None,
        placed_at: days(stage, -41),
        updated_at: days(stage, -40),
    };
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let read_at = days(stage, 0);
    shop_order::record(&mut connection, BRAND, &[reading], read_at)
        .await
        .unwrap();
}

/// What its carrier said, so many days ago.
async fn parcel(stage: &Stage, number: u64, status: &str, days_ago: i64) {
    let readings = json!([
        { "at": days(stage, -40), "status": "InTransit", "sub_status": null },
        { "at": days(stage, -days_ago), "status": status, "sub_status": null },
    ]);
    sqlx::query(
        "INSERT INTO homeostat.shipment (id, brand, number, order_id, state, state_raw, shipped_at, readings, updated_at)
         VALUES ($1 || ':HX' || $2, $1, 'HX' || $2, $1 || ':' || $2, 'moving', $3, $5, $4, now())",
    )
    .bind(BRAND)
    .bind(number.to_string())
    .bind(status)
    .bind(readings)
    .bind(Stamp::from(days(stage, -40)))
    .execute(stage.db().pool())
    .await
    .unwrap();
}

fn not_received(stage: &Stage, message: &str, customer: &str) -> letter::Reading {
    letter::Reading {
        inbox: "support@aurora.example".into(),
        message: format!("<{message}@mail.example>"),
        thread: message.into(),
        received_at: stage.sandbox.clock().now(),
        customer: Some(customer.into()),
        language: Language::German,
        language_told: true,
        intents: vec!["not_received".into()],
        wants: Intent::Refund,
        claim: Some(Claim::NotReceived),
        orders_said: Vec::new(),
        parcels_said: Vec::new(),
        asked: None,
        has_evidence: false,
        wants_person: false,
        flags: Vec::new(),
        said: None,
        is_automatic: false,
    }
}

/// Decides about a letter, and proves that it decides again to the same bytes.
async fn served(stage: &Stage, reading: &letter::Reading) -> (Letter, Proposal) {
    let mut connection = stage.db().pool().acquire().await.unwrap();
    letter::record(&mut connection, BRAND, reading, days(stage, 0))
        .await
        .unwrap();
    drop(connection);
    let id = letter::id_of(BRAND, &reading.message);
    for _ in 0..2 {
        stage.decide(&id).await;
    }
    let letter = letter::find(stage.db(), &id).await.unwrap().unwrap();
    let decided = decision(stage.db(), letter.decision.unwrap())
        .await
        .unwrap()
        .unwrap();
    let seed = u64::try_from(decided.seed.unwrap()).unwrap();
    let again = redecide(&decided.policy, &decided.version, &decided.inputs, seed).unwrap();
    assert_eq!(again.proposal_json, decided.proposal);
    assert_eq!(again.belief_json, decided.belief);
    assert_eq!(decided.target, id);
    (letter, serde_json::from_str(&decided.proposal).unwrap())
}

fn paid(proposal: &Proposal) -> Option<i64> {
    match proposal {
        Proposal::Refund { amount, .. } => Some(amount.amount_micros),
        Proposal::Answer { .. }
        | Proposal::AskForEvidence { .. }
        | Proposal::Human { .. }
        | Proposal::Nothing => None,
    }
}

async fn decisions(stage: &Stage) -> i64 {
    let n = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.decision"#);
    n.fetch_one(stage.db().pool()).await.unwrap()
}

/// Red when the order's digest is not held against the letter's: drop `customer` from the query of `customer::orders`.
#[tokio::test]
async fn a_lost_parcel_is_refunded_once_to_whoever_bought_it_and_to_nobody_else() {
    let stage = stage().await;
    order(&stage, 1001, ANA).await;
    parcel(&stage, 1001, "InTransit", 30).await;
    // Somebody else knows the number.
    let mut theirs = not_received(&stage, "e1", EVE);
    theirs.orders_said = vec!["1001".into()];
    let (letter, proposal) = served(&stage, &theirs).await;
    let asked = Proposal::Answer {
        template: Template::OrderNeeded,
    };
    assert_eq!((&proposal, letter.order), (&asked, None));
    let again = letter::Reading {
        message: "<e2@mail.example>".into(),
        ..theirs
    };
    let (letter, proposal) = served(&stage, &again).await;
    assert_eq!(
        proposal,
        Proposal::Human {
            why: Why::AskedForPerson
        },
        "asked once is enough"
    );
    assert_eq!(letter.state, State::HandedOver);
    // The buyer does not even say the number.
    let own = not_received(&stage, "a1", ANA);
    let (letter, proposal) = served(&stage, &own).await;
    assert_eq!(paid(&proposal), Some(80_000_000));
    assert_eq!(letter.order.as_deref(), Some("aurora:1001"));
    assert_eq!(letter.state, State::Decided);
    let (_, proposal) = served(&stage, &not_received(&stage, "a2", ANA)).await;
    let under_way = Proposal::Answer {
        template: Template::BeingProcessed,
    };
    assert_eq!(proposal, under_way, "the first one is under way");
    assert_eq!(
        decisions(&stage).await,
        4,
        "one for each letter, however often its job runs"
    );
}

/// Red when an amount or a flag of the text raises anything.
#[tokio::test]
async fn who_commands_in_a_letter_gets_what_the_order_justifies() {
    let stage = stage().await;
    order(&stage, 1001, ANA).await;
    parcel(&stage, 1001, "Delivered", 30).await;
    let mut hostile = not_received(&stage, "m1", ANA);
    hostile.asked = Some(eur(9_999_000_000));
    hostile.flags = vec!["amount_command".into(), "command_block".into()];
    hostile.orders_said = vec!["1001".into()];
    let (_, proposal) = served(&stage, &hostile).await;
    assert!(
        matches!(proposal, Proposal::AskForEvidence { .. }),
        "{proposal:?}"
    );
    order(&stage, 2002, EVE).await;
    parcel(&stage, 2002, "InTransit", 30).await;
    let mut wronged = not_received(&stage, "m2", EVE);
    wronged.asked = Some(eur(9_999_000_000));
    let (_, proposal) = served(&stage, &wronged).await;
    assert_eq!(paid(&proposal), Some(80_000_000));
}

/// Red when a stranger is taken for anybody: give `order_of` all orders of the brand.
#[tokio::test]
async fn a_stranger_and_somebody_without_a_digest_have_no_order() {
    let stage = stage().await;
    order(&stage, 1001, ANA).await;
    parcel(&stage, 1001, "InTransit", 30).await;
    for (message, customer) in [("s1", Some("email:1:nobody".into())), ("s2", None)] {
        let stranger = letter::Reading {
            customer,
            orders_said: vec!["1001".into()],
            ..not_received(&stage, message, ANA)
        };
        let (letter, proposal) = served(&stage, &stranger).await;
        assert_eq!(
            proposal,
            Proposal::Answer {
                template: Template::OrderNeeded
            }
        );
        assert_eq!(letter.order, None);
    }
    let thanks = letter::Reading {
        wants: Intent::Thanks,
        claim: None,
        ..not_received(&stage, "s3", ANA)
    };
    let (letter, proposal) = served(&stage, &thanks).await;
    assert_eq!(
        (proposal, letter.state),
        (Proposal::Nothing, State::Ignored)
    );
}

/// Red when a refund of another store, or one that is under way, is not counted.
#[tokio::test]
async fn the_customer_s_room_counts_what_is_under_way() {
    let stage = stage().await;
    for number in [1001, 1002, 1003] {
        order(&stage, number, ANA).await;
        parcel(&stage, number, "InTransit", 30).await;
    }
    let mut given = Vec::new();
    for number in [1001, 1002, 1003] {
        let mut letter = not_received(&stage, &number.to_string(), ANA);
        letter.orders_said = vec![number.to_string()];
        let (letter, proposal) = served(&stage, &letter).await;
        let inputs = inputs(&stage, letter.decision.unwrap()).await;
        given.push((
            matches!(proposal, Proposal::Refund { .. }),
            inputs["customer_refunded_30d_micros"].as_i64().unwrap(),
            inputs["customer"]["profile"]["not_received_claims_180d"]
                .as_u64()
                .unwrap(),
        ));
    }
    let first: i64 = 80_000_000;
    assert_eq!(given[0], (true, 0, 0));
    assert_eq!((given[1].1, given[1].2), (first, 1));
    assert_eq!(given[2].2, 2, "each claim weighs on the next");
}

/// Red when nobody counts: two machines would write to each other for ever.
#[tokio::test]
async fn a_thread_in_which_two_machines_talk_is_a_person_s() {
    let stage = stage().await;
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let said = |n: u32| letter::Reading {
        thread: "loop".into(),
        wants: Intent::Unclear,
        claim: None,
        ..not_received(&stage, &format!("l{n}"), ANA)
    };
    for n in 0..11 {
        letter::record(&mut connection, BRAND, &said(n), days(&stage, 0))
            .await
            .unwrap();
    }
    let last = letter::id_of(BRAND, &said(10).message);
    stage.decide(&last).await;
    let letter = letter::find(stage.db(), &last).await.unwrap().unwrap();
    assert_eq!((letter.state, letter.decision), (State::HandedOver, None));
    assert_eq!(decisions(&stage).await, 0, "and nothing is answered");
}

/// Red when a letter is decided on a parcel that nobody has asked for: drop the wait from `jobs/serve`.
#[tokio::test]
async fn a_letter_waits_for_the_first_word_of_its_parcel() {
    let stage = Stage::new().await;
    stage.ask("sense.shop").await;
    let found = sqlx::query!(
        r#"SELECT i.digest, o.name, o.id, o.parcels[1] AS "parcel!" FROM homeostat.shop_order o
           JOIN homeostat.identity i ON o.customer = 'customer-' || i.id
           WHERE o.brand = $1 AND o.fulfillment = 'FULFILLED' AND o.parcels <> '{}'
           ORDER BY o.placed_at DESC LIMIT 1"#,
        BRAND
    );
    let order = found.fetch_one(stage.db().pool()).await.unwrap();
    let only = json!({ "brand": BRAND, "number": order.parcel });
    stage.ask_with("sense.parcels", only).await;
    stage.pass(1);
    // It is followed, and nobody has asked for it since.
    sqlx::query("UPDATE homeostat.shipment SET read_at = NULL")
        .execute(stage.db().pool())
        .await
        .unwrap();
    let mut asks = not_received(&stage, "w1", &order.digest);
    asks.orders_said = vec![order.name.trim_start_matches('#').to_owned()];
    let mut connection = stage.db().pool().acquire().await.unwrap();
    letter::record(&mut connection, BRAND, &asks, days(&stage, 0))
        .await
        .unwrap();
    drop(connection);
    let id = letter::id_of(BRAND, &asks.message);
    let jobs = stage
        .ask_with("decide.service", json!({ "letter": id }))
        .await;
    let looked = jobs.iter().filter(|(kind, _)| kind == "sense.parcels");
    assert_eq!(looked.count(), 1, "{jobs:?}");
    let letter = letter::find(stage.db(), &id).await.unwrap().unwrap();
    assert_eq!(letter.order.as_deref(), Some(order.id.as_str()));
    let decided = inputs(&stage, letter.decision.unwrap()).await;
    let heard = decided["delivery"]["readings"].as_array().unwrap();
    assert!(!heard.is_empty(), "{decided}");
}

async fn inputs(stage: &Stage, id: DecisionId) -> serde_json::Value {
    let decided = decision(stage.db(), id).await.unwrap().unwrap();
    serde_json::from_str(&decided.inputs).unwrap()
}

/// Red when the sweep does not look for failed jobs: the letter would wait for ever.
#[tokio::test]
async fn a_letter_whose_decision_was_given_up_is_a_persons() {
    let stage = stage().await;
    for number in [1001, 1002] {
        order(&stage, number, &format!("email:1:{number}")).await;
        parcel(&stage, number, "InTransit", 30).await;
    }
    sqlx::query!(
        r#"UPDATE homeostat.shipment SET readings = '[{"no": "reading"}]' WHERE number = 'HX1001'"#
    )
    .execute(stage.db().pool())
    .await
    .unwrap();
    let mut ids = Vec::new();
    for number in [1001, 1002] {
        let reading = not_received(&stage, &format!("m{number}"), &format!("email:1:{number}"));
        let mut connection = stage.db().pool().acquire().await.unwrap();
        letter::record(&mut connection, BRAND, &reading, days(&stage, 0))
            .await
            .unwrap();
        ids.push(letter::id_of(BRAND, &reading.message));
    }
    let args = json!({ "letter": ids[0] });
    let ended = stage.ask_with("decide.service", args).await;
    assert_eq!(ended.last().unwrap().1, "failed");
    let states = async || {
        let mut states = Vec::new();
        for id in &ids {
            states.push(letter::find(stage.db(), id).await.unwrap().unwrap().state);
        }
        states
    };
    assert_eq!(states().await, [State::Read, State::Read]);
    stage.ask("decide.answer").await;
    // The other one's job may still come.
    assert_eq!(states().await, [State::HandedOver, State::Read]);
}

//! Parcels: each is followed once, and what its carrier says arrives.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use homeostat_control::delivery::{State, estimate};
use homeostat_operator::records::{sensor, shipment};
use homeostat_vendors::track17::{Parcel, Tracked};
use serde_json::json;

use crate::stage::{BRAND, Stage};

/// How many parcels are in each state.
async fn states(stage: &Stage) -> BTreeMap<String, i64> {
    let rows = sqlx::query!(
        r#"SELECT state, count(*) AS "n!" FROM homeostat.shipment
           WHERE registered_at IS NOT NULL GROUP BY 1"#
    );
    let rows = rows.fetch_all(stage.db().pool()).await.unwrap();
    rows.into_iter().map(|row| (row.state, row.n)).collect()
}

async fn followed(stage: &Stage) -> i64 {
    states(stage).await.values().sum()
}

/// Numbers that the shop shows.
async fn shown(stage: &Stage) -> i64 {
    sqlx::query_scalar!(
        r#"SELECT count(DISTINCT p.number) AS "n!" FROM homeostat.shop_order o, unnest(o.parcels) AS p (number)"#
    )
    .fetch_one(stage.db().pool())
    .await
    .unwrap()
}

async fn refused(stage: &Stage) -> i64 {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.shipment WHERE refused LIKE '%-18019903%'"#
    )
    .fetch_one(stage.db().pool())
    .await
    .unwrap()
}

fn registered(stage: &Stage) -> usize {
    let acts = stage.sandbox.acts_of("track17");
    acts.iter().filter(|act| act.act == "register").count()
}

/// State and fault of the sensor.
async fn health(stage: &Stage) -> (String, Option<String>) {
    let all = sensor::list(stage.db()).await.unwrap();
    let own = all
        .into_iter()
        .find(|one| one.id == "track17.parcels:aurora");
    own.map(|one| (one.state, one.fault)).unwrap()
}

async fn look(stage: &Stage) {
    let ended = stage.ask("sense.parcels").await;
    assert_eq!(ended, [("sense.parcels".into(), "done".into())]);
}

/// A stage on which the shop was looked at.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.ask("sense.shop").await;
    stage
}

#[tokio::test]
async fn a_parcels_fate_arrives_and_tells_what_the_tracker_tells() {
    let stage = stage().await;
    look(&stage).await;
    assert_eq!(
        states(&stage).await.keys().collect::<Vec<_>>(),
        ["not_seen"]
    );
    let (all, no_carrier) = (shown(&stage).await, refused(&stage).await);
    assert_eq!(followed(&stage).await + no_carrier, all);
    assert_eq!(health(&stage).await, ("seeing".into(), None));
    for _ in 0..4 {
        stage.pass(60);
        look(&stage).await;
    }
    let told = states(&stage).await;
    let of = |state: &str| told.get(state).copied().unwrap_or_default();
    assert!(of("delivered") * 2 > all, "{told:?}");
    assert!(
        of("delivered") < all - no_carrier,
        "some are late: {told:?}"
    );
    // What is kept is what the tracker says, and the estimator makes the same of it.
    let rows = sqlx::query!(
        r#"SELECT number, order_id, state, state_raw, carrier AS "carrier!" FROM homeostat.shipment
           WHERE registered_at IS NOT NULL ORDER BY number LIMIT 40"#
    );
    let rows = rows.fetch_all(stage.db().pool()).await.unwrap();
    let named = rows.iter().map(|row| Parcel {
        number: row.number.parse().unwrap(),
        carrier: None,
    });
    let named: Vec<Parcel> = named.collect();
    let tracker = stage.operator.partners.parcels.as_ref().unwrap();
    let batch = tracker.get_track_info(&named).await.unwrap();
    for (row, outcome) in rows.iter().zip(batch.outcomes) {
        let Tracked::Info(there) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(row.state_raw, there.status.as_str());
        assert_eq!(there.tag.as_deref(), Some(row.order_id.as_str()));
        assert_eq!(row.carrier, 7_041);
        let now = stage.operator.clock.now();
        let inputs = shipment::of_order(stage.db(), BRAND, &row.order_id, now).await;
        let belief = estimate(&inputs.unwrap().unwrap());
        assert_eq!(shipment::word(&belief.state), row.state, "{}", row.number);
        let is_there = belief.state == State::Delivered;
        assert!(
            is_there <= belief.delay_days.is_some(),
            "it was handed over once"
        );
    }
}

/// Red when 'already registered' is read as a refusal.
#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_repeated_and_nothing_is_registered_twice() {
    let stage = stage().await;
    stage.befall("track17.register", "lose_reply", 1).await;
    look(&stage).await;
    let all = shown(&stage).await - refused(&stage).await;
    assert!(all > 40, "{all}");
    assert_eq!(followed(&stage).await, all);
    assert_eq!(registered(&stage), usize::try_from(all).unwrap());
    // What is followed already is not sent again.
    stage.pass(1);
    look(&stage).await;
    assert_eq!(registered(&stage), usize::try_from(all).unwrap());
    assert_eq!(health(&stage).await, ("seeing".into(), None));
}

#[tokio::test]
async fn a_throttled_look_waits_and_spends_no_attempt() {
    let stage = stage().await;
    look(&stage).await;
    stage.pass(24);
    stage.befall("track17.info", "throttle", 3).await;
    look(&stage).await;
    let opened = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.event
           WHERE entity = 'breaker' AND entity_id = 'track17' AND to_state = 'open'"#
    );
    assert!(opened.fetch_one(stage.db().pool()).await.unwrap() > 0);
    let spent = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.event
           WHERE entity = 'job' AND (data ->> 'attempts_used')::int > 0"#
    );
    assert_eq!(spent.fetch_one(stage.db().pool()).await.unwrap(), 0);
    assert_eq!(states(&stage).await.get("not_seen"), None);
    assert_eq!(health(&stage).await, ("seeing".into(), None));
}

/// Red when an account that is full ends the look: what is followed would not be asked for.
#[tokio::test]
async fn a_quota_that_is_used_up_blinds_the_sensor_and_the_rest_is_asked_for() {
    let stage = stage().await;
    stage.befall("track17.register", "partial_answer", 1).await;
    look(&stage).await;
    let taken = followed(&stage).await;
    assert!((1..40).contains(&taken), "{taken}");
    let (state, fault) = health(&stage).await;
    assert_eq!(state, "blind");
    assert!(fault.unwrap().contains("-18019908"));
    stage.pass(1);
    look(&stage).await;
    assert_eq!(followed(&stage).await, taken);
    assert!(states(&stage).await.len() > 1, "there is news of those");
    // Somebody has bought more.
    stage.pass(2);
    look(&stage).await;
    let all = shown(&stage).await - refused(&stage).await;
    assert_eq!(followed(&stage).await, all);
    assert_eq!(health(&stage).await, ("seeing".into(), None));
}

#[tokio::test]
async fn a_word_that_nobody_knows_is_kept_and_told() {
    let stage = stage().await;
    look(&stage).await;
    stage.pass(24);
    stage.befall("track17.info", "new_word", 1).await;
    look(&stage).await;
    let row = sqlx::query!(
        "SELECT state_raw, sub_status FROM homeostat.shipment WHERE state = 'unknown'"
    );
    let row = row.fetch_one(stage.db().pool()).await.unwrap();
    let word = (row.state_raw.as_str(), row.sub_status.as_deref());
    assert_eq!(word, ("Rerouted", Some("Rerouted_Other")));
    let told = sqlx::query_scalar!(
        r#"SELECT data -> 'result' ->> 'unknown' AS "told!" FROM homeostat.event
           WHERE entity = 'job' AND data -> 'result' ->> 'unknown' IS NOT NULL ORDER BY id DESC LIMIT 1"#
    );
    let told = told.fetch_one(stage.db().pool()).await.unwrap();
    assert!(told.contains("Rerouted"), "{told}");
}

#[tokio::test]
async fn a_hint_is_about_one_parcel_of_ours_and_about_nobody_elses() {
    let stage = stage().await;
    let number = sqlx::query_scalar!(
        r#"SELECT min(p.number) AS "n!" FROM homeostat.shop_order o, unnest(o.parcels) AS p (number)"#
    );
    let number = number.fetch_one(stage.db().pool()).await.unwrap();
    for hint in [
        number.to_lowercase(),
        "HX999999999DE".into(),
        "'; --".into(),
    ] {
        let args = json!({ "brand": BRAND, "number": hint });
        let ended = stage.ask_with("sense.parcels", args).await;
        assert_eq!(ended, [("sense.parcels".into(), "done".into())], "{hint}");
    }
    assert_eq!(registered(&stage), 1);
    let only = sqlx::query!("SELECT number, read_at FROM homeostat.shipment");
    let only = only.fetch_one(stage.db().pool()).await.unwrap();
    assert_eq!(only.number, number);
    assert!(only.read_at.is_some());
    let all = sensor::list(stage.db()).await.unwrap();
    assert!(
        !all.iter().any(|one| one.id.starts_with("track17")),
        "one parcel says nothing about the others"
    );
}

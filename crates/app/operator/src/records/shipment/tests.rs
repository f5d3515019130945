//! What is kept of a parcel, and what of it is told.

use homeostat_testkit::Database;
use jiff::SignedDuration;

use super::*;

const NUMBER: &str = "HX000000001DE";

fn at(hour: i64) -> WorldTime {
    let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
    start.plus(SignedDuration::from_hours(hour))
}

fn seen(status: &str, sub_status: &str, hour: Option<i64>) -> News {
    News {
        number: NUMBER.into(),
        told: Told::Seen(Seen {
            status: status.into(),
            sub_status: Some(sub_status.into()),
            at: hour.map(at),
            carrier: Some(7_041),
            shipped_at: None,
            promised_by: None,
        }),
    }
}

async fn told(base: &Database, news: News, hour: i64) {
    let mut connection = base.db().pool().acquire().await.unwrap();
    record(&mut connection, "acme", &[news], at(hour))
        .await
        .unwrap();
}

/// An order with parcels, each of which is followed.
async fn ordered(base: &Database, parcels: &[&str]) {
    let parcels: Vec<String> = parcels.iter().map(|&one| one.to_owned()).collect();
    let db = base.db();
    sqlx::query!(
        "INSERT INTO homeostat.shop_order
         VALUES ('acme:1', 'acme', 'gid', '#1', 'PAID', 'PAID', 'FULFILLED', 'EUR', 5, 0, NULL, NULL, NULL, NULL,
                 $1, 1, NULL, $2, $2, $2)",
        &parcels,
        Stamp::from(at(0)) as Stamp,
    )
    .execute(db.pool())
    .await
    .unwrap();
    for number in parcels {
        let registered = Told::Registered {
            order_id: "acme:1".into(),
            carrier: None,
        };
        let number = number.trim().to_uppercase();
        let news = News {
            number,
            told: registered,
        };
        told(base, news, 0).await;
    }
}

async fn known(base: &Database) -> Inputs {
    let inputs = of_order(&base.db(), "acme", "acme:1", at(500)).await;
    inputs.unwrap().unwrap()
}

fn hours(inputs: &Inputs) -> Vec<(&str, i64)> {
    let each = inputs.readings.iter();
    each.map(|one| (one.status.as_str(), one.at.since(at(0)).as_hours()))
        .collect()
}

#[tokio::test]
async fn what_is_told_becomes_readings_and_silence_does_not() {
    let base = Database::fresh().await;
    // As the shop writes it.
    ordered(&base, &[" hx000000001de "]).await;
    told(&base, seen("NotFound", "NotFound_Other", None), 1).await;
    let inputs = known(&base).await;
    assert_eq!((hours(&inputs), inputs.shipped_at), (vec![], None));
    told(&base, seen("InfoReceived", "InfoReceived", Some(1)), 2).await;
    assert_eq!(known(&base).await.shipped_at, None, "announced is not sent");
    for hour in [3, 9, 30, 40] {
        told(
            &base,
            seen("InTransit", "InTransit_Other", Some(hour)),
            hour + 1,
        )
        .await;
    }
    // In words only: it is dated by the look, and once.
    told(&base, seen("Delivered", "Delivered_Other", None), 50).await;
    told(&base, seen("Delivered", "Delivered_Other", None), 60).await;
    let inputs = known(&base).await;
    let expected = [
        ("InfoReceived", 1),
        ("InTransit", 3),
        ("InTransit", 40),
        ("Delivered", 50),
    ];
    assert_eq!(hours(&inputs), expected);
    assert_eq!(inputs.shipped_at, Some(at(3)));
    assert_eq!(estimate(&inputs).state, State::Delivered);
}

#[tokio::test]
async fn a_late_answer_changes_nothing_and_unknown_words_are_kept() {
    let base = Database::fresh().await;
    ordered(&base, &[NUMBER]).await;
    told(&base, seen("Rerouted", "Rerouted_Drone", Some(8)), 9).await;
    told(&base, seen("InTransit", "InTransit_Other", Some(4)), 5).await;
    told(
        &base,
        News {
            number: NUMBER.into(),
            told: Told::NotRegistered,
        },
        5,
    )
    .await;
    let db = base.db();
    let row = sqlx::query!(
        r#"SELECT state, state_raw, sub_status, registered_at IS NOT NULL AS "is_registered!"
           FROM homeostat.shipment"#
    );
    let row = row.fetch_one(db.pool()).await.unwrap();
    let kept = (
        row.state.as_str(),
        row.state_raw.as_str(),
        row.is_registered,
    );
    assert_eq!(kept, ("unknown", "Rerouted", true));
    assert_eq!(row.sub_status.as_deref(), Some("Rerouted_Drone"));
    let belief = estimate(&known(&base).await);
    assert_eq!(belief.unknown, ["Rerouted", "Rerouted_Drone"]);
}

#[tokio::test]
async fn a_parcel_that_changes_for_ever_keeps_its_latest_readings() {
    let base = Database::fresh().await;
    ordered(&base, &[NUMBER]).await;
    for hour in 1..100 {
        let status = ["InTransit", "DeliveryFailure"][usize::try_from(hour % 2).unwrap()];
        told(&base, seen(status, "", Some(hour)), hour).await;
    }
    let inputs = known(&base).await;
    assert_eq!(inputs.readings.len(), READINGS_MAX);
    assert_eq!(inputs.readings.last().map(|one| one.at), Some(at(99)));
    assert_eq!(inputs.shipped_at, Some(at(1)), "what was known stays known");
}

#[tokio::test]
async fn an_order_has_arrived_when_all_of_it_has() {
    let base = Database::fresh().await;
    ordered(&base, &[NUMBER, "HX000000002DE"]).await;
    told(&base, seen("Delivered", "Delivered_Other", Some(30)), 31).await;
    assert_eq!(estimate(&known(&base).await).state, State::NotSeen);
    let other = News {
        number: "HX000000002DE".into(),
        ..seen("Delivered", "Delivered_Other", Some(40))
    };
    told(&base, other, 41).await;
    assert_eq!(estimate(&known(&base).await).state, State::Delivered);
    let nobodys = of_order(&base.db(), "other", "acme:1", at(50)).await;
    assert_eq!(nobodys.unwrap(), None);
}

#[tokio::test]
async fn a_parcel_is_due_by_its_state_and_one_that_arrived_is_left_alone_after_a_week() {
    let base = Database::fresh().await;
    let db = base.db();
    ordered(&base, &[NUMBER]).await;
    let is_due = async |hour| !due(&db, "acme", at(hour), "", 40).await.unwrap().is_empty();
    assert!(!is_due(0).await, "there is no news yet");
    assert!(is_due(1).await);
    told(&base, seen("InTransit", "InTransit_Other", Some(1)), 1).await;
    assert!(!is_due(6).await);
    assert!(is_due(7).await);
    told(&base, seen("Delivered", "Delivered_Other", Some(9)), 10).await;
    assert!(!is_due(33).await);
    assert!(is_due(34).await);
    assert!(!is_due(10 + 24 * 7).await);
    assert!(
        due(&db, "acme", at(34), NUMBER, 40)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_was_refused_is_tried_again_after_a_day() {
    let base = Database::fresh().await;
    let db = base.db();
    ordered(&base, &[]).await;
    let parcels = vec!["HX3".to_owned()];
    sqlx::query!("UPDATE homeostat.shop_order SET parcels = $1", &parcels)
        .execute(db.pool())
        .await
        .unwrap();
    let open = async |hour| unregistered(&db, "acme", at(hour), None, 40).await.unwrap();
    assert_eq!(open(1).await.len(), 1);
    let refused = Told::Refused {
        order_id: "acme:1".into(),
        reason: "too short".into(),
    };
    let news = News {
        number: "HX3".into(),
        told: refused,
    };
    told(&base, news, 1).await;
    assert!(open(24).await.is_empty());
    assert_eq!(open(25).await.len(), 1);
    assert!(open(24 * 61).await.is_empty(), "the order is old");
    let inputs = of_order(&db, "acme", "acme:1", at(2)).await.unwrap();
    assert_eq!(inputs, None, "nobody looks where it is");
}

/// Red when parcels are walked in the order of their numbers: old ones would use the account up.
#[tokio::test]
async fn parcels_of_the_newest_orders_are_followed_first() {
    let base = Database::fresh().await;
    let db = base.db();
    for (nth, number, hour) in [(1, "HX9", 1), (2, "HX1", 2), (3, "HX5", 2)] {
        let parcels = vec![number.to_owned()];
        sqlx::query!(
            "INSERT INTO homeostat.shop_order
             VALUES ('acme:' || $1::bigint, 'acme', 'gid' || $1::bigint, '#1', 'PAID', 'PAID', 'FULFILLED', 'EUR', 5, 0, NULL,
                     NULL, NULL, NULL, $2, 1, NULL, $3, $3, $3)",
            nth,
            &parcels,
            Stamp::from(at(hour)) as Stamp,
        )
        .execute(db.pool())
        .await
        .unwrap();
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let next = unregistered(&db, "acme", at(3), after.as_ref(), 1).await;
        let Some(next) = next.unwrap().pop() else {
            break;
        };
        after = Some(Newest {
            placed_at: next.placed_at,
            number: next.number.clone(),
        });
        seen.push(next.number);
    }
    assert_eq!(seen, ["HX5", "HX1", "HX9"]);
}

/// A new number has news within minutes, and whoever asks waits for them.
#[tokio::test]
async fn what_was_registered_just_now_is_asked_for_often() {
    let base = Database::fresh().await;
    let db = base.db();
    ordered(&base, &[NUMBER]).await;
    let minute = |minute| at(0).plus(SignedDuration::from_mins(minute));
    let is_due = async |m| {
        !due(&db, "acme", minute(m), "", 40)
            .await
            .unwrap()
            .is_empty()
    };
    assert!(!is_due(4).await && is_due(5).await);
    let silent = News {
        number: NUMBER.into(),
        told: Told::NotYet,
    };
    let mut connection = db.pool().acquire().await.unwrap();
    record(&mut connection, "acme", &[silent], minute(5))
        .await
        .unwrap();
    assert!(!is_due(9).await && is_due(10).await);
    let much_later = News {
        number: NUMBER.into(),
        told: Told::NotYet,
    };
    record(&mut connection, "acme", &[much_later], minute(70))
        .await
        .unwrap();
    assert!(!is_due(129).await && is_due(130).await);
}

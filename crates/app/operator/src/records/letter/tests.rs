//! What a letter's row keeps, and in which order it moves.

use homeostat_testkit::Database;

use super::*;

fn at(hour: i64) -> WorldTime {
    let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
    start.plus(jiff::SignedDuration::from_hours(hour))
}

fn reading(message: &str, hour: i64) -> Reading {
    Reading {
        inbox: "support@acme.example".into(),
        message: message.into(),
        thread: "t-1".into(),
        received_at: at(hour),
        customer: Some("email:1:aa".into()),
        language: Language::Danish,
        language_told: true,
        intents: vec!["not_received".into()],
        wants: Intent::Refund,
        claim: Some(Claim::NotReceived),
        orders_said: vec!["1001".into()],
        parcels_said: Vec::new(),
        asked: Some(Money::from_micros(5_000_000, "EUR".parse().unwrap())),
        has_evidence: false,
        wants_person: false,
        flags: vec!["amount_command".into()],
        said: None,
        is_automatic: false,
    }
}

#[tokio::test]
async fn a_letter_is_kept_once_and_read_back_as_it_was() {
    let base = Database::fresh().await;
    let db = base.db();
    let mut connection = db.pool().acquire().await.unwrap();
    let first = reading("<1@mail.example>", 1);
    for is_new in [true, false] {
        let recorded = record(&mut connection, "acme", &first, at(2))
            .await
            .unwrap();
        assert_eq!(recorded, is_new);
    }
    let found = find(&db, "acme:<1@mail.example>").await.unwrap().unwrap();
    assert_eq!(found.state, State::Read);
    let back = (
        found.message,
        found.language,
        found.wants,
        found.claim,
        found.asked,
        found.flags,
    );
    let was = first.clone();
    assert_eq!(
        back,
        (
            was.message,
            was.language,
            was.wants,
            was.claim,
            was.asked,
            was.flags
        )
    );
    let known = known(
        &db,
        "acme",
        &["<1@mail.example>".into(), "<2@mail.example>".into()],
    )
    .await;
    assert_eq!(
        known.unwrap().into_iter().collect::<Vec<_>>(),
        ["<1@mail.example>"]
    );
    assert_eq!(newest(&db, "acme").await.unwrap(), Some(at(1)));
    let language = thread_language(&db, "acme", "t-1").await.unwrap();
    assert_eq!(language, Some(Language::Danish));
    assert_eq!(thread_language(&db, "other", "t-1").await.unwrap(), None);
}

#[tokio::test]
async fn a_letter_is_decided_once_and_what_a_person_has_stays_there() {
    let base = Database::fresh().await;
    let db = base.db();
    let mut connection = db.pool().acquire().await.unwrap();
    for (message, state) in [("<1@m>", State::Decided), ("<2@m>", State::HandedOver)] {
        record(&mut connection, "acme", &reading(message, 1), at(2))
            .await
            .unwrap();
        let id = id_of("acme", message);
        assert!(waits_in(&mut connection, &id).await.unwrap());
        for (decision, order) in [(7, "acme:1"), (8, "acme:2")] {
            let decision = Some(DecisionId(decision));
            decided_in(&mut connection, &id, decision, Some(order), state)
                .await
                .unwrap();
        }
        assert!(!waits_in(&mut connection, &id).await.unwrap());
        replied_in(&mut connection, &id).await.unwrap();
    }
    let of = |id| find(&db, id);
    let one = of("acme:<1@m>").await.unwrap().unwrap();
    assert_eq!(
        (one.state, one.decision, one.order.as_deref()),
        (State::Replied, Some(DecisionId(7)), Some("acme:1"))
    );
    assert_eq!(
        of("acme:<2@m>").await.unwrap().unwrap().state,
        State::HandedOver
    );
    let machine = Reading {
        is_automatic: true,
        ..reading("<3@m>", 1)
    };
    record(&mut connection, "acme", &machine, at(2))
        .await
        .unwrap();
    assert!(!waits_in(&mut connection, "acme:<3@m>").await.unwrap());
}

#[test]
fn an_odd_message_id_is_digested() {
    assert_eq!(id_of("acme", "<1@m>"), "acme:<1@m>");
    for odd in ["ada lovelace wrote this", &"x".repeat(201), "ünï@m"] {
        let id = id_of("acme", odd);
        assert!(id.starts_with("acme:sha256-") && id.len() < 100, "{id}");
    }
}

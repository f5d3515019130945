//! What can go wrong with a payment, and that it can be told apart.

use crate::common::{balance_micros, client, days, find, minutes, order, pay, start};
use homeostat_clock::wall;
use homeostat_model::{Classify, Fault};
use homeostat_vendors::revolut::{Error, Meaning, Needs, PaymentState};

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
async fn struck(fault: &str) -> (Error, usize, Vec<PaymentState>) {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let on = format!(r#"{{"on":"revolut.pay","fault":"{fault}","after_ms":1}}"#);
    order(&handle, &on).await;
    let error = pay(&client, "inv-1", 10).await.unwrap_err();
    let found = find(&handle, &client, "inv-1").await;
    let states = found.into_iter().map(|one| one.state).collect();
    (error, handle.acts_of("revolut").len(), states)
}

#[tokio::test]
async fn a_payment_with_a_lost_answer_is_found_by_its_request_id() {
    for fault in ["lose_reply", "error_after", "land_late"] {
        let (error, acts, states) = struck(fault).await;
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        assert_eq!((acts, states), (1, vec![PaymentState::Pending]), "{fault}");
    }
    for fault in [
        "lose_request",
        "error_before",
        "unavailable_text",
        "in_progress",
    ] {
        let (error, acts, states) = struck(fault).await;
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        assert_eq!((acts, states.len()), (0, 0), "{fault}");
    }
}

#[tokio::test]
async fn a_payment_that_is_looked_for_before_it_is_sent_again_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let faults = [
        "lose_reply",
        "lose_request",
        "land_late",
        "error_before",
        "error_after",
        "unavailable_text",
        "in_progress",
        "throttle_account",
        "token_dead",
        "settle_later",
    ];
    for (n, fault) in faults.iter().enumerate() {
        let on = format!(r#"{{"on":"revolut.pay","fault":"{fault}","after_ms":1}}"#);
        order(&handle, &on).await;
        let id = format!("inv-{n}");
        if let Err(error) = pay(&client, &id, 10).await {
            let is_known = error.fault() == Fault::Transient;
            if is_known || find(&handle, &client, &id).await.is_empty() {
                pay(&client, &id, 10).await.unwrap();
            }
        }
        let acts = handle.acts_of("revolut");
        let own = acts.iter().filter(|act| act.request_id == id);
        assert_eq!(own.count(), 1, "{fault}");
    }
    let spent = i64::try_from(faults.len()).unwrap() * 10_000_000;
    assert_eq!(balance_micros(&client).await, 250_000_000_000 - spent);
}

#[tokio::test]
async fn a_refusal_says_that_nothing_was_done() {
    for (fault, expected, needs) in [
        ("throttle_account", Fault::Transient, None),
        ("token_dead", Fault::Transient, None),
        ("blocked", Fault::Permanent, Some(Needs::Operator)),
    ] {
        let (error, acts, _) = struck(fault).await;
        assert_eq!(error.fault(), expected, "{fault}: {error}");
        assert_eq!((error.needs(), acts), (needs, 0), "{fault}");
    }
}

#[tokio::test]
async fn a_throttle_with_and_without_a_wish_is_told_with_a_wait() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    order(
        &handle,
        r#"{"on":"revolut.accounts","fault":"throttle_account"}"#,
    )
    .await;
    let error = client.accounts(wall()).await.unwrap_err();
    assert_eq!(error.wait().map(|wait| wait.as_secs()), Some(30));
    let throttle = r#"{"on":"revolut.accounts","fault":"throttle","after_ms":60000}"#;
    order(&handle, throttle).await;
    for _ in 0..2 {
        let error = client.accounts(wall()).await.unwrap_err();
        let wait = error.wait().unwrap().as_secs();
        assert!((50..=60).contains(&wait), "{wait}");
    }
}

#[tokio::test]
async fn a_payment_that_ends_badly_gives_its_money_back() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let before = balance_micros(&client).await;
    order(
        &handle,
        r#"{"on":"revolut.pay","fault":"settle_badly","times":3,"after_ms":1}"#,
    )
    .await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let paid = pay(&client, &format!("inv-{n}"), 10).await.unwrap();
        assert_eq!(paid.state, PaymentState::Pending);
        ids.push(paid.id);
    }
    assert_eq!(balance_micros(&client).await, before - 30_000_000);
    let states = async || {
        let mut told = Vec::new();
        for id in &ids {
            told.push(client.transaction(id, wall()).await.unwrap());
        }
        told
    };
    handle.clock().advance(minutes(15));
    let told = states().await;
    assert_eq!(told[0].state, PaymentState::Failed);
    assert_eq!(told[2].state, PaymentState::Declined);
    assert!(told[0].reason_code.is_some() && told[2].reason_code.is_some());
    // The one that was completed comes back a day later.
    assert_eq!(told[1].state, PaymentState::Completed);
    assert_eq!(balance_micros(&client).await, before - 10_000_000);
    handle.clock().advance(days(2));
    let gone = client.accounts(wall()).await.unwrap_err();
    assert_eq!(gone.meaning(), Some(Meaning::SessionOver));
    assert_eq!(states().await[1].state, PaymentState::Reverted);
    assert_eq!(balance_micros(&client).await, before);
}

#[tokio::test]
async fn a_payment_may_stay_pending_for_long() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let later = r#"{"on":"revolut.pay","fault":"settle_later","after_ms":60000}"#;
    order(&handle, later).await;
    let paid = pay(&client, "inv-1", 10).await.unwrap();
    let quick = pay(&client, "inv-2", 10).await.unwrap();
    handle.clock().advance(minutes(12));
    for id in [&paid.id, &quick.id] {
        let told = client.transaction(id, wall()).await.unwrap();
        assert_eq!(told.state, PaymentState::Completed);
    }
    let acts = handle.acts_of("revolut");
    assert!(acts[0].fault.is_some() && acts[1].fault.is_none());
}

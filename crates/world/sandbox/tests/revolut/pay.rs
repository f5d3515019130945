//! Payments: made once, paid out of the account, and what becomes of them.

use crate::common::{
    account, balance_micros, bearer, client, days, http, minutes, order, pay, payment, start,
    start_at,
};
use homeostat_clock::wall;
use homeostat_model::{Classify, Fault, Money};
use homeostat_sandbox::ORIGIN;
use homeostat_vendors::revolut::{Error, Meaning, PaymentState, TransactionId};

#[tokio::test]
async fn a_payment_is_pending_then_completed_and_leaves_the_account() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let before = balance_micros(&client).await;
    let mut wanted = payment(&client, "inv-2026-0412-a1", 0).await;
    wanted.amount = Money::from_micros(412_500_000, wanted.amount.currency);
    let paid = client.pay(&wanted, wall()).await.unwrap();
    assert_eq!(paid.state, PaymentState::Pending);
    assert_eq!(paid.created_at, handle.clock().now());
    assert_eq!(balance_micros(&client).await, before - 412_500_000);

    handle.clock().advance(minutes(10));
    let told = client.transaction(&paid.id, wall()).await.unwrap();
    assert_eq!(told.state, PaymentState::Completed);
    assert!(told.completed_at.is_some() && told.reason_code.is_none());
    assert_eq!(told.request_id.as_deref(), Some("inv-2026-0412-a1"));
    assert_eq!(told.reference.as_deref(), Some("Invoice inv-2026-0412-a1"));
    let leg = &told.legs[0];
    assert_eq!(leg.amount.amount_micros, -412_500_000);
    assert_eq!(leg.account, account());
    let theirs = wanted.receiver.counterparty.as_str();
    assert_eq!(leg.counterparty.as_deref(), Some(theirs));

    let acts = handle.acts_of("revolut");
    assert_eq!(acts.len(), 1);
    let act = &acts[0];
    assert_eq!((act.act.as_str(), act.to.as_str()), ("pay", "41250"));
    assert_eq!(
        (act.object.as_str(), act.request_id.as_str()),
        (paid.id.as_str(), "inv-2026-0412-a1")
    );
    assert!(act.applied && act.fault.is_none());
}

#[tokio::test]
async fn a_payment_sent_again_within_two_weeks_is_a_duplicate_and_after_them_a_new_payment() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let first = pay(&client, "inv-1", 10).await.unwrap();
    let (from, to) = (first.created_at, first.created_at.plus(days(14)));
    let id = "inv-1".parse().unwrap();
    for wait in [minutes(0), days(14) - minutes(1)] {
        handle.clock().advance(wait);
        // The token may have ended meanwhile, which costs a call.
        let _first_call = client.accounts(wall()).await;
        let error = pay(&client, "inv-1", 10).await.unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome);
        let Error::Refused { refusal, .. } = error else {
            panic!("{error}")
        };
        assert!(refusal.is_duplicate(), "{refusal}");
        let found = client
            .find_by_request_id(&id, from, to, wall())
            .await
            .unwrap();
        assert_eq!((found.len(), &found[0].id), (1, &first.id));
    }
    handle.clock().advance(minutes(1));
    let second = pay(&client, "inv-1", 10).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(handle.acts_of("revolut").len(), 2);
}

#[tokio::test]
async fn a_bank_that_answers_again_gives_the_same_payment() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let first = pay(&client, "inv-1", 10).await.unwrap();
    order(&handle, r#"{"on":"revolut.pay","fault":"answer_again"}"#).await;
    assert_eq!(pay(&client, "inv-1", 10).await.unwrap(), first);
    assert_eq!(handle.acts_of("revolut").len(), 1);
}

#[tokio::test]
async fn without_money_a_payment_is_declined_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    pay(&client, "inv-1", 249_999).await.unwrap();
    let declined = pay(&client, "inv-2", 2).await.unwrap();
    assert_eq!(declined.state, PaymentState::Declined);
    let told = client.transaction(&declined.id, wall()).await.unwrap();
    assert_eq!(told.reason_code.as_deref(), Some("insufficient_balance"));
    assert_eq!(balance_micros(&client).await, 1_000_000);
    pay(&client, "inv-3", 1).await.unwrap();
    let applied: Vec<bool> = handle
        .acts_of("revolut")
        .iter()
        .map(|act| act.applied)
        .collect();
    assert_eq!(applied, [true, false, true]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_not_in_the_books() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let stranger = "5a6db0c0-ffff-4001-8001-000000000001";
    let mut wanted = payment(&client, "inv-1", 10).await;
    wanted.receiver.counterparty = stranger.parse().unwrap();
    let mut others = vec![(wanted, "3006")];
    let mut wanted = payment(&client, "inv-1", 10).await;
    wanted.receiver.account = Some(stranger.parse().unwrap());
    others.push((wanted, "3544"));
    let mut wanted = payment(&client, "inv-1", 10).await;
    wanted.from = stranger.parse().unwrap();
    others.push((wanted, "3006"));
    let mut wanted = payment(&client, "inv-1", 10).await;
    wanted.amount.currency = "JPY".parse().unwrap();
    others.push((wanted, "2101"));
    for (wanted, code) in others {
        let error = client.pay(&wanted, wall()).await.unwrap_err();
        assert_eq!(error.meaning(), Some(Meaning::Invalid), "{error}");
        assert_eq!(error.fault(), Fault::Permanent);
        assert!(error.to_string().contains(code), "{error}");
    }
    let reply = http(&handle, "GET", "/revolut/api/2.0/webhooks", "x", "").await;
    assert!(reply.contains("404"), "{reply}");
    assert!(handle.acts_of("revolut").is_empty());
}

#[tokio::test]
async fn each_of_many_equal_payments_at_once_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let wanted = payment(&client, "inv-1", 10).await;
    let (a, b, c) = tokio::join!(
        client.pay(&wanted, wall()),
        client.pay(&wanted, wall()),
        client.pay(&wanted, wall())
    );
    let made = [&a, &b, &c].into_iter().filter(|one| one.is_ok()).count();
    assert_eq!((made, handle.acts_of("revolut").len()), (1, 1));
}

#[tokio::test]
async fn the_sandboxs_own_lever_ends_a_payment_as_it_is_told_also_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let paid = pay(&client, "inv-1", 10).await.unwrap();
    let other = pay(&client, "inv-2", 10).await.unwrap();
    let token = bearer(&handle).await;
    let lever = async |id: &TransactionId, action: &str| {
        let path = format!("/revolut/api/1.0/sandbox/transactions/{id}/{action}");
        http(&handle, "POST", &path, &token, "").await
    };
    assert!(lever(&paid.id, "complete").await.contains("\"completed\""));
    assert!(lever(&paid.id, "decline").await.contains("\"code\":2101"));
    assert!(lever(&paid.id, "revert").await.contains("\"reverted\""));
    assert!(lever(&paid.id, "complete").await.contains("\"code\":2101"));
    assert!(lever(&other.id, "fail").await.contains("\"failed\""));
    assert!(lever(&other.id, "burn").await.contains("404"));
    let words: Vec<String> = handle
        .acts_of("revolut")
        .into_iter()
        .map(|act| act.to)
        .collect();
    assert_eq!(words, ["1000", "1000", "completed", "reverted", "failed"]);
    handle.shutdown().await.unwrap();

    // What would have become of them by themselves is over.
    let handle = start_at(dir.path(), ORIGIN.plus(days(1))).await;
    let client = crate::common::client(&handle);
    for (id, state) in [
        (&paid.id, PaymentState::Reverted),
        (&other.id, PaymentState::Failed),
    ] {
        let told = client.transaction(id, wall()).await.unwrap();
        assert_eq!(told.state, state);
    }
    assert_eq!(balance_micros(&client).await, 250_000_000_000);
}

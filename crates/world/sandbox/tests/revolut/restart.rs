//! Stopped and started again, it is the same bank with the same past.

use std::fs;

use crate::common::{balance_micros, client, days, find, minutes, order, pay, start, start_at};
use homeostat_clock::wall;
use homeostat_sandbox::ORIGIN;
use homeostat_vendors::revolut::{PaymentState, Query};

#[tokio::test]
async fn a_restart_keeps_payments_their_fate_and_their_keys() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    order(
        &handle,
        r#"{"on":"revolut.pay","fault":"settle_badly","after_ms":1}"#,
    )
    .await;
    for n in 1..=3 {
        pay(&one, &format!("inv-{n}"), 10).await.unwrap();
    }
    handle.clock().advance(minutes(20));
    let list = one.transactions(&Query::default(), wall()).await.unwrap();
    let (balance, acts) = (balance_micros(&one).await, handle.acts_of("revolut"));
    handle.shutdown().await.unwrap();

    let handle = start_at(dir.path(), ORIGIN.plus(minutes(20))).await;
    let two = client(&handle);
    assert_eq!(
        two.transactions(&Query::default(), wall()).await.unwrap(),
        list
    );
    assert_eq!(balance_micros(&two).await, balance);
    assert_eq!(handle.acts_of("revolut"), acts);
    assert!(
        pay(&two, "inv-2", 10).await.is_err(),
        "its key is remembered"
    );
    let next = pay(&two, "inv-4", 10).await.unwrap();
    assert_eq!(
        list.transactions
            .iter()
            .filter(|known| known.id == next.id)
            .count(),
        0
    );
    let numbers: Vec<u64> = handle.acts_of("revolut").iter().map(|act| act.n).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_payment_torn_by_a_kill_was_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    pay(&one, "kept", 10).await.unwrap();
    pay(&one, "torn", 10).await.unwrap();
    handle.shutdown().await.unwrap();
    let path = dir.path().join("revolut.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();

    let handle = start(dir.path()).await;
    let two = client(&handle);
    assert!(find(&handle, &two, "torn").await.is_empty());
    assert_eq!(
        pay(&two, "torn", 10).await.unwrap().state,
        PaymentState::Pending
    );
    assert_eq!(balance_micros(&two).await, 250_000_000_000 - 20_000_000);
}

#[tokio::test]
async fn the_state_of_a_payment_goes_on_while_the_bank_is_down() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    pay(&client(&handle), "inv-1", 10).await.unwrap();
    handle.shutdown().await.unwrap();
    let handle = start_at(dir.path(), ORIGIN.plus(days(1))).await;
    let found = find(&handle, &client(&handle), "inv-1").await;
    assert_eq!(found[0].state, PaymentState::Completed);
}

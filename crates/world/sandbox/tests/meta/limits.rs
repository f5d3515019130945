//! The account's spending limit: the one stop that works with all our servers dead.

use crate::common::{
    account, client, eur, hours, http, options_at, order, read_account, rows, start,
};
use homeostat_model::{Classify, Fault, Money};
use homeostat_sandbox::{ORIGIN, serve};
use jiff::SignedDuration;

fn plus(amount: Money, micros: i64) -> Money {
    Money::from_micros(amount.amount_micros + micros, amount.currency)
}

#[tokio::test]
async fn delivery_stops_when_the_limit_is_reached_and_goes_on_when_it_is_raised() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let cap = plus(read_account(&handle).await.amount_spent, 30_000_000);
    client
        .set_spend_cap(&account(), cap, "effect-1")
        .await
        .unwrap();
    assert_eq!(read_account(&handle).await.spend_cap, Some(cap));
    handle.clock().advance(hours(48));
    let spent = read_account(&handle).await.amount_spent;
    // The whole second in which it is reached is still paid for.
    let over = spent.amount_micros - cap.amount_micros;
    assert!((0..100_000).contains(&over), "{over} over {cap}");
    handle.clock().advance(hours(5));
    assert_eq!(read_account(&handle).await.amount_spent, spent);

    let more = plus(spent, 20_000_000);
    client
        .set_spend_cap(&account(), more, "effect-2")
        .await
        .unwrap();
    // A change is in force a quarter of an hour later.
    handle.clock().advance(SignedDuration::from_mins(14));
    assert_eq!(read_account(&handle).await.amount_spent, spent);
    handle.clock().advance(hours(1));
    assert!(read_account(&handle).await.amount_spent.amount_micros > spent.amount_micros);
    let acts = handle.acts();
    assert_eq!(acts[0].act, "set_spend_cap");
    assert_eq!(acts[0].to, (cap.amount_micros / 10_000).to_string());
    assert_eq!((acts[0].object.as_str(), acts.len()), ("act_1001", 2));
}

#[tokio::test]
async fn in_however_many_steps_the_world_is_asked_it_gives_the_same_stops() {
    let mut told = Vec::new();
    for steps in [1, 7, 60] {
        let dir = tempfile::tempdir().unwrap();
        let handle = start(dir.path()).await;
        let cap = plus(read_account(&handle).await.amount_spent, 123_450_000);
        client(&handle)
            .set_spend_cap(&account(), cap, "")
            .await
            .unwrap();
        for _ in 0..steps {
            handle
                .clock()
                .advance(SignedDuration::from_secs(3 * 86_400 / steps));
            read_account(&handle).await;
        }
        let left = 3 * 86_400 - 3 * 86_400 / steps * steps;
        handle.clock().advance(SignedDuration::from_secs(left));
        told.push((read_account(&handle).await, rows(&handle).await));
        let before = told[0].clone();
        handle.shutdown().await.unwrap();
        let again = serve(options_at(dir.path(), ORIGIN.plus(hours(72))))
            .await
            .unwrap();
        assert_eq!(
            (read_account(&again).await, rows(&again).await),
            before,
            "{steps} steps"
        );
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[tokio::test]
async fn a_limit_misread_in_minor_units_reads_back_as_what_it_became() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let fault = r#"{"on":"meta.set_spend_cap","fault":"cap_in_minor"}"#;
    assert!(order(&handle, fault).await.contains("200 OK"));
    let cap = Money::from_micros(1_234_500_000, eur());
    client(&handle)
        .set_spend_cap(&account(), cap, "")
        .await
        .unwrap();
    let became = read_account(&handle).await.spend_cap.unwrap();
    assert_eq!(became.amount_micros, 12_340_000);
}

#[tokio::test]
async fn ten_changes_a_day_are_taken_also_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let cap = |n: i64| Money::from_micros(9_000_000_000 + n * 1_000_000, eur());
    for n in 0..9 {
        client(&handle)
            .set_spend_cap(&account(), cap(n), "")
            .await
            .unwrap();
    }
    handle.shutdown().await.unwrap();
    let handle = start(dir.path()).await;
    let reset = "/meta/v26.0/act_1001?spend_cap_action=reset";
    assert!(
        http(handle.address(), "POST", reset, "")
            .await
            .contains("success")
    );
    assert_eq!(read_account(&handle).await.amount_spent.amount_micros, 0);
    let error = client(&handle)
        .set_spend_cap(&account(), cap(10), "")
        .await
        .unwrap_err();
    assert_eq!(error.fault(), Fault::Transient);
    assert!(error.to_string().contains("17/1885172"), "{error}");
    assert_eq!(handle.acts().len(), 10);
    // Another day, in the account's zone.
    handle.clock().advance(hours(18));
    client(&handle)
        .set_spend_cap(&account(), cap(10), "")
        .await
        .unwrap();
    let spent = read_account(&handle).await.amount_spent;
    assert!(
        spent.amount_micros > 0 && spent.amount_micros < cap(0).amount_micros,
        "counted from the reset: {spent}"
    );
}

#[tokio::test]
async fn a_limit_that_makes_no_sense_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for micros in [0, -1, 1_000_001] {
        let cap = Money::from_micros(micros, eur());
        let error = client.set_spend_cap(&account(), cap, "").await.unwrap_err();
        assert!(error.to_string().starts_with("spend_cap: "), "{error}");
    }
    for query in [
        "spend_cap=lots",
        "spend_cap=-1",
        "spend_cap_action=lift",
        "name=x",
    ] {
        let path = format!("/meta/v26.0/act_1001?{query}");
        let reply = http(handle.address(), "POST", &path, "").await;
        assert!(reply.contains("\"code\":100"), "{query}: {reply}");
    }
    assert!(handle.acts().is_empty());
}

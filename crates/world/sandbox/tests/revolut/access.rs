//! Who may come in, for how long, and how often.

use crate::common::{balance_micros, client, config, http, minutes, order, pay, start};
use homeostat_clock::wall;
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::serve;
use homeostat_vendors::revolut::{Client, Config, Meaning, Needs};

#[tokio::test]
async fn a_token_ends_after_forty_minutes_of_the_world_and_costs_one_call() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    pay(&client, "inv-1", 10).await.unwrap();
    handle.clock().advance(minutes(39));
    pay(&client, "inv-2", 10).await.unwrap();
    handle.clock().advance(minutes(1));
    // By the machine's clock the token is young, so the client learns it from the bank.
    let error = client.accounts(wall()).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::SessionOver));
    assert_eq!(error.fault(), Fault::Transient);
    pay(&client, "inv-3", 10).await.unwrap();
    assert_eq!(handle.acts_of("revolut").len(), 3);
}

#[tokio::test]
async fn a_payment_refused_for_its_token_was_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    order(
        &handle,
        r#"{"on":"revolut.pay","fault":"token_dead","times":2}"#,
    )
    .await;
    let first = pay(&client, "inv-1", 10).await.unwrap_err();
    assert_eq!(first.fault(), Fault::Transient);
    assert!(handle.acts_of("revolut").is_empty());
    // The supplier was read in between, so this one is the first in a row again.
    let second = pay(&client, "inv-1", 10).await.unwrap_err();
    assert_eq!(second.meaning(), Some(Meaning::SessionOver));
    assert!(!pay(&client, "inv-1", 10).await.unwrap().state.is_final());
}

#[tokio::test]
async fn wrong_credentials_need_the_operator() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let wrong: [fn(&mut Config); 3] = [
        |config| config.client_id = "somebody".into(),
        |config| config.issuer = "elsewhere.example".into(),
        |config| config.refresh_token = "another".into(),
    ];
    for change in wrong {
        let mut config = config(&handle);
        change(&mut config);
        let client = Client::new(config).unwrap();
        let error = client.accounts(wall()).await.unwrap_err();
        assert_eq!(error.meaning(), Some(Meaning::TokenDead), "{error}");
        assert_eq!(error.needs(), Some(Needs::Operator));
    }
    for bearer in ["", "oa_sand_1_00", "sandbox-revolut-refresh"] {
        let reply = http(&handle, "GET", "/revolut/api/1.0/accounts", bearer, "").await;
        assert!(
            reply.contains("401") && reply.contains("\"code\":1000"),
            "{reply}"
        );
    }
}

#[tokio::test]
async fn sixty_calls_a_minute_are_taken_and_the_next_is_told_how_long_to_wait() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for _ in 0..60 {
        client.accounts(wall()).await.unwrap();
    }
    let error = client.accounts(wall()).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Transient);
    let wait = error.wait().unwrap().as_secs();
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_fast_world_leaves_its_tokens_time_to_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = homeostat_sandbox::Options::new(dir.path());
    options.speed = homeostat_sandbox::SPEED_MAX;
    let handle = serve(options).await.unwrap();
    let mut config = config(&handle);
    config.endpoint.wait_divisor = homeostat_sandbox::SPEED_MAX;
    let client = Client::new(config).unwrap();
    for _ in 0..5 {
        balance_micros(&client).await;
    }
}

//! Three calls a second of real time, and who may call at all.

use std::time::Duration;

use crate::common::{client, config, http, start};
use homeostat_model::{Classify, Fault};
use homeostat_vendors::track17::{Client, Meaning, Needs};
use jiff::SignedDuration;

#[tokio::test]
async fn the_fourth_call_in_a_second_is_refused_and_taken_after_the_wait() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for _ in 0..3 {
        client.get_quota().await.unwrap();
    }
    for wait_ms in [0, 400, 599] {
        handle.clock().advance(SignedDuration::from_millis(wait_ms));
        let error = client.get_quota().await.unwrap_err();
        assert_eq!(error.fault(), Fault::Transient, "{error}");
        // The header tells whole seconds.
        assert_eq!(error.wait(), Some(Duration::from_secs(1)));
    }
    handle.clock().advance(SignedDuration::from_millis(1));
    client.get_quota().await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_is_the_operators_to_settle() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let mut wrong = config(&handle);
    wrong.key = "another-key".into();
    let error = Client::new(wrong).unwrap().get_quota().await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::TokenDead));
    assert_eq!(error.needs(), Some(Needs::Operator));
    let reply = http(&handle, "POST", "/track17/v2.4/getquota", "[]").await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

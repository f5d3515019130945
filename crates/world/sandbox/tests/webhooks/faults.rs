//! Webhooks may come twice, never, or from somebody else.

use std::collections::BTreeMap;

use homeostat_sandbox::{Options, WebhookFaults, serve};
use tokio::net::TcpListener;

use crate::common::{campaign, ears, pause, start, tally};

const CAMPAIGNS: u64 = 8;

/// Red when a forgery carries a signature that passes, or a repetition another body.
#[tokio::test]
async fn each_comes_twice_with_a_forgery_beside_it_that_no_signature_covers() {
    let dir = tempfile::tempdir().unwrap();
    let (url, mut ears) = ears().await;
    let faults = WebhookFaults {
        duplicated: 1.0,
        forged: 1.0,
        reordered: 1.0,
        ..WebhookFaults::all(0.0)
    };
    let handle = start(dir.path(), &url, faults).await;
    for nth in 0..CAMPAIGNS {
        pause(&handle, &campaign(nth)).await;
    }
    handle.clock().advance(jiff::SignedDuration::from_secs(1));
    let (mut signed, mut forged) = (BTreeMap::new(), 0);
    while forged < CAMPAIGNS || signed.len() < 8 || signed.values().any(|times| *times < 2) {
        let came = ears.recv().await.unwrap();
        if came.vendor() != "meta" {
            continue;
        }
        match came.is_signed() {
            true => *signed.entry(came.body).or_insert(0) += 1,
            false => forged += 1,
        }
    }
    assert!(signed.values().all(|times| *times == 2), "{signed:?}");
    let told = tally(&handle).await;
    let hashes = told["forged_hashes"].as_array().unwrap().len();
    assert!(hashes >= 8, "{told}");
    assert!(told["reordered"].as_u64() >= Some(CAMPAIGNS), "{told}");
}

#[tokio::test]
async fn what_is_missing_is_counted_and_never_comes() {
    let dir = tempfile::tempdir().unwrap();
    let (url, mut ears) = ears().await;
    let faults = WebhookFaults {
        missing: 1.0,
        ..WebhookFaults::all(0.0)
    };
    let handle = start(dir.path(), &url, faults).await;
    pause(&handle, &campaign(0)).await;
    handle.clock().advance(jiff::SignedDuration::from_secs(1));
    while tally(&handle).await["missing"] == 0 {}
    assert_eq!(tally(&handle).await["waiting"], 0);
    assert!(ears.try_recv().is_err());
}

/// Red when a vendor waits for who is told.
#[tokio::test]
async fn who_never_answers_holds_up_no_vendor() {
    let dir = tempfile::tempdir().unwrap();
    // It takes connections, and says nothing.
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", deaf.local_addr().unwrap());
    let handle = start(dir.path(), &url, WebhookFaults::all(0.0)).await;
    for nth in 0..CAMPAIGNS {
        pause(&handle, &campaign(nth)).await;
        handle.clock().advance(jiff::SignedDuration::from_secs(1));
    }
    assert_eq!(handle.acts().len(), 8);
}

#[tokio::test]
async fn an_address_that_is_none_is_named_before_anything_runs() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options::new(dir.path());
    options.webhooks = Some("https://elsewhere.example".to_owned());
    let error = serve(options).await.unwrap_err().to_string();
    assert!(error.starts_with("webhooks: "), "{error}");
    let mut options = Options::new(dir.path());
    options.webhook_faults = WebhookFaults::all(2.0);
    let error = serve(options).await.unwrap_err().to_string();
    assert!(error.starts_with("webhook_faults: missing is 2"), "{error}");
}

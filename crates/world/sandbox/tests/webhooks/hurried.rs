//! What lies ahead can be hurried: it is told, shown and kept like everything else.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_clock::WorldClock;
use homeostat_sandbox::{Handle, Options, WebhookFaults, serve};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{ears, follow, http, orders, shop, start, tally};

async fn hurry(handle: &Handle, vendor: &str) -> Value {
    let asked = json!({"vendor": vendor, "brand": "aurora"}).to_string();
    http(handle, "POST", "/_hurry", &asked).await
}

/// How the books have a thing; null when they do not know it.
async fn booked(handle: &Handle, what: &str, [name, state]: [&str; 2], object: &Value) -> Value {
    let path = format!("/books/{what}?brand=aurora");
    let books = http(handle, "GET", &path, "").await;
    let mut all = books[what].as_array().unwrap().iter();
    let found = all.find(|one| one[name] == *object);
    found.map_or(Value::Null, |one| one[state].clone())
}

const PARCEL: [&str; 2] = ["parcel", "state"];
const LETTER: [&str; 2] = ["message", "thread"];

/// Red when a hurried thing is only said to have happened, or is forgotten with the life of the sandbox.
#[tokio::test]
async fn what_is_hurried_is_told_of_and_is_so_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (url, mut ears) = ears().await;
    let handle = start(dir.path(), &url, WebhookFaults::all(0.0)).await;
    follow(&handle, &orders(&shop(&handle)).await).await;
    let (letter, scan) = (
        hurry(&handle, "agentmail").await,
        hurry(&handle, "track17").await,
    );
    handle.clock().advance(SignedDuration::from_secs(1));
    let mut wanted = vec![
        ("agentmail", letter["object"].as_str().unwrap()),
        ("track17", scan["object"].as_str().unwrap()),
    ];
    while !wanted.is_empty() {
        let came = ears.recv().await.unwrap();
        assert!(came.is_signed());
        let body = String::from_utf8_lossy(&came.body);
        wanted.retain(|(vendor, object)| came.vendor() != *vendor || !body.contains(object));
    }
    // The next one is another, or goes on from there.
    let more = [
        hurry(&handle, "agentmail").await,
        hurry(&handle, "track17").await,
    ];
    assert_ne!(more[0]["object"], letter["object"]);
    assert_ne!(more[1], scan);
    let now = handle.clock().now();
    let known = [
        booked(&handle, "letters", LETTER, &letter["object"]).await,
        booked(&handle, "parcels", PARCEL, &more[1]["object"]).await,
    ];
    assert_eq!(known, [letter["state"].clone(), more[1]["state"].clone()]);
    handle.shutdown().await.unwrap();

    let mut options = Options::new(dir.path());
    options.clock = Some(WorldClock::manual(now));
    let again = serve(options).await.unwrap();
    let still = [
        booked(&again, "letters", LETTER, &letter["object"]).await,
        booked(&again, "parcels", PARCEL, &more[1]["object"]).await,
    ];
    assert_eq!(still, known);
}

#[tokio::test]
async fn from_when_on_nothing_is_told_can_be_said_and_what_was_not_told_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (url, mut ears) = ears().await;
    let handle = start(dir.path(), &url, WebhookFaults::all(0.0)).await;
    let wrong = http(&handle, "POST", "/_webhooks", "{\"missing\": 1}").await;
    assert!(wrong["error"].is_string(), "{wrong}");
    let faults = WebhookFaults {
        missing: 1.0,
        ..WebhookFaults::all(0.0)
    };
    http(&handle, "POST", "/_webhooks", &json!(faults).to_string()).await;
    let letter = hurry(&handle, "agentmail").await;
    handle.clock().advance(SignedDuration::from_secs(1));
    let is_named = |told: &Value| {
        told["untold"]
            .as_array()
            .unwrap()
            .contains(&letter["object"])
    };
    while !is_named(&tally(&handle).await) {}
    assert!(ears.try_recv().is_err());
    assert_eq!(hurry(&handle, "meta").await["object"], Value::Null);
}

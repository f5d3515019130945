//! Every fault gives the right class of error, and the books say what happened.

use std::time::Duration;

use crate::common::{
    account, campaign, client, config, eur, get, hours, order, rows, start, totals,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::{Fault as Befell, FaultPlan, Handle, Preset, serve};
use homeostat_vendors::meta::{Client, EffectiveStatus, Error, Meaning, Needs, NoAnswer, Status};

/// One ordered fault on a pause: the error, and whether the act was done.
async fn pause_under(handle: &Handle, fault: &str) -> (Option<Error>, Vec<Option<Befell>>) {
    let order = format!(r#"{{"on":"meta.set_status","fault":"{fault}"}}"#);
    let reply = crate::common::order(handle, &order).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    let before = handle.acts().len();
    let result = client(handle)
        .set_status(&campaign(0), Status::Paused, "")
        .await;
    let acts = handle.acts();
    (
        result.err(),
        acts[before..].iter().map(|act| act.fault).collect(),
    )
}

#[tokio::test]
async fn a_write_without_a_clear_answer_has_an_unknown_outcome() {
    let cases = [
        ("lose_reply", true),
        ("lose_request", false),
        ("error_before", false),
        ("error_after", true),
        ("unavailable_text", false),
    ];
    for (fault, done) in cases {
        let dir = tempfile::tempdir().unwrap();
        let handle = start(dir.path()).await;
        let (error, acts) = pause_under(&handle, fault).await;
        let error = error.unwrap();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        assert_eq!(acts.len(), usize::from(done), "{fault}");
        // What the write left behind is what a read tells.
        let status = client(&handle).campaign(&campaign(0), eur()).await.unwrap();
        assert_eq!(status.value.status == Status::Paused, done, "{fault}");
    }
}

#[tokio::test]
async fn the_same_troubles_of_a_read_are_transient() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    for fault in [
        "lose_reply",
        "lose_request",
        "error_before",
        "unavailable_text",
    ] {
        order(
            &handle,
            &format!(r#"{{"on":"meta.insights","fault":"{fault}"}}"#),
        )
        .await;
        let today = crate::common::day(handle.clock().now());
        let error = client(&handle)
            .insights(&account(), today, today)
            .await
            .unwrap_err();
        assert_eq!(error.fault(), Fault::Transient, "{fault}: {error}");
    }
}

#[tokio::test]
async fn a_refusal_is_known_to_have_done_nothing() {
    let cases = [
        ("throttle_account", Fault::Transient, None),
        ("token_dead", Fault::Permanent, Some(Needs::Operator)),
        ("blocked", Fault::Permanent, Some(Needs::Human)),
    ];
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    for (fault, class, needs) in cases {
        let (error, acts) = pause_under(&handle, fault).await;
        let error = error.unwrap();
        assert_eq!(
            (error.fault(), error.needs()),
            (class, needs),
            "{fault}: {error}"
        );
        assert!(acts.is_empty(), "{fault}");
    }
}

#[tokio::test]
async fn throttling_says_how_long_and_holds_for_the_whole_account() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let long = r#"{"on":"meta.set_status","fault":"throttle","after_ms":60000}"#;
    order(&handle, long).await;
    let mut patient = config(&handle);
    patient.endpoint.wait_divisor = 30;
    for (client, wait_s) in [(client(&handle), 60), (Client::new(patient).unwrap(), 2)] {
        let error = client
            .set_status(&campaign(0), Status::Paused, "")
            .await
            .unwrap_err();
        assert_eq!(error.fault(), Fault::Transient);
        assert_eq!(error.wait(), Some(Duration::from_secs(wait_s)));
    }
    let error = client(&handle).account(&account()).await.unwrap_err();
    assert!(
        matches!(error.meaning(), Some(Meaning::Throttled { .. })),
        "{error}"
    );
    // The other account is not concerned.
    let other = "act_1002".parse().unwrap();
    client(&handle).account(&other).await.unwrap();
    assert!(handle.acts().is_empty());
}

#[tokio::test]
async fn a_late_request_lands_after_the_client_gave_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut handle = start(dir.path()).await;
    order(
        &handle,
        r#"{"on":"meta.set_status","fault":"land_late","after_ms":600}"#,
    )
    .await;
    let mut hasty = config(&handle);
    hasty.endpoint.call_timeout = Duration::from_millis(150);
    let result = Client::new(hasty)
        .unwrap()
        .set_status(&campaign(0), Status::Paused, "e1")
        .await;
    let error = result.unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome);
    assert!(
        matches!(
            error,
            Error::Unanswered {
                reason: NoAnswer::TimedOut,
                ..
            }
        ),
        "{error}"
    );
    assert!(handle.acts().is_empty(), "not yet landed");
    handle.acts_reached(1).await.unwrap();
    let act = &handle.acts()[0];
    assert_eq!(
        (act.request_id.as_str(), act.fault),
        ("e1", Some(Befell::LandLate))
    );
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    order(
        &handle,
        r#"{"on":"meta.set_status","fault":"slow","after_ms":50}"#,
    )
    .await;
    let result = client(&handle)
        .set_status(&campaign(0), Status::Paused, "")
        .await;
    result.unwrap();
    assert_eq!(handle.acts()[0].fault, Some(Befell::Slow));
}

#[tokio::test]
async fn after_a_partial_pause_delivery_goes_on_and_the_status_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    // The manual clock runs at speed 1: a minute of lag is a minute of the world.
    handle.clock().advance(hours(4));
    order(
        &handle,
        r#"{"on":"meta.set_status","fault":"partial_pause","after_ms":60000}"#,
    )
    .await;
    let client = client(&handle);
    client
        .set_status(&campaign(0), Status::Paused, "")
        .await
        .unwrap();
    let (spend_then, _) = totals(&rows(&handle).await, &campaign(0));
    let read = client.campaign(&campaign(0), eur()).await.unwrap().value;
    assert_eq!(
        (read.status, read.effective_status),
        (Status::Paused, EffectiveStatus::Active)
    );

    handle.clock().advance(hours(24));
    let read = client.campaign(&campaign(0), eur()).await.unwrap().value;
    assert_eq!(read.effective_status, EffectiveStatus::Paused);
    let (spend_later, _) = totals(&rows(&handle).await, &campaign(0));
    let lag = handle.acts()[0]
        .delivery_from
        .since(handle.acts()[0].at_world);
    assert_eq!(lag.as_secs(), 60);
    assert!(spend_later >= spend_then && spend_later - spend_then < 500_000);
}

#[tokio::test]
async fn a_stale_effective_status_shows_the_old_one_then_in_process() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    order(
        &handle,
        r#"{"on":"meta.set_status","fault":"stale_status","after_ms":60000}"#,
    )
    .await;
    let client = client(&handle);
    client
        .set_status(&campaign(0), Status::Paused, "")
        .await
        .unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let read = client.campaign(&campaign(0), eur()).await.unwrap().value;
        assert_eq!(read.status, Status::Paused);
        seen.push(read.effective_status);
        handle.clock().advance(jiff::SignedDuration::from_secs(40));
    }
    let expected = [
        EffectiveStatus::Active,
        EffectiveStatus::InProcess,
        EffectiveStatus::Paused,
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn insights_can_be_behind_and_catch_up() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    handle.clock().advance(hours(8));
    let now = totals(&rows(&handle).await, &campaign(0)).0;
    order(
        &handle,
        r#"{"on":"meta.insights","fault":"moving_insights"}"#,
    )
    .await;
    let behind = totals(&rows(&handle).await, &campaign(0)).0;
    assert!(behind < now, "{behind} {now}");
    assert_eq!(totals(&rows(&handle).await, &campaign(0)).0, now);
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let cases = [
        (r#"{"on":"meta.nothing","fault":"slow"}"#, "meta.nothing"),
        (r#"{"on":"meta.account","fault":"slowly"}"#, "slowly"),
        (r#"{"on":"meta.account","fault":"land_late"}"#, "fault"),
        (r#"{"on":"meta.account","fault":"slow","times":0}"#, "times"),
        (r#"{"on":"meta.account","fault":"slow","tims":1}"#, "tims"),
    ];
    for (text, named) in cases {
        let reply = order(&handle, text).await;
        assert!(reply.starts_with("HTTP/1.1 400"), "{reply}");
        assert!(reply.contains(named), "{reply}");
    }
    assert!(get(&handle, "/_faults").await.contains(r#""queued":[]"#));
}

#[tokio::test]
async fn under_harsh_faults_the_books_and_the_state_agree() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = crate::common::options(dir.path());
    options.faults = FaultPlan::preset(Preset::Harsh);
    options.faults.land_late_ms = (0, 1);
    options.faults.slow_ms = (0, 1);
    options.faults.throttle_ms = (0, 1);
    let handle = serve(options).await.unwrap();
    let client = client(&handle);
    let mut ended = [0usize; 4];
    for n in 0..120 {
        let status = if n % 2 == 0 {
            Status::Paused
        } else {
            Status::Active
        };
        let result = client.set_status(&campaign(n % 8), status, "").await;
        let class = match result.map_err(|error| error.fault()) {
            Ok(_) => 0,
            Err(Fault::Transient) => 1,
            Err(Fault::UnknownOutcome) => 2,
            Err(Fault::Permanent) => 3,
        };
        ended[class] += 1;
    }
    assert!(ended[0] > 40 && ended[1] > 0 && ended[2] > 5, "{ended:?}");
    assert_eq!(ended[3], 0);
    // Nothing confirmed is missing, nothing refused is there.
    let acts = handle.acts().len();
    assert!(
        (ended[0]..=ended[0] + ended[2]).contains(&acts),
        "{acts} {ended:?}"
    );
}

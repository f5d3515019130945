//! Every fault gives the right class of error, and a registration is repeated without harm.

use std::time::Duration;

use crate::common::{
    acts, candidates, client, config, hours, info, items, options_at, order, parcel, patiently,
    register, start,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::{FaultPlan, ORIGIN, Preset, serve};
use homeostat_vendors::track17::{
    Client, Meaning, Needs, Parcel, Registration, Status, Tracked, Tracking,
};

#[tokio::test]
async fn a_registration_without_a_clear_answer_is_sent_again_and_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let cases = [
        ("lose_reply", true),
        ("lose_request", false),
        ("error_before", false),
        ("error_after", true),
        ("unavailable_text", false),
    ];
    for (nth, (fault, is_done)) in cases.into_iter().enumerate() {
        let one = items(&[parcel(&format!("QQQQQ{nth:05}"), 7_041)]);
        order(&handle, "register", fault).await;
        let error = patiently(&handle, || client.register(&one))
            .await
            .unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        assert_eq!(acts(&handle).len(), nth + usize::from(is_done), "{fault}");
        let again = patiently(&handle, || client.register(&one)).await.unwrap();
        assert!(again.outcomes[0].is_followed(), "{fault}");
        let was_there = again.outcomes[0] == Registration::AlreadyThere;
        assert_eq!(was_there, is_done, "{fault}");
        assert_eq!(acts(&handle).len(), nth + 1, "{fault}");
    }
}

#[tokio::test]
async fn a_registration_that_lands_late_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut handle = start(dir.path()).await;
    let one = items(&[parcel("QQQQQ12345", 7_041)]);
    let mut hasty = config(&handle);
    hasty.endpoint.call_timeout = Duration::from_millis(100);
    order(&handle, "register", "land_late").await;
    let error = Client::new(hasty)
        .unwrap()
        .register(&one)
        .await
        .unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome);
    handle.acts_reached(1).await.unwrap();
    let again = client(&handle).register(&one).await.unwrap();
    assert_eq!(again.outcomes, [Registration::AlreadyThere]);
    assert_eq!(acts(&handle).len(), 1);
}

#[tokio::test]
async fn a_quota_that_ends_within_a_batch_leaves_the_rest_for_later() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let five: Vec<Parcel> = (0..5)
        .map(|nth| parcel(&format!("QQQQQ{nth:05}"), 7_041))
        .collect();
    order(&handle, "register", "partial_answer").await;
    let batch = register(&handle, &five).await;
    assert!(batch.outcomes[..3].iter().all(Registration::is_followed));
    for outcome in &batch.outcomes[3..] {
        let Registration::Rejected(refusal) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            (refusal.code, refusal.meaning),
            (-18_019_908, Meaning::PermissionMissing)
        );
        assert!(!refusal.is_the_items_fault());
    }
    let quota = client(&handle).get_quota().await.unwrap();
    assert_eq!((quota.total, quota.used, quota.remain), (3, 3, 0));
    // Somebody has filled it up.
    handle.clock().advance(hours(2));
    let again = register(&handle, &five).await;
    assert!(again.outcomes.iter().all(Registration::is_followed));
    let made = acts(&handle)
        .into_iter()
        .filter(|act| act.act == "register");
    assert_eq!(made.count(), 5);
}

#[tokio::test]
async fn a_read_with_faults_says_no_more_than_it_knows() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let parcels = candidates();
    register(&handle, &parcels).await;
    handle.clock().advance(hours(24 * 5));
    let client = client(&handle);

    order(&handle, "info", "partial_answer").await;
    let told = patiently(&handle, || client.get_track_info(&parcels[..3])).await;
    let told = told.unwrap().outcomes;
    assert!(matches!(told[0], Tracked::Unclear { .. }), "{:?}", told[0]);
    assert!(matches!(told[1], Tracked::Rejected(_)), "{:?}", told[1]);
    assert_eq!(told[1].fault(), Some(Fault::Transient));
    assert!(matches!(told[2], Tracked::Info(_)), "{:?}", told[2]);

    order(&handle, "info", "new_word").await;
    let told = info(&handle, &parcels[..1]).await;
    let Tracked::Info(shipment) = &told[0] else {
        panic!("{told:?}");
    };
    assert_eq!(shipment.status, Status::Unknown("Rerouted".to_owned()));

    order(&handle, "list", "new_word").await;
    let page = patiently(&handle, || client.get_track_list(1))
        .await
        .unwrap();
    assert_eq!(
        page.rows[0].tracking,
        Tracking::Unknown("Suspended".to_owned())
    );
    assert_eq!(page.rows[1].tracking, Tracking::Tracking);
}

#[tokio::test]
async fn an_index_that_is_behind_does_not_know_the_latest_registration() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = [parcel("LX300112233CN", 3_011)];
    register(&handle, &one).await;
    order(&handle, "info", "stale_index").await;
    assert_eq!(info(&handle, &one).await, [Tracked::NotRegistered]);
    assert_ne!(info(&handle, &one).await, [Tracked::NotRegistered]);
}

#[tokio::test]
async fn refusals_name_who_has_to_do_something() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = [parcel("LX300112233CN", 3_011)];
    let client = client(&handle);
    for (fault, meaning) in [
        ("token_dead", Meaning::TokenDead),
        ("blocked", Meaning::PermissionMissing),
        ("identity_missing", Meaning::PermissionMissing),
        ("error_before", Meaning::Outage),
    ] {
        order(&handle, "info", fault).await;
        let error = patiently(&handle, || client.get_track_info(&one))
            .await
            .unwrap_err();
        assert_eq!(error.meaning(), Some(meaning), "{fault}");
        let is_operators = meaning != Meaning::Outage;
        assert_eq!(
            error.needs() == Some(Needs::Operator),
            is_operators,
            "{fault}"
        );
    }
    for fault in ["throttle", "throttle_account"] {
        order(&handle, "quota", fault).await;
        let error = client.get_quota().await.unwrap_err();
        assert_eq!(error.wait(), Some(Duration::from_secs(1)), "{fault}");
    }
    patiently(&handle, || client.get_quota()).await.unwrap();
}

#[tokio::test]
async fn whatever_goes_wrong_every_parcel_is_registered_once_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options_at(dir.path(), ORIGIN);
    options.faults = FaultPlan::preset(Preset::Harsh);
    let handle = serve(options).await.unwrap();
    let mut hasty = config(&handle);
    hasty.endpoint.call_timeout = Duration::from_millis(500);
    let hasty = Client::new(hasty).unwrap();
    let parcels: Vec<Parcel> = (0..12)
        .map(|nth| parcel(&format!("QQQQQ{nth:05}"), 7_041))
        .collect();
    for batch in parcels.chunks(4) {
        let items = items(batch);
        let is_done = |told: &[Registration]| told.iter().all(Registration::is_followed);
        // Nobody may give up on it: each failure says that it may be sent again.
        loop {
            match patiently(&handle, || hasty.register(&items)).await {
                Ok(told) if is_done(&told.outcomes) => break,
                Ok(told) => panic!("{told:?}"),
                Err(error) => assert_ne!(error.fault(), Fault::Permanent, "{error}"),
            }
        }
    }
    let mut made: Vec<String> = acts(&handle).into_iter().map(|act| act.object).collect();
    made.sort();
    let wanted: Vec<&str> = parcels
        .iter()
        .map(|parcel| parcel.number.as_str())
        .collect();
    assert_eq!(made, wanted);
}

//! Stopped or killed and started again, it is the same vendor with the same past.

use std::fs;

use crate::common::{
    acts, candidates, client, hours, info, options_at, parcel, patiently, register, start,
};
use homeostat_sandbox::serve;
use homeostat_vendors::track17::Tracked;

#[tokio::test]
async fn a_restart_keeps_the_registrations_the_stops_and_what_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let parcels = candidates();
    register(&handle, &parcels).await;
    handle.clock().advance(hours(20));
    let one = client(&handle);
    patiently(&handle, || one.stop_track(&parcels[..7]))
        .await
        .unwrap();
    handle.clock().advance(hours(50));
    let (told, past) = (info(&handle, &parcels).await, acts(&handle));
    let page = patiently(&handle, || one.get_track_list(1)).await.unwrap();
    let quota = patiently(&handle, || one.get_quota()).await.unwrap();
    let now = handle.clock().now();
    handle.shutdown().await.unwrap();

    let again = serve(options_at(dir.path(), now)).await;
    let again = again.unwrap();
    assert_eq!(acts(&again), past);
    assert_eq!(info(&again, &parcels).await, told);
    let two = client(&again);
    assert_eq!(
        patiently(&again, || two.get_track_list(1)).await.unwrap(),
        page
    );
    assert_eq!(patiently(&again, || two.get_quota()).await.unwrap(), quota);
}

#[tokio::test]
async fn a_quota_that_has_ended_stays_so_across_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    crate::common::order(&handle, "register", "partial_answer").await;
    let two = [parcel("QQQQQ00001", 7_041), parcel("QQQQQ00002", 7_041)];
    register(&handle, &two).await;
    handle.shutdown().await.unwrap();
    let again = start(dir.path()).await;
    assert_eq!(client(&again).get_quota().await.unwrap().remain, 0);
}

#[tokio::test]
async fn a_registration_torn_by_a_kill_was_never_made() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let two = [parcel("QQQQQ00001", 7_041), parcel("QQQQQ00002", 7_041)];
    register(&handle, &two).await;
    handle.shutdown().await.unwrap();
    let path = dir.path().join("track17.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();

    let again = start(dir.path()).await;
    assert_eq!(acts(&again).len(), 1);
    let told = info(&again, &two).await;
    assert_ne!(told[0], Tracked::NotRegistered);
    assert_eq!(told[1], Tracked::NotRegistered);
    let batch = register(&again, &two[1..]).await;
    assert!(batch.outcomes[0].is_followed());
    let numbers: Vec<u64> = acts(&again).iter().map(|act| act.n).collect();
    assert_eq!(numbers, [1, 2]);
}

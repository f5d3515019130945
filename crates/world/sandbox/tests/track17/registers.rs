//! Each number is followed once under a carrier, and each item of a batch has its own outcome.

use crate::common::{CARRIER, acts, client, http, items, parcel, patiently, register, start};
use homeostat_vendors::track17::{Carrier, Lacks, Parcel, Registration, Stop};
use jiff::SignedDuration;

#[tokio::test]
async fn a_number_is_registered_once_and_costs_one_unit() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = [parcel("LX300112233CN", 3_011)];
    let first = register(&handle, &one).await;
    let carrier = Carrier::new(3_011);
    assert_eq!(first.outcomes, [Registration::Registered { carrier }]);
    let again = register(&handle, &one).await;
    assert_eq!(again.outcomes, [Registration::AlreadyThere]);
    assert_eq!(again.strangers, 0);
    let quota = client(&handle).get_quota().await.unwrap();
    assert_eq!(
        (quota.used, quota.remain, quota.today_used),
        (1, 5_000, Some(1))
    );
    let acts = acts(&handle);
    assert_eq!(acts.len(), 1);
    assert_eq!(
        (
            acts[0].act.as_str(),
            acts[0].object.as_str(),
            acts[0].to.as_str()
        ),
        ("register", "LX300112233CN", "3011")
    );
    assert_eq!(acts[0].detail["tag"], "order-LX300112233CN");
}

#[tokio::test]
async fn each_item_of_a_batch_has_its_own_outcome() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let parcels = [
        parcel("QQQQQ12345", 0),
        parcel("LX300112233CN", 0),
        parcel("QQQQQ12345", 77),
        parcel("QQQQQ12345", CARRIER),
    ];
    let batch = register(&handle, &parcels).await;
    assert_eq!(batch.strangers, 0);
    let lacks = |outcome: &Registration| match outcome {
        Registration::Rejected(refusal) => refusal.lacks(),
        other => panic!("{other:?}"),
    };
    assert_eq!(lacks(&batch.outcomes[0]), Some(Lacks::Carrier));
    // Found out from the number.
    let carrier = Carrier::new(3_011);
    assert_eq!(batch.outcomes[1], Registration::Registered { carrier });
    assert_eq!(lacks(&batch.outcomes[2]), Some(Lacks::Carrier));
    assert!(batch.outcomes[3].is_followed());
}

#[tokio::test]
async fn the_same_number_under_another_carrier_is_another_registration() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let two = [parcel("QQQQQ12345", CARRIER), parcel("QQQQQ12345", 3_011)];
    let batch = register(&handle, &two).await;
    assert!(batch.outcomes.iter().all(Registration::is_followed));
    assert_eq!(acts(&handle).len(), 2);
    // Without a carrier nobody knows which of them is meant, but it is there.
    let unnamed = register(&handle, &[parcel("QQQQQ12345", 0)]).await;
    assert_eq!(unnamed.outcomes, [Registration::AlreadyThere]);
}

#[tokio::test]
async fn what_the_client_would_not_send_is_refused_as_documented() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let path = "/track17/v2.4/register";
    let parcels: Vec<Parcel> = (0..41)
        .map(|nth| parcel(&format!("QQQQQ{nth:05}"), CARRIER))
        .collect();
    let error = client(&handle).register(&items(&parcels)).await;
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("items: there are 41"), "{error}");
    let many = format!("[{}]", [r#"{"number":"QQQQQ12345"}"#; 41].join(","));
    let reply = http(&handle, "POST", path, &many).await;
    assert!(reply.contains(r#""code":-18010014"#), "{reply}");
    let short = r#"[{"number":"12"},{"number":"LX300112233CN","carrier":3011}]"#;
    let reply = http(&handle, "POST", path, short).await;
    assert!(reply.contains(r#""code":-18010012"#), "{reply}");
    assert!(reply.contains(r#""accepted":[{"carrier":3011"#), "{reply}");
    for (path, body) in [(path, "{}"), (path, "[7]"), (path, "no")] {
        handle.clock().advance(SignedDuration::from_secs(1));
        let reply = http(&handle, "POST", path, body).await;
        assert!(reply.contains(r#""code":-18010013"#), "{body}: {reply}");
    }
    for path in [
        "/track17/v1/register",
        "/track17/v2.4/teleport",
        "/track17/v2.4",
    ] {
        let reply = http(&handle, "POST", path, "[]").await;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {reply}");
    }
    assert!(
        http(&handle, "GET", path, "")
            .await
            .starts_with("HTTP/1.1 404")
    );
    assert_eq!(acts(&handle).len(), 1);
}

#[tokio::test]
async fn a_stop_is_done_once_and_does_not_forget_the_registration() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let known = parcel("LX300112233CN", 3_011);
    register(&handle, std::slice::from_ref(&known)).await;
    let client = client(&handle);
    let both = [known.clone(), parcel("QQQQQ12345", CARRIER)];
    let first = patiently(&handle, || client.stop_track(&both))
        .await
        .unwrap();
    assert_eq!(first.outcomes, [Stop::Stopped, Stop::NotRegistered]);
    let again = patiently(&handle, || client.stop_track(&both))
        .await
        .unwrap();
    assert_eq!(again.outcomes, [Stop::AlreadyStopped, Stop::NotRegistered]);
    let names: Vec<String> = acts(&handle).into_iter().map(|act| act.act).collect();
    assert_eq!(names, ["register", "stop"]);
    let known = items(&[known]);
    let again = patiently(&handle, || client.register(&known))
        .await
        .unwrap();
    assert_eq!(again.outcomes, [Registration::AlreadyThere]);
}

//! What is told of parcels: nothing for some minutes, then their way.

use crate::common::{candidates, client, config, hours, info, parcel, patiently, register, start};
use homeostat_vendors::track17::{Client, Parcel, Shipment, Status, Tracked, Tracking};
use jiff::SignedDuration;

fn shipments(told: &[Tracked]) -> Vec<&Shipment> {
    let info = |told: &'_ Tracked| matches!(told, Tracked::Info(_));
    assert!(told.iter().all(info), "{told:?}");
    let each = told.iter().filter_map(|told| match told {
        Tracked::Info(shipment) => Some(shipment.as_ref()),
        _ => None,
    });
    each.collect()
}

#[tokio::test]
async fn nothing_is_known_for_some_minutes_and_then_the_way_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let parcels = candidates();
    let unknown = info(&handle, &parcels[..1]).await;
    assert_eq!(unknown, [Tracked::NotRegistered]);
    let batch = register(&handle, &parcels).await;
    assert!(batch.outcomes.iter().all(|outcome| outcome.is_followed()));

    handle.clock().advance(SignedDuration::from_secs(30));
    let early = info(&handle, &parcels).await;
    let not_yet = early.iter().filter(|told| **told == Tracked::NotYet);
    let not_yet = not_yet.count();
    // Of the others it is said that they are not found.
    assert!((1..parcels.len()).contains(&not_yet), "{not_yet}");
    for told in early.iter().filter(|told| **told != Tracked::NotYet) {
        assert_eq!(
            shipments(std::slice::from_ref(told))[0].status,
            Status::NotFound
        );
    }

    handle.clock().advance(hours(24 * 5));
    let late = info(&handle, &parcels).await;
    let known: Vec<&Shipment> = shipments(&late)
        .into_iter()
        .filter(|shipment| shipment.status != Status::NotFound)
        .collect();
    // Five orders, each with the one country that is its buyer's.
    assert_eq!(known.len(), 5, "{known:?}");
    for shipment in known {
        assert!(shipment.latest_event.is_some() && shipment.providers_hash.is_some());
        assert_eq!(shipment.syncs[0].is_reached, Some(true));
        let tag = format!("order-{}", shipment.parcel.number);
        assert_eq!(shipment.tag.as_deref(), Some(tag.as_str()));
        assert!(shipment.odd.is_empty(), "{:?}", shipment.odd);
    }
}

#[tokio::test]
async fn a_number_under_two_carriers_is_told_apart_by_them_and_unclear_without() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let two = [parcel("QQQQQ12345", 7_041), parcel("QQQQQ12345", 3_011)];
    register(&handle, &two).await;
    handle.clock().advance(hours(1));
    let told = info(&handle, &two).await;
    let carriers: Vec<Option<u32>> = shipments(&told)
        .iter()
        .map(|shipment| shipment.parcel.carrier.map(|carrier| carrier.key()))
        .collect();
    assert_eq!(carriers, [Some(7_041), Some(3_011)]);
    let unnamed = info(&handle, &[parcel("QQQQQ12345", 0)]).await;
    assert!(matches!(unnamed[0], Tracked::Unclear { .. }), "{unnamed:?}");
}

#[tokio::test]
async fn the_list_tells_every_registration_once_and_whether_it_is_followed() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let parcels: Vec<Parcel> = (0..45)
        .map(|nth| parcel(&format!("QQQQQ{nth:05}"), 7_041))
        .collect();
    register(&handle, &parcels[..40]).await;
    register(&handle, &parcels[40..]).await;
    let client = client(&handle);
    let stopped = patiently(&handle, || client.stop_track(&parcels[..1])).await;
    stopped.unwrap();
    let (mut rows, mut page_no) = (Vec::new(), Some(1));
    while let Some(no) = page_no {
        let page = patiently(&handle, || client.get_track_list(no))
            .await
            .unwrap();
        assert_eq!((page.total, page.unreadable), (45, 0));
        rows.extend(page.rows);
        page_no = page.next;
    }
    let told: Vec<&Parcel> = rows.iter().map(|row| &row.parcel).collect();
    assert_eq!(told, parcels.iter().collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row.odd.is_empty()));
    assert_eq!(rows[0].tracking, Tracking::Stopped);
    assert_eq!(rows[0].stop_reason.as_deref(), Some("ByRequest"));
    assert!(
        rows[1..]
            .iter()
            .all(|row| row.tracking == Tracking::Tracking)
    );

    // Nobody has ever heard of them, so the vendor drops them by itself.
    handle.clock().advance(hours(24 * 31));
    let page = patiently(&handle, || client.get_track_list(2))
        .await
        .unwrap();
    let reasons = page.rows.iter().map(|row| row.stop_reason.as_deref());
    assert!(reasons.into_iter().all(|reason| reason == Some("Expired")));
}

#[tokio::test]
async fn the_older_version_tells_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = [parcel("LX300112233CN", 3_011)];
    register(&handle, &one).await;
    handle.clock().advance(hours(1));
    let mut older = config(&handle);
    older.version = "v2.2".to_owned();
    let older = Client::new(older)
        .unwrap()
        .get_track_info(&one)
        .await
        .unwrap();
    assert_eq!(older.outcomes, info(&handle, &one).await);
}

//! A bulk operation runs, ends, and its file is the orders of its window.

use crate::common::{client, hours, some_orders, start, state, strike_for};
use homeostat_vendors::shopify::{BulkStatus, Meaning, Paging, Updated, bulk_orders};
use jiff::SignedDuration;

#[tokio::test]
async fn the_file_is_the_orders_as_they_are_read_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let from = handle.clock().now().plus(hours(-24));
    let id = client
        .bulk_orders_run(Updated::from(from))
        .await
        .unwrap()
        .value;
    let running = state(&client, id).await;
    assert_eq!(
        (running.status, running.file.is_none()),
        (BulkStatus::Running, true)
    );
    handle.clock().advance(SignedDuration::from_secs(61));
    let ended = state(&client, id).await;
    assert_eq!(ended.status, BulkStatus::Completed);
    let file = client.bulk_file(&ended.file.unwrap()).await.unwrap();
    let orders = bulk_orders(&String::from_utf8(file).unwrap()).unwrap();
    assert!(orders.len() > 10);
    for order in orders.iter().take(3) {
        let single = client.order(order.id).await.unwrap().value.unwrap();
        assert_eq!(&single, order);
    }
    let page = client
        .orders_page(Updated::from(from), &Paging::first(120))
        .await;
    assert!(page.unwrap().value.items.len() >= orders.len());
    // The address dies after a week.
    let old = state(&client, id).await.file.unwrap();
    handle.clock().advance(hours(24 * 7 + 1));
    let error = client.bulk_file(&old).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
}

#[tokio::test]
async fn a_failed_operation_has_a_part_of_its_file_and_an_empty_one_none() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    strike_for(&handle, "bulk_run", "settle_badly", 100).await;
    let id = client
        .bulk_orders_run(Updated::default())
        .await
        .unwrap()
        .value;
    handle.clock().advance(hours(1));
    let failed = state(&client, id).await;
    assert_eq!(
        (failed.status, failed.file.is_none()),
        (BulkStatus::Failed, true)
    );
    let part = client
        .bulk_file(&failed.partial_file.unwrap())
        .await
        .unwrap();
    let part = bulk_orders(&String::from_utf8(part).unwrap()).unwrap();
    assert!(!part.is_empty() && part.len() < some_orders(&client).await.len() * 2);
    let ahead = Updated::from(handle.clock().now().plus(hours(9)));
    let id = client.bulk_orders_run(ahead).await.unwrap().value;
    handle.clock().advance(SignedDuration::from_mins(2));
    let empty = state(&client, id).await;
    assert_eq!(
        (empty.status, empty.file.is_none(), empty.objects),
        (BulkStatus::Completed, true, 0)
    );
}

#[tokio::test]
async fn five_run_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for _ in 0..5 {
        client.bulk_orders_run(Updated::default()).await.unwrap();
    }
    let error = client
        .bulk_orders_run(Updated::default())
        .await
        .unwrap_err();
    assert!(
        matches!(error.meaning(), Some(Meaning::Throttled { .. })),
        "{error}"
    );
}

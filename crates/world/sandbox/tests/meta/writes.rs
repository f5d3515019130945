//! Changes reach the world and its books.

use crate::common::{account, campaign, client, eur, hours, rows, seller, start, totals};
use homeostat_model::{Classify, Fault, Money};
use homeostat_vendors::meta::{BatchPart, EffectiveStatus, Meaning, Status};

#[tokio::test]
async fn a_paused_campaign_stops_spending_and_its_late_sales_still_arrive() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let id = seller(&handle).await;
    handle.clock().advance(hours(3));

    client
        .set_status(&id, Status::Paused, "effect-7")
        .await
        .unwrap();
    let paused = client.campaign(&id, eur()).await.unwrap().value;
    assert_eq!(paused.status, Status::Paused);
    assert_eq!(paused.effective_status, EffectiveStatus::Paused);
    let (spend_then, sales_then) = totals(&rows(&handle).await, &id);

    handle.clock().advance(hours(24 * 6));
    let (spend_later, sales_later) = totals(&rows(&handle).await, &id);
    assert_eq!(spend_later, spend_then);
    assert!(sales_later > sales_then, "{sales_then} then {sales_later}");

    // Others go on, and so does this one when it is resumed.
    client.set_status(&id, Status::Active, "").await.unwrap();
    handle.clock().advance(hours(24));
    assert!(totals(&rows(&handle).await, &id).0 > spend_later);

    let acts = handle.acts();
    assert_eq!(acts.len(), 2);
    let first = &acts[0];
    assert_eq!(
        (first.n, first.vendor.as_str(), first.act.as_str()),
        (1, "meta", "set_status")
    );
    assert_eq!(
        (first.from.as_str(), first.to.as_str()),
        ("ACTIVE", "PAUSED")
    );
    assert_eq!(
        (first.object.as_str(), first.request_id.as_str()),
        (id.as_str(), "effect-7")
    );
    assert!(first.applied && first.fault.is_none());
}

#[tokio::test]
async fn setting_what_is_set_is_accepted_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    for _ in 0..2 {
        client
            .set_status(&campaign(0), Status::Paused, "")
            .await
            .unwrap();
    }
    let applied: Vec<bool> = handle.acts().iter().map(|act| act.applied).collect();
    assert_eq!(applied, [true, false]);
}

#[tokio::test]
async fn a_budget_is_written_in_minor_units_and_caps_the_day() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    // Midnight in Berlin, so that a whole day has the new budget.
    handle.clock().advance(hours(17));
    let budget = Money::from_micros(4_500_000, eur());
    client
        .set_daily_budget(&campaign(2), budget, "")
        .await
        .unwrap();
    let read = client.campaign(&campaign(2), eur()).await.unwrap().value;
    assert_eq!(read.daily_budget, Some(budget));
    assert_eq!(handle.acts()[0].to, "450");

    handle.clock().advance(hours(23));
    let today = crate::common::day(handle.clock().now());
    let rows = client
        .insights(&account(), today, today)
        .await
        .unwrap()
        .value;
    let (spend, _) = totals(&rows, &campaign(2));
    assert!((3_500_000..=4_500_000).contains(&spend), "{spend}");

    let fraction = Money::from_micros(4_500_001, eur());
    let error = client
        .set_daily_budget(&campaign(2), fraction, "")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("daily_budget"), "{error}");
    let little = Money::from_micros(500_000, eur());
    let error = client
        .set_daily_budget(&campaign(2), little, "")
        .await
        .unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
    assert_eq!(handle.acts().len(), 1);
}

#[tokio::test]
async fn a_refused_change_is_not_in_the_books() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let unknown = "5".parse().unwrap();
    let error = client
        .set_status(&unknown, Status::Paused, "")
        .await
        .unwrap_err();
    assert_eq!(error.fault(), Fault::Permanent);
    let error = client
        .set_status(&campaign(0), Status::Deleted, "")
        .await
        .unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
    assert!(handle.acts().is_empty());
}

#[tokio::test]
async fn each_part_of_a_batch_ends_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    crate::common::order(&handle, r#"{"on":"meta.batch","fault":"null_part"}"#).await;
    let parts = [
        BatchPart::SetStatus(campaign(0), Status::Paused),
        BatchPart::SetStatus(campaign(1), Status::Paused),
        BatchPart::Campaign(campaign(1), "status,name".into()),
        BatchPart::SetStatus("77".parse().unwrap(), Status::Paused),
        BatchPart::Campaign(campaign(3), "no_such_field".into()),
    ];
    let replies = client.batch(&parts, "batch-1").await.unwrap().value;
    assert_eq!(
        replies[0].as_ref().unwrap_err().fault(),
        Fault::UnknownOutcome
    );
    assert!(replies[1].is_ok());
    assert_eq!(replies[2].as_ref().unwrap()["status"], "PAUSED");
    for refused in &replies[3..] {
        assert_eq!(refused.as_ref().unwrap_err().fault(), Fault::Permanent);
    }
    // What was answered with null was done all the same.
    let acts = handle.acts();
    assert_eq!(acts.len(), 2);
    assert!(
        acts.iter()
            .all(|act| act.applied && act.request_id == "batch-1")
    );

    let many: Vec<BatchPart> = vec![parts[1].clone(); 51];
    assert_eq!(
        client.batch(&many, "").await.unwrap_err().fault(),
        Fault::Permanent
    );
    assert_eq!(handle.acts().len(), 2);
}

//! The client reads the sandbox over real HTTP.

use crate::common::{
    account, campaign, client, config, eur, get, hours, order, rows, start, totals,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::{BRANDS, ORIGIN, WorldSource, serve};
use homeostat_vendors::meta::{Client, EffectiveStatus, Meaning, Needs, Status};

#[tokio::test]
async fn accounts_and_campaigns_are_there_with_their_units() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);

    for brand in BRANDS {
        let id = brand.account_id.parse().unwrap();
        let account = client.account(&id).await.unwrap().value;
        assert_eq!(account.currency.as_str(), brand.currency);
        assert_eq!(account.time_zone.iana_name(), Some(brand.time_zone));
        assert!(account.amount_spent.amount_micros > 0);
        assert_eq!(account.spend_cap, None);

        let campaigns = client.list_campaigns(&id, account.currency).await;
        let campaigns = campaigns.unwrap().value;
        assert_eq!(campaigns.len(), 8);
        for listed in &campaigns {
            assert_eq!(listed.status, Status::Active);
            assert_eq!(listed.effective_status, EffectiveStatus::Active);
            // Ten to a hundred and more a day, not a hundredth or a hundredfold of it.
            let budget = listed.daily_budget.unwrap().amount_micros;
            assert!((10_000_000..200_000_000).contains(&budget), "{budget}");
            let one = client.campaign(&listed.id, account.currency).await;
            assert_eq!(&one.unwrap().value, listed);
        }
    }
}

#[tokio::test]
async fn the_accounts_spend_is_the_sum_of_its_rows() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let rows = rows(&handle).await;
    assert!(rows.iter().any(|row| row.purchases > 0));
    for row in &rows {
        let worth = row.purchase_value.map(|value| value.amount_micros > 0);
        assert_eq!(worth, Some(row.purchases > 0), "{row:?}");
    }
    let cents: i64 = rows
        .iter()
        .map(|row| row.spend.amount_micros / 10_000)
        .sum();
    let account = client(&handle).account(&account()).await.unwrap().value;
    let spent = account.amount_spent.amount_micros / 10_000;
    // Each row is cut to whole cents.
    assert!(
        (0..=rows.len() as i64).contains(&(spent - cents)),
        "{spent} {cents}"
    );
}

#[tokio::test]
async fn a_list_of_many_pages_is_read_whole_and_an_empty_page_does_not_end_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("results.csv");
    let mut text = String::from("campaign,date,spend,sales\n");
    for n in 0..230 {
        text.push_str(&format!("c{n},2024-05-01,3.50,1\n"));
    }
    std::fs::write(&file, text).unwrap();
    let mut options = crate::common::options(&dir.path().join("books"));
    options.world = WorldSource::Csv(file);
    let handle = serve(options).await.unwrap();

    order(
        &handle,
        r#"{"on":"meta.list_campaigns","fault":"empty_page","times":2}"#,
    )
    .await;
    let listed = client(&handle).list_campaigns(&account(), eur()).await;
    let listed = listed.unwrap().value;
    assert_eq!(listed.len(), 230);
    assert_eq!(listed[229].name, "c229");
}

#[tokio::test]
async fn numbers_of_a_day_move_while_sales_arrive_late() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let yesterday = crate::common::day(ORIGIN.plus(hours(-24)));
    let read = async || {
        let reply = client(&handle)
            .insights(&account(), yesterday, yesterday)
            .await;
        let rows = reply.unwrap().value;
        let spend: i64 = rows.iter().map(|row| row.spend.amount_micros).sum();
        let sales: u64 = rows.iter().map(|row| row.purchases).sum();
        (spend, sales)
    };
    let (spend_first, sales_first) = read().await;
    handle.clock().advance(hours(24 * 7));
    let (spend_last, sales_last) = read().await;
    assert_eq!(spend_first, spend_last);
    assert!(sales_last > sales_first, "{sales_first} then {sales_last}");
}

#[tokio::test]
async fn no_row_without_delivery() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let long_ago = crate::common::day(ORIGIN.plus(hours(-24 * 30)));
    let reply = client(&handle)
        .insights(&account(), long_ago, long_ago)
        .await;
    assert!(reply.unwrap().value.is_empty());
    // A dead campaign has rows, and no purchases in them.
    let rows = rows(&handle).await;
    let silent = (0..8).filter(|nth| totals(&rows, &campaign(*nth)).1 == 0);
    assert!(silent.count() >= 2);
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_proof_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;

    let mut wrong = config(&handle);
    wrong.access_token = "another-token".into();
    let error = Client::new(wrong)
        .unwrap()
        .account(&account())
        .await
        .unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::TokenDead));
    assert_eq!(error.needs(), Some(Needs::Operator));
    assert_eq!(error.fault(), Fault::Permanent);

    let mut wrong = config(&handle);
    wrong.app_secret = Some("another-secret".into());
    let error = Client::new(wrong)
        .unwrap()
        .account(&account())
        .await
        .unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
    assert!(error.to_string().contains("appsecret_proof"), "{error}");
}

#[tokio::test]
async fn an_unknown_object_is_a_permanent_error() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let id = "999".parse().unwrap();
    let error = client(&handle).campaign(&id, eur()).await.unwrap_err();
    assert_eq!(error.fault(), Fault::Permanent);
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
}

#[tokio::test]
async fn usage_headers_come_with_the_reply() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let first = client.account(&account()).await.unwrap().usage;
    assert_eq!(first.ads_management_pct, None);
    for _ in 0..5 {
        client.account(&account()).await.unwrap();
    }
    let later = client.account(&account()).await.unwrap().usage;
    assert_eq!(later.ads_management_pct, Some(0));
}

#[tokio::test]
async fn a_trailing_slash_is_fine_and_other_paths_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let ok = get(&handle, "/meta/v26.0/act_1001/?fields=name").await;
    assert!(ok.ends_with(r#"{"id":"act_1001","name":"aurora"}"#), "{ok}");
    for bad in ["/meta/act_1001", "/meta/v26.0/act_1001/ads", "/meta/v26.0/"] {
        let reply = get(&handle, bad).await;
        assert!(reply.contains(r#""code":2500"#), "{bad}: {reply}");
    }
    let unknown = get(&handle, "/meta/v26.0/act_1001?fields=nam").await;
    assert!(unknown.contains("nonexisting field (nam)"), "{unknown}");
}

#[tokio::test]
async fn the_clock_is_served_as_an_anchor() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = crate::common::options(dir.path());
    options.clock = None;
    options.speed = 60;
    let handle = serve(options).await.unwrap();
    let reply = get(&handle, "/clock").await;
    let body = reply.split("\r\n\r\n").nth(1).unwrap();
    let anchor: homeostat_clock::Anchor = serde_json::from_str(body).unwrap();
    assert_eq!((anchor.origin, anchor.speed), (ORIGIN, 60));
}

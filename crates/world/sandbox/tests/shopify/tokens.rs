//! A given token lasts; an app's token runs out after a day and another one is asked for.

use crate::common::{app, config, hours, start, strike};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::SHOPIFY_CLIENT_SECRET;
use homeostat_vendors::shopify::{Client, Credentials, Needs};

#[tokio::test]
async fn an_app_gets_its_token_keeps_it_and_asks_again_after_a_day() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = app(&handle, SHOPIFY_CLIENT_SECRET);
    client.shop().await.unwrap();
    handle.clock().advance(hours(23));
    client.shop().await.unwrap();
    handle.clock().advance(hours(2));
    let error = client.shop().await.unwrap_err();
    assert_eq!(
        (error.fault(), error.needs()),
        (Fault::Transient, None),
        "{error}"
    );
    client.shop().await.unwrap();
}

#[tokio::test]
async fn wrong_credentials_are_for_whoever_holds_them() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let error = app(&handle, "another").shop().await.unwrap_err();
    assert_eq!(
        (error.fault(), error.needs()),
        (Fault::Permanent, Some(Needs::Operator))
    );
    let mut wrong = config(&handle);
    wrong.credentials = Credentials::Token("shpat_wrong".into());
    for _ in 0..2 {
        let error = Client::new(wrong.clone())
            .unwrap()
            .shop()
            .await
            .unwrap_err();
        assert_eq!(error.needs(), Some(Needs::Operator), "{error}");
    }
    let mut nowhere = config(&handle);
    nowhere.endpoint.base_url = handle.shopify_url("nobody");
    let error = Client::new(nowhere).unwrap().shop().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Permanent, "{error}");
}

#[tokio::test]
async fn a_token_that_never_worked_is_not_asked_for_again_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = app(&handle, SHOPIFY_CLIENT_SECRET);
    strike(&handle, "shop", "token_dead").await;
    let error = client.shop().await.unwrap_err();
    assert_eq!(error.needs(), Some(Needs::Operator), "{error}");
    client.shop().await.unwrap();
    strike(&handle, "token", "lose_reply").await;
    let fresh = app(&handle, SHOPIFY_CLIENT_SECRET);
    let error = fresh.shop().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Transient);
}

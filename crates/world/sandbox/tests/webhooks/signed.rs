//! Each vendor tells what changed, as it signs.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use homeostat_clock::wall;
use homeostat_sandbox::{
    Handle, REVOLUT_CLIENT_ID, REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY, REVOLUT_REFRESH_TOKEN,
    WebhookFaults, revolut_account_id,
};
use homeostat_vendors::{
    revolut,
    shopify::{self, NewRefund, TransactionKind},
};
use jiff::SignedDuration;

use crate::common::{TIMEOUT, campaign, ears, euro, follow, orders, pause, shop, start};

/// Gives a part of the first order back, and has its parcel followed.
async fn refund_and_follow(handle: &Handle) {
    let client = shop(handle);
    let orders = &orders(&client).await;
    let order = &orders[0];
    let mut paid = order.transactions.iter();
    let paid = paid.find(|one| one.kind == TransactionKind::Sale).unwrap();
    let refund = NewRefund {
        order: order.id,
        amount: euro(1),
        shop_currency: euro(1).currency,
        parent: paid.id,
        gateway: paid.gateway.clone().unwrap(),
        note: "Damaged".to_owned(),
        notify: false,
        lines: Vec::new(),
    };
    client.refund_create(&refund, "key-1", "").await.unwrap();
    follow(handle, orders).await;
}

async fn pay(handle: &Handle) {
    let mut config = revolut::Config::new(
        REVOLUT_CLIENT_ID,
        REVOLUT_ISSUER,
        REVOLUT_PRIVATE_KEY.into(),
        REVOLUT_REFRESH_TOKEN.into(),
    );
    config.endpoint.base_url = handle.revolut_url();
    config.endpoint.call_timeout = TIMEOUT;
    let client = revolut::Client::new(config).unwrap();
    let supplier = client.counterparties(wall()).await.unwrap().remove(0);
    let payment = revolut::Payment {
        request_id: "inv-1".parse().unwrap(),
        from: revolut_account_id("aurora").unwrap().parse().unwrap(),
        receiver: revolut::Receiver {
            account: Some(supplier.accounts[0].id.clone()),
            counterparty: supplier.id,
        },
        amount: euro(10),
        reference: "Invoice 1".to_owned(),
    };
    client.pay(&payment, wall()).await.unwrap();
}

/// Red when a vendor says nothing, or signs otherwise than our side reads.
#[tokio::test]
async fn every_vendor_tells_what_changed_as_it_signs() {
    let dir = tempfile::tempdir().unwrap();
    let (url, mut ears) = ears().await;
    let handle = start(dir.path(), &url, WebhookFaults::all(0.0)).await;
    pause(&handle, &campaign(0)).await;
    refund_and_follow(&handle).await;
    pay(&handle).await;
    handle.clock().advance(SignedDuration::from_hours(2));
    let mut wanted = BTreeSet::from([
        "meta",
        "shopify orders/create",
        "shopify orders/updated",
        "shopify refunds/create",
        "track17",
        "agentmail",
        "revolut",
    ]);
    while !wanted.is_empty() {
        let came = ears.recv().await.unwrap();
        let text = String::from_utf8_lossy(&came.body);
        assert!(came.is_signed(), "{} {text}", came.path);
        let topic = came.values("x-shopify-topic").next();
        let topic = topic.map(|topic| format!(" {}", str::from_utf8(topic).unwrap()));
        let heard = format!("{}{}", came.vendor(), topic.unwrap_or_default());
        wanted.remove(heard.as_str());
        if came.vendor() == "shopify" {
            let headers = came.headers.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_slice()));
            let told = shopify::webhook::Delivery::from_headers(headers).unwrap();
            let brand = came.path.rsplit('/').next().unwrap();
            assert_eq!(told.shop, format!("{brand}.myshopify.com"));
            let subject = shopify::webhook::subject(&told.topic, &came.body).unwrap();
            assert_ne!(subject, shopify::webhook::Subject::Nothing);
        }
    }
}

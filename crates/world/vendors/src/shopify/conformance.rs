//! The wire as the vendor's reference shows it: what is sent has that shape, what it answers is read exactly.

use homeostat_model::{Currency, Money};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{
    BulkStatus, Client, Config, Credentials, DisputeReason, DisputeStatus, FinancialStatus,
    FulfillmentStatus, NewDiscount, NewRefund, Paging, RefundLine, Restock, TransactionKind,
    TransactionStatus, Updated, bulk, bulk_orders, customer, discount, dispute,
    documents::{self, Document},
    inventory, order, page, product, refund, shop,
};
use crate::{
    transport::Raw,
    wire::{Object, WireError},
};

/// A client of no shop.
pub(crate) fn client() -> Client {
    let token = Credentials::Token("very-secret-token".into());
    Client::new(Config::new("https://aurora.myshopify.com", token)).unwrap()
}

/// A reply.
pub(crate) fn raw(http_status: u16, body: &str) -> Raw {
    Raw {
        http_status,
        headers: HeaderMap::new(),
        body: body.into(),
    }
}

pub(crate) fn eur() -> Currency {
    "EUR".parse().unwrap()
}

fn read<T>(
    document: &Document,
    body: &Value,
    each: impl FnOnce(&Object<'_>) -> Result<T, WireError>,
) -> T {
    let judged = client().judged(document, &raw(200, &body.to_string()), each);
    judged.unwrap().0
}

/// The refund of the vendor's example.
pub(crate) fn new_refund() -> NewRefund {
    NewRefund {
        order: "gid://shopify/Order/5501".parse().unwrap(),
        amount: Money::from_micros(24_900_000, eur()),
        shop_currency: eur(),
        parent: "gid://shopify/OrderTransaction/7001".parse().unwrap(),
        gateway: "shopify_payments".into(),
        note: "Damaged".into(),
        notify: true,
        lines: vec![RefundLine {
            id: "gid://shopify/LineItem/9001".parse().unwrap(),
            quantity: 1,
            restock: Restock::NoRestock,
        }],
    }
}

/// The answer of the vendor's example.
pub(crate) fn refund_answer() -> Value {
    json!({"data":{"refundCreate":{"refund":{"id":"gid://shopify/Refund/301",
        "totalRefundedSet":{"shopMoney":{"amount":"24.9","currencyCode":"EUR"}},
        "transactions":{"nodes":[{"id":"gid://shopify/OrderTransaction/7002","kind":"REFUND","status":"SUCCESS","errorCode":null}]}},
        "order":{"id":"gid://shopify/Order/5501","displayFinancialStatus":"PARTIALLY_REFUNDED"},"userErrors":[]}},
        "extensions":{"cost":{"requestedQueryCost":14,"actualQueryCost":12,
        "throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":1988,"restoreRate":100.0}}}})
}

/// An order with everything.
pub(crate) fn order_node() -> Value {
    let bag = |amount| json!({"shopMoney": {"amount": amount, "currencyCode": "EUR"}});
    json!({
        "id": "gid://shopify/Order/5501", "name": "#1001",
        "createdAt": "2026-03-01T10:00:00Z", "updatedAt": "2026-03-02T11:30:00Z", "cancelledAt": null, "test": false,
        "displayFinancialStatus": "PARTIALLY_REFUNDED", "displayFulfillmentStatus": "FULFILLED",
        "currencyCode": "EUR", "presentmentCurrencyCode": "EUR",
        "totalPriceSet": bag("74.80"), "totalRefundedSet": bag("24.9"),
        "customer": {"id": "gid://shopify/Customer/41", "defaultEmailAddress": {"emailAddress": "ada@example.com"},
            "defaultPhoneNumber": null, "locale": "de"},
        "shippingAddress": {"countryCodeV2": "DE", "zip": "10115", "address1": "Invalidenstr. 1", "address2": null},
        "lineItems": {"nodes": [{"id": "gid://shopify/LineItem/9001", "sku": "MUG-1", "quantity": 2, "refundableQuantity": 1}],
            "pageInfo": {"hasNextPage": false}},
        "refunds": [{"id": "gid://shopify/Refund/301", "createdAt": "2026-03-02T11:30:00Z", "note": "Damaged", "totalRefundedSet": bag("24.9")}],
        "disputes": [{"id": "gid://shopify/OrderDisputeSummary/7", "status": "NEEDS_RESPONSE", "initiatedAs": "CHARGEBACK"}],
        "transactions": [
            {"id": "gid://shopify/OrderTransaction/7001", "kind": "SALE", "status": "SUCCESS", "gateway": "shopify_payments",
                "errorCode": null, "amountSet": bag("74.80"), "parentTransaction": null},
            {"id": "gid://shopify/OrderTransaction/7002", "kind": "REFUND", "status": "PENDING", "gateway": "shopify_payments",
                "errorCode": null, "amountSet": bag("24.9"), "parentTransaction": {"id": "gid://shopify/OrderTransaction/7001"}}],
        "fulfillments": [{"id": "gid://shopify/Fulfillment/61", "status": "SUCCESS", "displayStatus": "IN_TRANSIT",
            "trackingInfo": [{"company": "DHL", "number": "00340434161094042557", "url": null}]}],
    })
}

#[test]
fn a_refund_is_sent_as_the_example_shows() {
    let sent = json!({"input": new_refund().input().unwrap(), "k": "0f1d8a52-6a53-4f0d-8d5c-0b8f1f6f2a10"});
    let example = json!({"input":{"orderId":"gid://shopify/Order/5501","note":"Damaged","notify":true,
        "refundLineItems":[{"lineItemId":"gid://shopify/LineItem/9001","quantity":1,"restockType":"NO_RESTOCK"}],
        "transactions":[{"orderId":"gid://shopify/Order/5501","parentId":"gid://shopify/OrderTransaction/7001",
        "gateway":"shopify_payments","kind":"REFUND","amount":"24.90"}]},"k":"0f1d8a52-6a53-4f0d-8d5c-0b8f1f6f2a10"});
    assert_eq!(sent, example);
    let mut abroad = new_refund();
    abroad.shop_currency = "USD".parse().unwrap();
    assert_eq!(abroad.input().unwrap()["currency"], "EUR");
}

#[test]
fn the_example_of_a_refund_is_read_with_its_cost() {
    let answer = raw(200, &refund_answer().to_string());
    let read = |data: &Object<'_>| refund::refunded(data, &new_refund());
    let (refunded, cost) = client()
        .judged(&documents::REFUND_CREATE, &answer, read)
        .unwrap();
    assert_eq!(refunded.id.number(), 301);
    assert_eq!(refunded.total.amount_micros, 24_900_000);
    assert_eq!(refunded.transactions[0].status, TransactionStatus::Success);
    assert_eq!(
        refunded.financial_status,
        Some(FinancialStatus::PartiallyRefunded)
    );
    let cost = cost.unwrap();
    assert_eq!((cost.requested, cost.actual), (14, Some(12)));
    assert_eq!(
        (cost.available, cost.maximum, cost.restore_per_s),
        (1_988, 2_000, 100)
    );
}

#[test]
fn an_order_is_read_exactly() {
    let node = order_node();
    let read = order::read(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!((read.id.number(), read.name.as_str()), (5_501, "#1001"));
    assert_eq!(read.total.amount_micros, 74_800_000);
    assert_eq!(read.fulfillment_status, FulfillmentStatus::Fulfilled);
    let buyer = read.customer.unwrap();
    assert_eq!(buyer.email.as_deref(), Some("ada@example.com"));
    assert_eq!((buyer.phone, buyer.locale.as_deref()), (None, Some("de")));
    assert_eq!(
        read.shipping_address.unwrap().postcode.as_deref(),
        Some("10115")
    );
    assert_eq!(read.line_items[0].refundable_quantity, 1);
    assert_eq!(read.refunds[0].note.as_deref(), Some("Damaged"));
    assert_eq!(read.disputes[0].status, DisputeStatus::NeedsResponse);
    let back = &read.transactions[1];
    assert_eq!(
        (&back.kind, &back.status),
        (&TransactionKind::Refund, &TransactionStatus::Pending)
    );
    assert_eq!(back.parent, Some(read.transactions[0].id));
    let parcel = &read.fulfillments[0].tracking[0];
    assert_eq!(parcel.number.as_deref(), Some("00340434161094042557"));
}

#[test]
fn a_page_is_read_with_its_cursor_and_asked_for_with_a_filter() {
    let body = json!({"data": {"orders": {"nodes": [order_node()], "pageInfo": {"hasNextPage": true, "endCursor": "abc"}}}});
    let first = Paging::first(50);
    let page = read(&documents::ORDERS, &body, |data| {
        page::read_page(data, &documents::ORDERS, &first, order::read)
    });
    assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("abc")));
    let from: jiff::Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let window = Updated {
        from: Some(homeostat_model::WorldTime(from)),
        before: Some(homeostat_model::WorldTime(from)),
    };
    assert_eq!(
        window.filter().unwrap(),
        "updated_at:>='2026-03-01T00:00:00Z' AND updated_at:<'2026-03-01T00:00:00Z'"
    );
    assert_eq!(Updated::default().filter(), None);
}

#[test]
fn a_suggested_refund_is_read_in_both_currencies() {
    let bag = json!({"shopMoney": {"amount": "49.90", "currencyCode": "EUR"}, "presentmentMoney": {"amount": "53.0", "currencyCode": "USD"}});
    let order = json!({"id": "gid://shopify/Order/5501", "refundable": true, "suggestedRefund": {"amountSet": bag,
        "suggestedTransactions": [{"kind": "SUGGESTED_REFUND", "gateway": "shopify_payments", "amountSet": bag,
            "parentTransaction": {"id": "gid://shopify/OrderTransaction/7001"}}]}});
    let told = refund::suggested(&Object::new("", &order).unwrap()).unwrap();
    let payment = &told.payments[0];
    assert_eq!(payment.kind, TransactionKind::SuggestedRefund);
    assert_eq!(payment.presentment.to_string(), "53.00 USD");
    assert_eq!(payment.parent.unwrap().number(), 7_001);
}

#[test]
fn stock_and_prices_are_read_and_what_was_set_is_checked() {
    let quantities = json!([{"name": "available", "quantity": -3, "updatedAt": null}, {"name": "on_hand", "quantity": 4, "updatedAt": null}]);
    let body = json!({"data": {"inventoryItem": {"id": "gid://shopify/InventoryItem/1", "tracked": true, "inventoryLevel": {"quantities": quantities}}}});
    let level = read(&documents::INVENTORY_LEVEL, &body, inventory::level).unwrap();
    assert_eq!((level.available, level.on_hand), (-3, 4));

    let node = json!({"id": "gid://shopify/Product/3", "title": "Mug", "status": "UNLISTED", "updatedAt": "2026-03-01T10:00:00Z",
        "variants": {"nodes": [{"id": "gid://shopify/ProductVariant/31", "title": "Blue", "sku": "", "price": "24.90",
            "updatedAt": "2026-03-01T10:00:00Z", "inventoryItem": {"id": "gid://shopify/InventoryItem/1"}}], "pageInfo": {"hasNextPage": true}}});
    let told = product::product(&Object::new("", &node).unwrap(), eur()).unwrap();
    assert_eq!(told.variants[0].price.amount_micros, 24_900_000);
    assert!(told.has_more_variants);
}

#[test]
fn disputes_customers_and_the_shop_are_read() {
    let node = json!({"id": "gid://shopify/ShopifyPaymentsDispute/7", "type": "CHARGEBACK", "status": "UNDER_REVIEW",
        "amount": {"amount": "11.50", "currencyCode": "USD"}, "evidenceDueBy": "2026-03-10T00:00:00Z", "evidenceSentOn": null,
        "finalizedOn": null, "initiatedAt": "2026-03-01T00:00:00Z",
        "reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED", "networkReasonCode": "4855"}, "order": null});
    let told = dispute::read(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!(
        (told.reason, told.order),
        (DisputeReason::ProductNotReceived, None)
    );
    let node = json!({"id": "gid://shopify/Customer/41", "createdAt": "2026-03-01T00:00:00Z", "updatedAt": "2026-03-01T00:00:00Z",
        "locale": "nl", "numberOfOrders": "12", "defaultEmailAddress": null, "defaultPhoneNumber": {"phoneNumber": "+31 20"}});
    let told = customer::read(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!((told.orders, told.phone.as_deref()), (12, Some("+31 20")));
    let node = json!({"name": "Aurora", "myshopifyDomain": "aurora.myshopify.com", "currencyCode": "EUR", "ianaTimezone": "Europe/Berlin"});
    assert_eq!(
        shop::read(&Object::new("", &node).unwrap())
            .unwrap()
            .currency,
        eur()
    );
}

#[test]
fn a_code_is_sent_as_a_fraction_and_read_back() {
    let new = NewDiscount {
        title: "Sorry".into(),
        code: "SORRY-7F3A".into(),
        value: super::DiscountValue::BasisPoints(1_000),
        usage_limit: Some(1),
        once_per_customer: true,
        starts_at: homeostat_model::WorldTime("2026-03-01T00:00:00Z".parse().unwrap()),
        ends_at: None,
    };
    let input = new.input().unwrap();
    assert_eq!(
        input["customerGets"],
        json!({"value": {"percentage": 0.1}, "items": {"all": true}})
    );
    assert_eq!(
        (&input["startsAt"], &input["context"]),
        (&json!("2026-03-01T00:00:00Z"), &json!({"all": "ALL"}))
    );
    let fixed = NewDiscount {
        value: super::DiscountValue::Amount(Money::from_micros(5_000_000, eur())),
        ..new.clone()
    };
    assert_eq!(
        fixed.input().unwrap()["customerGets"]["value"],
        json!({"discountAmount": {"amount": "5.00", "appliesOnEachItem": false}})
    );
    let node = json!({"id": "gid://shopify/DiscountCodeNode/8", "codeDiscount": {"__typename": "DiscountCodeBasic", "title": "Sorry",
        "status": "ACTIVE", "startsAt": "2026-03-01T00:00:00Z", "endsAt": null, "usageLimit": 1, "asyncUsageCount": 0,
        "codes": {"nodes": [{"code": "SORRY-7F3A"}]}}});
    let told = discount::read(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!(
        (told.code.as_deref(), told.usage_limit),
        (Some("SORRY-7F3A"), Some(1))
    );
    let other = json!({"id": "gid://shopify/DiscountCodeNode/8", "codeDiscount": {"__typename": "DiscountCodeBxgy"}});
    assert_eq!(
        discount::read(&Object::new("", &other).unwrap())
            .unwrap()
            .code,
        None
    );
}

#[test]
fn a_bulk_file_is_put_together_from_its_lines() {
    let node = json!({"id": "gid://shopify/BulkOperation/4", "status": "COMPLETED", "errorCode": null, "createdAt": "2026-03-01T00:00:00Z",
        "completedAt": "2026-03-01T00:01:00Z", "objectCount": "2", "url": "https://files.example/a", "partialDataUrl": null});
    let told = bulk::operation(&Object::new("", &node).unwrap()).unwrap();
    assert_eq!((told.status, told.objects), (BulkStatus::Completed, 2));
    let mut parent = order_node();
    parent.as_object_mut().unwrap().remove("lineItems");
    let mut second = parent.clone();
    second["id"] = json!("gid://shopify/Order/5502");
    let child = |order: u32, line: u32| {
        json!({"id": format!("gid://shopify/LineItem/{line}"), "sku": null, "quantity": 1, "refundableQuantity": 1,
            "__parentId": format!("gid://shopify/Order/{order}")})
    };
    let text = format!(
        "{parent}\n{}\n{second}\n{}\n\n{}\n",
        child(5_501, 1),
        child(5_502, 2),
        child(5_501, 3)
    );
    let orders = bulk_orders(&text).unwrap();
    let lines = |i: usize| {
        orders[i]
            .line_items
            .iter()
            .map(|line| line.id.number())
            .collect::<Vec<_>>()
    };
    assert_eq!((lines(0), lines(1)), (vec![1, 3], vec![2]));
    let orphan = bulk_orders(&child(9, 1).to_string()).unwrap_err();
    assert_eq!(
        orphan.to_string(),
        "line 1: __parentId: names no order above"
    );
    // A file that breaks off is no shorter list.
    let cut = &text[..text.len() - 20];
    assert_eq!(bulk_orders(cut).unwrap_err().line, 6);
    assert!(bulk_orders(&format!("{parent}\n{parent}\n")).is_err());
    assert_eq!(bulk_orders("").unwrap(), []);
}

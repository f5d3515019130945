//! Replies nobody promised: no panic, an error that names the field, and never a false "done".

use std::sync::LazyLock;

use homeostat_model::{Classify, Fault};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    CallKind, Client, Config, Error, Usage, account, campaign, create::created, insights,
    paging::read_page, writes::confirmed,
};
use crate::wire::Object;

const SECRET: &str = "very-secret-token";

/// One for all cases: it is made once.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(new_client);
    &CLIENT
}

fn new_client() -> Client {
    let mut config = Config::new(SECRET.into());
    config.app_secret = Some("very-secret-app".into());
    Client::new(config).unwrap()
}

fn judge(kind: CallKind, status: u16, body: &str) -> Result<Value, Error> {
    client().judge(kind, status, body.as_bytes(), Usage::default())
}

fn page(body: &Value) -> Result<usize, String> {
    let mut rows = Vec::new();
    read_page(body, insights::read, &mut rows).map_err(|error| error.to_string())?;
    Ok(rows.len())
}

fn row() -> Value {
    json!({
        "campaign_id": "120210001", "campaign_name": "a", "account_currency": "EUR",
        "spend": "48.37", "impressions": "5120", "clicks": "133",
        "actions": [
            {"action_type": "link_click", "value": "121"},
            {"action_type": "purchase", "value": "4"},
            {"action_type": "omni_purchase", "value": "3"},
        ],
        "action_values": [{"action_type": "omni_purchase", "value": "171.6"}],
        "date_start": "2026-03-01", "date_stop": "2026-03-01",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut row = row();
    row[name] = value;
    json!({"data": [row]})
}

#[test]
fn a_row_is_read_exactly_and_sales_are_not_added_up_over_their_views() {
    let row = row();
    let row = insights::read(&Object::new("", &row).unwrap()).unwrap();
    assert_eq!(row.spend.amount_micros, 48_370_000);
    let worth = row.purchase_value.map(|value| value.amount_micros);
    assert_eq!(worth, Some(171_600_000));
    assert_eq!(
        (row.purchases, row.purchase_type),
        (3, Some("omni_purchase"))
    );
    assert_eq!((row.impressions, row.clicks), (5_120, 133));
}

#[test]
fn the_next_best_view_of_purchases_is_taken_when_the_best_is_absent() {
    let mut row = row();
    let pixel = "offsite_conversion.fb_pixel_purchase";
    row["actions"] = json!([{"action_type": pixel, "value": 5}]);
    let row = insights::read(&Object::new("", &row).unwrap()).unwrap();
    assert_eq!((row.purchases, row.purchase_type), (5, Some(pixel)));
    // Worth is read from the same view, which has none here.
    assert_eq!(row.purchase_value, None);
}

#[test]
fn an_absent_metric_is_zero_and_an_absent_identity_is_an_error() {
    let mut bare = row();
    for name in ["spend", "impressions", "clicks", "actions", "action_values"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    let read = insights::read(&Object::new("", &bare).unwrap()).unwrap();
    assert_eq!((read.spend.amount_micros, read.purchases), (0, 0));
    for name in ["campaign_id", "account_currency", "date_start", "date_stop"] {
        let error = page(&with(name, Value::Null)).unwrap_err();
        assert_eq!(error, format!("data[0].{name}: is missing"));
    }
}

#[test]
fn a_wrong_field_is_named() {
    let cases = [
        (with("spend", json!("12,50")), "data[0].spend"),
        (with("spend", json!([1])), "data[0].spend"),
        (with("spend", json!("-0.01")), "data[0].spend"),
        (with("spend", json!("1e400")), "data[0].spend"),
        (with("spend", json!("9".repeat(60))), "data[0].spend"),
        (with("impressions", json!("1.5")), "data[0].impressions"),
        (with("clicks", json!(-1)), "data[0].clicks"),
        (with("campaign_id", json!(120)), "data[0].campaign_id"),
        (
            with("campaign_id", json!("../act_1")),
            "data[0].campaign_id",
        ),
        (with("date_stop", json!("2026-03-02")), "data[0].date_stop"),
        (
            with("account_currency", json!("eur")),
            "data[0].account_currency",
        ),
        (with("actions", json!({})), "data[0].actions"),
        (with("actions", json!([7])), "data[0].actions[0]"),
        (
            with(
                "actions",
                json!([{"action_type": "purchase", "value": "x"}]),
            ),
            "data[0].actions[0].value",
        ),
        (json!({"data": 5}), "data"),
        (json!({}), "data"),
        (json!([]), "body"),
        (
            json!({"data": [], "paging": {"next": "x"}}),
            "paging.cursors",
        ),
        (
            json!({"data": [], "paging": {"next": "x", "cursors": {}}}),
            "paging.cursors.after",
        ),
    ];
    for (body, field) in cases {
        let error = page(&body).unwrap_err();
        assert!(error.starts_with(&format!("{field}: ")), "{field}: {error}");
    }
}

#[test]
fn only_a_present_next_means_more() {
    let mut rows = Vec::new();
    let last = json!({"data": [row()], "paging": {"cursors": {"before": "a", "after": "b"}}});
    assert_eq!(read_page(&last, insights::read, &mut rows).unwrap(), None);
    let mut more = last.clone();
    more["data"] = json!([]);
    more["paging"]["next"] = json!("https://elsewhere.example/steal");
    let after = read_page(&more, insights::read, &mut rows).unwrap();
    assert_eq!((after.as_deref(), rows.len()), (Some("b"), 1));
}

#[test]
fn a_write_is_done_only_when_the_reply_says_so() {
    confirmed(&json!({"success": true})).unwrap();
    for body in [
        json!({"success": false}),
        json!({}),
        json!([]),
        json!({"success": "true"}),
    ] {
        let error = confirmed(&body).unwrap_err().into_error(CallKind::Write);
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{body}");
    }
    assert_eq!(created(&json!({"id": "120"})).unwrap().as_str(), "120");
    for body in [
        json!({"success": true}),
        json!({"id": 120}),
        json!({"id": "../act_1"}),
        json!({"id": null}),
        json!([]),
    ] {
        let error = created(&body).unwrap_err().into_error(CallKind::Write);
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{body}");
    }
    let strange = [
        "Service Unavailable",
        "",
        "<html>",
        "{\"error\": 7}",
        "{\"error\": {}}",
    ];
    for (status, body) in [200, 400, 502]
        .iter()
        .flat_map(|s| strange.map(|b| (*s, b)))
    {
        let error = judge(CallKind::Write, status, body).unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{status} {body}");
    }
    let bare = judge(CallKind::Write, 503, "{\"success\": true}").unwrap_err();
    assert_eq!(bare.fault(), Fault::UnknownOutcome);
}

#[test]
fn credentials_echoed_by_the_vendor_do_not_reach_our_text() {
    let body = json!({"error": {
        "message": format!("Malformed access token {SECRET} of very-secret-app"),
        "code": 190, "fbtrace_id": SECRET,
    }});
    for body in [body.to_string(), format!("<html>{SECRET}</html>")] {
        let error = judge(CallKind::Read, 401, &body).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("very-secret"), "{told}");
    }
}

#[test]
fn accounts_and_campaigns_name_their_wrong_fields() {
    let eur = "EUR".parse().unwrap();
    let good = json!({"id": "1", "name": "n", "status": "ACTIVE", "effective_status": "NEW_ONE",
        "daily_budget": "5000", "lifetime_budget": "0"});
    let read = |body: &Value| campaign::read(&Object::new("", body).unwrap(), eur);
    let told = read(&good).unwrap();
    assert_eq!(told.daily_budget.unwrap().amount_micros, 50_000_000);
    assert_eq!(told.lifetime_budget, None);
    assert_eq!(told.effective_status, campaign::EffectiveStatus::Other);
    for (name, value) in [
        ("id", json!("x")),
        ("status", json!("RUNNING")),
        ("daily_budget", json!("50.00")),
        ("name", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert_eq!(read(&bad).unwrap_err().field, name);
    }
    let good = json!({"id": "act_1", "currency": "JPY", "timezone_name": "Asia/Tokyo",
        "amount_spent": "700", "spend_cap": "0"});
    let read = |body: &Value| account::read(&Object::new("", body).unwrap());
    let told = read(&good).unwrap();
    assert_eq!(told.amount_spent.amount_micros, 700_000_000);
    assert_eq!(told.spend_cap, None);
    for (name, value) in [
        ("id", json!("1")),
        ("currency", json!("yen")),
        ("timezone_name", json!("Mars/Olympus")),
        ("spend_cap", json!("-5")),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert_eq!(read(&bad).unwrap_err().field, name);
    }
}

/// JSON of any shape, often with the names that are looked for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9eE.+-]{0,30}".prop_map(Value::from),
        prop_oneof![
            Just("EUR"),
            Just("2026-03-01"),
            Just("purchase"),
            Just("ACTIVE")
        ]
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("data"),
        Just("paging"),
        Just("cursors"),
        Just("next"),
        Just("after"),
        Just("error"),
        Just("code"),
        Just("success"),
        Just("spend"),
        Just("actions"),
        Just("action_type"),
        Just("value"),
        Just("campaign_id"),
        Just("account_currency"),
        Just("date_start"),
        Just("date_stop"),
        Just("id"),
        Just("status"),
        Just("currency"),
        Just("daily_budget"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let client = client();
        let told = client.judge(CallKind::Write, 200, &body, Usage::default());
        if let Err(error) = told {
            prop_assert_eq!(error.fault(), Fault::UnknownOutcome);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(body in any_json()) {
        let eur = "EUR".parse().unwrap();
        let client = client();
        let _judged = client.judge(CallKind::Read, 200, body.to_string().as_bytes(), Usage::default());
        let _page = page(&body);
        let _done = (confirmed(&body), created(&body));
        if let Ok(object) = Object::new("", &body) {
            let _read = (insights::read(&object), campaign::read(&object, eur), account::read(&object));
        }
    }
}

//! Replies nobody promised: no panic, an error that names the field, never a false "taken", never a false "delivered".

use std::sync::LazyLock;

use homeostat_model::{Classify, Fault};
use proptest::prelude::*;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{
    Batch, Carrier, Client, Config, Parcel, Registration, Shipment, Status, Stop, Tracked,
    faults::{CallKind, Error},
    list, push, quota, shipment,
};
use crate::wire::Object;

const KEY: &str = "very-secret-key";

/// One for all cases: it is made once.
fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(new_client);
    &CLIENT
}

fn new_client() -> Client {
    Client::new(Config::new(KEY.into())).unwrap()
}

fn judge(kind: CallKind, status: u16, body: &[u8]) -> Result<Value, Error> {
    client().judge(kind, status, &HeaderMap::new(), body)
}

fn entry() -> Value {
    json!({
        "number": "LX300112233CN", "carrier": 3011, "tag": "order-10412",
        "track_info": {
            "lastGatherTime": "2026-03-02T07:10:00Z",
            "latest_status": {"status": "Delivered", "sub_status": "Delivered_Other"},
            "latest_event": {
                "time_iso": "2026-03-02T08:10:00+01:00", "time_utc": "2026-03-02T07:10:00Z",
                "time_raw": {"date": "2026-03-02", "time": "08:10:00", "timezone": "+01:00"},
                "description": "Handed over", "location": "Leipzig",
            },
            "milestone": [{"key_stage": "Delivered", "time_utc": "2026-03-02T07:10:00Z"},
                {"key_stage": "PickedUp", "time_utc": null, "time_iso": "2026-02-27T08:00:00+08:00"}],
            "time_metrics": {"days_of_transit": 3, "days_of_transit_done": "3",
                "estimated_delivery_date": {"source": "Official", "from": "2026-03-03T00:00:00+01:00",
                    "to": "2026-03-05"}},
            "tracking": {"providers_hash": "771204", "providers": [
                {"provider": {"key": "3011"}, "latest_sync_status": "Failure",
                    "latest_sync_time": "2026-03-02T09:00:00"}]},
        },
    })
}

fn read(body: &Value) -> Result<Shipment, String> {
    let object = Object::new("", body).map_err(|error| error.to_string())?;
    shipment::read(&object).map_err(|error| error.to_string())
}

/// The entry with another value at a place in it.
fn with(pointer: &str, value: Value) -> Value {
    let mut entry = entry();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap()[name] = value;
    entry
}

#[test]
fn an_entry_is_read_with_what_it_has() {
    let told = read(&entry()).unwrap();
    assert_eq!(told.status, Status::Delivered);
    assert_eq!(told.providers_hash, Some(771_204));
    assert_eq!(told.days.of_transit_done, Some(3));
    assert_eq!(told.days.after_order, None);
    let stages: Vec<&str> = told.milestones.iter().map(|m| m.stage.as_str()).collect();
    assert_eq!(stages, ["Delivered", "PickedUp"]);
    let picked_up = told.milestones[1].at.unwrap();
    assert_eq!(picked_up.to_string(), "2026-02-27T00:00:00Z");
    let estimate = told.estimated_delivery.as_ref().unwrap();
    assert_eq!(estimate.from.unwrap().to_string(), "2026-03-03");
    assert_eq!(estimate.to.unwrap().to_string(), "2026-03-05");
    let sync = &told.syncs[0];
    assert_eq!(
        (sync.carrier, sync.is_reached),
        (Carrier::new(3_011), Some(false))
    );
    assert!(told.odd.is_empty(), "{:?}", told.odd);
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Shipment>(&text).unwrap(), told);
}

#[test]
fn without_a_number_or_a_status_there_is_no_shipment() {
    for (pointer, value, field) in [
        ("/number", Value::Null, "number"),
        ("/number", json!("12"), "number"),
        ("/number", json!(1_234_567), "number"),
        ("/carrier", json!("China Post"), "carrier"),
        ("/carrier", json!(-3_011), "carrier"),
        ("/carrier", json!([3_011]), "carrier"),
        ("/track_info", Value::Null, "track_info"),
        ("/track_info", json!([]), "track_info"),
        (
            "/track_info/latest_status",
            Value::Null,
            "track_info.latest_status",
        ),
        (
            "/track_info/latest_status/status",
            Value::Null,
            "track_info.latest_status.status",
        ),
        (
            "/track_info/latest_status/status",
            json!(40),
            "track_info.latest_status.status",
        ),
    ] {
        let error = read(&with(pointer, value)).unwrap_err();
        assert!(error.starts_with(&format!("{field}: ")), "{field}: {error}");
    }
}

#[test]
fn a_carrier_of_zero_or_of_no_text_is_not_known() {
    for value in [Value::Null, json!(0), json!("0"), json!("")] {
        assert_eq!(read(&with("/carrier", value)).unwrap().parcel.carrier, None);
    }
    let text = read(&with("/carrier", json!("3011"))).unwrap();
    assert_eq!(text.parcel.carrier, Carrier::new(3_011));
}

#[test]
fn an_odd_field_is_told_and_hides_nothing_else() {
    for (pointer, value) in [
        ("/tag", json!({})),
        ("/track_info/latest_status/sub_status", json!(7)),
        ("/track_info/latest_event", json!("seen")),
        ("/track_info/latest_event/time_utc", json!("yesterday")),
        (
            "/track_info/latest_event/time_utc",
            json!("9999-01-01T00:00:00Z"),
        ),
        ("/track_info/latest_event/time_raw", json!(5)),
        ("/track_info/latest_event/description", json!(["a"])),
        ("/track_info/milestone", json!({"key_stage": "Delivered"})),
        ("/track_info/milestone", json!([7])),
        ("/track_info/time_metrics", json!(5)),
        ("/track_info/time_metrics/days_of_transit", json!(-1)),
        ("/track_info/time_metrics/days_of_transit", json!(1e300)),
        (
            "/track_info/time_metrics/estimated_delivery_date/to",
            json!("soon"),
        ),
        (
            "/track_info/time_metrics/estimated_delivery_date/to",
            json!("2026-03-05ish"),
        ),
        ("/track_info/tracking/providers_hash", json!(1.5)),
        ("/track_info/tracking/providers", json!([null])),
        ("/track_info/tracking", json!("none")),
    ] {
        let told = read(&with(pointer, value)).unwrap();
        assert_eq!(told.status, Status::Delivered, "{pointer}");
        let [odd] = &told.odd[..] else {
            panic!("{pointer}: {:?}", told.odd);
        };
        let field = pointer.trim_start_matches('/').replace('/', ".");
        assert!(odd.starts_with(&field), "{pointer}: {odd}");
    }
}

#[test]
fn an_unknown_status_is_kept_and_never_taken_for_another() {
    for word in [
        "HeldByDrone",
        "delivered",
        "DELIVERED",
        " Delivered",
        "Delivered\u{0}",
    ] {
        let told = read(&with("/track_info/latest_status/status", json!(word))).unwrap();
        assert!(matches!(told.status, Status::Unknown(_)), "{word}");
    }
    let new = with(
        "/track_info/latest_status/sub_status",
        json!("Delivered_ByDrone"),
    );
    let told = read(&new).unwrap();
    assert_eq!(told.status, Status::Delivered);
    assert!(!told.sub_status.unwrap().is_known());
}

#[test]
fn a_time_that_only_its_carrier_understands_is_kept_in_its_words() {
    let mut entry = with(
        "/track_info/latest_event/time_raw",
        json!("2 marzo, h 8.10"),
    );
    let event = entry.pointer_mut("/track_info/latest_event").unwrap();
    event["time_utc"] = Value::Null;
    event["time_iso"] = Value::Null;
    let event = read(&entry).unwrap().latest_event.unwrap();
    assert_eq!(event.at, None);
    assert_eq!(event.at_raw.as_deref(), Some("2 marzo, h 8.10"));
}

#[test]
fn what_is_kept_is_bounded_and_can_be_stored() {
    let long = "é\u{0}".repeat(100_000);
    let many = json!(vec![json!({"key_stage": "Delivered"}); 5_000]);
    let providers = json!(vec![json!({"provider": {"key": "x"}}); 5_000]);
    let mut entry = with("/track_info/milestone", many);
    entry["tag"] = json!(long);
    entry["track_info"]["latest_status"]["status"] = json!(long);
    entry["track_info"]["latest_event"]["description"] = json!(long);
    entry["track_info"]["latest_event"]["time_utc"] = json!(long);
    entry["track_info"]["tracking"]["providers"] = providers;
    let text = serde_json::to_string(&read(&entry).unwrap()).unwrap();
    assert!(text.len() < 16_000, "{}", text.len());
    assert!(!text.contains("\\u0000"));
}

#[test]
fn an_answer_without_sense_leaves_a_write_open() {
    for body in [
        "",
        "Service Unavailable",
        "<html>",
        "5",
        "null",
        "[]",
        "{}",
        r#"{"code":null}"#,
        r#"{"code":"zero"}"#,
        r#"{"code":0.5}"#,
        r#"{"code":{}}"#,
    ] {
        for status in [200, 302, 403, 418, 502] {
            let error = judge(CallKind::Write, status, body.as_bytes()).unwrap_err();
            let fault = error.fault();
            assert_eq!(fault, Fault::UnknownOutcome, "{status} {body}: {error}");
        }
    }
    let parcel = parcel();
    for data in [
        json!(null),
        json!([]),
        json!("ok"),
        json!({}),
        json!({"accepted": {}}),
        json!({"accepted": [], "rejected": 7}),
    ] {
        let reply = json!({"code": 0, "data": data});
        let told: Result<Batch<Registration>, _> = client().sort(&reply, &[&parcel]);
        let error = Error::unexpected(CallKind::Write, told.unwrap_err());
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{reply}");
    }
}

#[test]
fn a_damaged_entry_leaves_its_own_item_open_and_no_other() {
    let other = Parcel {
        number: "BBBBB".parse().unwrap(),
        carrier: None,
    };
    let parcel = parcel();
    for damaged in [
        json!({"number": parcel.number}),
        json!({"number": parcel.number, "error": null}),
        json!({"number": parcel.number, "error": {"message": "no"}}),
        json!({"number": parcel.number, "error": {"code": "registered"}}),
        json!({"number": parcel.number, "error": -18_019_901}),
    ] {
        let reply =
            json!({"code": 0, "data": {"accepted": [{"number": "BBBBB"}], "rejected": [damaged]}});
        let told: Batch<Registration> = client().sort(&reply, &[&parcel, &other]).unwrap();
        assert_eq!(
            told.outcomes[0].fault(),
            Some(Fault::UnknownOutcome),
            "{damaged}"
        );
        assert!(told.outcomes[1].is_followed(), "{damaged}");
    }
}

#[test]
fn counts_that_are_missing_are_not_zero() {
    let whole = json!({"quota_total": 100, "quota_used": 37, "quota_remain": 63});
    for name in ["quota_total", "quota_used", "quota_remain"] {
        for value in [Value::Null, json!(-1), json!("many"), json!([])] {
            let mut data = whole.clone();
            data[name] = value;
            let error = quota::read(&json!({"code": 0, "data": data})).unwrap_err();
            assert_eq!(error.field, format!("data.{name}"));
        }
    }
    let page = json!({"data_total": 1, "page_total": 1, "page_no": 1});
    for name in ["data_total", "page_total", "page_no"] {
        let mut page = page.clone();
        page[name] = Value::Null;
        let reply = json!({"code": 0, "page": page, "data": {"accepted": []}});
        assert_eq!(
            list::read(&reply, 1).unwrap_err().field,
            format!("page.{name}")
        );
    }
    let reply = json!({"code": 0, "page": page, "data": {}});
    assert_eq!(list::read(&reply, 1).unwrap_err().field, "data.accepted");
}

#[test]
fn a_key_that_the_vendor_echoes_does_not_reach_our_text() {
    let body = json!({"code": -18_010_002, "data": {"errors": [{"message": format!("no {KEY}")}]}});
    for (status, body) in [
        (200, body.to_string()),
        (200, format!("<html>{KEY}</html>")),
    ] {
        let error = judge(CallKind::Read, status, body.as_bytes()).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("very-secret"), "{told}");
    }
    let refused = json!({"number": parcel().number, "error": {"code": 1, "message": KEY}});
    let reply = json!({"code": 0, "data": {"rejected": [refused]}});
    let told: Batch<Registration> = client().sort(&reply, &[&parcel()]).unwrap();
    assert!(!format!("{told:?}").contains("very-secret"), "{told:?}");
}

fn parcel() -> Parcel {
    Parcel {
        number: "LX300112233CN".parse().unwrap(),
        carrier: Carrier::new(3_011),
    }
}

/// JSON of any shape, often with the names and words that are looked for.
fn any_json() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 34] = [
        "code",
        "data",
        "accepted",
        "rejected",
        "number",
        "carrier",
        "tag",
        "error",
        "message",
        "errors",
        "track_info",
        "latest_status",
        "status",
        "sub_status",
        "latest_event",
        "time_utc",
        "time_iso",
        "time_raw",
        "date",
        "description",
        "milestone",
        "key_stage",
        "time_metrics",
        "days_of_transit",
        "estimated_delivery_date",
        "from",
        "tracking",
        "providers_hash",
        "providers",
        "provider",
        "key",
        "page",
        "event",
        "quota_total",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just(0), Just(3_011), Just(-18_019_901), Just(-18_019_909)]
            .prop_map(Value::from),
        prop_oneof![
            Just("LX300112233CN"),
            Just("Delivered"),
            Just("2026-03-02T07:10:00Z"),
            Just("TRACKING_UPDATED"),
        ]
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
    leaf.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An entry or a reply of which some place has become something else.
fn spoilt() -> impl Strategy<Value = Value> {
    const PLACES: [&str; 14] = [
        "/number",
        "/carrier",
        "/tag",
        "/track_info",
        "/track_info/latest_status",
        "/track_info/latest_status/status",
        "/track_info/latest_event",
        "/track_info/latest_event/time_utc",
        "/track_info/latest_event/time_raw",
        "/track_info/milestone",
        "/track_info/time_metrics",
        "/track_info/time_metrics/estimated_delivery_date",
        "/track_info/tracking",
        "/track_info/tracking/providers",
    ];
    (prop::sample::select(&PLACES[..]), any_json()).prop_map(|(place, value)| with(place, value))
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(
        body in prop::collection::vec(any::<u8>(), 0..300), status in 100u16..600,
    ) {
        if let Err(error) = judge(CallKind::Read, status, &body) {
            prop_assert_ne!(error.fault(), Fault::UnknownOutcome);
        }
        if let Err(error) = judge(CallKind::Write, 200, &body) {
            prop_assert_eq!(error.fault(), Fault::UnknownOutcome);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(body in any_json()) {
        let parcel = parcel();
        let _judged = judge(CallKind::Read, 200, body.to_string().as_bytes());
        let _read = (read(&body), quota::read(&body), list::read(&body, 1));
        let _pushed = push::read(body.to_string().as_bytes());
        let _taken: Result<Batch<Registration>, _> = client().sort(&body, &[&parcel]);
        let _stopped: Result<Batch<Stop>, _> = client().sort(&body, &[&parcel]);
    }

    #[test]
    fn any_lists_give_one_outcome_for_each_item(accepted in any_json(), rejected in any_json()) {
        let two = Parcel { number: parcel().number, carrier: Carrier::new(2_151) };
        let reply = json!({"code": 0, "data": {"accepted": [accepted], "rejected": [rejected]}});
        let told: Batch<Tracked> = client().sort(&reply, &[&parcel(), &two]).unwrap();
        prop_assert_eq!(told.outcomes.len(), 2);
        prop_assert!(told.strangers <= 2);
    }

    #[test]
    fn a_spoilt_entry_is_a_shipment_of_that_number_or_an_error(body in spoilt()) {
        if let Ok(told) = read(&body) {
            // Unless the number itself is what was spoilt, to another that can be one.
            if body["number"] == "LX300112233CN" {
                prop_assert_eq!(told.parcel.number.as_str(), "LX300112233CN");
            }
            let text = serde_json::to_string(&told).unwrap();
            prop_assert!(!text.contains("\\u0000"));
            prop_assert_eq!(serde_json::from_str::<Shipment>(&text).unwrap(), told);
        }
        let pushed = json!({"event": "TRACKING_UPDATED", "data": body});
        let pushed = push::read(pushed.to_string().as_bytes());
        if let Ok(pushed) = pushed {
            let _key = pushed[0].key();
        }
    }
}

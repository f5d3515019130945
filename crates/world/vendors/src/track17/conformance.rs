//! Requests as they are sent and replies as they come, by the examples in the vendor's documents.

use std::time::Duration;

use homeostat_model::{Classify, Fault};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{
    Batch, Carrier, Client, Config, Meaning, NewParcel, Number, Parcel, Registration, Status, Stop,
    Tracked, Tracking,
    batch::{item, named},
    faults::{CallKind, Error},
    list, push, quota, register,
};

fn client() -> Client {
    Client::new(Config::new("k_demo".into())).unwrap()
}

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

fn parcel(text: &str, carrier: u32) -> Parcel {
    Parcel {
        number: number(text),
        carrier: Carrier::new(carrier),
    }
}

fn sent(path: &str, body: &Value) -> (reqwest::Request, Value) {
    let request = client().request(path, body).unwrap().build().unwrap();
    let bytes = request.body().and_then(|body| body.as_bytes()).unwrap();
    let body = serde_json::from_slice(bytes).unwrap();
    (request, body)
}

fn judge(status: u16, headers: &HeaderMap, body: &str) -> Result<Value, Error> {
    client().judge(CallKind::Write, status, headers, body.as_bytes())
}

fn refused(status: u16, body: &str) -> Error {
    judge(status, &HeaderMap::new(), body).unwrap_err()
}

#[test]
fn a_registration_is_sent_as_documented() {
    let items = [
        NewParcel {
            parcel: parcel("LX300112233CN", 3_011),
            tag: Some("order-10412".to_owned()),
            param: None,
        },
        NewParcel {
            parcel: parcel("rr123456789de", 0),
            tag: None,
            param: Some("10115".to_owned()),
        },
    ];
    let (request, body) = sent("register", &register::body(&items).unwrap());
    assert_eq!(request.method(), "POST");
    let url = "https://api.17track.net/track/v2.4/register";
    assert_eq!(request.url().as_str(), url);
    assert_eq!(request.headers()["17token"], "k_demo");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(request.headers()["17token"].is_sensitive());
    let expected = json!([
        {"number": "LX300112233CN", "carrier": 3011, "tag": "order-10412"},
        {"number": "RR123456789DE", "param": "10115"},
    ]);
    assert_eq!(body, expected);
}

#[test]
fn parcels_are_named_with_the_carrier_that_is_known() {
    let parcels = [parcel("LX300112233CN", 3_011), parcel("RR123456789DE", 0)];
    let (_, body) = sent("gettrackinfo", &named(&parcels));
    let expected =
        json!([{"number": "LX300112233CN", "carrier": 3011}, {"number": "RR123456789DE"}]);
    assert_eq!(body, expected);
    assert_eq!(item(&parcels[0]), expected[0]);
}

#[test]
fn a_tag_that_the_vendor_would_not_take_is_refused_before_it_is_sent() {
    for (tag, param, field) in [
        ("", "1", "tag"),
        ("a\nb", "1", "tag"),
        (&"x".repeat(101), "1", "tag"),
        ("1", "", "param"),
        ("1", "a\u{0}", "param"),
    ] {
        let wanted = NewParcel {
            parcel: parcel("LX300112233CN", 0),
            tag: Some(tag.to_owned()),
            param: Some(param.to_owned()),
        };
        let error = register::body(&[wanted]).unwrap_err();
        assert_eq!(error.fault(), Fault::Permanent);
        assert!(error.to_string().starts_with(field), "{error}");
    }
}

#[test]
fn the_documented_reply_to_a_registration_is_read() {
    let reply = r#"{"code":0,"data":{"accepted":[{"origin":1,"number":"LX300112233CN","carrier":3011,"email":null,"tag":"order-10412","lang":null}],"rejected":[{"number":"12345","error":{"code":-18010012,"message":"The format of the data '12345' is invalid."}},{"number":"RR123456789DE","carrier":"2151","error":{"code":-18019901,"message":"registered"}}]}}"#;
    let reply = judge(200, &HeaderMap::new(), reply).unwrap();
    let asked = [
        parcel("RR123456789DE", 2_151),
        parcel("12345", 0),
        parcel("LX300112233CN", 3_011),
    ];
    let asked: Vec<&Parcel> = asked.iter().collect();
    let batch: Batch<Registration> = client().sort(&reply, &asked).unwrap();
    assert_eq!(batch.strangers, 0);
    let [again, bad, new] = &batch.outcomes[..] else {
        panic!("three items, {} outcomes", batch.outcomes.len());
    };
    assert_eq!(*again, Registration::AlreadyThere);
    assert!(again.is_followed() && again.fault().is_none());
    let Registration::Rejected(refusal) = bad else {
        panic!("{bad:?}");
    };
    assert_eq!((refusal.code, refusal.http_status), (-18_010_012, 200));
    assert!(refusal.is_the_items_fault());
    assert_eq!(bad.fault(), Some(Fault::Permanent));
    let carrier = Carrier::new(3_011);
    assert_eq!(*new, Registration::Registered { carrier });
}

#[test]
fn a_quota_that_ends_within_a_batch_fails_no_parcel() {
    let used_up = |number: &str| json!({"number": number, "error": {"code": -18_019_908, "message": "quota"}});
    let reply = json!({"code": 0, "data": {
        "accepted": [{"number": "AAAAA", "carrier": 3011}],
        "rejected": [used_up("BBBBB"), used_up("CCCCC")],
    }});
    let asked = ["AAAAA", "BBBBB", "CCCCC"].map(|text| parcel(text, 0));
    let asked: Vec<&Parcel> = asked.iter().collect();
    let batch: Batch<Registration> = client().sort(&reply, &asked).unwrap();
    assert!(batch.outcomes[0].is_followed());
    for outcome in &batch.outcomes[1..] {
        let Registration::Rejected(refusal) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(refusal.meaning, Meaning::PermissionMissing);
        assert!(!refusal.is_the_items_fault());
    }
}

#[test]
fn what_is_not_known_yet_is_neither_an_error_nor_news() {
    let no = |number: &str, code: i64| json!({"number": number, "error": {"code": code, "message": "no"}});
    let reply = json!({"code": 0, "data": {"accepted": [], "rejected": [
        no("AAAAA", -18_019_909), no("BBBBB", -18_019_902), no("CCCCC", -18_010_003),
    ]}});
    let asked = ["AAAAA", "BBBBB", "CCCCC", "DDDDD"].map(|text| parcel(text, 0));
    let asked: Vec<&Parcel> = asked.iter().collect();
    let batch: Batch<Tracked> = client().sort(&reply, &asked).unwrap();
    assert_eq!(batch.outcomes[0], Tracked::NotYet);
    assert_eq!(batch.outcomes[1], Tracked::NotRegistered);
    let faults: Vec<Option<Fault>> = batch.outcomes.iter().map(Tracked::fault).collect();
    let (permanent, transient) = (Some(Fault::Permanent), Some(Fault::Transient));
    assert_eq!(faults, [None, permanent, transient, transient]);
}

#[test]
fn a_stop_that_was_done_before_is_done() {
    let no = |number: &str, code: i64| json!({"number": number, "error": {"code": code, "message": "no"}});
    let reply = json!({"code": 0, "data": {
        "accepted": [{"number": "AAAAA", "carrier": 3011}],
        "rejected": [no("BBBBB", -18_019_906), no("CCCCC", -18_019_902), no("DDDDD", -18_010_013)],
    }});
    let asked = ["AAAAA", "BBBBB", "CCCCC", "DDDDD"].map(|text| parcel(text, 0));
    let asked: Vec<&Parcel> = asked.iter().collect();
    let batch: Batch<Stop> = client().sort(&reply, &asked).unwrap();
    let faults: Vec<Option<Fault>> = batch.outcomes.iter().map(Stop::fault).collect();
    assert_eq!(faults, [None, None, None, Some(Fault::Permanent)]);
    assert_eq!(batch.outcomes[1], Stop::AlreadyStopped);
}

#[test]
fn the_documented_push_is_read() {
    let body = r#"{"event":"TRACKING_UPDATED","data":{"number":"LX300112233CN","carrier":3011,"param":null,"tag":"order-10412","track_info":{"latest_status":{"status":"InTransit","sub_status":"InTransit_CustomsProcessing","sub_status_descr":"In customs"},"latest_event":{"time_iso":"2026-03-02T08:10:00+01:00","time_utc":"2026-03-02T07:10:00Z","time_raw":{"date":"2026-03-02","time":"08:10:00","timezone":"+01:00"},"description":"Held at customs","location":"Leipzig, DE","stage":null,"sub_status":"InTransit_CustomsProcessing","address":{"country":"DE","state":null,"city":"Leipzig","street":null,"postal_code":null,"coordinates":{"longitude":null,"latitude":null}}},"time_metrics":{"days_after_order":6,"days_of_transit":5,"days_of_transit_done":0,"days_after_last_update":0,"estimated_delivery_date":{"source":null,"from":null,"to":null}},"tracking":{"providers_hash":771204,"providers":[]}}}}"#;
    let pushes = push::read(body.as_bytes()).unwrap();
    let [push::Push::Updated(shipment)] = &pushes[..] else {
        panic!("{pushes:?}");
    };
    assert_eq!(shipment.parcel, parcel("LX300112233CN", 3_011));
    assert_eq!(shipment.tag.as_deref(), Some("order-10412"));
    assert_eq!(shipment.status, Status::InTransit);
    assert!(shipment.sub_status.as_ref().unwrap().is_known());
    let event = shipment.latest_event.as_ref().unwrap();
    assert_eq!(event.at.unwrap().to_string(), "2026-03-02T07:10:00Z");
    assert_eq!(event.at_raw.as_deref(), Some("2026-03-02 08:10:00 +01:00"));
    assert_eq!(event.location.as_deref(), Some("Leipzig, DE"));
    assert_eq!(shipment.days.after_order, Some(6));
    assert_eq!(shipment.estimated_delivery, None);
    assert_eq!(shipment.providers_hash, Some(771_204));
    assert!(shipment.odd.is_empty(), "{:?}", shipment.odd);
    let key = pushes[0].key();
    assert_eq!(key.state, push::State::Providers(771_204));
}

#[test]
fn the_quota_and_the_list_are_read() {
    let reply = json!({"code": 0, "data": {
        "quota_total": 100, "quota_used": 37, "quota_remain": 63, "today_used": 2,
        "max_track_daily": 1000, "free_email_quota": 0, "free_email_quotaused": 0,
    }});
    let quota = quota::read(&reply).unwrap();
    assert_eq!((quota.total, quota.used, quota.remain), (100, 37, 63));
    assert_eq!((quota.today_used, quota.daily_max), (Some(2), Some(1_000)));

    let row = json!({
        "number": "LX300112233CN", "carrier": 3011, "tag": "order-10412",
        "register_time": "2026-03-01T07:00:00Z", "tracking_status": "Stopped",
        "package_status": "Expired", "stop_track_reason": "Expired", "push_status": "Failure",
        "latest_event_time": "2026-03-02T08:10:00+01:00", "pickup_time": "",
    });
    let reply = json!({"code": 0, "data": {"accepted": [row, {"carrier": 3011}]},
        "page": {"data_total": 43, "page_total": 2, "page_no": 1, "page_size": 40}});
    let told = list::read(&reply, 1).unwrap();
    assert_eq!((told.total, told.next, told.unreadable), (43, Some(2), 1));
    let row = &told.rows[0];
    assert_eq!(row.tracking, Tracking::Stopped);
    assert_eq!(row.status, Some(Status::Expired));
    assert_eq!(
        row.latest_event_at.unwrap().to_string(),
        "2026-03-02T07:10:00Z"
    );
    assert!(row.odd.is_empty(), "{:?}", row.odd);
    // A page that was not asked for would be walked for ever.
    assert_eq!(list::read(&reply, 2).unwrap_err().field, "page.page_no");
}

#[test]
fn a_bare_status_says_what_it_means() {
    for (status, meaning, write) in [
        (401, Meaning::TokenDead, Fault::Permanent),
        (404, Meaning::Invalid, Fault::Permanent),
        (500, Meaning::Outage, Fault::UnknownOutcome),
        (503, Meaning::Outage, Fault::UnknownOutcome),
    ] {
        for body in ["", "<html>no</html>", "{}", "[]", r#"{"code":0,"data":{}}"#] {
            let error = refused(status, body);
            assert_eq!(error.meaning(), Some(meaning), "{status} {body}");
            assert_eq!(error.fault(), write, "{status} {body}");
        }
    }
    let throttled = refused(429, "slow down");
    assert_eq!(throttled.wait(), Some(Duration::from_secs(1)));
    assert_eq!(throttled.fault(), Fault::Transient);
}

#[test]
fn a_failure_of_the_whole_call_tells_its_code_and_its_text() {
    let error = refused(
        200,
        r#"{"code":-18010002,"data":{"errors":[{"code":-18010002,"message":"Invalid k_demo."}]}}"#,
    );
    assert_eq!(error.meaning(), Some(Meaning::TokenDead));
    let Error::Refused { refusal, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (-18_010_002, "Invalid [secret].")
    );
    for body in [
        r#"{"code":"-18010003"}"#,
        r#"{"code":-18010003,"data":"x"}"#,
        r#"{"code":-18010003,"data":{"errors":{}},"message":[]}"#,
    ] {
        assert_eq!(
            refused(200, body).meaning(),
            Some(Meaning::Outage),
            "{body}"
        );
    }
}

#[test]
fn the_vendors_waits_are_told_in_real_time() {
    let mut config = Config::new("k_demo".into());
    config.endpoint.wait_divisor = 1_440;
    let fast = Client::new(config).unwrap();
    let wait = |headers: &HeaderMap, status, body: &str| {
        let told = fast.judge(CallKind::Read, status, headers, body.as_bytes());
        told.unwrap_err().wait().unwrap()
    };
    let none = HeaderMap::new();
    let day = wait(&none, 200, r#"{"code":-18019907}"#);
    assert_eq!(day, Duration::from_secs(60));
    let told = |text: &str| {
        [("retry-after".parse().unwrap(), text.parse().unwrap())]
            .into_iter()
            .collect()
    };
    assert_eq!(wait(&told("1440"), 429, ""), Duration::from_secs(1));
    // A date would take a clock to be read.
    let second = Duration::from_secs(1) / 1_440;
    for text in ["Wed, 21 Oct 2026 07:28:00 GMT", "-5", "soon"] {
        assert_eq!(wait(&told(text), 429, ""), second, "{text}");
    }
}

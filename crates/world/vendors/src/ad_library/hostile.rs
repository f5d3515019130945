//! Replies nobody promised: no panic, the field named, no token kept, and never a false "nothing".

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Config, Outcome, Step, Trouble, Walk, client::read, trouble};
use crate::meta::{self, CallKind, Error, Usage};

const TOKEN: &str = "very-secret-token";

/// One for all cases: it is made once.
fn graph() -> &'static meta::Client {
    static GRAPH: LazyLock<meta::Client> = LazyLock::new(new_graph);
    &GRAPH
}

fn new_graph() -> meta::Client {
    meta::Client::new(Config::new(TOKEN.into())).unwrap()
}

fn refused(status: u16, body: &str) -> Error {
    let told = graph().judge(CallKind::Read, status, body.as_bytes(), Usage::default());
    told.unwrap_err()
}

fn code(status: u16, code: i64, subcode: Option<i64>, message: &str) -> Trouble {
    let error = json!({"error": {"code": code, "error_subcode": subcode, "message": message}});
    trouble(&refused(status, &error.to_string()))
}

fn ad() -> Value {
    json!({
        "id": "1184400921", "page_id": "55021", "page_name": "Upright Co",
        "ad_creative_bodies": ["Sit better in 14 days."],
        "ad_delivery_start_time": "2026-01-18",
        "publisher_platforms": ["facebook", "INSTAGRAM"],
        "eu_total_reach": 41250,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut ad = ad();
    ad[name] = value;
    ad
}

fn page_of(ads: &[Value]) -> Value {
    json!({ "data": ads })
}

#[test]
fn an_ad_is_read_with_what_it_has() {
    let page = read(&page_of(&[ad()])).unwrap();
    let read = &page.ads[0];
    assert_eq!(
        (read.id.as_str(), read.page_id.as_str()),
        ("1184400921", "55021")
    );
    assert_eq!(read.started_on.to_string(), "2026-01-18");
    assert_eq!(read.stopped_on, None);
    let platforms: Vec<&str> = read.platforms.iter().map(String::as_str).collect();
    assert_eq!(platforms, ["facebook", "instagram"]);
    assert_eq!(read.eu_total_reach, Some(41_250));
    assert!(read.titles.is_empty(), "a missing list is an empty one");
}

#[test]
fn missing_lists_and_bodies_are_no_damage() {
    let mut bare = ad();
    for name in [
        "page_name",
        "ad_creative_bodies",
        "publisher_platforms",
        "eu_total_reach",
    ] {
        bare.as_object_mut().unwrap().remove(name);
    }
    let page = read(&page_of(&[bare])).unwrap();
    assert_eq!((page.ads.len(), page.unreadable), (1, 0));
    assert_eq!(page.ads[0].eu_total_reach, None);
}

#[test]
fn a_time_of_day_is_left_out_and_nonsense_is_named() {
    let timed = with("ad_delivery_stop_time", json!("2026-02-01T08:00:00+0000"));
    let page = read(&page_of(&[timed])).unwrap();
    assert_eq!(page.ads[0].stopped_on.unwrap().to_string(), "2026-02-01");
    for (name, value) in [
        ("id", json!(1_184_400_921_i64)),
        ("id", json!("../1")),
        ("id", Value::Null),
        ("page_id", Value::Null),
        ("ad_delivery_start_time", Value::Null),
        ("ad_delivery_start_time", json!("18.01.2026")),
        ("ad_delivery_start_time", json!("2026-01-18 gestern")),
        ("ad_delivery_start_time", json!("2026-01-1é")),
        ("ad_delivery_start_time", json!("0000-01-01")),
        ("ad_delivery_stop_time", json!("2026-13-01")),
        ("publisher_platforms", json!("facebook")),
        ("ad_creative_bodies", json!([1])),
        ("eu_total_reach", json!(-1)),
    ] {
        let error = read(&page_of(&[with(name, value)])).unwrap_err();
        assert_eq!(error.field, format!("data[0].{name}"), "{}", error.problem);
    }
}

#[test]
fn one_damaged_entry_does_not_hide_the_others_and_keeps_the_look_partial() {
    let page = read(&page_of(&[ad(), with("id", Value::Null)])).unwrap();
    assert_eq!((page.ads.len(), page.unreadable), (1, 1));
    assert_eq!(Walk::default().took(&page), Step::Over(Outcome::Partial));
    let error = read(&page_of(&[with("id", Value::Null)])).unwrap_err();
    let error = error.into_error(CallKind::Read);
    assert_eq!(trouble(&error), Trouble::Over(Outcome::LayoutChanged));
}

#[test]
fn an_ad_that_comes_twice_is_one_ad() {
    let later = with("ad_delivery_stop_time", json!("2026-03-01"));
    let page = read(&page_of(&[ad(), with("id", json!("7")), later])).unwrap();
    assert_eq!(page.ads.len(), 2);
    assert!(page.ads[0].stopped_on.is_some(), "the later reading counts");
}

#[test]
fn the_snapshots_url_and_the_token_in_it_are_not_kept() {
    let url = format!("https://www.facebook.com/ads/archive/render_ad/?id=1&access_token={TOKEN}");
    let mut body = page_of(&[with("ad_snapshot_url", json!(url))]);
    body["paging"] = json!({"cursors": {"after": "c2"}, "next": url});
    let page = read(&body).unwrap();
    let kept = format!("{page:?} {}", serde_json::to_string(&page).unwrap());
    assert!(
        !kept.contains("secret") && !kept.contains("render_ad"),
        "{kept}"
    );
    assert_eq!(page.next.as_deref(), Some("c2"));
    let shown = format!("{:?}", graph());
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn texts_can_be_stored_whatever_they_hold() {
    let long = "é".repeat(5_000);
    let mut texts = vec![format!("a\u{0}b\n\u{1b}[31m"), long];
    texts.resize(20, "c".to_owned());
    let page = read(&page_of(&[with("ad_creative_bodies", json!(texts))])).unwrap();
    let bodies = &page.ads[0].bodies;
    assert_eq!(bodies.len(), 8);
    assert_eq!(bodies[0], "a b  [31m");
    assert_eq!(bodies[1].chars().count(), 300);
}

#[test]
fn a_cursor_that_cannot_be_kept_is_no_cursor() {
    let cursor = |length: usize| {
        let after = "c".repeat(length);
        json!({"data": [], "paging": {"cursors": {"after": after}, "next": "x"}})
    };
    assert!(read(&cursor(4_096)).unwrap().next.is_some());
    let error = read(&cursor(4_097)).unwrap_err();
    assert_eq!(error.field, "paging.cursors.after");
}

#[test]
fn each_error_says_what_it_means_for_a_look() {
    let blocked = Trouble::Over(Outcome::Blocked);
    let minute = Trouble::Wait(std::time::Duration::from_secs(60));
    let heavy = "Please reduce the amount of data you're asking for, then retry your request";
    for (told, expected) in [
        (code(400, 10, Some(2_332_002), "permission"), blocked),
        (code(401, 190, Some(463), "expired"), blocked),
        (code(400, 368, None, "abuse"), blocked),
        (code(400, 4, None, "limit"), minute),
        (code(400, 17, None, "limit"), minute),
        (code(400, 613, Some(1), "limit"), minute),
        (code(500, 1, None, heavy), Trouble::AskForLess),
        (code(500, 1, Some(99), "unknown"), Trouble::Unwell),
        (code(500, 2, None, heavy), Trouble::Unwell),
        (
            code(400, 100, None, "nonexisting field"),
            Trouble::Over(Outcome::LayoutChanged),
        ),
        (trouble(&refused(403, "<html>challenge</html>")), blocked),
        (trouble(&refused(500, "<html>")), Trouble::Unwell),
        (
            trouble(&refused(200, "Service Unavailable")),
            Trouble::Unwell,
        ),
        (trouble(&refused(500, "{}")), Trouble::Unwell),
    ] {
        assert_eq!(told, expected);
    }
}

/// JSON of any shape, often with the names that are looked for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9-]{0,12}".prop_map(Value::from),
        Just(Value::from("2026-01-18")),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    const NAMES: [&str; 13] = [
        "data",
        "paging",
        "cursors",
        "next",
        "after",
        "id",
        "page_id",
        "page_name",
        "ad_delivery_start_time",
        "ad_delivery_stop_time",
        "publisher_platforms",
        "ad_creative_bodies",
        "eu_total_reach",
    ];
    let name = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
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
    fn any_json_is_a_page_or_an_error(body in any_json()) {
        if let Ok(page) = read(&body) {
            let text = serde_json::to_string(&page).unwrap();
            prop_assert!(!text.contains("\\u0000"));
        }
    }
}

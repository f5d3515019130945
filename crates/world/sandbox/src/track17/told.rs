//! What this face tells of the trade's parcels, read with the real client: every way at every hour.

use std::sync::LazyLock;

use homeostat_model::WorldTime;
use homeostat_vendors::track17::{
    Shipment, Status,
    push::{self, Push},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{state::Registration, tell, view::View};
use crate::world::{
    ORIGIN, SaleTold,
    trade::{Ads, Fate, Order, Trade},
};

struct NoAds;

impl Ads for NoAds {
    fn sales(&mut self, _: usize, _: WorldTime, _: WorldTime) -> Vec<SaleTold> {
        Vec::new()
    }
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// One for all tests: it is made once.
fn trade() -> &'static Trade {
    static TRADE: LazyLock<Trade> = LazyLock::new(|| {
        let mut trade = Trade::new(5, crate::world::Recipe::default());
        trade.advance(&mut NoAds, ORIGIN.plus(hours(24 * 20)));
        trade
    });
    &TRADE
}

fn registered(order: &Order) -> Registration {
    Registration {
        number: order.parcel.number.clone(),
        carrier: order.parcel.carrier,
        tag: Some(order.name.clone()),
        param: None,
        at: order.parcel.shipped_at.plus(hours(1)),
        stopped_at: None,
        hurried: Vec::new(),
    }
}

fn view(one: &Registration, order: &Order, after: SignedDuration) -> View {
    View::new(one, Some(order), one.at.plus(after))
}

/// The entry as the client reads it.
fn read(one: &Registration, order: &Order, after: SignedDuration) -> Shipment {
    let now = one.at.plus(after);
    let entry = tell::entry(one, Some(order), &view(one, order, after), now);
    let body = json!({"event": "TRACKING_UPDATED", "data": entry}).to_string();
    match push::read(body.as_bytes()).unwrap().pop() {
        Some(Push::Updated(shipment)) => *shipment,
        other => panic!("{other:?}"),
    }
}

/// The statuses in the order in which they are told, each as long as it lasts once.
fn statuses(order: &Order) -> Vec<&'static str> {
    let one = registered(order);
    let all = (0..24 * 40).step_by(3);
    let mut told: Vec<&str> = all
        .map(|hour| view(&one, order, hours(hour)).status)
        .collect();
    told.dedup();
    told
}

fn with_fate(trade: &Trade, fate: Fate) -> Vec<&Order> {
    let orders = trade.orders.iter().map(AsRef::as_ref);
    let own: Vec<&Order> = orders
        .filter(|order: &&Order| order.parcel.fate == fate)
        .collect();
    assert!(!own.is_empty(), "{fate:?}");
    own
}

#[test]
fn the_client_reads_every_parcel_at_every_hour_without_an_odd_field() {
    let trade = trade();
    for order in trade.orders.iter().step_by(120) {
        let one = registered(order);
        for hour in (0..24 * 40).step_by(31) {
            let shipment = read(&one, order, hours(hour));
            assert!(shipment.odd.is_empty(), "{hour} h: {:?}", shipment.odd);
            assert_eq!(shipment.parcel.number.as_str(), one.number);
            assert_eq!(shipment.tag.as_deref(), Some(order.name.as_str()));
            assert!(!matches!(shipment.status, Status::Unknown(_)));
        }
    }
}

#[test]
fn nothing_is_told_before_it_happened_and_nothing_is_taken_back() {
    let trade = trade();
    for order in trade.orders.iter().step_by(25) {
        let one = registered(order);
        let mut known = 0;
        for hour in (0..24 * 40).step_by(5) {
            let now = view(&one, order, hours(hour));
            let at = one.at.plus(hours(hour));
            assert!(now.asked_at.is_none_or(|asked_at| asked_at <= at));
            assert!(now.events.iter().all(|event| event.at <= at));
            assert!(now.events.len() >= known, "{hour} h");
            known = now.events.len();
        }
    }
}

#[test]
fn an_honest_parcel_is_on_its_way_and_then_delivered() {
    let trade = trade();
    for order in with_fate(trade, Fate::Delivered).into_iter().step_by(60) {
        let told = statuses(order);
        assert_eq!(told.first(), Some(&"NotFound"));
        assert!(told.contains(&"InTransit"), "{told:?}");
        assert_eq!(told.last(), Some(&"Delivered"));
    }
}

#[test]
fn some_expire_and_then_arrive() {
    let trade = trade();
    let late = with_fate(trade, Fate::Late);
    let told: Vec<Vec<&str>> = late.into_iter().map(statuses).collect();
    assert!(told.iter().all(|told| told.last() == Some(&"Delivered")));
    let revived = told.iter().filter(|told| told.contains(&"Expired"));
    assert!(revived.count() > 0);
}

#[test]
fn what_is_lost_expires_and_is_followed_no_longer() {
    let trade = trade();
    for order in with_fate(trade, Fate::Lost) {
        assert_eq!(statuses(order).last(), Some(&"Expired"));
        let one = registered(order);
        assert_eq!(view(&one, order, hours(24 * 15)).ended, None);
        let (_, reason) = view(&one, order, hours(24 * 40)).ended.unwrap();
        assert_eq!(reason, "Expired");
    }
}

#[test]
fn some_are_delivered_and_then_reported_broken() {
    let trade = trade();
    let damaged = with_fate(trade, Fate::Damaged);
    let all = damaged.len();
    let told = damaged.into_iter().map(statuses);
    let reported = told.filter(|told| {
        let delivered = told.iter().position(|status| *status == "Delivered");
        let broken = told.iter().position(|status| *status == "Exception");
        delivered < broken && delivered.is_some()
    });
    let reported = reported.count();
    assert!((1..all).contains(&reported), "{reported} of {all}");
}

#[test]
fn words_nobody_documented_and_times_in_the_carriers_own_come_now_and_then() {
    let trade = trade();
    let (mut new_words, mut in_words, mut all) = (0, 0, 0);
    for order in with_fate(trade, Fate::Delivered).into_iter().step_by(10) {
        let one = registered(order);
        let last = read(&one, order, hours(24 * 20));
        let event = last.latest_event.unwrap();
        assert!(event.at.is_some() || event.at_raw.is_some());
        in_words += usize::from(event.at.is_none());
        let on_its_way = view(&one, order, hours(24 * 20));
        let mut events = on_its_way.events.iter();
        new_words += usize::from(events.any(|event| event.sub_status.contains("Drone")));
        all += 1;
    }
    assert!((1..all / 4).contains(&new_words), "{new_words} of {all}");
    assert!((1..all / 4).contains(&in_words), "{in_words} of {all}");
}

#[test]
fn a_carrier_is_asked_within_five_minutes_and_then_every_six_hours() {
    let trade = trade();
    for order in trade.orders.iter().step_by(30) {
        let one = registered(order);
        let asked = |after| view(&one, order, after).asked_at;
        assert_eq!(asked(SignedDuration::from_secs(59)), None);
        let first = asked(SignedDuration::from_mins(5)).unwrap();
        assert_eq!(asked(hours(6)), Some(first));
        assert_eq!(asked(hours(7)), Some(first.plus(hours(6))));
    }
}

#[test]
fn another_carrier_has_never_heard_of_it_and_a_stop_ends_the_news() {
    let trade = trade();
    let order = with_fate(trade, Fate::Delivered)[0];
    let mut one = registered(order);
    one.carrier = 3_011;
    let told = read(&one, order, hours(24 * 20));
    assert_eq!((told.status, told.latest_event), (Status::NotFound, None));

    let mut one = registered(order);
    one.stopped_at = Some(one.at.plus(hours(1)));
    let told = view(&one, order, hours(24 * 20));
    assert_eq!(told.ended, Some((one.at.plus(hours(1)), "ByRequest")));
    assert_ne!(told.status, "Delivered");
}

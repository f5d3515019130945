//! Which order is meant, and what a profile counts.

use homeostat_control::refund::{Claim, Intent};
use homeostat_language::Language;
use homeostat_model::{Money, WorldTime};
use jiff::SignedDuration;

use super::profile::{disputes, order_of, profile};
use crate::records::{
    customer::Order,
    letter::{Letter, State},
};

fn day(day: i64) -> WorldTime {
    let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
    start.plus(SignedDuration::from_hours(day * 24))
}

const NOW: i64 = 100;

fn order(brand: &str, number: u32, placed: i64) -> Order {
    Order {
        id: format!("{brand}:{number}"),
        brand: brand.into(),
        name: format!("#{number}"),
        state: "PAID".into(),
        fulfillment: "FULFILLED".into(),
        total: Money::from_micros(50_000_000, "EUR".parse().unwrap()),
        refunded_micros: 0,
        household: None,
        parcels: vec![format!("HX{number}")],
        dispute: None,
        placed_at: day(placed),
        updated_at: day(placed),
        read_at: day(NOW),
    }
}

fn letter(id: &str, received: i64) -> Letter {
    Letter {
        id: id.into(),
        brand: "acme".into(),
        inbox: "support@acme.example".into(),
        message: id.into(),
        thread: format!("thread of {id}"),
        received_at: day(received),
        customer: Some("email:1:ana".into()),
        language: Language::English,
        wants: Intent::Refund,
        claim: Some(Claim::NotReceived),
        orders_said: Vec::new(),
        parcels_said: Vec::new(),
        asked: None,
        has_evidence: false,
        wants_person: false,
        flags: Vec::new(),
        said: None,
        order: None,
        state: State::Read,
        decision: None,
    }
}

fn found(letter: &Letter, letters: &[Letter], orders: &[Order]) -> Option<String> {
    order_of(letter, letters, orders, day(NOW)).map(|order| order.id.clone())
}

#[test]
fn an_order_is_the_one_that_is_named_or_the_only_one_that_it_can_be() {
    let one = [order("acme", 1, 90), order("other", 7, 90)];
    let two = [order("acme", 1, 90), order("acme", 2, 95)];
    let plain = letter("l", NOW);
    let named = |number: &str| Letter {
        orders_said: vec![number.into()],
        ..plain.clone()
    };
    assert_eq!(found(&plain, &[], &one).as_deref(), Some("acme:1"));
    assert_eq!(found(&plain, &[], &two), None, "which of the two?");
    assert_eq!(found(&named("2"), &[], &two).as_deref(), Some("acme:2"));
    assert_eq!(found(&named("7"), &[], &one), None, "another store's");
    assert_eq!(found(&named("99"), &[], &one), None, "somebody else's");
    let parcel = Letter {
        parcels_said: vec!["HX2".into()],
        ..plain.clone()
    };
    assert_eq!(found(&parcel, &[], &two).as_deref(), Some("acme:2"));
    let before = Letter {
        thread: plain.thread.clone(),
        order: Some("acme:1".into()),
        ..letter("before", NOW - 1)
    };
    assert_eq!(found(&plain, &[before], &two).as_deref(), Some("acme:1"));
    let given_back = Order {
        refunded_micros: 50_000_000,
        ..order("acme", 2, 95)
    };
    let rest = [order("acme", 1, 90), given_back];
    assert_eq!(found(&plain, &[], &rest).as_deref(), Some("acme:1"));
}

#[test]
fn a_profile_counts_all_stores_and_no_claim_twice() {
    let refunded = |order: Order| Order {
        refunded_micros: 10_000_000,
        ..order
    };
    let orders = [
        order("acme", 1, 90),
        order("acme", 2, 10),
        refunded(order("other", 3, 80)),
        Order {
            dispute: Some("LOST".into()),
            ..order("other", 4, 5)
        },
    ];
    let about = |id: &str, received, order: &str, said: &str| Letter {
        order: Some(order.into()),
        said: Some(said.into()),
        ..letter(id, received)
    };
    let this = Letter {
        said: Some("b".into()),
        ..letter("this", NOW)
    };
    let letters = [
        this.clone(),
        about("again", 99, "acme:1", "x"),
        about("copied", 98, "acme:9", "b"),
        about("one", 60, "other:3", "y"),
        about("the same one", 61, "other:3", "z"),
        about("later", 101, "other:4", "w"),
        Letter {
            claim: None,
            wants: Intent::Track,
            ..about("first", 1, "acme:2", "v")
        },
    ];
    let told = profile(&this, Some(&orders[0]), &letters, &orders, 3, day(NOW));
    assert_eq!((told.orders, told.refunds, told.disputes), (4, 1, 1));
    assert_eq!(told.not_received_claims_180d, 1);
    assert_eq!((told.kept_orders, told.accounts_on_address), (1, 3));
    assert!(told.refunded_elsewhere_90d);
    assert!(
        !told.first_contact_asks_refund,
        "the first one asked where it is"
    );
    let stranger = profile(&this, None, &[], &[], 1, day(NOW));
    assert!(stranger.first_contact_asks_refund && !stranger.refunded_elsewhere_90d);
    let disputed = disputes(Some(&orders[0]), &orders, day(NOW));
    assert_eq!((disputed.disputes.len(), disputed.orders_in_window), (1, 4));
}

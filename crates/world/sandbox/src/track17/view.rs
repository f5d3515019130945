//! What 17TRACK knows of a parcel at an instant: what its carrier had seen when it was last asked.
//!
//! A pure function of the registration, the parcel and the instant. A scan that was hurried came when it was, and its
//! carrier was asked then. A parcel without news for eight days has expired,
//! sooner than at the real vendor, so that late ones expire before they arrive.

use homeostat_model::WorldTime;
use jiff::SignedDuration;

use super::{habit, state::Registration};
use crate::world::trade::{Fate, Order, Parcel};

/// From one question to a carrier to the next.
const ASKED_EVERY: SignedDuration = SignedDuration::from_hours(6);
/// Without news for so long a parcel has expired.
const EXPIRED_AFTER: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Without news for so long it is not followed any more.
const DROPPED_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// However much news there is, it is followed no longer than this.
const FOLLOWED_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is known.
#[derive(Debug)]
pub(super) struct View {
    /// When the carrier was last asked; absent when it was not asked yet.
    pub(super) asked_at: Option<WorldTime>,
    /// What it has seen, the last first.
    pub(super) events: Vec<Event>,
    /// The main status.
    pub(super) status: &'static str,
    /// The same in detail.
    pub(super) sub_status: &'static str,
    /// When it ceased to be followed, and why.
    pub(super) ended: Option<(WorldTime, &'static str)>,
}

/// Something that the carrier saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: WorldTime,
    pub(super) status: &'static str,
    pub(super) sub_status: &'static str,
    pub(super) text: &'static str,
    pub(super) place: &'static str,
}

impl View {
    /// Whether its carrier was asked after `from` and until `to`.
    pub(super) fn is_asked_between(
        registration: &Registration,
        from: WorldTime,
        to: WorldTime,
    ) -> bool {
        asked_at(registration, from) != asked_at(registration, to)
    }

    /// Whether its carrier will see more of it than by an instant.
    pub(super) fn goes_on(registration: &Registration, order: &Order, now: WorldTime) -> bool {
        let all = all(&order.parcel, &registration.hurried);
        let is_ours = order.parcel.carrier == registration.carrier;
        is_ours && all.last().is_some_and(|last| last.at > now)
    }

    /// `order` is whose parcel has that number.
    pub(super) fn new(registration: &Registration, order: Option<&Order>, now: WorldTime) -> Self {
        // Another carrier has never heard of it.
        let parcel = order
            .map(|order| &order.parcel)
            .filter(|parcel| parcel.carrier == registration.carrier);
        let all = parcel.map(|parcel| all(parcel, &registration.hurried));
        let all = all.unwrap_or_default();
        let ended = ended(registration, &all).filter(|(at, _)| *at <= now);
        let until = ended.map_or(now, |(at, _)| at);
        let asked_at = asked_at(registration, until);
        let mut events = all;
        events.retain(|event| asked_at.is_some_and(|asked_at| event.at <= asked_at));
        events.reverse();
        let (status, sub_status) = status(&events, asked_at);
        Self {
            asked_at,
            events,
            status,
            sub_status,
            ended,
        }
    }
}

/// Everything that a carrier will have seen of a parcel, the first first.
fn all(parcel: &Parcel, hurried: &[WorldTime]) -> Vec<Event> {
    let number = &parcel.number;
    let scans = parcel.scans.iter().enumerate();
    let mut events: Vec<Event> = scans
        .map(|(nth, scan)| Event {
            at: scan.at,
            status: scan.status,
            sub_status: match habit::has_new_word(number, nth) && scan.status == "InTransit" {
                true => "InTransit_HandedToDrone",
                false => scan.sub_status,
            },
            text: scan.text,
            place: scan.place,
        })
        .collect();
    let reported = habit::damage_reported_after(number).filter(|_| parcel.fate == Fate::Damaged);
    if let (Some(after), Some(delivered_at)) = (reported, parcel.delivered_at()) {
        events.push(Event {
            at: delivered_at.plus(after),
            status: "Exception",
            sub_status: "Exception_Damage",
            text: "Damage reported",
            place: "Local depot",
        });
    }
    for at in hurried {
        if let Some(next) = events.iter_mut().find(|event| event.at > *at) {
            next.at = *at;
        }
    }
    events
}

/// When the carrier was last asked: first some minutes after the registration, then every few hours, and when a scan was
/// hurried.
fn asked_at(registration: &Registration, now: WorldTime) -> Option<WorldTime> {
    let hurried = registration.hurried.iter().filter(|at| **at <= now);
    asked_by_itself_at(registration, now).max(hurried.max().copied())
}

fn asked_by_itself_at(registration: &Registration, now: WorldTime) -> Option<WorldTime> {
    let after = habit::first_answer_after(&registration.number);
    let first = registration.at.plus(after);
    let since = now.since(first);
    if since.is_negative() {
        return None;
    }
    let rest = SignedDuration::from_secs(since.as_secs() % ASKED_EVERY.as_secs());
    let rest = rest + SignedDuration::from_nanos(i64::from(since.subsec_nanos()));
    Some(now.plus(-rest))
}

fn status(events: &[Event], asked_at: Option<WorldTime>) -> (&'static str, &'static str) {
    let (Some(last), Some(asked_at)) = (events.first(), asked_at) else {
        return ("NotFound", "NotFound_Other");
    };
    let is_over = matches!(last.status, "Delivered" | "Exception");
    match !is_over && asked_at.since(last.at) >= EXPIRED_AFTER {
        true => ("Expired", "Expired_Other"),
        false => (last.status, last.sub_status),
    }
}

/// When it ceases, or will cease, to be followed.
fn ended(registration: &Registration, all: &[Event]) -> Option<(WorldTime, &'static str)> {
    let mut last_news = registration.at;
    for event in all {
        if event.at.since(last_news) > DROPPED_AFTER {
            break;
        }
        last_news = last_news.max(event.at);
    }
    let dropped_at = last_news.plus(DROPPED_AFTER);
    let dropped_at = dropped_at.min(registration.at.plus(FOLLOWED_FOR));
    match registration.stopped_at {
        Some(at) if at <= dropped_at => Some((at, "ByRequest")),
        _ => Some((dropped_at, "Expired")),
    }
}

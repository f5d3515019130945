//! Who holds money now: acts whose end is not known, and what spends by itself.

use homeostat_effects::{Class, EffectState, Exposure, StandingExposure};
use homeostat_model::RuntimeTime;
use homeostat_operator::actuators;
use schemars::JsonSchema;
use serde::Serialize;

use super::{SHOWN, Seen, sums};
use crate::words::{self, Clock};

/// An act that is not closed and holds money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "OpenAct")]
pub(crate) struct Act {
    /// The act.
    pub effect: i64,
    /// Why it is done.
    pub href: String,
    /// `Campaign linen-suit-eu to be resumed`.
    pub act: String,
    /// `sending`, `accepted` or `unknown`.
    pub state: &'static str,
    /// The class of its badge.
    pub class: &'static str,
    /// What it holds.
    pub amount: String,
    /// The same, in micro-units.
    pub amount_micros: i64,
    /// Of this currency.
    pub currency: String,
    /// Since when it is in this state; of an act under way, since it was intended.
    pub since: Clock,
    /// How long that is.
    pub waited: String,
    /// What it waits for.
    pub waits_for: String,
}

/// What spends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Standing {
    /// The row.
    pub standing: i64,
    /// Its history.
    pub href: String,
    /// What spends.
    pub name: String,
    /// What the money is held for.
    pub what_for: String,
    /// What its open days hold.
    pub amount: String,
    /// The same, in micro-units.
    pub amount_micros: i64,
    /// Of this currency.
    pub currency: String,
    /// The most that a day can take.
    pub per_day: String,
    /// What its newest day found no room for; empty: nothing.
    pub missing: String,
    /// The act that began it.
    pub begun_by: Option<i64>,
    /// World time of the last complete reading of its spend; empty: none yet.
    pub read: String,
}

/// The first acts of the list, for a page.
pub(super) fn acts(held: &[Exposure], seen: &Seen<'_>) -> Vec<Act> {
    held.iter().take(SHOWN).map(|one| act(one, seen)).collect()
}

fn act(one: &Exposure, seen: &Seen<'_>) -> Act {
    let since = one.unknown_since.unwrap_or(one.created_at);
    Act {
        effect: one.effect.0,
        href: format!("/receipts/{}", one.effect),
        act: wanted(&one.kind, &one.target, seen),
        state: one.state.as_str(),
        class: match one.state {
            EffectState::Unknown => "unknown",
            _ => "held",
        },
        amount: words::money(one.held),
        amount_micros: one.held.amount_micros,
        currency: one.held.currency.to_string(),
        since: words::runtime_clock(since, seen.zone),
        waited: words::lasted(seen.now.runtime.since(since)),
        waits_for: waits_for(one, seen),
    }
}

/// `Campaign linen-suit-eu to be resumed`: what is intended, without a claim that it is done.
pub(super) fn wanted(kind: &str, target: &str, seen: &Seen<'_>) -> String {
    let its = actuators::words(kind);
    format!("{} {} to be {}", its.subject, seen.name(target), its.done)
}

fn waits_for(one: &Exposure, seen: &Seen<'_>) -> String {
    let now = seen.now.runtime;
    if let Some(until) = one.call_deadline {
        return in_hand(one.state, until, seen);
    }
    let when = match one.next_probe_at {
        Some(at) if at > now => format!(
            "at {}, in {}",
            words::runtime_clock(at, seen.zone).time,
            words::lasted(at.since(now))
        ),
        _ => "as soon as a worker is free".to_owned(),
    };
    match one.state {
        _ if one.is_unsent => format!("It never left. It is tried again {when}."),
        EffectState::Unknown if one.class == Class::Blind => {
            "A person says what became of it: this vendor cannot be asked.".to_owned()
        }
        EffectState::Accepted => format!("The vendor finishes it. It is asked {when}."),
        _ => format!("The vendor is asked {when}."),
    }
}

/// A process calls or asks.
fn in_hand(state: EffectState, until: RuntimeTime, seen: &Seen<'_>) -> String {
    let clock = words::runtime_clock(until, seen.zone).time;
    match (state, until > seen.now.runtime) {
        (EffectState::Sending, true) => format!("The vendor's answer, until {clock}."),
        (_, true) => format!("The vendor is being asked, until {clock}."),
        (_, false) => {
            format!("Whoever has it is late since {clock}. Recovery asks the vendor.")
        }
    }
}

/// The first standing holds of the list, for a page.
pub(super) fn standing(held: &[StandingExposure], seen: &Seen<'_>) -> Vec<Standing> {
    let rows = held.iter().take(SHOWN);
    rows.map(|one| spends(one, seen)).collect()
}

fn spends(one: &StandingExposure, seen: &Seen<'_>) -> Standing {
    let days = words::count(one.days.unsigned_abs(), "day");
    let since = words::world_clock(one.started_at, seen.zone).day;
    let read = one.read_at.map(|at| words::world_clock(at, seen.zone));
    Standing {
        standing: one.standing,
        href: format!("/events?entity=standing_hold&id={}", one.standing),
        name: seen.name(&one.target),
        what_for: match one.is_active {
            true => format!("It runs since {since} and spends each day; {days} not closed."),
            false => format!("It has ended; {days} may still be charged."),
        },
        amount: words::money(one.held),
        amount_micros: one.held.amount_micros,
        currency: one.held.currency.to_string(),
        per_day: words::money(one.per_day),
        missing: match one.missing.amount_micros {
            0 => String::new(),
            _ => words::money(one.missing),
        },
        begun_by: one.effect.map(|effect| effect.0),
        read: read.map_or_else(String::new, |at| format!("{} {}", at.day, at.time)),
    }
}

/// Below a list: how many are not on it.
pub(super) fn more(read: usize, what: &str) -> String {
    let n = words::grouped(read.saturating_sub(SHOWN) as u64);
    match read {
        ..=SHOWN => String::new(),
        read if read >= super::READ_MAX as usize => {
            format!("At least {n} more {what}s are not shown.")
        }
        read if read == SHOWN + 1 => format!("1 more {what} is not shown."),
        _ => format!("{n} more {what}s are not shown."),
    }
}

/// The one that nobody has known about for longest.
pub(super) fn oldest_unknown(held: &[Exposure]) -> Option<&Exposure> {
    let unknown = held.iter().filter(|one| one.unknown_since.is_some());
    unknown.min_by_key(|one| (one.unknown_since, one.effect))
}

/// It in a sentence, with its age.
pub(super) fn told_oldest(one: &Exposure, seen: &Seen<'_>) -> String {
    let since = one.unknown_since.unwrap_or(one.created_at);
    format!(
        "The oldest unknown has waited {} for an answer: {}, {} held.",
        words::lasted(seen.now.runtime.since(since)),
        wanted(&one.kind, &one.target, seen),
        sums::price(one.held),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::*, *};

    #[test]
    fn the_oldest_unknown_is_named_with_its_age() {
        let known = exposure(1, EffectState::Sending, 5_000_000);
        let mut young = exposure(2, EffectState::Unknown, 7_000_000);
        young.unknown_since = Some(at("2026-06-16T00:47:00Z"));
        let mut old = exposure(3, EffectState::Unknown, 20_000_000);
        old.unknown_since = Some(at("2026-06-16T00:36:00Z"));
        let held = [known.clone(), young, old];
        let oldest = oldest_unknown(&held).unwrap();
        assert_eq!(oldest.effect.0, 3);
        let names = names();
        assert_eq!(
            told_oldest(oldest, &seen(&names)),
            "The oldest unknown has waited 11 min 12 s for an answer: Campaign linen-suit-eu to be resumed, €20.00 held."
        );
        assert_eq!(oldest_unknown(&[known]), None);
    }

    #[test]
    fn what_is_waited_for_depends_on_who_has_it() {
        let names = names();
        let told = |one: &Exposure| waits_for(one, &seen(&names));
        let mut one = exposure(1, EffectState::Sending, 1);
        one.call_deadline = Some(at("2026-06-16T00:47:20Z"));
        assert_eq!(told(&one), "The vendor's answer, until 02:47:20.");
        one.call_deadline = Some(at("2026-06-16T00:47:00Z"));
        assert!(told(&one).starts_with("Whoever has it is late since 02:47:00."));
        let mut one = exposure(1, EffectState::Unknown, 1);
        one.next_probe_at = Some(at("2026-06-16T00:47:42Z"));
        assert_eq!(told(&one), "The vendor is asked at 02:47:42, in 30 s.");
        one.next_probe_at = Some(at("2026-06-16T00:47:00Z"));
        assert!(told(&one).ends_with("as soon as a worker is free."));
        one.class = Class::Blind;
        assert!(told(&one).starts_with("A person says"));
        one.is_unsent = true;
        assert!(told(&one).starts_with("It never left."));
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        assert_eq!(more(SHOWN, "act"), "");
        assert_eq!(more(SHOWN + 1, "act"), "1 more act is not shown.");
        assert_eq!(more(SHOWN + 2, "act"), "2 more acts are not shown.");
    }

    #[test]
    fn a_standing_hold_says_what_it_is_for() {
        let names = names();
        let mut one = recurring(742_000_000, 12_000_000);
        let row = spends(&one, &seen(&names));
        assert_eq!(row.name, "linen-suit-eu");
        assert_eq!(
            row.what_for,
            "It runs since Mon 1 June and spends each day; 2 days not closed."
        );
        assert_eq!(
            (row.amount.as_str(), row.missing.as_str()),
            ("€742.00", "€12.00")
        );
        one.is_active = false;
        assert!(
            spends(&one, &seen(&names))
                .what_for
                .starts_with("It has ended; 2 days")
        );
    }
}

//! Rows as tests of this page have them: brand Marram, Tuesday 16 June 2026, 02:47:12 in Amsterdam.

use std::collections::BTreeMap;

use homeostat_effects::{
    BudgetView, Class, EffectState, Exposure, Holder, PostingView, PostingWindow, StandingExposure,
};
use homeostat_model::{EffectId, Money, RuntimeTime, WorldTime};
use jiff::tz::TimeZone;

use super::Seen;
use crate::operations::Now;

pub(super) fn at(text: &str) -> RuntimeTime {
    RuntimeTime(text.parse().unwrap())
}

pub(super) fn world(text: &str) -> WorldTime {
    WorldTime(text.parse().unwrap())
}

pub(super) fn zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").unwrap()
}

pub(super) fn names() -> BTreeMap<String, String> {
    BTreeMap::from([("1001".to_owned(), "linen-suit-eu".to_owned())])
}

pub(super) fn seen(names: &BTreeMap<String, String>) -> Seen<'_> {
    let now = Now {
        runtime: at("2026-06-16T00:47:12Z"),
        world: world("2026-06-16T00:47:12Z"),
    };
    let zone = Box::leak(Box::new(zone()));
    Seen { now, zone, names }
}

pub(super) fn money(amount_micros: i64, code: &str) -> Money {
    Money::from_micros(amount_micros, code.parse().unwrap())
}

/// An act that was intended at 02:46:00; one that nobody knows about, since then.
pub(super) fn exposure(id: i64, state: EffectState, held_micros: i64) -> Exposure {
    let since = at("2026-06-16T00:46:00Z");
    Exposure {
        effect: EffectId(id),
        kind: "meta.resume_campaign".into(),
        target: "1001".into(),
        class: Class::Queryable,
        state,
        held: money(held_micros, "EUR"),
        is_unsent: false,
        call_deadline: None,
        next_probe_at: Some(at("2026-06-16T00:47:42Z")),
        unknown_since: (state == EffectState::Unknown).then_some(since),
        created_at: since,
    }
}

pub(super) fn recurring(held_micros: i64, missing_micros: i64) -> StandingExposure {
    StandingExposure {
        standing: 9,
        target: "1001".into(),
        per_day: money(40_000_000, "EUR"),
        is_active: true,
        effect: Some(EffectId(7)),
        started_at: world("2026-06-01T06:00:00Z"),
        read_at: None,
        held: money(held_micros, "EUR"),
        days: 2,
        missing: money(missing_micros, "EUR"),
    }
}

/// €1,200 a day, €319 of it free.
pub(super) fn window() -> BudgetView {
    BudgetView {
        id: 1,
        brand: "marram".into(),
        interlock: "daily_budget".into(),
        scope: "brand:marram".into(),
        unit: "money".into(),
        period: "day".into(),
        currency: Some("EUR".into()),
        starts_at: world("2026-06-15T22:00:00Z"),
        ends_at: world("2026-06-16T22:00:00Z"),
        cap: 1_200_000_000,
        held: 762_800_000,
        settled: 118_200_000,
        unknown: 20_000_000,
        frozen: false,
    }
}

pub(super) fn posting(kind: &str) -> PostingView {
    PostingView {
        id: 12,
        transfer: 5,
        at: at("2026-06-16T00:46:00Z"),
        account: "held".into(),
        kind: kind.into(),
        amount: 4_570_000,
        holder: Holder::Effect {
            id: EffectId(7),
            kind: "meta.resume_campaign".into(),
            target: "1001".into(),
        },
        window: PostingWindow {
            id: 1,
            interlock: "daily_budget".into(),
            scope: "brand:marram".into(),
            unit: "money".into(),
            currency: Some("EUR".into()),
            period: "day".into(),
            starts_at: world("2026-06-15T22:00:00Z"),
        },
    }
}

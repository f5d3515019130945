//! The latest postings: what each account of each window changed by, and for whom.

use homeostat_effects::{Holder, PostingView, PostingWindow};
use homeostat_operator::actuators;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Seen, exposure};
use crate::{
    operations::money,
    words::{self, Clock},
};

/// One leg of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Posting {
    /// The row.
    pub id: i64,
    /// Its legs sum to nothing.
    pub transfer: i64,
    /// When.
    pub clock: Clock,
    /// `available`, `held` or `settled`.
    pub account: String,
    /// `hold`, `settle`, `release`, `record` or `correct`.
    pub kind: String,
    /// `+€4.57`, `−1 act`.
    pub amount: String,
    /// The same: micro-units of money, or acts.
    pub amount_raw: i64,
    /// The currency of money.
    pub currency: Option<String>,
    /// For whom.
    pub holder: String,
    /// Where that is told.
    pub href: String,
    /// Whose account.
    pub window: String,
}

/// A row of the page.
pub(super) fn row(one: &PostingView, seen: &Seen<'_>) -> Posting {
    let window = &one.window;
    let (holder, href) = match &one.holder {
        Holder::Effect { id, kind, target } => {
            let is_done = matches!(one.kind.as_str(), "settle" | "record");
            let its = actuators::words(kind);
            let told = match is_done {
                true => format!("{} {} {}", its.subject, seen.name(target), its.done),
                false => exposure::wanted(kind, target, seen),
            };
            (told, format!("/receipts/{id}"))
        }
        Holder::Standing { id, target } => (
            format!("standing hold of {}", seen.name(target)),
            format!("/events?entity=standing_hold&id={id}"),
        ),
    };
    Posting {
        id: one.id,
        transfer: one.transfer,
        clock: words::runtime_clock(one.at, seen.zone),
        account: one.account.clone(),
        kind: one.kind.clone(),
        amount: signed(one.amount, window),
        amount_raw: one.amount,
        currency: window.currency.clone(),
        holder,
        href,
        window: window_words(window, seen.zone),
    }
}

/// With its sign, in the unit and the currency of its window.
fn signed(amount: i64, window: &PostingWindow) -> String {
    let sign = if amount < 0 { '−' } else { '+' };
    let size = amount.saturating_abs();
    match window.unit.as_str() {
        "act" => format!("{sign}{}", words::count(size.unsigned_abs(), "act")),
        unit => format!(
            "{sign}{}",
            money::amount(size, unit, window.currency.as_deref())
        ),
    }
}

/// `daily budget, Tue 16 June`.
fn window_words(window: &PostingWindow, zone: &TimeZone) -> String {
    let its = window.interlock.replace('_', " ");
    let begins = words::world_clock(window.starts_at, zone);
    let time = begins.time.get(..5).unwrap_or_default();
    match window.period.as_str() {
        "hour" => format!("{its}, {} {time}", begins.day),
        "day" => format!("{its}, {}", begins.day),
        "month" => format!("{its}, month from {}", begins.day),
        "lifetime" => its,
        _ => format!("{its}, since {} {time}", begins.day),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::*, *};

    #[test]
    fn an_amount_has_its_sign_and_its_currency() {
        let mut of = posting("hold").window;
        assert_eq!(signed(4_570_000, &of), "+€4.57");
        assert_eq!(signed(-4_570_000, &of), "−€4.57");
        of.currency = Some("CHF".into());
        assert_eq!(signed(-1_000_000, &of), "−CHF\u{a0}1.00");
        (of.unit, of.currency) = ("act".into(), None);
        assert_eq!(signed(-1, &of), "−1 act");
        assert_eq!(signed(2, &of), "+2 acts");
    }

    #[test]
    fn only_what_is_settled_is_told_as_done() {
        let names = names();
        let held = row(&posting("hold"), &seen(&names));
        assert_eq!(held.holder, "Campaign linen-suit-eu to be resumed");
        assert_eq!(held.href, "/receipts/7");
        let settled = row(&posting("settle"), &seen(&names));
        assert_eq!(settled.holder, "Campaign linen-suit-eu resumed");
        let mut standing = posting("correct");
        standing.holder = Holder::Standing {
            id: 9,
            target: "1001".into(),
        };
        let standing = row(&standing, &seen(&names));
        assert_eq!(standing.holder, "standing hold of linen-suit-eu");
        assert_eq!(standing.href, "/events?entity=standing_hold&id=9");
    }

    #[test]
    fn a_window_is_named_by_its_interlock_and_its_beginning() {
        let mut of = posting("hold").window;
        let zone = zone();
        assert_eq!(window_words(&of, &zone), "daily budget, Tue 16 June");
        (of.interlock, of.period) = ("hourly_budget".into(), "hour".into());
        assert_eq!(window_words(&of, &zone), "hourly budget, Tue 16 June 00:00");
        (of.interlock, of.period) = ("lifetime_budget".into(), "lifetime".into());
        assert_eq!(window_words(&of, &zone), "lifetime budget");
    }
}

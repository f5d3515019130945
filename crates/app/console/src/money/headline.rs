//! The sentence at the top: can it overspend, what is promised, what is not known?

use std::collections::BTreeMap;

use homeostat_effects::{BudgetView, EffectState, Exposure, StandingExposure};
use homeostat_model::{Currency, Money};
use schemars::JsonSchema;
use serde::Serialize;

use super::{READ_MAX, Seen, exposure, sums};
use crate::{operations::money, words};

/// It.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Headline {
    /// `Within every cap`, or what is worst.
    pub title: String,
    /// ``, `warn` or `bad`.
    pub lamp: &'static str,
    /// A sentence for each question.
    pub lead: String,
    /// The act that nobody has known about for longest.
    pub oldest_unknown: Option<i64>,
}

/// `held` and `standing` may be cut at [`READ_MAX`]: their sums are then told as the least.
pub(super) fn headline(
    windows: &[BudgetView],
    held: &[Exposure],
    standing: &[StandingExposure],
    seen: &Seen<'_>,
) -> Headline {
    let (unknown, known): (Vec<&Exposure>, Vec<&Exposure>) = held
        .iter()
        .partition(|one| one.state == EffectState::Unknown);
    let oldest = exposure::oldest_unknown(held);
    let over = over(windows);
    let missing = standing.iter().map(|one| one.missing);
    let missing = sums::by_currency(missing.filter(|money| money.amount_micros > 0));
    let not_known = sums::by_currency(unknown.iter().map(|one| one.held));
    let (title, lamp) = match (windows.iter().any(money::is_money), &over) {
        (_, Some(_)) => ("Over a cap".to_owned(), "bad"),
        _ if !unknown.is_empty() => (
            format!("{} not known", sums::told(&not_known, "nothing")),
            "warn",
        ),
        _ if !missing.is_empty() => ("Not all of it is held".to_owned(), "warn"),
        (false, None) => ("Nothing can be spent".to_owned(), ""),
        (true, None) => ("Within every cap".to_owned(), ""),
    };
    let mut lead: Vec<String> = Vec::new();
    lead.extend(over);
    lead.push(room(windows));
    lead.push(promised(&known, standing, held.len()));
    if !missing.is_empty() {
        let missing = sums::told(&missing, "nothing");
        lead.push(format!(
            "{missing} that may still be spent by itself found no room under the caps."
        ));
    }
    lead.push(match oldest {
        Some(one) => exposure::told_oldest(one, seen),
        None => "No money is unknown.".to_owned(),
    });
    Headline {
        title,
        lamp,
        lead: lead.join(" "),
        oldest_unknown: oldest.map(|one| one.effect.0),
    }
}

/// The window that is most over its cap.
fn over(windows: &[BudgetView]) -> Option<String> {
    let beyond = |window: &BudgetView| {
        let taken = window.settled.saturating_add(window.held);
        taken.saturating_sub(window.cap)
    };
    let all = windows.iter().filter(|window| money::is_money(window));
    let over = all.filter(|window| beyond(window) > 0);
    let worst = over.max_by_key(|window| beyond(window))?;
    let by = money::amount(beyond(worst), &worst.unit, worst.currency.as_deref());
    Some(format!(
        "The {} of {} is passed by {by}: more was charged than was held. Nothing more is granted there.",
        worst.interlock.replace('_', " "),
        money::period(&worst.period),
    ))
}

/// What may still be promised: the least room of the windows of a currency, since an act needs room in each.
fn room(windows: &[BudgetView]) -> String {
    let mut least: BTreeMap<Currency, i64> = BTreeMap::new();
    for window in windows.iter().filter(|window| money::is_money(window)) {
        let code = window.currency.as_deref().unwrap_or_default();
        let Ok(currency) = code.parse() else {
            continue;
        };
        let taken = window.settled.saturating_add(window.held);
        let room = match window.frozen {
            true => 0,
            false => window.cap.saturating_sub(taken).max(0),
        };
        let known = least.entry(currency).or_insert(room);
        *known = room.min(*known);
    }
    let rooms: Vec<Money> = least
        .into_iter()
        .map(|(currency, room)| Money::from_micros(room, currency))
        .collect();
    match rooms.iter().any(|room| room.amount_micros > 0) {
        _ if rooms.is_empty() => "No cap on money covers this moment.".to_owned(),
        true => format!(
            "At most {} more can be promised now.",
            sums::told(&rooms, "nothing")
        ),
        false => "No more can be promised now.".to_owned(),
    }
}

/// What is promised and known to be. `read`: acts that were read, known or not.
fn promised(known: &[&Exposure], standing: &[StandingExposure], read: usize) -> String {
    let least = |n: usize| match n >= READ_MAX as usize {
        true => "at least ",
        false => "",
    };
    let mut parts = Vec::new();
    if !known.is_empty() {
        let held = sums::by_currency(known.iter().map(|one| one.held));
        let acts = words::count(known.len() as u64, "act");
        let (least, held) = (least(read), sums::told(&held, "nothing"));
        parts.push(format!("{least}{held} for {acts}"));
    }
    if !standing.is_empty() {
        let held = sums::by_currency(standing.iter().map(|one| one.held));
        let holds = words::count(standing.len() as u64, "standing hold");
        let (least, held) = (least(standing.len()), sums::told(&held, "nothing"));
        parts.push(format!("{least}{held} for {holds}"));
    }
    match parts.is_empty() {
        true => "Nothing is promised.".to_owned(),
        false => format!("Promised: {}.", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::*, *};

    #[test]
    fn what_is_worst_is_the_title() {
        let names = names();
        let told = |windows: &[BudgetView], held: &[Exposure], standing: &[StandingExposure]| {
            let headline = headline(windows, held, standing, &seen(&names));
            (headline.title, headline.lamp)
        };
        let unknown = exposure(3, EffectState::Unknown, 20_000_000);
        let short = recurring(1_000_000, 2_000_000);
        assert_eq!(told(&[], &[], &[]), ("Nothing can be spent".into(), ""));
        assert_eq!(told(&[window()], &[], &[]), ("Within every cap".into(), ""));
        assert_eq!(
            told(&[window()], &[], std::slice::from_ref(&short)),
            ("Not all of it is held".into(), "warn")
        );
        let unknown = [unknown];
        assert_eq!(
            told(&[window()], &unknown, std::slice::from_ref(&short)),
            ("€20.00 not known".into(), "warn")
        );
        let mut over = window();
        over.settled = 1_200_000_000;
        assert_eq!(
            told(&[over], &unknown, &[short]),
            ("Over a cap".into(), "bad")
        );
    }

    #[test]
    fn each_question_has_its_sentence() {
        let names = names();
        let mut month = window();
        (month.period, month.cap) = ("month".into(), 900_000_000);
        let held = [
            exposure(1, EffectState::Sending, 5_000_000),
            exposure(2, EffectState::Accepted, 7_000_000),
            exposure(3, EffectState::Unknown, 20_000_000),
        ];
        let standing = [recurring(742_000_000, 0)];
        let headline = headline(&[window(), month], &held, &standing, &seen(&names));
        assert_eq!(
            headline.lead,
            "At most €19.00 more can be promised now. Promised: €12.00 for 2 acts, €742.00 for 1 standing hold. \
             The oldest unknown has waited 1 min 12 s for an answer: Campaign linen-suit-eu to be resumed, €20.00 held."
        );
        assert_eq!(headline.oldest_unknown, Some(3));
    }

    #[test]
    fn a_frozen_window_leaves_no_room() {
        let mut frozen = window();
        frozen.frozen = true;
        assert_eq!(room(&[window(), frozen]), "No more can be promised now.");
        let mut dollars = window();
        (dollars.currency, dollars.cap) = (Some("USD".into()), 882_000_000);
        assert_eq!(
            room(&[window(), dollars]),
            "At most €319.00 and $1.00 more can be promised now."
        );
    }

    #[test]
    fn a_passed_cap_is_told_with_by_how_much() {
        let mut over = window();
        over.settled += 331_000_000;
        assert_eq!(
            super::over(&[window(), over]).unwrap(),
            "The daily budget of today is passed by €12.00: more was charged than was held. Nothing more is granted there."
        );
    }
}

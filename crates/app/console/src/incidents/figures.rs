//! The title of a crash, its badge and its four figures. Nothing is said that its rows do not prove.

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    held::{Act, worst_case},
    precise,
    story::Story,
    told::amounts,
};
use crate::words;

/// One figure, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "IncidentFigure")]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) note: String,
}

impl Figure {
    pub(super) fn new(
        name: impl Into<String>,
        value: impl Into<String>,
        note: impl Into<String>,
    ) -> Self {
        let (name, value, note) = (name.into(), value.into(), note.into());
        Self { name, value, note }
    }
}

/// `worker-ads died at 02:14`.
pub(super) fn title(story: &Story, zone: &TimeZone) -> String {
    let time = words::runtime_clock(story.span.began, zone).time;
    let minute = time.get(..5).unwrap_or(&time).to_owned();
    format!("{} died at {minute}", story.crash.who())
}

/// What became of it, in a sentence or two.
pub(super) fn lead(story: &Story) -> String {
    let mut lead = String::new();
    match story.crash.recovered_in() {
        Some(time) if time.is_zero() => {
            lead.push_str("Another life of its kind was there already.")
        }
        Some(time) => {
            lead.push_str(&format!(
                "Another life of its kind was there after {}.",
                precise(time)
            ));
        }
        None => lead.push_str("Nobody has taken its place yet."),
    }
    let unknown = story.acts.iter().filter(|act| act.is_unknown()).count();
    match (story.acts.len(), unknown) {
        (0, _) => {}
        (1, 0) => lead.push_str(" One act was under way, and its end is proven."),
        (n, 0) => lead.push_str(&format!(
            " {n} acts were under way, and their ends are proven."
        )),
        (n, unknown) => {
            let n = words::count(n as u64, "act");
            lead.push_str(&format!(
                " {n} under way, and of {unknown} nobody knows the end yet."
            ));
        }
    }
    if story.still_held > 0 {
        let held = words::count(story.still_held.unsigned_abs(), "job");
        lead.push_str(&format!(" {held} still in its name."));
    }
    lead
}

/// The word and its class.
pub(super) fn badge(story: &Story) -> (&'static str, &'static str) {
    match story.is_over() {
        true => ("healed by itself", "recovered"),
        false => ("crashed", "crash"),
    }
}

/// Four of them.
pub(super) fn figures(story: &Story) -> Vec<Figure> {
    vec![recovery(story), jobs(story), acts(story), money(story)]
}

fn recovery(story: &Story) -> Figure {
    let whole = story.span.over.map(|over| over.since(story.span.began));
    let back = story.crash.recovered_in();
    let value = match whole {
        Some(time) => precise(time),
        None => "not yet".to_owned(),
    };
    let note = match back {
        Some(time) => format!("a life of each kind again after {}", precise(time)),
        None => "somebody who died is not back".to_owned(),
    };
    Figure::new("Made up for in", value, note)
}

fn jobs(story: &Story) -> Figure {
    let taken = story.taken.len() as u64;
    let held = taken.saturating_add(story.still_held.unsigned_abs());
    let spent = story.taken.iter().filter(|job| job.spent_attempt).count();
    let failed = story
        .taken
        .iter()
        .filter(|job| job.state == "failed")
        .count();
    let mut note = match (held, spent) {
        (0, _) => "none was in its hands".to_owned(),
        (_, 0) => "none spent an attempt".to_owned(),
        (_, spent) => format!("{spent} spent an attempt"),
    };
    if failed > 0 {
        note.push_str(&format!(", {failed} failed for good"));
    }
    let value = match story.is_whole {
        true => format!("{} of {}", words::grouped(taken), words::grouped(held)),
        false => format!("{} or more", words::grouped(taken)),
    };
    Figure::new("Jobs taken back", value, note)
}

fn acts(story: &Story) -> Figure {
    let all = story.acts.len();
    let unknown: Vec<&Act> = story.acts.iter().filter(|act| act.is_unknown()).collect();
    let sent_again = story.acts.iter().filter(|act| act.view.sends > 1).count();
    let (value, note) = match (all, unknown.len()) {
        _ if !story.is_whole => {
            let note = "more were in its hands than are looked at here";
            ("not known".to_owned(), note.to_owned())
        }
        (0, _) => ("0".to_owned(), "none was in its hands".to_owned()),
        (_, 0) => {
            let mut ways: Vec<&str> = Vec::new();
            for act in &story.acts {
                let way = act
                    .view
                    .provenance
                    .map_or(act.view.state.as_str(), |how| how.as_str());
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
            let mut note = format!(
                "{all} under way, each end on its receipt: {}",
                ways.join(", ")
            );
            if sent_again > 0 {
                note.push_str(&format!("; {sent_again} sent again"));
            }
            ("0".to_owned(), note)
        }
        (all, unknown) => {
            let note = format!("of {unknown} of {all} nobody knows the end yet");
            ("not known".to_owned(), note)
        }
    };
    Figure::new("Acts lost", value, note)
}

fn money(story: &Story) -> Figure {
    let open = amounts(&worst_case(
        story.acts.iter().filter(|act| act.is_unknown()),
    ));
    let held = amounts(&worst_case(&story.acts));
    let note = match (&open, held) {
        (_, None) => "nothing was held for acts in its hands".to_owned(),
        (None, Some(held)) => format!("{held} held until the ends were known"),
        (Some(_), Some(_)) => "held for acts whose end nobody knows".to_owned(),
    };
    let value = match open {
        _ if !story.is_whole => "not known".to_owned(),
        Some(open) => open,
        None => zero(story),
    };
    Figure::new("Money not accounted for", value, note)
}

/// Nothing, in the currency of its acts where they have one.
fn zero(story: &Story) -> String {
    let first = story.acts.first().map(|act| act.view.worst_case.currency);
    match first {
        Some(currency) => words::money(homeostat_model::Money::from_micros(0, currency)),
        None => "0.00".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_effects::EffectState;

    use super::{
        super::{
            case::{story, view},
            film::Span,
        },
        *,
    };

    fn told(figures: &[Figure]) -> Vec<(&str, &str)> {
        figures
            .iter()
            .map(|figure| (figure.value.as_str(), figure.note.as_str()))
            .collect()
    }

    #[test]
    fn a_crash_that_healed_says_what_it_rests_on() {
        let story = story();
        assert_eq!(title(&story, &TimeZone::UTC), "worker-ads died at 00:14");
        assert_eq!(badge(&story).0, "healed by itself");
        assert_eq!(
            lead(&story),
            "Another life of its kind was there after 0.038 s. One act was under way, and its end is proven."
        );
        assert_eq!(
            told(&figures(&story)),
            [
                ("0.742 s", "a life of each kind again after 0.038 s"),
                ("3 of 3", "2 spent an attempt, 1 failed for good"),
                ("0", "1 under way, each end on its receipt: recovered"),
                ("€0.00", "€4.57 held until the ends were known"),
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_not_claimed() {
        let mut story = story();
        story.acts[0].view = view(7, EffectState::Unknown);
        story.still_held = 2;
        story.span = Span::of(story.span.began, None, story.span.until);
        assert_eq!(badge(&story).0, "crashed");
        assert_eq!(
            told(&figures(&story)),
            [
                ("not yet", "a life of each kind again after 0.038 s"),
                ("3 of 5", "2 spent an attempt, 1 failed for good"),
                ("not known", "of 1 of 1 nobody knows the end yet"),
                ("€4.57", "held for acts whose end nobody knows"),
            ]
        );
        assert!(
            lead(&story).contains("2 jobs still in its name"),
            "{}",
            lead(&story)
        );
    }

    #[test]
    fn of_more_than_was_read_nothing_is_claimed() {
        let mut story = story();
        story.is_whole = false;
        let figures = figures(&story);
        let values: Vec<&str> = figures.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values[1..], ["3 or more", "not known", "not known"]);
    }

    #[test]
    fn a_death_with_nothing_in_hand_cost_nothing() {
        let mut story = story();
        story.acts.clear();
        story.taken.clear();
        let figures = figures(&story);
        let told = told(&figures);
        assert_eq!(told[1], ("0 of 0", "none was in its hands"));
        assert_eq!(told[2], ("0", "none was in its hands"));
        assert_eq!(told[3], ("0.00", "nothing was held for acts in its hands"));
    }
}

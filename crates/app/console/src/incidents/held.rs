//! What the dead had in their hands, told from events: which acts, and when all of it was made up for.

use homeostat_effects::{EffectState, EffectView};
use homeostat_model::{Money, ProcessId, RuntimeTime};
use homeostat_queue::TakenBack;
use homeostat_store::journal::Event;
use serde_json::Value;

use super::deaths::Crash;

/// An act whose owner died.
#[derive(Debug, Clone)]
pub(super) struct Act {
    /// As it stands.
    pub(super) view: EffectView,
    /// `Campaign linen-suit-eu`.
    pub(super) name: String,
    /// When its owner was found dead.
    pub(super) orphaned_at: RuntimeTime,
    /// When its end was known; none yet.
    pub(super) known_at: Option<RuntimeTime>,
}

impl Act {
    /// Nobody knows yet what became of it.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.view.state, EffectState::Sending | EffectState::Unknown)
    }
}

/// What was held for acts in the worst case, by currency.
pub(super) fn worst_case<'a>(acts: impl IntoIterator<Item = &'a Act>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for held in acts.into_iter().map(|act| act.view.worst_case) {
        match sums.iter_mut().find(|sum| sum.currency == held.currency) {
            Some(sum) => {
                let micros = sum.amount_micros.saturating_add(held.amount_micros);
                *sum = Money::from_micros(micros, sum.currency);
            }
            None => sums.push(held),
        }
    }
    sums.retain(|sum| sum.amount_micros != 0);
    sums
}

/// The first event of each of these lives that says that it ended.
pub(super) fn ends(events: &[Event], dead: &[ProcessId]) -> Vec<(ProcessId, Event)> {
    let end = |process: &ProcessId| {
        let id = process.to_string();
        let is_end = |event: &&Event| event.entity_id == id && event.to_state == "ended";
        Some((*process, events.iter().find(is_end)?.clone()))
    };
    dead.iter().filter_map(end).collect()
}

/// Acts that one of the dead held when it was found, by their events.
pub(super) fn orphans(
    views: Vec<EffectView>,
    events: &[Event],
    ends: &[(ProcessId, Event)],
) -> Vec<Act> {
    let orphan = |view: EffectView| {
        let id = view.id.to_string();
        let its: Vec<&Event> = events
            .iter()
            .filter(|event| event.entity_id == id)
            .collect();
        let held = |(process, end): &&(ProcessId, Event)| owner_at(&its, end.at) == Some(process.0);
        let orphaned_at = ends.iter().find(held)?.1.at;
        let known_at = its
            .iter()
            .filter(|event| event.at >= orphaned_at)
            .find(|event| !matches!(event.to_state.as_str(), "sending" | "unknown"))
            .map(|event| event.at);
        Some(Act {
            view,
            name: String::new(),
            orphaned_at,
            known_at,
        })
    };
    views.into_iter().filter_map(orphan).collect()
}

/// Whose a thing was at an instant. `events`: its own, in order.
fn owner_at(events: &[&Event], at: RuntimeTime) -> Option<i64> {
    let until = events.iter().rev().filter(|event| event.at <= at);
    let mut owners = until.filter_map(|event| event.data.get("owner"));
    owners.next().and_then(Value::as_i64)
}

/// When all of it was made up for; none: it is not.
pub(super) fn over_at(
    crash: &Crash,
    taken: &[TakenBack],
    still_held: i64,
    acts: &[Act],
) -> Option<RuntimeTime> {
    if still_held > 0 || acts.iter().any(Act::is_unknown) {
        return None;
    }
    let known = acts.iter().filter_map(|act| act.known_at);
    let back = crash.back_at()?;
    known
        .chain(taken.iter().map(|job| job.at))
        .chain([back])
        .max()
}

#[cfg(test)]
mod tests {
    use homeostat_effects::EffectState;
    use serde_json::json;

    use super::{
        super::case::{at, event, story, view},
        *,
    };

    #[test]
    fn it_is_over_when_everybody_is_back_and_every_act_is_known() {
        let story = story();
        assert_eq!(story.span.over, Some(at("00:14:07.846")));
        let mut unknown = story.acts.clone();
        unknown[0].view.state = EffectState::Unknown;
        assert_eq!(over_at(&story.crash, &story.taken, 0, &unknown), None);
        assert_eq!(over_at(&story.crash, &story.taken, 2, &story.acts), None);
        let mut away = story.crash.clone();
        away.first.back_at = None;
        assert_eq!(over_at(&away, &story.taken, 0, &story.acts), None);
    }

    #[test]
    fn an_act_belongs_to_who_held_it_when_it_died() {
        let story = story();
        assert_eq!(story.acts.len(), 1);
        assert_eq!(story.acts[0].orphaned_at, at("00:14:07.104"));
        assert_eq!(story.acts[0].known_at, Some(at("00:14:07.846")));
        // It had given it back before.
        let given_back = [
            event(
                1,
                "00:14:00",
                ("effect", "7"),
                (None, "sending"),
                json!({"owner": 12}),
            ),
            event(
                2,
                "00:14:01",
                ("effect", "7"),
                (Some("sending"), "unknown"),
                json!({"owner": null}),
            ),
        ];
        let none = orphans(
            vec![view(7, EffectState::Unknown)],
            &given_back,
            &story.ends,
        );
        assert!(none.is_empty());
    }

    #[test]
    fn worst_cases_add_up_by_currency() {
        let story = story();
        let act = &story.acts[0];
        let mut dollars = act.clone();
        dollars.view.worst_case = Money::from_micros(1, "USD".parse().unwrap());
        let sums: Vec<i64> = worst_case([act, act, &dollars])
            .iter()
            .map(|sum| sum.amount_micros)
            .collect();
        assert_eq!(sums, [9_140_000, 1]);
    }
}

//! The vendor's books against the effects: nothing lost, nothing done twice, nothing done for money
//! that was never held.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;

use super::{Field, Finding, books_of};
use crate::{
    drill::witness::{Witness, json_lines},
    failure::Failure,
};

/// Micro-units in a minor unit of the currencies that the drills use: euro and dollar have cents.
pub(super) const MICROS_PER_MINOR: i64 = 10_000;

/// One line of the books, as far as the auditor looks at it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Act {
    pub(crate) n: u64,
    pub(crate) act: String,
    pub(crate) object: String,
    pub(crate) to: String,
    /// The reference that the caller gave.
    pub(crate) request_id: String,
    /// Whether it changed anything.
    pub(crate) applied: bool,
    /// World time from which money follows.
    pub(crate) delivery_from: String,
    #[serde(default)]
    pub(crate) created: Option<Created>,
    /// What befell the request.
    #[serde(default)]
    pub(crate) fault: Option<String>,
}

impl Act {
    /// A person says who did it. In words of our own, as everything here.
    pub(super) fn is_a_persons(&self) -> bool {
        self.request_id.starts_with("person-")
    }
}

/// What a creation made.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Created {
    pub(crate) name: String,
    /// Budget a day, in minor units.
    pub(crate) daily_budget: i64,
}

/// An effect as its row says it is.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Effect {
    id: i64,
    kind: String,
    state: String,
    target: String,
    vendor_ref: Option<String>,
    /// The receipt answers the call itself; it was not found out later.
    is_firsthand: bool,
    /// In live hands, or to be looked at soon; closed ones count as such.
    is_minded: bool,
    /// The most that any money window held for it.
    held_micros: i64,
}

/// Every act that Meta wrote down.
pub(crate) fn read(dir: &Path) -> Result<Vec<Act>, Failure> {
    json_lines(&books_of(dir, "meta"))
}

pub(super) async fn effects(witness: &mut Witness) -> Result<Vec<Effect>, Failure> {
    let sql = "SELECT e.id, e.kind, e.state, e.target, e.vendor_ref,
                   coalesce(e.provenance = 'normal', false) AS is_firsthand,
                   e.finished_at IS NOT NULL OR e.next_probe_at IS NOT NULL OR coalesce(p.state = 'live', false)
                       AS is_minded,
                   coalesce((SELECT max(h.amount) FROM homeostat.hold h JOIN homeostat.budget_window w
                             ON w.id = h.window_id WHERE h.effect_id = e.id AND w.unit = 'money'), 0) AS held_micros
               FROM homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.owner
               WHERE e.vendor NOT IN ('shopify', 'agentmail', 'revolut') ORDER BY e.id";
    Ok(witness.rows(sql, &[]).await?)
}

/// Everything that books and effects disagree about.
pub(super) fn judge(effects: &[Effect], acts: &[Act]) -> Vec<Finding> {
    let known: BTreeMap<String, &Effect> = effects.iter().map(|e| (reference(e), e)).collect();
    let mut found: Vec<Finding> = acts
        .iter()
        .filter_map(|act| lost_act(act, known.get(&act.request_id).copied()))
        .collect();
    found.extend(
        effects
            .iter()
            .filter_map(|effect| lost_effect(effect, acts)),
    );
    found.extend(done_twice(acts));
    found.extend(
        acts.iter()
            .filter_map(|act| unheld(act, known.get(&act.request_id).copied())),
    );
    found
}

fn reference(effect: &Effect) -> String {
    format!("effect-{}", effect.id)
}

fn one(field: Field, what: String) -> Finding {
    Finding { field, n: 1, what }
}

/// An act that nobody answers for and that is no person's.
fn lost_act(act: &Act, effect: Option<&Effect>) -> Option<Finding> {
    if !act.applied || act.is_a_persons() {
        return None;
    }
    let what = match effect {
        None => format!("act {} on {} has no effect", act.n, act.object),
        Some(effect) if effect.state == "refused" || effect.state == "void" => format!(
            "act {} happened, but effect {} is {}",
            act.n, effect.id, effect.state
        ),
        Some(_) => return None,
    };
    Some(one(Field::EffectsLost, what))
}

/// An effect that nobody looks after, or that is said to have happened and has not.
fn lost_effect(effect: &Effect, acts: &[Act]) -> Option<Finding> {
    let (id, kind) = (effect.id, &effect.kind);
    if !effect.is_minded {
        let text = format!("effect {id} ({kind}) is {} in nobody's hands", effect.state);
        return Some(one(Field::EffectsLost, text));
    }
    // What other vendors wrote down is not in these books.
    if effect.state != "settled" || !kind.starts_with("meta.") {
        return None;
    }
    let own = reference(effect);
    // What was found out later may be the act of somebody else on the same object.
    let is_there = acts.iter().any(|act| {
        let object = Some(&act.object);
        act.request_id == own
            || (!effect.is_firsthand
                && (object == Some(&effect.target) || object == effect.vendor_ref.as_ref()))
    });
    (!is_there).then(|| {
        let text = format!("effect {id} ({kind}) is settled, but the books have no such act");
        one(Field::EffectsLost, text)
    })
}

/// One effect that changed the world twice; or two creations of one name.
pub(crate) fn done_twice(acts: &[Act]) -> Vec<Finding> {
    let mut changes: BTreeMap<&str, i64> = BTreeMap::new();
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for act in acts.iter().filter(|act| act.applied) {
        if act.request_id.starts_with("effect-") {
            *changes.entry(&act.request_id).or_default() += 1;
        }
        if let Some(created) = &act.created {
            names
                .entry(&created.name)
                .or_default()
                .insert(&act.request_id);
        }
    }
    let twice = changes.into_iter().filter(|(_, n)| *n > 1);
    let mut found: Vec<Finding> = twice
        .map(|(reference, n)| Finding {
            field: Field::EffectsDuplicated,
            n: n - 1,
            what: format!("{reference} changed the world {n} times"),
        })
        .collect();
    found.extend(
        names
            .into_iter()
            .filter(|(_, by)| by.len() > 1)
            .map(|(name, by)| {
                let who: Vec<&str> = by.into_iter().collect();
                let text = format!("{name:?} was created by {}", who.join(" and "));
                one(Field::EffectsDuplicated, text)
            }),
    );
    found
}

/// A creation whose budget was never held.
fn unheld(act: &Act, effect: Option<&Effect>) -> Option<Finding> {
    let (created, effect) = (act.created.as_ref()?, effect?);
    let budget = created.daily_budget.saturating_mul(MICROS_PER_MINOR);
    let missing = budget - effect.held_micros;
    (act.applied && missing > 0).then(|| Finding {
        field: Field::MoneyLeakedMicros,
        n: missing,
        what: format!(
            "act {} takes {budget} a day, effect {} held {}",
            act.n, effect.id, effect.held_micros
        ),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub(in super::super) fn act(n: u64, by: &str) -> Act {
        serde_json::from_value(json!({
            "n": n, "act": "set_status", "object": "7", "to": "PAUSED", "request_id": by, "applied": true,
            "delivery_from": "2026-03-02T06:00:00Z",
        }))
        .unwrap()
    }

    fn creation(n: u64, by: &str, name: &str) -> Act {
        let created = Created {
            name: name.to_owned(),
            daily_budget: 2_000,
        };
        Act {
            act: "create_campaign".into(),
            object: format!("c{n}"),
            created: Some(created),
            ..act(n, by)
        }
    }

    fn effect(id: i64, state: &str) -> Effect {
        Effect {
            id,
            kind: "meta.pause_campaign".into(),
            state: state.into(),
            target: "7".into(),
            vendor_ref: None,
            is_firsthand: true,
            is_minded: true,
            held_micros: 20_000_000,
        }
    }

    fn fields(effects: &[Effect], acts: &[Act]) -> Vec<(Field, i64)> {
        let found = judge(effects, acts);
        found.into_iter().map(|one| (one.field, one.n)).collect()
    }

    #[test]
    fn what_agrees_is_no_finding() {
        let known = [effect(1, "settled"), effect(2, "unknown")];
        let acts = [
            act(1, "effect-1"),
            act(2, "person-1"),
            creation(3, "effect-2", "A"),
        ];
        assert_eq!(fields(&known, &acts), []);
    }

    #[test]
    fn an_act_without_its_effect_is_lost() {
        let lost = [(Field::EffectsLost, 1)];
        assert_eq!(fields(&[], &[act(1, "effect-1")]), lost);
        assert_eq!(fields(&[], &[act(1, "")]), lost, "who did it is not said");
        assert_eq!(fields(&[effect(1, "void")], &[act(1, "effect-1")]), lost);
        assert_eq!(fields(&[effect(1, "refused")], &[act(1, "effect-1")]), lost);
    }

    #[test]
    fn an_effect_without_its_act_or_without_hands_is_lost() {
        let lost = [(Field::EffectsLost, 1)];
        assert_eq!(fields(&[effect(1, "settled")], &[act(1, "person-1")]), lost);
        let mut orphan = effect(1, "sending");
        orphan.is_minded = false;
        assert_eq!(fields(&[orphan], &[]), lost);
        // What was found out later may rest on the act of another, on the same object.
        let mut inferred = effect(1, "settled");
        inferred.is_firsthand = false;
        assert_eq!(fields(&[inferred], &[act(1, "person-1")]), []);
    }

    #[test]
    fn a_second_change_is_a_duplicate() {
        let twice = [act(1, "effect-1"), act(2, "effect-1")];
        assert_eq!(
            fields(&[effect(1, "settled")], &twice),
            [(Field::EffectsDuplicated, 1)]
        );
        let known = [effect(1, "settled"), effect(2, "settled")];
        let named = [creation(1, "effect-1", "A"), creation(2, "effect-2", "A")];
        assert_eq!(fields(&known, &named), [(Field::EffectsDuplicated, 1)]);
    }

    #[test]
    fn a_budget_that_was_not_held_is_leaked() {
        let mut poor = effect(1, "settled");
        poor.held_micros = 5_000_000;
        let leaked = [(Field::MoneyLeakedMicros, 15_000_000)];
        assert_eq!(fields(&[poor], &[creation(1, "effect-1", "A")]), leaked);
    }
}

//! The books of the shops, the inboxes and the bank against the effects: nothing lost, nothing done twice, and of
//! money given back or paid exactly what our receipts say.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Field, Finding, books::MICROS_PER_MINOR, books_of};
use crate::{
    drill::witness::{Witness, json_lines},
    failure::Failure,
};

/// Whose books are read here.
const VENDORS: [&str; 3] = ["shopify", "agentmail", "revolut"];
/// What changes nothing that anybody decided: it is asked for by sensors, or done by the vendor itself.
const NO_ACT_OF_OURS: [&str; 5] = ["subscribe", "bulk_run", "refuse", "update_labels", "settle"];

/// One line of the books, as far as this looks at it.
#[derive(Debug, Clone, Deserialize)]
struct Act {
    n: u64,
    act: String,
    object: String,
    from: String,
    to: String,
    request_id: String,
    applied: bool,
}

/// An effect as its row says it is.
#[derive(Debug, Clone, Deserialize)]
struct Effect {
    id: i64,
    kind: String,
    vendor: String,
    state: String,
    /// What the vendor knows it by, where it takes keys of ours.
    vendor_key: Option<String>,
    actual_micros: Option<i64>,
}

/// Everything that these books and the effects disagree about.
pub(super) async fn judge(
    witness: &mut Witness,
    books: &std::path::Path,
) -> Result<Vec<Finding>, Failure> {
    let sql = "SELECT id, kind, vendor, state, vendor_key, actual_micros FROM homeostat.effect
               WHERE vendor IN ('shopify', 'agentmail', 'revolut') ORDER BY id";
    let effects: Vec<Effect> = witness.rows(sql, &[]).await?;
    let mut found = Vec::new();
    for vendor in VENDORS {
        let path = books_of(books, vendor);
        // Read after the effects: an act is in the books only after its effect is in the table.
        let acts: Vec<Act> = match path.exists() {
            true => json_lines(&path)?,
            false => Vec::new(),
        };
        let own: Vec<&Effect> = effects.iter().filter(|one| one.vendor == vendor).collect();
        found.extend(compare(&own, &acts));
    }
    Ok(found)
}

fn compare(effects: &[&Effect], acts: &[Act]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut changes: BTreeMap<i64, Vec<&Act>> = BTreeMap::new();
    let undone = undone(acts);
    let ours = acts.iter().filter(|act| {
        act.applied
            && !NO_ACT_OF_OURS.contains(&act.act.as_str())
            && !act.request_id.starts_with("person-")
    });
    for act in ours {
        let effect = effects.iter().find(|effect| effect.is_behind(act));
        let Some(effect) = effect else {
            let text = format!(
                "act {} ({}) on {} has no effect",
                act.n, act.act, act.object
            );
            found.push(one(Field::EffectsLost, text));
            continue;
        };
        changes.entry(effect.id).or_default().push(act);
        let is_denied = effect.state == "refused" || effect.state == "void";
        if is_denied && !undone.contains(act.object.as_str()) {
            let text = format!(
                "act {} happened, but effect {} is {}",
                act.n, effect.id, effect.state
            );
            found.push(one(Field::EffectsLost, text));
        }
    }
    for (effect, acts) in changes.iter().filter(|(_, acts)| acts.len() > 1) {
        found.push(Finding {
            field: Field::EffectsDuplicated,
            n: i64::try_from(acts.len()).unwrap_or(i64::MAX) - 1,
            what: format!("effect {effect} changed the world {} times", acts.len()),
        });
    }
    for effect in effects.iter().filter(|effect| effect.state == "settled") {
        match changes.get(&effect.id).and_then(|acts| acts.first()) {
            Some(act) => found.extend(difference(effect, act)),
            // What was found there already, brought about by somebody else, changed nothing.
            None if acts.iter().any(|act| effect.is_behind(act)) => {}
            None => {
                let (id, kind) = (effect.id, &effect.kind);
                let text =
                    format!("effect {id} ({kind}) is settled, but the books have no such act");
                found.push(one(Field::EffectsLost, text));
            }
        }
    }
    found
}

impl Effect {
    /// Whether the act was asked for by this effect.
    fn is_behind(&self, act: &Act) -> bool {
        act.request_id == format!("effect-{}", self.id)
            || self.vendor_key.as_ref() == Some(&act.request_id)
    }
}

/// Payments that came back or never went, by what they are known by: the bank wrote them down when it took them on.
fn undone(acts: &[Act]) -> BTreeSet<&str> {
    let ends = acts.iter().filter(|act| act.act == "settle");
    ends.filter(|act| act.to != "completed")
        .map(|act| act.object.as_str())
        .collect()
}

/// Money that the vendor moved and our receipt does not say, or the other way.
fn difference(effect: &Effect, act: &Act) -> Option<Finding> {
    let minor = |text: &str| text.parse::<i64>().unwrap_or(0);
    let moved = match act.act.as_str() {
        "refund_create" => minor(&act.to) - minor(&act.from),
        "pay" => minor(&act.to),
        _ => return None,
    };
    let (moved, told) = (moved * MICROS_PER_MINOR, effect.actual_micros.unwrap_or(0));
    (moved != told).then(|| Finding {
        field: Field::MoneyLeakedMicros,
        n: (moved - told).abs(),
        what: format!("effect {} says {told}, the vendor moved {moved}", effect.id),
    })
}

fn one(field: Field, what: String) -> Finding {
    Finding { field, n: 1, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(n: u64, name: &str, by: &str) -> Act {
        Act {
            n,
            act: name.into(),
            object: "o".into(),
            from: "0".into(),
            to: "1250".into(),
            request_id: by.into(),
            applied: true,
        }
    }

    fn effect(id: i64, state: &str, micros: i64) -> Effect {
        Effect {
            id,
            kind: "shopify.refund".into(),
            vendor: "shopify".into(),
            state: state.into(),
            vendor_key: Some(format!("key-{id}")),
            actual_micros: Some(micros),
        }
    }

    fn fields(effects: &[Effect], acts: &[Act]) -> Vec<(Field, i64)> {
        let effects: Vec<&Effect> = effects.iter().collect();
        let found = compare(&effects, acts);
        found.into_iter().map(|one| (one.field, one.n)).collect()
    }

    #[test]
    fn what_agrees_is_no_finding() {
        let known = [effect(1, "settled", 12_500_000), effect(2, "unknown", 0)];
        let acts = [
            act(1, "refund_create", "effect-1"),
            act(2, "pay", "key-2"),
            act(3, "bulk_run", ""),
            act(4, "refund_create", "person-ada"),
        ];
        assert_eq!(fields(&known, &acts), []);
    }

    #[test]
    fn each_way_to_disagree_is_found() {
        let refund = [act(1, "refund_create", "effect-1")];
        let lost = [(Field::EffectsLost, 1)];
        assert_eq!(fields(&[], &refund), lost);
        assert_eq!(fields(&[effect(1, "void", 0)], &refund), lost);
        assert_eq!(fields(&[effect(1, "settled", 12_500_000)], &[]), lost);
        let twice = [refund[0].clone(), act(2, "refund_create", "key-1")];
        let known = [effect(1, "settled", 12_500_000)];
        assert_eq!(fields(&known, &twice), [(Field::EffectsDuplicated, 1)]);
        let other = [effect(1, "settled", 12_000_000)];
        assert_eq!(
            fields(&other, &refund),
            [(Field::MoneyLeakedMicros, 500_000)]
        );
    }

    #[test]
    fn a_payment_that_never_went_may_have_failed() {
        let declined = Act {
            to: "declined".into(),
            ..act(2, "settle", "key-1")
        };
        let acts = [act(1, "pay", "key-1"), declined];
        assert_eq!(fields(&[effect(1, "void", 0)], &acts), []);
    }
}

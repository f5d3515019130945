//! The sandbox's books against our effects, on a system that may be at work meanwhile.
//!
//! An effect is written before its act and settled after it. So effects are read first and the books
//! after them, and a suspect counts only when both sides, read once more, still disagree.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use homeostat_effects::{EffectFilter, EffectState, EffectView, Provenance, effects};
use homeostat_operator::actuators::{
    Deed, create_campaign::CreateCampaign, pause_campaign::PauseCampaign,
    resume_campaign::ResumeCampaign, set_spend_cap::SetSpendCap,
};
use homeostat_sandbox::{Act, PERSON};
use homeostat_store::{Db, StoreError, journal::Check};

use crate::failure::Failure;

/// Whose books are compared. Parcels are registered by sensors, not by effects.
const VENDORS: [&str; 4] = ["meta", "shopify", "agentmail", "revolut"];
/// What changes nothing that anybody decided: it is asked for by sensors, or done by the vendor itself.
const NO_ACT_OF_OURS: [&str; 5] = ["subscribe", "bulk_run", "refuse", "update_labels", "settle"];

/// Every act in the vendors' books belongs to one effect that says it happened, or holds for it; no
/// effect changed the world twice; what is settled is in the books as the act it was meant to be; and
/// nothing was created that runs.
pub(super) async fn agree(db: &Db, books_dir: &Path) -> Result<Check, Failure> {
    let (examined, suspects) = compare(db, books_dir).await?;
    if suspects.is_empty() {
        return Ok(Check::found("books_agree", "L3", examined, &[]));
    }
    let (_, still) = compare(db, books_dir).await?;
    let wrong: Vec<String> = still
        .into_iter()
        .filter(|(about, _)| suspects.contains_key(about))
        .map(|(_, text)| text)
        .collect();
    Ok(Check::found("books_agree", "L3", examined, &wrong))
}

/// How much was looked at, and everything that disagrees, by whose books it stands in.
async fn compare(
    db: &Db,
    books_dir: &Path,
) -> Result<(i64, BTreeMap<(&'static str, About), String>), Failure> {
    let known = all_effects(db).await?;
    let mut examined = known.len();
    let mut wrong = BTreeMap::new();
    for vendor in VENDORS {
        let path = books_dir.join(format!("{vendor}.jsonl"));
        if !path.exists() {
            continue;
        }
        let mut acts = read(&path)?;
        // The bank writes a payment down when it takes it on; one that did not go in the end is none.
        let ended = |act: &&Act| act.act == "settle" && act.to != "completed";
        let undone: BTreeSet<String> = acts
            .iter()
            .filter(ended)
            .map(|act| act.object.clone())
            .collect();
        acts.retain(|act| {
            !NO_ACT_OF_OURS.contains(&act.act.as_str()) && !undone.contains(&act.object)
        });
        examined += acts.len();
        let own: Vec<EffectView> = (known.iter())
            .filter(|effect| effect.vendor == vendor)
            .cloned()
            .collect();
        let found = disagreements(&own, &acts).into_iter();
        wrong.extend(found.map(|(about, text)| ((vendor, about), format!("{vendor}: {text}"))));
    }
    Ok((i64::try_from(examined).unwrap_or(i64::MAX), wrong))
}

/// All of them: an effect left out would make its act look like nobody's. Bounded by the life of a
/// sandbox, whose books are read as a whole too.
async fn all_effects(db: &Db) -> Result<Vec<EffectView>, StoreError> {
    let every = EffectFilter {
        limit: u32::MAX,
        ..EffectFilter::default()
    };
    effects(db, &every).await
}

/// What a disagreement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Act(u64),
    Reference(String),
    Effect(i64),
}

fn disagreements(known: &[EffectView], acts: &[Act]) -> BTreeMap<About, String> {
    let by_reference: BTreeMap<String, &EffectView> = known
        .iter()
        .map(|effect| (reference(effect), effect))
        .collect();
    let mut wrong = BTreeMap::new();
    let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
    // What names no one is held against us: a program that forgets to say who it is must not pass as a person.
    let ours = |act: &&Act| act.applied && !act.request_id.starts_with(PERSON);
    for act in acts.iter().filter(ours) {
        *changes.entry(act.request_id.as_str()).or_default() += 1;
        let effect = by_reference.get(&act.request_id).copied();
        if let Some(text) = orphan(act, effect).or_else(|| runs_from_birth(act)) {
            wrong.insert(About::Act(act.n), text);
        }
    }
    for (reference, count) in changes.into_iter().filter(|(_, count)| *count > 1) {
        let text = format!("{reference} changed the world {count} times");
        wrong.insert(About::Reference(reference.to_owned()), text);
    }
    let settled = known.iter().filter(|e| e.state == EffectState::Settled);
    for effect in settled {
        let own = reference(effect);
        let inferred = is_inferred(effect);
        let found = acts.iter().any(|act| {
            is_meant(effect, act)
                && (act.request_id == own
                    || inferred && Some(act.object.as_str()) == object(effect))
        });
        if !found {
            let id = effect.id;
            let text = format!("effect {id} is settled, but the books have no such act");
            wrong.insert(About::Effect(id.0), text);
        }
    }
    wrong
}

/// Why an act that happened is nobody's.
fn orphan(act: &Act, effect: Option<&EffectView>) -> Option<String> {
    match effect.map(|effect| effect.state) {
        Some(
            EffectState::Settled
            | EffectState::Sending
            | EffectState::Accepted
            | EffectState::Unknown,
        ) => None,
        Some(EffectState::Refused | EffectState::Void) => Some(format!(
            "act {} happened, but {} says it did not",
            act.n, act.request_id
        )),
        None => Some(format!("act {} on {} has no effect", act.n, act.object)),
    }
}

/// A campaign that was created running would spend before anybody had room for it.
fn runs_from_birth(act: &Act) -> Option<String> {
    let (n, object) = (act.n, &act.object);
    (act.created.is_some() && act.to != "PAUSED")
        .then(|| format!("act {n} created {object} {}, not PAUSED", act.to))
}

/// Whether an act in the books is what the effect meant to do.
fn is_meant(effect: &EffectView, act: &Act) -> bool {
    let is = |name: &str, to: &str| act.act == name && act.to == to;
    match effect.kind.as_str() {
        PauseCampaign::KIND => is("set_status", "PAUSED"),
        ResumeCampaign::KIND => is("set_status", "ACTIVE"),
        // The receipt names the campaign that it made, also after it was adopted.
        CreateCampaign::KIND => {
            act.act == "create_campaign"
                && effect
                    .vendor_ref
                    .as_ref()
                    .is_none_or(|id| *id == act.object)
        }
        // What the vendor made of the amount is the read-back's to judge.
        SetSpendCap::KIND => act.act == "set_spend_cap",
        _ => true,
    }
}

/// The vendor's object that an effect is about.
fn object(effect: &EffectView) -> Option<&str> {
    if effect.kind == CreateCampaign::KIND {
        return effect.vendor_ref.as_deref();
    }
    Some(&effect.target)
}

/// What the effect's call is known by at its vendor: the bank takes a key of ours and no other reference.
fn reference(effect: &EffectView) -> String {
    match (effect.vendor.as_str(), &effect.vendor_key) {
        ("revolut", Some(key)) => key.clone(),
        _ => format!("effect-{}", effect.id),
    }
}

/// The outcome was read off the target's state, which somebody else's act may have brought about.
fn is_inferred(effect: &EffectView) -> bool {
    match effect.provenance {
        None | Some(Provenance::Normal) => false,
        Some(
            Provenance::Recovered
            | Provenance::Probed
            | Provenance::Deduplicated
            | Provenance::Manual,
        ) => true,
    }
}

/// A torn last line was never confirmed to anyone, so it counts as not written.
fn read(books: &Path) -> Result<Vec<Act>, Failure> {
    let text = std::fs::read_to_string(books).map_err(|e| {
        Failure::Environment(format!("cannot read the books {}: {e}", books.display()))
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let mut acts = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match serde_json::from_str(line) {
            Ok(act) => acts.push(act),
            Err(_) if index + 1 == lines.len() => {}
            Err(error) => {
                return Err(Failure::Law(format!(
                    "the books {} line {}: {error}",
                    books.display(),
                    index + 1
                )));
            }
        }
    }
    Ok(acts)
}

#[cfg(test)]
mod tests {
    use homeostat_effects::Class;
    use homeostat_model::{DecisionId, EffectId, Money, RuntimeTime};
    use serde_json::json;

    use super::*;

    fn effect(id: i64, state: EffectState, provenance: Option<Provenance>) -> EffectView {
        EffectView {
            id: EffectId(id),
            key: id.to_string(),
            decision: DecisionId(id),
            kind: "meta.pause_campaign".into(),
            vendor: "meta".into(),
            class: Class::Idempotent,
            brand: "acme".into(),
            target: "120000".into(),
            request: "{}".into(),
            request_hash: String::new(),
            worst_case: Money::from_micros(0, "EUR".parse().unwrap()),
            vendor_key: None,
            state,
            owner: None,
            calls: 1,
            sends: 1,
            probes: 0,
            reason: None,
            receipt: None,
            vendor_ref: None,
            provenance,
            actual_micros: None,
            unknown_since: None,
            next_probe_at: None,
            created_at: RuntimeTime(jiff::Timestamp::UNIX_EPOCH),
            finished_at: None,
        }
    }

    fn act(n: u64, request_id: &str) -> Act {
        let at = "2026-06-01T12:00:00Z";
        serde_json::from_value(json!({
            "n": n, "at_wall": at, "at_world": at, "vendor": "meta", "act": "set_status",
            "object": "120000", "from": "ACTIVE", "to": "PAUSED", "request_id": request_id,
            "applied": true, "effective_from": at, "delivery_from": at, "fault": null,
        }))
        .unwrap()
    }

    #[test]
    fn each_way_to_disagree_is_found() {
        let settled = effect(7, EffectState::Settled, Some(Provenance::Normal));
        let own = act(1, "effect-7");
        assert!(
            disagreements(std::slice::from_ref(&settled), std::slice::from_ref(&own)).is_empty()
        );
        let about = |known: &[EffectView], acts: &[Act]| {
            disagreements(known, acts).into_keys().collect::<Vec<_>>()
        };
        assert_eq!(about(&[], std::slice::from_ref(&own)), [About::Act(1)]);
        assert_eq!(about(&[], &[act(1, "")]), [About::Act(1)], "nobody's");
        assert_eq!(about(&[], &[act(1, "person-1")]), [], "somebody else's");
        let void = effect(7, EffectState::Void, None);
        assert_eq!(about(&[void], std::slice::from_ref(&own)), [About::Act(1)]);
        assert_eq!(
            about(std::slice::from_ref(&settled), &[]),
            [About::Effect(7)]
        );
        assert_eq!(
            about(&[settled], &[own, act(2, "effect-7")]),
            [About::Reference("effect-7".into())]
        );
    }

    #[test]
    fn a_creation_is_in_the_books_once_at_rest_and_under_the_id_of_its_receipt() {
        let creation = |n: u64, object: &str, to: &str| Act {
            act: "create_campaign".into(),
            object: object.into(),
            to: to.into(),
            created: Some(homeostat_sandbox::Created {
                account: "act_1".into(),
                name: "Linen".into(),
                objective: "OUTCOME_SALES".into(),
                daily_budget: 1,
                listed_from: act(n, "").at_world,
            }),
            ..act(n, "effect-7")
        };
        let made = EffectView {
            kind: CreateCampaign::KIND.into(),
            target: "new:Linen".into(),
            vendor_ref: Some("55".into()),
            ..effect(7, EffectState::Settled, Some(Provenance::Probed))
        };
        let about = |acts: &[Act]| {
            let known = std::slice::from_ref(&made);
            disagreements(known, acts).into_keys().collect::<Vec<_>>()
        };
        assert!(about(&[creation(1, "55", "PAUSED")]).is_empty());
        let twice = [creation(1, "55", "PAUSED"), creation(2, "56", "PAUSED")];
        assert_eq!(about(&twice), [About::Reference("effect-7".into())]);
        assert_eq!(about(&[creation(1, "55", "ACTIVE")]), [About::Act(1)]);
        assert_eq!(about(&[creation(1, "56", "PAUSED")]), [About::Effect(7)]);
    }

    #[test]
    fn a_resume_is_not_proven_by_a_pause() {
        let resumed = EffectView {
            kind: ResumeCampaign::KIND.into(),
            ..effect(7, EffectState::Settled, Some(Provenance::Probed))
        };
        let known = std::slice::from_ref(&resumed);
        let pause = act(1, "effect-7");
        let resume = Act {
            to: "ACTIVE".into(),
            ..pause.clone()
        };
        assert_eq!(disagreements(known, &[pause]).len(), 1);
        assert!(disagreements(known, &[resume]).is_empty());
    }

    #[test]
    fn only_an_inferred_outcome_may_rest_on_the_act_of_another() {
        let other = effect(8, EffectState::Settled, Some(Provenance::Normal));
        let acts = [act(1, "effect-8")];
        let with = |provenance| {
            let one = effect(7, EffectState::Settled, Some(provenance));
            disagreements(&[one, other.clone()], &acts).len()
        };
        assert_eq!(with(Provenance::Normal), 1);
        assert_eq!(with(Provenance::Probed), 0);
        assert_eq!(with(Provenance::Recovered), 0);
    }
}

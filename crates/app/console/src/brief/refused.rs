//! Refused: which interlock said no how often and by which limit, what vendors refused, and what nobody answered.

use homeostat_effects::{ActsOfDay, DecisionsOfDay, EffectState, RefusedDecision};
use homeostat_envelope::Verdict;
use homeostat_operator::actuators;
use schemars::JsonSchema;
use serde::Serialize;

use super::say::{self, Line, Names, Section, number};
use crate::words;

/// Decisions that one interlock refused first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refusals {
    /// The interlock; empty: the verdict is in another version's words.
    pub interlock: String,
    /// How many.
    pub n: u64,
    /// The newest of them.
    pub decision: i64,
    /// What that one wanted to act on, by the vendor's id.
    pub target: String,
    /// What was measured against which limit.
    pub reason: String,
}

/// Each decision under the first interlock that refused it, so that the counts add up; the most frequent first. Takes
/// the newest decision first.
pub(super) fn grouped(refused: &[RefusedDecision]) -> Vec<Refusals> {
    let mut groups: Vec<Refusals> = Vec::new();
    for one in refused {
        let (interlock, reason) = first_refusal(one.verdict.as_deref()).unwrap_or_default();
        match groups.iter_mut().find(|group| group.interlock == interlock) {
            Some(group) => group.n += 1,
            None => groups.push(Refusals {
                interlock,
                n: 1,
                decision: one.id.0,
                target: one.target.clone(),
                reason,
            }),
        }
    }
    groups.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.interlock.cmp(&b.interlock)));
    groups
}

fn first_refusal(verdict: Option<&str>) -> Option<(String, String)> {
    let verdict: Verdict = serde_json::from_str(verdict?).ok()?;
    let first = verdict.interlocks.into_iter().find(|one| !one.passed)?;
    Some((first.name, first.reason))
}

pub(super) fn section(
    refusals: &[Refusals],
    decisions: &[DecisionsOfDay],
    acts: &[ActsOfDay],
    names: &Names,
) -> Section {
    let of = |state: &str| -> u64 {
        let found = decisions.iter().filter(|one| one.state == state);
        found.map(|one| number(one.n)).sum()
    };
    let mut lines: Vec<Line> = refusals
        .iter()
        .map(|one| by_interlock(one, names))
        .collect();
    let told: u64 = refusals.iter().map(|one| one.n).sum();
    if let Some(older) = of("refused").checked_sub(told).filter(|n| *n > 0) {
        lines.push(Line::of(format!(
            "{} refused before those; by which interlock is in the list of decisions.",
            words::count(older, "decision")
        )));
    }
    let by_vendor = acts.iter().filter(|one| one.state == EffectState::Refused);
    lines.extend(by_vendor.map(|one| by_vendor_of(one, names)));
    for (n, what) in [
        (of("vetoed"), "vetoed by a person"),
        (of("expired"), "expired: nobody answered in time"),
    ] {
        if n > 0 {
            lines.push(Line::of(format!("{} {what}.", words::count(n, "proposal"))));
        }
    }
    if lines.is_empty() {
        lines.push(Line::of("Nothing was refused."));
    }
    match of("shadowed") {
        0 => {}
        n => lines.push(Line::of(format!(
            "{} only noted: a policy in shadow decides and does nothing.",
            words::count(n, "decision")
        ))),
    }
    Section::new("refused", "Refused", lines)
}

fn by_interlock(one: &Refusals, names: &Names) -> Line {
    let count = words::count(one.n, "decision");
    if one.interlock.is_empty() {
        let text = format!(
            "{count} refused, in another version's words. What they proposed was not done."
        );
        return Line::of(text);
    }
    let (which, stays) = match one.n {
        1 => ("On", "It was not done."),
        _ => ("The latest, on", "None of them was done."),
    };
    Line::of(format!(
        "{count} refused by {}. {which} {}: {} {stays}",
        one.interlock.replace('_', " "),
        names.name(&one.target),
        say::text(&one.reason),
    ))
}

fn by_vendor_of(one: &ActsOfDay, names: &Names) -> Line {
    let its = actuators::words(&one.kind);
    let n = number(one.n);
    let targets: Vec<String> = one.targets.iter().map(|id| names.name(id)).collect();
    let why = match &one.reason {
        Some(reason) if n > 1 => format!(" The last one: {}", say::text(reason)),
        Some(reason) => format!(" {}", say::text(reason)),
        None => String::new(),
    };
    let line = Line::of(format!(
        "{} refused by the vendor ({} {}){}.{why}",
        words::count(n, "act"),
        its.subject.to_lowercase(),
        its.done,
        say::first_of(&targets, n)
    ));
    match one.first.as_slice() {
        [id] if n == 1 => line.to("why", format!("/receipts/{id}")),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{DecisionId, EffectId};

    use super::*;
    use crate::brief::say::texts;

    fn refused(id: i64, interlocks: &[(&str, bool)]) -> RefusedDecision {
        let interlocks: Vec<String> = interlocks
            .iter()
            .map(|(name, passed)| {
                format!(r#"{{"name":"{name}","passed":{passed},"reason":"{name} of {id} over the cap"}}"#)
            })
            .collect();
        RefusedDecision {
            id: DecisionId(id),
            target: format!("c{id}"),
            policy: "kill".into(),
            verdict: Some(format!(
                r#"{{"allowed":false,"interlocks":[{}]}}"#,
                interlocks.join(",")
            )),
        }
    }

    fn count(state: &str, n: i64) -> DecisionsOfDay {
        DecisionsOfDay {
            state: state.into(),
            n,
        }
    }

    #[test]
    fn refusals_are_grouped_by_the_first_interlock_that_said_no() {
        let found = grouped(&[
            refused(9, &[("mode", true), ("daily_budget", false)]),
            refused(8, &[("cooldown", false), ("daily_budget", false)]),
            refused(7, &[("cooldown", false)]),
            RefusedDecision {
                verdict: Some("older words".into()),
                ..refused(6, &[])
            },
        ]);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.interlock.as_str(), one.n, one.decision))
            .collect();
        assert_eq!(
            told,
            [("cooldown", 2, 8), ("", 1, 6), ("daily_budget", 1, 9)]
        );
        assert_eq!(found[0].reason, "cooldown of 8 over the cap");
        assert_eq!(grouped(&[]), []);
    }

    #[test]
    fn none_refused_is_told_and_shadows_are_no_refusals() {
        let none = section(&[], &[count("permitted", 3)], &[], &Names::default());
        assert_eq!(texts(&none), ["Nothing was refused."]);
        let shadow = section(&[], &[count("shadowed", 1)], &[], &Names::default());
        assert_eq!(
            texts(&shadow)[1],
            "1 decision only noted: a policy in shadow decides and does nothing."
        );
    }

    #[test]
    fn a_refusal_names_the_limit_and_what_stays_as_it_was() {
        let one = grouped(&[refused(9, &[("daily_budget", false)])]);
        let told = section(&one, &[count("refused", 1)], &[], &Names::default());
        assert_eq!(
            texts(&told),
            [
                "1 decision refused by daily budget. On c9: Daily_budget of 9 over the cap. It was not done."
            ]
        );
    }

    #[test]
    fn many_ways_to_be_refused_are_told_apart() {
        let many = grouped(&[
            refused(9, &[("cooldown", false)]),
            refused(8, &[("cooldown", false)]),
        ]);
        let act = ActsOfDay {
            kind: "meta.pause_campaign".into(),
            state: EffectState::Refused,
            n: 1,
            recovered: 0,
            first: vec![EffectId(4)],
            targets: vec!["c1".into()],
            reason: Some("permission denied".into()),
        };
        let decisions = [count("refused", 5), count("vetoed", 1), count("expired", 2)];
        let told = section(&many, &decisions, &[act], &Names::default());
        assert_eq!(
            texts(&told),
            [
                "2 decisions refused by cooldown. The latest, on c9: Cooldown of 9 over the cap. None of them was done.",
                "3 decisions refused before those; by which interlock is in the list of decisions.",
                "1 act refused by the vendor (campaign paused): c1. Permission denied.",
                "1 proposal vetoed by a person.",
                "2 proposals expired: nobody answered in time.",
            ]
        );
        assert_eq!(told.lines[2].go.as_ref().unwrap().href, "/receipts/4");
    }
}

//! Done: what happened in the world, by kind, and which pipelines ran.

use homeostat_effects::{ActsOfDay, EffectState};
use homeostat_operator::actuators;
use homeostat_queue::RunsOfDay;

use super::say::{Line, Names, Section, first_of, number};
use crate::words;

pub(super) fn section(acts: &[ActsOfDay], runs: &[RunsOfDay], names: &Names) -> Section {
    let mut lines: Vec<Line> = settled(acts).map(|one| act(one, names)).collect();
    if lines.is_empty() {
        lines.push(Line::of("No act on the world was settled."));
    }
    let recovered = settled(acts).map(|one| number(one.recovered)).sum();
    lines.extend(lost_answers(recovered));
    let void = acts.iter().filter(|one| one.state == EffectState::Void);
    lines.extend(given_up(void.map(|one| number(one.n)).sum()));
    match runs {
        [] => lines.push(Line::of("No pipeline ran.")),
        runs => lines.extend(runs.iter().map(pipeline)),
    }
    Section::new("done", "Done", lines)
}

/// Acts that happened.
pub(super) fn settled(acts: &[ActsOfDay]) -> impl Iterator<Item = &ActsOfDay> {
    acts.iter().filter(|one| one.state == EffectState::Settled)
}

fn act(one: &ActsOfDay, names: &Names) -> Line {
    let its = actuators::words(&one.kind);
    let targets: Vec<String> = one.targets.iter().map(|id| names.name(id)).collect();
    match (one.n, targets.as_slice(), one.first.as_slice()) {
        (1, [target], [id]) => Line::of(format!("{} {target} {}.", its.subject, its.done))
            .to("why", format!("/receipts/{id}")),
        (n, targets, _) => {
            let n = number(n);
            let (subject, rest) = (many(its.subject, n), first_of(targets, n));
            Line::of(format!("{subject} {}{rest}.", its.done))
        }
    }
}

/// `12 campaigns`, `2 limits of account`.
fn many(subject: &str, n: u64) -> String {
    let subject = subject.to_lowercase();
    // What an actuator that is gone acted on is not known.
    let subject = subject.strip_suffix(" on").unwrap_or(&subject);
    match subject.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", words::count(n, first)),
        None => words::count(n, subject),
    }
}

fn lost_answers(n: u64) -> Option<Line> {
    match n {
        0 => None,
        1 => Some("Of 1 act the answer was lost; its end was proven afterwards.".to_owned()),
        n => Some(format!(
            "Of {} the answers were lost; each end was proven afterwards.",
            words::count(n, "act")
        )),
    }
    .map(Line::of)
}

fn given_up(n: u64) -> Option<Line> {
    match n {
        0 => None,
        1 => Some("1 act was given up: it did not happen and will not.".to_owned()),
        n => Some(format!(
            "{} were given up: they did not happen and will not.",
            words::count(n, "act")
        )),
    }
    .map(Line::of)
}

fn pipeline(runs: &RunsOfDay) -> Line {
    let under_way = runs.all - runs.done - runs.failed - runs.cancelled;
    let mut parts = vec![
        format!("{} finished", words::grouped(number(runs.done))),
        format!("{} dropped", words::grouped(number(runs.failed))),
    ];
    for (n, what) in [
        (runs.cancelled, "called off"),
        (under_way, "under way"),
        (runs.resumed, "resumed after a crash"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", words::grouped(number(n))));
        }
    }
    Line::of(format!(
        "Pipeline {}: {}, {}.",
        words::name(&runs.pipeline),
        words::count(number(runs.all), "run"),
        parts.join(", ")
    ))
    .to(
        "runs",
        format!("/runs?pipeline={}", crate::lists::encoded(&runs.pipeline)),
    )
}

#[cfg(test)]
mod tests {
    use homeostat_model::EffectId;

    use super::*;
    use crate::brief::say::texts;

    fn acts(kind: &str, n: i64, targets: &[&str]) -> ActsOfDay {
        ActsOfDay {
            kind: kind.into(),
            state: EffectState::Settled,
            n,
            recovered: 0,
            first: (7..).take(targets.len()).map(EffectId).collect(),
            targets: targets.iter().map(|one| (*one).to_owned()).collect(),
            reason: None,
        }
    }

    fn runs(all: i64, done: i64, failed: i64) -> RunsOfDay {
        RunsOfDay {
            pipeline: "ads".into(),
            all,
            done,
            failed,
            cancelled: 0,
            resumed: 0,
        }
    }

    #[test]
    fn a_quiet_day_says_so() {
        let found = section(&[], &[], &Names::default());
        assert_eq!(
            texts(&found),
            ["No act on the world was settled.", "No pipeline ran."]
        );
    }

    #[test]
    fn one_act_is_named_and_leads_to_why() {
        let found = section(
            &[acts("meta.pause_campaign", 1, &["linen-suit-eu"])],
            &[runs(1, 1, 0)],
            &Names::default(),
        );
        assert_eq!(
            texts(&found),
            [
                "Campaign linen-suit-eu paused.",
                "Pipeline ads: 1 run, 1 finished, 0 dropped."
            ]
        );
        assert_eq!(found.lines[0].go.as_ref().unwrap().href, "/receipts/7");
    }

    #[test]
    fn of_many_the_first_are_named() {
        let mut paused = acts("meta.pause_campaign", 12, &["a", "b", "c"]);
        paused.recovered = 2;
        let mut void = acts("meta.resume_campaign", 1, &["d"]);
        void.state = EffectState::Void;
        let all = [
            acts("meta.create_campaign", 2, &["x", "y"]),
            paused,
            void,
            acts("meta.set_spend_cap", 2, &["act_1", "act_2"]),
            acts("gone.kind", 2, &["e", "f"]),
        ];
        let mut run = runs(25, 22, 1);
        run.resumed = 2;
        assert_eq!(
            texts(&section(&all, &[run], &Names::default())),
            [
                "2 campaigns created, at rest: x and y.",
                "12 campaigns paused, among them a, b and c.",
                "2 limits of account set: act_1 and act_2.",
                "2 acts done: e and f.",
                "Of 2 acts the answers were lost; each end was proven afterwards.",
                "1 act was given up: it did not happen and will not.",
                "Pipeline ads: 25 runs, 22 finished, 1 dropped, 2 under way, 2 resumed after a crash.",
            ]
        );
    }
}

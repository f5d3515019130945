//! Everything that is known of one crash, as plain rows: who died, what they held, and the events of all that.

use std::collections::BTreeMap;

use homeostat_effects::{HoldView, acts_under_way, effects_of, holds_of};
use homeostat_liveness::{lives_ended_before, lives_ended_from, unplanned_end};
use homeostat_model::{EffectId, ProcessId, RunId, RuntimeTime};
use homeostat_operator::{actuators, records::campaign};
use homeostat_queue::{RunEnd, TakenBack, held_by, runs_of, taken_back};
use homeostat_store::{
    Db, StoreError,
    journal::{Event, events_beside_jobs, events_of},
};
use jiff::Timestamp;

use super::{
    deaths::{Crash, group},
    film::Span,
    held::{Act, ends, orphans, over_at},
};
use crate::{operations::BoardError, tell, words};

/// Deaths on each side that are looked through for those that belong together.
const DEATHS_MAX: i64 = 100;
/// Jobs of one process.
const JOBS_MAX: i64 = 5_000;
/// Jobs whose own events are read.
const JOBS_TOLD: usize = 500;
/// Acts that were under way.
const ACTS_MAX: i64 = 500;
/// Acts whose target is told by the name that people know.
const NAMES_MAX: usize = 40;
/// Runs that were interrupted.
const RUNS_MAX: usize = 20;
/// Events of one job, of one other thing, and beside those things.
const EACH_JOB_MAX: i64 = 20;
const EACH_MAX: i64 = 200;
const BESIDE_MAX: i64 = 1_000;
/// Events in all.
pub(super) const EVENTS_MAX: usize = 2_000;
/// What concerns everybody, whatever died.
const COMMON: [&str; 6] = [
    "mode",
    "incident",
    "breaker",
    "sensor",
    "spend_cap",
    "schedule",
];

/// One crash.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) crash: Crash,
    pub(super) span: Span,
    /// The event that told each end.
    pub(super) ends: Vec<(ProcessId, Event)>,
    /// Jobs that were taken back.
    pub(super) taken: Vec<TakenBack>,
    /// Jobs that still run in a dead process's name.
    pub(super) still_held: i64,
    /// Acts that were in its hands.
    pub(super) acts: Vec<Act>,
    /// What was held for them.
    pub(super) holds: Vec<HoldView>,
    /// Runs that were interrupted.
    pub(super) runs: Vec<RunEnd>,
    /// All of their events, in the order in which they were written.
    pub(super) events: Vec<Event>,
    /// There are more of them.
    pub(super) is_cut: bool,
    /// All jobs and acts that were in its hands are here; otherwise nothing is claimed of all of them.
    pub(super) is_whole: bool,
    /// The rows that they are about.
    pub(super) known: tell::Known,
}

impl Story {
    /// The events of one kind of thing.
    pub(super) fn of<'a>(&'a self, entity: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events
            .iter()
            .filter(move |event| event.entity == entity)
    }

    /// It healed, as far as rows tell: everybody is back, nobody's jobs are left, and no act is unknown.
    pub(super) fn is_over(&self) -> bool {
        self.span.over.is_some()
    }
}

/// The crash that the death of this process is part of; none: it did not die unplanned.
pub(super) async fn crash_of(db: &Db, process: ProcessId) -> Result<Option<Crash>, StoreError> {
    let Some(at) = unplanned_end(db, process).await? else {
        return Ok(None);
    };
    let mut lives = lives_ended_before(db, Some(at), DEATHS_MAX).await?;
    lives.extend(lives_ended_from(db, at, DEATHS_MAX).await?);
    let has_it = |crash: &Crash| crash.deaths().any(|life| life.process == process);
    Ok(group(lives).into_iter().find(has_it))
}

pub(super) async fn look(db: &Db, crash: Crash, now: RuntimeTime) -> Result<Story, BoardError> {
    let dead = crash.processes();
    let all_time = (RuntimeTime(Timestamp::UNIX_EPOCH), now);
    let lives: Vec<String> = dead
        .iter()
        .copied()
        .chain(crash.deaths().filter_map(|life| life.next))
        .map(|process| process.to_string())
        .collect();
    let of_lives = events_of(db, "process", &lives, all_time, EACH_MAX).await?;
    let ends = ends(&of_lives, &dead);
    let marks: Vec<(ProcessId, i64)> = ends.iter().map(|(who, event)| (*who, event.id)).collect();
    let taken = taken_back(db, &marks, JOBS_MAX).await?;
    let still_held = held_by(db, &dead).await?.iter().map(|(_, n)| n).sum();

    let died = (crash.began_at(), crash.last_died_at());
    let candidates = acts_under_way(db, &dead, died, ACTS_MAX).await?;
    let ids: Vec<String> = candidates.iter().map(EffectId::to_string).collect();
    let of_acts = events_of(db, "effect", &ids, all_time, EACH_MAX).await?;
    let views = effects_of(db, &candidates).await?;
    let acts = named(db, orphans(views, &of_acts, &ends)).await?;
    let is_whole = is_below(candidates.len(), ACTS_MAX)
        && dead.iter().all(|process| {
            let its = taken.iter().filter(|job| job.owner == *process);
            is_below(its.count(), JOBS_MAX)
        });
    let over = over_at(&crash, &taken, still_held, &acts).filter(|_| is_whole);
    let span = Span::of(crash.began_at(), over, now);

    let holds = holds_of(db, &acts.iter().map(|act| act.view.id).collect::<Vec<_>>()).await?;
    let runs = runs_of(db, &interrupted(&taken)).await?;
    let mut events = of_lives;
    let is_ours = |event: &Event| {
        acts.iter()
            .any(|act| act.view.id.to_string() == event.entity_id)
    };
    events.extend(of_acts.into_iter().filter(is_ours));
    let first = marks.iter().map(|(_, event)| *event).min();
    let beside = others(db, &span, &taken, &runs, &holds, first).await?;
    events.extend(beside.0);
    let (events, fit) = merged(events);
    let known = known(&acts, &runs);
    Ok(Story {
        crash,
        span,
        ends,
        taken,
        still_held,
        acts,
        holds,
        runs,
        events,
        is_cut: !fit || !beside.1,
        is_whole,
        known,
    })
}

/// The runs whose phases were taken back.
fn interrupted(taken: &[TakenBack]) -> Vec<RunId> {
    let mut runs: Vec<RunId> = taken.iter().filter_map(|job| job.run).collect();
    runs.sort();
    runs.dedup();
    runs.truncate(RUNS_MAX);
    runs
}

/// The events of jobs, runs, money and of what concerns everybody, within the film. And whether these are all.
async fn others(
    db: &Db,
    span: &Span,
    taken: &[TakenBack],
    runs: &[RunEnd],
    holds: &[HoldView],
    first: Option<i64>,
) -> Result<(Vec<Event>, bool), StoreError> {
    let within = (span.from, span.until);
    let jobs: Vec<String> = taken
        .iter()
        .take(JOBS_TOLD)
        .map(|job| job.job.to_string())
        .collect();
    let mut events = events_of(db, "job", &jobs, within, EACH_JOB_MAX).await?;
    let of = [
        (
            "run",
            runs.iter()
                .map(|run| run.id.to_string())
                .collect::<Vec<_>>(),
        ),
        (
            "hold",
            holds.iter().map(|hold| hold.id.to_string()).collect(),
        ),
        (
            "budget_window",
            holds.iter().map(|hold| hold.window.to_string()).collect(),
        ),
    ];
    for (entity, ids) in of {
        events.extend(events_of(db, entity, &ids, within, EACH_MAX).await?);
    }
    let mut are_all = jobs.len() == taken.len();
    if let Some(first) = first {
        let beside = events_beside_jobs(db, first, span.until, BESIDE_MAX).await?;
        are_all &= is_below(beside.len(), BESIDE_MAX);
        let common = beside.into_iter();
        events.extend(common.filter(|event| COMMON.contains(&event.entity.as_str())));
    }
    Ok((events, are_all))
}

/// A read that did not give all that it may has given all there is.
fn is_below(n: usize, most: i64) -> bool {
    i64::try_from(n).is_ok_and(|n| n < most)
}

/// Each once, in order, and no more than may be; whether all of them are there.
pub(super) fn merged(events: Vec<Event>) -> (Vec<Event>, bool) {
    let by_id: BTreeMap<i64, Event> = events.into_iter().map(|event| (event.id, event)).collect();
    let fit = by_id.len() <= EVENTS_MAX;
    (by_id.into_values().take(EVENTS_MAX).collect(), fit)
}

async fn named(db: &Db, mut acts: Vec<Act>) -> Result<Vec<Act>, StoreError> {
    acts.sort_by_key(|act| act.view.id);
    for (n, act) in acts.iter_mut().enumerate() {
        let known = match n < NAMES_MAX {
            true => campaign::name(db, &act.view.target).await?,
            false => None,
        };
        let target = words::name(known.as_deref().unwrap_or(&act.view.target));
        let subject = actuators::words(&act.view.kind).subject;
        act.name = format!("{subject} {target}");
    }
    Ok(acts)
}

/// What the events are about, as the sentences want it.
pub(super) fn known(acts: &[Act], runs: &[RunEnd]) -> tell::Known {
    let mut known = tell::Known::default();
    for act in acts {
        let words = actuators::words(&act.view.kind);
        let target = act.name.strip_prefix(words.subject).unwrap_or(&act.name);
        let told = tell::Act {
            words: (words.subject.to_owned(), words.done.to_owned()),
            target: target.trim_start().to_owned(),
            worst_case: act.view.worst_case,
            because: None,
            decision: act.view.decision.0,
        };
        known.acts.insert(act.view.id.to_string(), told);
    }
    for run in runs {
        let told = tell::Run {
            pipeline: run.pipeline.clone(),
            phases: (
                usize::try_from(run.phases_done).unwrap_or_default(),
                usize::try_from(run.phases).unwrap_or_default(),
            ),
            resumed_from: run.resumed_from.clone(),
            lasted: run.finished_at.map(|at| at.since(run.created_at)),
        };
        known.runs.insert(run.id.to_string(), told);
    }
    known
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::case::event, *};

    #[test]
    fn events_are_told_once_and_are_cut() {
        let one = |id| event(id, "00:14:07", ("job", "1"), (None, "ready"), json!({}));
        let (events, fit) = merged(vec![one(2), one(1), one(2)]);
        assert_eq!(events.iter().map(|e| e.id).collect::<Vec<_>>(), [1, 2]);
        assert!(fit);
        let most = i64::try_from(EVENTS_MAX).unwrap();
        let (events, fit) = merged((0..most + 5).map(one).collect());
        assert_eq!((events.len(), fit), (EVENTS_MAX, false));
    }
}

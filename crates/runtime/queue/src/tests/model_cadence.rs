//! Any walk of ticks over a cadence against due times found by looking at every minute. Pure.
//!
//! ```text
//!   model    each minute of the walk, read off the wall of the zone: is it due?
//!   system   Cadence ─ticker▶ first, fire(next_at, missed, now) until it is due no more
//! ```
//! Walks begin near a change of the clocks, of an hour or of half an hour. *All* fires each due time
//! once and in order, *once* the latest of those that passed. How to replay a failure:
//! [`super::model_schedule`].

use std::time::Duration;

use homeostat_model::WorldTime;
use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, time},
    tz::{AmbiguousOffset, TimeZone},
};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::{Cadence, Missed};

/// What the model understands: less than cron, said in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Every so many minutes from the start.
    Step(i64),
    /// Each day at a fixed time.
    Daily { hour: i8, minute: i8 },
    /// Each hour of the wall clock.
    Hourly { minute: i8 },
    /// Each minute of the wall clock that so many divide.
    Often { minutes: i8 },
}

#[derive(Debug, Clone)]
struct Model {
    rule: Rule,
    zone: &'static str,
    missed: Missed,
    start: Timestamp,
    /// Minutes since the start, and the minute up to which ticks have looked.
    now_min: i64,
    seen_min: i64,
    /// What the last tick fires.
    fires: Vec<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Pass(i64),
    Tick,
}

impl Model {
    fn at(&self, minutes: i64) -> Timestamp {
        self.start + SignedDuration::from_mins(minutes)
    }

    fn is_due(&self, minutes: i64) -> bool {
        let zone = TimeZone::get(self.zone).unwrap();
        let at = self.at(minutes);
        let wall = zone.to_datetime(at);
        match self.rule {
            Rule::Step(every) => minutes % every == 0,
            Rule::Hourly { minute } => wall.minute() == minute,
            Rule::Often { minutes } => wall.minute() % minutes == 0,
            Rule::Daily { hour, minute } => {
                let daily = time(hour, minute, 0, 0);
                let today = wall.date().to_datetime(daily);
                is_when(&zone, today, at)
            }
        }
    }

    fn cadence(&self) -> Cadence {
        let expression = match self.rule {
            Rule::Step(every) => {
                return Cadence::Every(Duration::from_secs(every.unsigned_abs() * 60));
            }
            Rule::Daily { hour, minute } => format!("{minute} {hour} * * *"),
            Rule::Hourly { minute } => format!("{minute} * * * *"),
            Rule::Often { minutes } => format!("*/{minutes} * * * *"),
        };
        Cadence::Cron {
            expression,
            zone: self.zone.into(),
        }
    }
}

/// Whether a fixed time of the wall is meant to be this instant: the first of two, and right after
/// the gap when there is none.
fn is_when(zone: &TimeZone, wall: DateTime, at: Timestamp) -> bool {
    match zone.to_ambiguous_timestamp(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).unwrap() == at,
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).unwrap() == at,
        AmbiguousOffset::Gap { before, .. } => {
            // Read with the old offset it lies behind the change, which is the last one before it.
            let behind = before.to_timestamp(wall).unwrap() + SignedDuration::from_secs(1);
            zone.preceding(behind).next().unwrap().timestamp() == at
        }
    }
}

fn rules() -> impl Strategy<Value = Rule> {
    let hours = prop_oneof![3 => 1i8..4, 1 => 0i8..24];
    prop_oneof![
        2 => (1i64..200).prop_map(Rule::Step),
        4 => (hours, 0i8..60).prop_map(|(hour, minute)| Rule::Daily { hour, minute }),
        2 => (0i8..60).prop_map(|minute| Rule::Hourly { minute }),
        2 => prop::sample::select(vec![5, 10, 15, 20, 30]).prop_map(|minutes| Rule::Often { minutes }),
    ]
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        // A day of each zone before one of its changes.
        let places = prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-28T01:00:00Z"),
            ("Europe/Berlin", "2026-10-24T01:00:00Z"),
            ("America/New_York", "2026-03-07T07:00:00Z"),
            ("America/New_York", "2026-10-31T06:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-03T15:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-02T15:30:00Z"),
            ("Asia/Kolkata", "2026-06-01T00:00:00Z"),
        ]);
        let missed = prop::sample::select(vec![Missed::Once, Missed::All]);
        let model = (places, 0i64..1_440, rules(), missed);
        let model = model.prop_map(|((zone, day), into_it, rule, missed)| Self {
            rule,
            zone,
            missed,
            start: day.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(into_it),
            now_min: 0,
            // A step begins at its start, a cron after it.
            seen_min: if matches!(rule, Rule::Step(_)) { -1 } else { 0 },
            fires: vec![],
        });
        model.boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let minutes = prop_oneof![2 => 1i64..20, 3 => 20i64..400, 1 => 400i64..2_000];
        prop_oneof![minutes.prop_map(Step::Pass), Just(Step::Tick)].boxed()
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        model.fires.clear();
        match step {
            Step::Pass(minutes) => model.now_min += minutes,
            Step::Tick => {
                let unseen = model.seen_min + 1..=model.now_min;
                let due = unseen.filter(|minute| model.is_due(*minute));
                let mut fires: Vec<_> = due.map(|minute| model.at(minute)).collect();
                if model.missed == Missed::Once {
                    fires = fires.pop().into_iter().collect();
                }
                (model.fires, model.seen_min) = (fires, model.now_min);
            }
        }
        model
    }
}

struct Walk {
    cadence: Cadence,
    next_at: WorldTime,
}

struct Cadences;

impl StateMachineTest for Cadences {
    type SystemUnderTest = Walk;
    type Reference = Model;

    fn init_test(model: &Model) -> Walk {
        let cadence = model.cadence();
        let next_at = cadence
            .ticker()
            .unwrap()
            .first(WorldTime(model.start))
            .unwrap();
        Walk { cadence, next_at }
    }

    fn apply(mut walk: Walk, model: &Model, step: Step) -> Walk {
        if matches!(step, Step::Pass(_)) {
            return walk;
        }
        let ticker = walk.cadence.ticker().unwrap();
        let now = WorldTime(model.at(model.now_min));
        let mut fires = Vec::new();
        while let Some(fire) = ticker.fire(walk.next_at, model.missed, now).unwrap() {
            fires.push(fire.due_at.0);
            walk.next_at = fire.next_at;
            assert!(fires.len() <= 10_000, "it stands still at {}", walk.next_at);
        }
        assert_eq!(fires, model.fires);
        walk
    }
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { 2_000 },
        ..usual
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn any_walk_over_a_cadence_fires_what_every_minute_says(sequential 1..16 => Cadences);
}

//! Any history of holds against a ledger in memory, on the real windows.
//!
//! ```text
//!   model    holds: micros × the instant they were taken at × held | settled at a cost | released
//!   system   intend ─▶ perform, recover, resolve, late receipts; caps that move, hours, days and months
//!            that end, a change of the clocks, vendors that take more than was held
//! ```
//! After each step: whether there was room is what the ledger says; each window's held and settled are
//! the sums of the holds taken in it, to the micro-unit, and are what its postings come to; each hold is
//! held exactly while its effect is open, and settled at its cost. What a vendor takes beyond a hold
//! stops all that costs money until a person lifts it. How to replay a failure: [`crate::model_kit`].

mod system;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use homeostat_effects::{
    BudgetView, Class, Intended, Permit, Registry, Resolution, budgets, close_incident,
    compare_postings, lift, open_incidents, perform, recover, resolve, restraints,
};
use homeostat_model::{EffectId, Mode, Money, WorldTime};
use jiff::{SignedDuration, tz::TimeZone};
use proptest::{prelude::*, strategy::Union};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::{
    model_kit::{Played, config, keep_breakers_closed},
    stage::Stage,
    vendor::{Fault, Vendor},
};

/// The evening before the day of 25 hours, six days before the month ends.
const START: &str = "2026-10-24T19:40:00Z";
const ZONE: &str = "Europe/Berlin";
const PERIODS: [&str; 4] = ["hour", "day", "month", "lifetime"];

/// The caps of the brand, in micro-units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Caps {
    hour: Option<i64>,
    day: i64,
    month: Option<i64>,
    lifetime: Option<i64>,
    pacing_percent: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// The permit is not used yet.
    Held,
    /// It was, and nobody knows.
    Unknown,
    Settled(i64),
    Released,
}

#[derive(Debug, Clone)]
struct Hold {
    micros: i64,
    at: WorldTime,
    caps: Caps,
    stands: Stands,
}

#[derive(Debug, Clone)]
struct Model {
    caps: Caps,
    now: WorldTime,
    holds: Vec<Hold>,
    /// A vendor took more than was held, and nobody has looked yet.
    breached: bool,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Wait(i64),
    Caps(Caps),
    Intend(i64),
    /// The call costs this share of the hold.
    Settle(usize, i64),
    Refuse(usize),
    /// It is done, and the answer is lost.
    Lose(usize),
    /// A pass of recovery finds everything that is done and unknown.
    Find,
    /// A person says: this share of the hold, or nothing.
    Say(usize, Option<i64>),
    /// A person gives it up while its answer is held up; then the answer comes.
    GiveUpAndHear(usize),
    /// A person lifts what an overspend put.
    Lift,
}

/// Where a period begins that contains `at`; `None`: it has no end.
fn begins(period: &str, at: WorldTime) -> Option<WorldTime> {
    let local = at.0.to_zoned(TimeZone::get(ZONE).unwrap());
    let start = match period {
        // Berlin is whole hours from UTC.
        "hour" => local.round(
            jiff::ZonedRound::new()
                .smallest(jiff::Unit::Hour)
                .mode(jiff::RoundMode::Floor),
        ),
        "day" => local.start_of_day(),
        "month" => local
            .first_of_month()
            .and_then(|first| first.start_of_day()),
        _ => return None,
    };
    Some(WorldTime(start.unwrap().timestamp()))
}

impl Hold {
    fn held(&self) -> i64 {
        match self.stands {
            Stands::Held | Stands::Unknown => self.micros,
            Stands::Settled(_) | Stands::Released => 0,
        }
    }

    fn settled(&self) -> i64 {
        match self.stands {
            Stands::Settled(cost) => cost,
            Stands::Held | Stands::Unknown | Stands::Released => 0,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.stands, Stands::Held | Stands::Unknown)
    }

    /// Whether it was taken in this window: its time is in it, and there was a cap then.
    fn is_in(&self, period: &str, start: Option<WorldTime>) -> bool {
        let is_capped = match period {
            "month" => self.caps.month.is_some(),
            "lifetime" => self.caps.lifetime.is_some(),
            _ => true,
        };
        is_capped && begins(period, self.at) == start
    }
}

impl Model {
    /// Held and settled in the window of a period that contains `at`.
    fn window(&self, period: &str, start: Option<WorldTime>) -> (i64, i64) {
        let within = self.holds.iter().filter(|hold| hold.is_in(period, start));
        within.fold((0, 0), |(held, settled), hold| {
            (held + hold.held(), settled + hold.settled())
        })
    }

    fn used(&self, period: &str) -> i64 {
        let (held, settled) = self.window(period, begins(period, self.now));
        held + settled
    }

    fn has_room(&self, micros: i64) -> bool {
        if self.breached {
            return false;
        }
        let fits = |period: &str, cap: i64| self.used(period) + micros <= cap;
        let caps = &self.caps;
        // The hour gets a share of what the day had left when it began.
        let hour = self.used("hour");
        let room = (caps.day - (self.used("day") - hour)).max(0);
        let pace = room * i64::from(caps.pacing_percent) / 100;
        fits("hour", caps.hour.unwrap_or(caps.day))
            && hour + micros <= pace
            && fits("day", caps.day)
            && caps.month.is_none_or(|cap| fits("month", cap))
            && caps.lifetime.is_none_or(|cap| fits("lifetime", cap))
    }

    fn settle(&mut self, nth: usize, cost: i64) {
        self.holds[nth].stands = Stands::Settled(cost);
        self.breached |= cost > self.holds[nth].micros;
    }

    fn cost(&self, nth: usize, percent: i64) -> i64 {
        self.holds[nth].micros * percent / 100
    }
}

fn caps() -> impl Strategy<Value = Caps> {
    let micros = |most: i64| prop::option::of(1..most);
    let all = (
        micros(80_000_000),
        1i64..150_000_000,
        micros(300_000_000),
        micros(500_000_000),
    );
    (all, 20u8..=100).prop_map(|((hour, day, month, lifetime), pacing_percent)| Caps {
        hour,
        day,
        month,
        lifetime,
        pacing_percent,
    })
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let roomy = Caps {
            hour: None,
            day: 100_000_000,
            month: Some(250_000_000),
            lifetime: Some(400_000_000),
            pacing_percent: 100,
        };
        let caps = prop_oneof![3 => Just(roomy), 1 => caps()];
        let model = caps.prop_map(|caps| Self {
            caps,
            now: WorldTime(START.parse().unwrap()),
            holds: vec![],
            breached: false,
        });
        model.boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let minutes = prop::sample::select(vec![7, 26, 61, 5 * 60, 25 * 60, 8 * 24 * 60]);
        let cost = prop_oneof![6 => 0i64..=100, 1 => 101i64..200].boxed();
        let mut steps = vec![
            (8, (1i64..60_000_000).prop_map(Step::Intend).boxed()),
            (4, minutes.prop_map(Step::Wait).boxed()),
            (2, caps().prop_map(Step::Caps).boxed()),
            (2, Just(Step::Find).boxed()),
        ];
        if model.breached {
            steps.push((8, Just(Step::Lift).boxed()));
        }
        let open = model
            .holds
            .iter()
            .enumerate()
            .filter(|(_, hold)| hold.is_open());
        for (nth, hold) in open {
            let said = prop::option::weighted(0.6, cost.clone());
            steps.push((1, said.prop_map(move |cost| Step::Say(nth, cost)).boxed()));
            if hold.stands == Stands::Held {
                let settle = cost
                    .clone()
                    .prop_map(move |percent| Step::Settle(nth, percent));
                steps.push((3, settle.boxed()));
                steps.push((1, Just(Step::Refuse(nth)).boxed()));
                steps.push((2, Just(Step::Lose(nth)).boxed()));
                steps.push((1, Just(Step::GiveUpAndHear(nth)).boxed()));
            }
        }
        Union::new_weighted(steps).boxed()
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        let hold = |nth: usize| model.holds.get(nth);
        match *step {
            Step::Wait(_) | Step::Caps(_) | Step::Intend(_) | Step::Find | Step::Lift => true,
            Step::Settle(nth, _)
            | Step::Refuse(nth)
            | Step::Lose(nth)
            | Step::GiveUpAndHear(nth) => hold(nth).is_some_and(|hold| hold.stands == Stands::Held),
            Step::Say(nth, _) => hold(nth).is_some_and(Hold::is_open),
        }
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        match *step {
            Step::Wait(minutes) => model.now = model.now.plus(SignedDuration::from_mins(minutes)),
            Step::Caps(caps) => model.caps = caps,
            Step::Intend(micros) if model.has_room(micros) => model.holds.push(Hold {
                micros,
                at: model.now,
                caps: model.caps,
                stands: Stands::Held,
            }),
            Step::Intend(_) => {}
            Step::Settle(nth, percent) => model.settle(nth, model.cost(nth, percent)),
            Step::Refuse(nth) | Step::Say(nth, None) => model.holds[nth].stands = Stands::Released,
            Step::Lose(nth) => model.holds[nth].stands = Stands::Unknown,
            Step::Find => {
                for hold in &mut model.holds {
                    if hold.stands == Stands::Unknown {
                        hold.stands = Stands::Settled(hold.micros);
                    }
                }
            }
            Step::Say(nth, Some(percent)) => model.settle(nth, model.cost(nth, percent)),
            Step::GiveUpAndHear(nth) => model.settle(nth, model.cost(nth, 100)),
            Step::Lift => model.breached = false,
        }
        model
    }
}

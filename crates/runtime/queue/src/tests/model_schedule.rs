//! Any history of a schedule and of the jobs it fires against a small model, on the real tables.
//!
//! ```text
//!   model    enabled (next due) | tripped (probe in) | disabled × failures in a row × the jobs that live
//!   system   define · tick, by several schedulers at once · claim · finish · settle · disable · enable
//! ```
//! After each step: the row stands where the model stands, and the jobs that live are those of the model,
//! each with its own due time. So one due time fires once, `missed` and `overlap` are what they say, the
//! third failure in a row trips it, and one probe each 15 minutes brings it back.
//!
//! *Two times.* The world's is passed in. The database's is its own clock: letting 14 minutes pass brings
//! the probe nearer by as much. What passes is whole and even, and the probe's wait is odd, so no probe is
//! ever within a minute of due, which is more than a history takes.
//!
//! *Replay.* A failure prints the shortest history that goes wrong and a line `cc …`, which proptest also
//! keeps under `proptest-regressions`: the next run begins with it. `PROPTEST_CASES=1000` plays more,
//! `PROPTEST_RNG_SEED=7` the same ones each time.

mod system;

use std::time::Duration;

use homeostat_model::{ProcessId, WorldTime};
use homeostat_store::PgConnection;
use proptest::{prelude::*, strategy::Union};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::json;
use tokio::{runtime::Runtime, task::JoinSet};

use super::Ground;
use crate::{
    Cadence, Missed, Overlap, Schedule, ScheduleRow,
    claim::{Claimed, claim},
    define_schedule, disable_schedule, enable_schedule,
    held::hold_of,
    schedules,
    settle::{Done, finish, settle},
    tick,
    verdict::Ending,
};

const NAME: &str = "rounds";
const PROBE_MIN: i64 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// `None`: to be planned by the next tick.
    Enabled {
        next_min: Option<i64>,
    },
    Tripped {
        probe_in_min: i64,
    },
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rules {
    every_min: i64,
    overlap: Overlap,
    missed: Missed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Live {
    due_min: i64,
    running: bool,
}

/// What a tick does, by however many schedulers: jobs, due times passed over, probes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ticked {
    fired: usize,
    skipped: usize,
    probes: usize,
}

#[derive(Debug, Clone)]
struct Model {
    /// Minutes of the world since the start.
    now_min: i64,
    rules: Rules,
    stands: Stands,
    failures: usize,
    /// In the order they were enqueued.
    jobs: Vec<Live>,
    ticked: Ticked,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Minutes of the world, and of the database.
    Pass(i64, i64),
    /// So many schedulers tick at once.
    Tick(usize),
    /// A worker takes the oldest ready job.
    Claim,
    /// The n-th running job ends so.
    End(usize, End),
    Disable,
    Enable,
    Define(Rules),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    Failed,
    /// It was only put off, until nobody would wait any more.
    PutOff,
}

impl Model {
    fn running(&self) -> usize {
        self.jobs.iter().filter(|job| job.running).count()
    }

    fn fire(&mut self, due_min: i64) {
        self.jobs.push(Live {
            due_min,
            running: false,
        });
    }

    fn tick(&mut self) {
        match self.stands {
            Stands::Enabled { next_min: None } => {
                self.stands = Stands::Enabled {
                    next_min: Some(self.now_min),
                };
            }
            Stands::Enabled {
                next_min: Some(next_min),
            } => {
                let every = self.rules.every_min;
                let dues = (0..).map(|n| next_min + n * every);
                let mut dues: Vec<i64> = dues.take_while(|due| *due <= self.now_min).collect();
                let next_min = next_min + every * i64::try_from(dues.len()).unwrap();
                if self.rules.missed == Missed::Once {
                    dues = dues.pop().into_iter().collect();
                }
                for due_min in dues {
                    if self.rules.overlap == Overlap::Queue || self.jobs.is_empty() {
                        self.fire(due_min);
                        self.ticked.fired += 1;
                    } else {
                        self.ticked.skipped += 1;
                    }
                }
                self.stands = Stands::Enabled {
                    next_min: Some(next_min),
                };
            }
            Stands::Tripped { probe_in_min: ..=0 } if self.jobs.is_empty() => {
                self.fire(self.now_min);
                self.ticked.probes += 1;
                self.stands = Stands::Tripped {
                    probe_in_min: PROBE_MIN,
                };
            }
            Stands::Tripped { .. } | Stands::Disabled => {}
        }
    }

    fn end(&mut self, nth: usize, end: End) {
        let mut running = self.jobs.iter().enumerate().filter(|(_, job)| job.running);
        let at = running.nth(nth).unwrap().0;
        self.jobs.remove(at);
        match end {
            End::PutOff => {}
            End::Done => {
                self.failures = 0;
                if matches!(self.stands, Stands::Tripped { .. }) {
                    self.stands = Stands::Enabled { next_min: None };
                }
            }
            End::Failed => {
                self.failures += 1;
                let trips = match self.stands {
                    Stands::Enabled { .. } => self.failures >= 3,
                    Stands::Tripped { .. } => true,
                    Stands::Disabled => false,
                };
                if trips {
                    self.stands = Stands::Tripped {
                        probe_in_min: PROBE_MIN,
                    };
                }
            }
        }
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    let every = prop::sample::select(vec![30, 60, 90]);
    let overlap = prop::sample::select(vec![Overlap::Skip, Overlap::Queue]);
    let missed = prop::sample::select(vec![Missed::Once, Missed::All]);
    (every, overlap, missed).prop_map(|(every_min, overlap, missed)| Rules {
        every_min,
        overlap,
        missed,
    })
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let model = rules().prop_map(|rules| Self {
            now_min: 0,
            rules,
            // A step begins at once.
            stands: Stands::Enabled { next_min: Some(0) },
            failures: 0,
            jobs: vec![],
            ticked: Ticked::default(),
        });
        model.boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let world = prop::sample::select(vec![0, 30, 60, 60, 200]);
        let database = match model.stands {
            Stands::Tripped { .. } => vec![14, 16, 16, 16],
            Stands::Enabled { .. } | Stands::Disabled => vec![0, 2],
        };
        let database = prop::sample::select(database);
        // Rows of failures, and a probe that is done now and then.
        let (done, failed) = match model.stands {
            Stands::Tripped { .. } => (1, 1),
            Stands::Enabled { .. } | Stands::Disabled => (1, 8),
        };
        let end = prop_oneof![
            failed => Just(End::Failed),
            done => Just(End::Done),
            1 => Just(End::PutOff),
        ];
        let by_person = prop_oneof![
            Just(Step::Disable),
            Just(Step::Enable),
            rules().prop_map(Step::Define)
        ];
        let mut steps = vec![
            (
                12,
                (world, database)
                    .prop_map(|(w, d)| Step::Pass(w, d))
                    .boxed(),
            ),
            (2, by_person.boxed()),
        ];
        let schedulers = match model.stands {
            // Who plans it does not fire it; a second one might.
            Stands::Enabled { next_min: None } => Just(1).boxed(),
            _ => (1usize..4).boxed(),
        };
        steps.push((12, schedulers.prop_map(Step::Tick).boxed()));
        if model.jobs.iter().any(|job| !job.running) {
            steps.push((20, Just(Step::Claim).boxed()));
        }
        if model.running() > 0 {
            let ends = (0..model.running(), end).prop_map(|(nth, end)| Step::End(nth, end));
            let often = if matches!(model.stands, Stands::Tripped { .. }) {
                10
            } else {
                30
            };
            steps.push((often, ends.boxed()));
        }
        Union::new_weighted(steps).boxed()
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        let unplanned = model.stands == Stands::Enabled { next_min: None };
        match *step {
            Step::Pass(..) | Step::Disable | Step::Enable | Step::Define(_) => true,
            Step::Tick(schedulers) => schedulers == 1 || !unplanned,
            Step::Claim => model.jobs.iter().any(|job| !job.running),
            Step::End(nth, _) => nth < model.running(),
        }
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        model.ticked = Ticked::default();
        match *step {
            Step::Pass(world, database) => {
                model.now_min += world;
                if let Stands::Tripped { probe_in_min } = &mut model.stands {
                    *probe_in_min -= database;
                }
            }
            Step::Tick(_) => model.tick(),
            Step::Claim => {
                let ready = model.jobs.iter_mut().find(|job| !job.running);
                ready.unwrap().running = true;
            }
            Step::End(nth, end) => model.end(nth, end),
            Step::Disable => model.stands = Stands::Disabled,
            Step::Enable => {
                model.failures = 0;
                if !matches!(model.stands, Stands::Enabled { .. }) {
                    model.stands = Stands::Enabled { next_min: None };
                }
            }
            Step::Define(rules) => {
                let is_new = rules.every_min != model.rules.every_min;
                if let (Stands::Enabled { next_min }, true) = (&mut model.stands, is_new) {
                    *next_min = Some(model.now_min);
                }
                model.rules = rules;
            }
        }
        model
    }
}

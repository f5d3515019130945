//! Any history of a kind, of its supervisor and of the clock against a small model of the crash-loop
//! counter. The record lives behind its file. `Record` and `Memory` are played; who saves them in the product
//! is `Ground`, with tests of its own.
//!
//! ```text
//!   model    the unhealthy ends since the last good run, as a list: the counts are its length and the
//!            configuration failures at its end
//!   system   Memory on disk ─load▶ Record ─▶ started · going · ended · due ─save▶ Memory on disk
//! ```
//! After each step the record says what the model says: counts, quarantine, when it is due again
//! (between the wait and its longest jitter), and what a person hears. Two clocks: runs last as long as
//! they last, waits are in wall time, which somebody may set.
//!
//! *Replay.* A failure prints the shortest history that goes wrong and a line `cc …`, which proptest also
//! keeps under `tests/proptest-regressions`: the next run begins with it. `PROPTEST_CASES=100000` runs more,
//! `PROPTEST_RNG_SEED=7` the same ones each time.

mod system;

use std::{path::PathBuf, time::Duration};

use homeostat_supervisor::crash_loop::{
    Alert, Cause, Class, Due, Ending, Phase, Policy, Record, Run, Stage, memory::Memory,
};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

const KIND: &str = "k";
const DAY_MS: i64 = 24 * 3_600_000;

/// Where the model says that a kind stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Due,
    Runs {
        probe: Option<Class>,
        by_operator: bool,
        up_ms: u64,
        ready: bool,
        worked: bool,
    },
    /// Until the wait is over, between these milliseconds from now; `class`: in quarantine.
    Rests {
        left_ms: (i64, i64),
        class: Option<Class>,
    },
}

#[derive(Debug, Clone)]
struct Model {
    policy: Policy,
    wall_ms: i64,
    stands: Stands,
    /// The unhealthy ends of the present loop.
    ends: Vec<(Class, i64)>,
    told: bool,
    starts: u64,
    made_of: u32,
    started_with: Option<u32>,
    /// What the last step tells a person: stage, start of the loop, length of the loop.
    tells: Option<(Stage, i64, usize)>,
}

#[derive(Debug, Clone)]
enum Step {
    /// Time passes on every clock.
    Pass(u64),
    /// Somebody sets the wall clock.
    Jump(i64),
    Start,
    StartByOperator,
    /// The run shows signs of life.
    Shows {
        ready: bool,
        worked: bool,
    },
    /// The run is looked at.
    Look,
    /// The run ends; the supervisor may die before it has saved that.
    End {
        ending: Ending,
        chance: u64,
        saved: bool,
    },
    /// The supervisor dies and another one begins.
    Die,
    /// The binary, the environment or the configuration is another one now.
    Change,
    Pardon,
}

impl Model {
    fn new(policy: Policy) -> Self {
        Self {
            policy,
            wall_ms: 1_800_000_000_000,
            stands: Stands::Due,
            ends: vec![],
            told: false,
            starts: 0,
            made_of: 0,
            started_with: None,
            tells: None,
        }
    }

    fn fingerprint(&self) -> String {
        format!("made of {}", self.made_of)
    }

    fn configuration_tail(&self) -> usize {
        let tail = self.ends.iter().rev();
        tail.take_while(|(class, _)| *class == Class::Configuration)
            .count()
    }

    fn loop_since_ms(&self) -> Option<i64> {
        self.ends.first().map(|(_, at)| *at)
    }

    /// The longest wait of where it stands.
    fn longest_ms(&self, class: Option<Class>) -> i64 {
        let ms = match class {
            Some(Class::Unhealthy) => self.policy.probe_ms,
            Some(Class::Configuration) => self.policy.configuration_probe_ms,
            None => {
                let longest = self.policy.waits_ms.iter().max().copied().unwrap_or(0);
                longest * (100 + self.policy.jitter_percent) / 100
            }
        };
        i64::try_from(ms).unwrap()
    }

    /// Certainly due, certainly not, or up to the jitter.
    fn is_due(&self) -> Option<bool> {
        match self.stands {
            Stands::Due => Some(true),
            Stands::Runs { .. } => Some(false),
            Stands::Rests { .. } if self.started_with != Some(self.made_of) => Some(true),
            Stands::Rests { left_ms, .. } => match left_ms {
                (_, most) if most <= 0 => Some(true),
                (least, _) if least > 0 => Some(false),
                _ => None,
            },
        }
    }

    fn quarantine(&mut self, class: Class) {
        let ms = self.longest_ms(Some(class));
        self.stands = Stands::Rests {
            left_ms: (ms, ms),
            class: Some(class),
        };
    }

    /// The wait after as many unhealthy ends as there are; none after none.
    fn wait(&mut self) {
        let nth = self.ends.len().min(self.policy.waits_ms.len());
        let base = nth.checked_sub(1).map_or(0, |i| self.policy.waits_ms[i]);
        let most = base + base * self.policy.jitter_percent / 100;
        let left_ms = (i64::try_from(base).unwrap(), i64::try_from(most).unwrap());
        self.stands = Stands::Rests {
            left_ms,
            class: None,
        };
    }

    /// Looks at the run. True: it is a healthy one, and the loop is over.
    fn look(&mut self) -> bool {
        let Stands::Runs {
            up_ms,
            ready,
            worked,
            probe,
            ..
        } = &mut self.stands
        else {
            return false;
        };
        if !(*ready && *worked && *up_ms >= self.policy.healthy_after_ms) {
            return false;
        }
        *probe = None;
        if let (true, Some(since)) = (self.told, self.loop_since_ms()) {
            self.tells = Some((Stage::Resolved, since, self.ends.len()));
        }
        self.ends.clear();
        self.told = false;
        true
    }

    fn end(&mut self, class: Option<Class>) {
        let is_healthy = self.look();
        let Stands::Runs {
            probe, by_operator, ..
        } = self.stands
        else {
            return;
        };
        let bad = class.filter(|_| !is_healthy && !by_operator);
        let Some(class) = bad else {
            return match probe {
                Some(class) => self.quarantine(class),
                None => self.wait(),
            };
        };
        self.ends.push((class, self.wall_ms));
        let since = self.ends[0].1;
        let misconfigured = self.configuration_tail() >= self.policy.configuration_max as usize;
        if probe.is_some() || misconfigured || self.ends.len() > self.policy.waits_ms.len() {
            self.quarantine(match misconfigured {
                true => Class::Configuration,
                false => Class::Unhealthy,
            });
            if probe.is_none() {
                self.tells = Some((Stage::Quarantined, since, self.ends.len()));
            }
        } else {
            self.wait();
            if self.ends.len() == self.policy.alert_at as usize {
                self.tells = Some((Stage::Looping, since, self.ends.len()));
            }
        }
        self.told |= self.tells.is_some();
    }

    fn start(&mut self, by_operator: bool) {
        let probe = match self.stands {
            Stands::Rests { class, .. } => class,
            Stands::Due | Stands::Runs { .. } => None,
        };
        self.stands = Stands::Runs {
            probe,
            by_operator,
            up_ms: 0,
            ready: false,
            worked: false,
        };
        self.starts += 1;
        self.started_with = Some(self.made_of);
    }

    /// Nobody saw how the run under way ended.
    fn die(&mut self) {
        if let Stands::Runs { probe, .. } = self.stands {
            match probe {
                Some(class) => self.quarantine(class),
                None => self.stands = Stands::Due,
            }
        }
    }

    /// The wall clock moves; a wait never becomes longer than its longest.
    fn move_wall(&mut self, by_ms: i64) {
        self.wall_ms += by_ms;
        if let Stands::Rests { left_ms, class } = self.stands {
            let longest = self.longest_ms(class);
            let left = |ms: i64| (ms - by_ms).min(longest);
            self.stands = Stands::Rests {
                left_ms: (left(left_ms.0), left(left_ms.1)),
                class,
            };
        }
    }
}

fn policies() -> BoxedStrategy<Policy> {
    let small = (
        prop::collection::vec(0u64..5_000, 0..5),
        0u64..50,
        1u32..6,
        1u32..4,
        (1u64..100_000, 1u64..100_000),
    );
    let small = small.prop_map(
        |(waits_ms, jitter_percent, alert_at, most, probes)| Policy {
            waits_ms,
            jitter_percent,
            healthy_after_ms: 10_000,
            alert_at,
            configuration_max: most,
            probe_ms: probes.0,
            configuration_probe_ms: probes.1,
        },
    );
    prop_oneof![Just(Policy::default()), small].boxed()
}

fn endings() -> impl Strategy<Value = Ending> {
    prop_oneof![
        4 => Just(Ending::Exited(1)),
        1 => Just(Ending::Killed(9)),
        1 => Just(Ending::Hung),
        1 => Just(Ending::OutOfMemory),
        1 => Just(Ending::NotSpawned("no memory".into())),
        1 => Just(Ending::Exited(78)),
        2 => Just(Ending::NotStartable("no such command".into())),
        1 => Just(Ending::Planned),
    ]
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        policies().prop_map(Self::new).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let times = prop::sample::select(vec![1, 400, 5_000, 60_000, 900_000, 3_600_000]);
        let jumps = prop::sample::select(vec![-400 * DAY_MS, -DAY_MS, -700, 700, DAY_MS]);
        let aside = prop_oneof![
            6 => times.prop_map(Step::Pass),
            1 => jumps.prop_map(Step::Jump),
            1 => Just(Step::Die),
            1 => Just(Step::Change),
        ];
        if matches!(model.stands, Stands::Runs { .. }) {
            let shows = prop_oneof![3 => Just((true, true)), 1 => any::<(bool, bool)>()];
            let end = (endings(), any::<u64>(), prop::bool::weighted(0.9));
            return prop_oneof![
                2 => aside,
                1 => shows.prop_map(|(ready, worked)| Step::Shows { ready, worked }),
                1 => Just(Step::Look),
                4 => end.prop_map(|(ending, chance, saved)| Step::End { ending, chance, saved }),
            ]
            .boxed();
        }
        let start = match model.is_due() {
            Some(true) => Just(Step::Start).boxed(),
            Some(false) | None => Just(Step::Pass(40_000)).boxed(),
        };
        let by_hand = prop_oneof![4 => Just(Step::StartByOperator), 1 => Just(Step::Pardon)];
        prop_oneof![6 => start, 2 => aside, 1 => by_hand].boxed()
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        let runs = matches!(model.stands, Stands::Runs { .. });
        match step {
            Step::Pass(_) | Step::Jump(_) | Step::Die | Step::Change => true,
            Step::Start => model.is_due() == Some(true),
            Step::StartByOperator | Step::Pardon => !runs,
            Step::Shows { .. } | Step::Look | Step::End { .. } => runs,
        }
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        model.tells = None;
        match step {
            Step::Pass(ms) => {
                model.move_wall(i64::try_from(*ms).unwrap());
                if let Stands::Runs { up_ms, .. } = &mut model.stands {
                    *up_ms += ms;
                }
            }
            Step::Jump(ms) => model.move_wall(*ms),
            Step::Start => model.start(false),
            Step::StartByOperator => model.start(true),
            Step::Shows { ready, worked } => {
                if let Stands::Runs {
                    ready: r,
                    worked: w,
                    ..
                } = &mut model.stands
                {
                    (*r, *w) = (*r || *ready, *w || *worked);
                }
            }
            Step::Look => {
                model.look();
            }
            Step::End { saved: false, .. } | Step::Die => model.die(),
            Step::End { ending, .. } => model.end(ending.class()),
            Step::Change => model.made_of += 1,
            Step::Pardon => {
                model.stands = Stands::Due;
                model.ends.clear();
                model.told = false;
                model.started_with = None;
            }
        }
        model
    }
}

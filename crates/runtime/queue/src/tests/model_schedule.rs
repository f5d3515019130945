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
//! the probe nearer by as much. All such times are whole and even, so no probe is ever within a minute of
//! due, which is more than a history takes.
//!
//! *Replay.* A failure prints the shortest history that goes wrong and a line `cc …`, which proptest also
//! keeps under `proptest-regressions`: the next run begins with it. `PROPTEST_CASES=1000` plays more,
//! `PROPTEST_RNG_SEED=7` the same ones each time.

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

fn world(minutes: i64) -> WorldTime {
    WorldTime("2026-01-01T00:00:00Z".parse().unwrap())
        .plus(jiff::SignedDuration::from_mins(minutes))
}

struct Sut {
    ground: Ground,
    owner: ProcessId,
    running: Vec<Claimed>,
}

impl Sut {
    async fn new(model: &Model) -> Self {
        let ground = Ground::new().await;
        // An epoch that nobody has to keep alive.
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO homeostat.process (kind, host, boot_id, pid, lock_key, version, run_dir)
             VALUES ('worker', 'here', 'boot', 1, 1, '0.9.0', '/') RETURNING id",
        )
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
        let sut = Self {
            ground,
            owner: ProcessId(id),
            running: vec![],
        };
        sut.define(model).await;
        sut
    }

    async fn define(&self, model: &Model) {
        let schedule = Schedule {
            name: NAME.into(),
            kind: "plain".into(),
            args: json!({"n": 1}),
            brand: None,
            cadence: Cadence::Every(Duration::from_secs(
                model.rules.every_min.unsigned_abs() * 60,
            )),
            overlap: model.rules.overlap,
            missed: model.rules.missed,
            guards_money: false,
        };
        define_schedule(&self.ground.db, &schedule, world(model.now_min))
            .await
            .unwrap();
    }

    async fn take(&mut self, model: &Model, step: Step) {
        let db = &self.ground.db;
        match step {
            Step::Pass(_, database) => {
                sqlx::query(
                    "UPDATE homeostat.schedule SET probe_at = probe_at - $1 * interval '1 minute'",
                )
                .bind(database as f64)
                .execute(db.pool())
                .await
                .unwrap();
            }
            Step::Tick(schedulers) => self.tick(model, schedulers).await,
            Step::Claim => {
                let claimed = claim(db, self.owner, "plain", 1, None).await.unwrap();
                self.running.extend(claimed);
                // The model ends jobs in the order they were enqueued.
                self.running.sort_by_key(|job| job.id);
            }
            Step::End(nth, end) => {
                let job = self.running.remove(nth);
                self.end(&job, end).await;
            }
            Step::Disable => disable_schedule(db, NAME, "stocktaking").await.unwrap(),
            Step::Enable => enable_schedule(db, NAME).await.unwrap(),
            Step::Define(_) => self.define(model).await,
        }
    }

    async fn tick(&self, model: &Model, schedulers: usize) {
        let mut ticking = JoinSet::new();
        for _ in 0..schedulers {
            let (db, now) = (self.ground.db.clone(), world(model.now_min));
            ticking.spawn(async move { tick(&db, now, None).await.unwrap() });
        }
        let mut seen = Ticked::default();
        while let Some(one) = ticking.join_next().await {
            let one = one.unwrap();
            seen.fired += one.fired.len();
            seen.skipped += one.skipped;
            seen.probes += one.probes;
        }
        assert_eq!(seen, model.ticked, "what {schedulers} schedulers did");
    }

    async fn end(&self, job: &Claimed, end: End) {
        let mut connection = self.ground.db.pool().acquire().await.unwrap();
        match end {
            End::Done => {
                let done = Done {
                    id: job.id,
                    fence: job.fence,
                    result: json!(null),
                    duration_ms: 1,
                    is_phase: false,
                };
                let mut tx = sqlx::Connection::begin(&mut *connection).await.unwrap();
                let finished = finish(&mut tx, self.owner, &[done]).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(finished.ids, [job.id]);
            }
            End::Failed => {
                let ending = Ending::Permanent("no".into());
                self.fail(&mut connection, job, &ending).await;
            }
            End::PutOff => {
                sqlx::query("UPDATE homeostat.job SET snoozes_max = 0 WHERE id = $1")
                    .bind(job.id.0)
                    .execute(&mut *connection)
                    .await
                    .unwrap();
                let (wait, reason) = (Duration::ZERO, "the breaker is open".into());
                let ending = Ending::Snooze { wait, reason };
                self.fail(&mut connection, job, &ending).await;
            }
        }
    }

    async fn fail(&self, connection: &mut PgConnection, job: &Claimed, ending: &Ending) {
        let held = hold_of(connection, self.owner, None).await.unwrap();
        let this = held.into_iter().filter(|held| held.id == job.id);
        let jobs: Vec<_> = this.map(|held| (held, ending.clone())).collect();
        let tally = settle(connection, &jobs, &self.ground.entropy)
            .await
            .unwrap();
        assert_eq!(tally.failed, 1);
    }

    async fn assert_as(&self, model: &Model) {
        let db = &self.ground.db;
        let row = schedules(db).await.unwrap().remove(0);
        assert_row(&row, model);
        let probe_in_min: Option<i64> = sqlx::query_scalar(
            "SELECT ceil(extract(epoch FROM probe_at - clock_timestamp()) / 60)::bigint FROM homeostat.schedule",
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        let wanted = match model.stands {
            Stands::Tripped { probe_in_min } => Some(probe_in_min),
            Stands::Enabled { .. } | Stands::Disabled => None,
        };
        assert_eq!(probe_in_min, wanted, "minutes to the next probe");
        let jobs: Vec<(i64, bool)> = sqlx::query_as(
            "SELECT (extract(epoch FROM due_at - '2026-01-01T00:00:00Z') / 60)::bigint, state = 'running'
             FROM homeostat.job WHERE state IN ('ready', 'running') ORDER BY id",
        )
        .fetch_all(db.pool())
        .await
        .unwrap();
        let jobs: Vec<Live> = jobs
            .into_iter()
            .map(|(due_min, running)| Live { due_min, running })
            .collect();
        assert_eq!(jobs, model.jobs, "the jobs that live");
    }

    async fn assert_sound(&self) {
        for check in crate::verify(&self.ground.db).await.unwrap() {
            assert_eq!(check.violations, 0, "{check:?}");
        }
    }
}

fn assert_row(row: &ScheduleRow, model: &Model) {
    let (word, next_min) = match model.stands {
        Stands::Enabled { next_min } => ("enabled", next_min),
        Stands::Tripped { .. } => ("tripped", None),
        Stands::Disabled => ("disabled", None),
    };
    assert_eq!(
        (row.state.as_str(), row.next_at),
        (word, next_min.map(world))
    );
    assert_eq!(row.disabled_reason.is_none(), word == "enabled");
    assert_eq!(
        usize::try_from(row.consecutive_failures),
        Ok(model.failures)
    );
    let evidence = row.evidence.as_array().unwrap().len();
    assert_eq!(
        evidence,
        model.failures.min(3),
        "the last three failures are shown"
    );
}

/// What is played, on a runtime of one thread.
struct Played {
    sut: Sut,
    runtime: Runtime,
}

struct Rounds;

impl StateMachineTest for Rounds {
    type SystemUnderTest = Played;
    type Reference = Model;

    fn init_test(model: &Model) -> Played {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let sut = runtime.block_on(Sut::new(model));
        Played { sut, runtime }
    }

    fn apply(mut played: Played, model: &Model, step: Step) -> Played {
        let sut = &mut played.sut;
        played.runtime.block_on(Box::pin(async {
            sut.take(model, step).await;
            sut.assert_as(model).await;
        }));
        played
    }

    fn teardown(played: Played, _: Model) {
        played.runtime.block_on(played.sut.assert_sound());
    }
}

/// `PROPTEST_CASES` asks for more. The search for the shortest history that fails is bounded.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { 24 },
        max_shrink_iters: usual.max_shrink_iters.min(400),
        ..usual
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn any_history_of_a_schedule_agrees_with_the_model(sequential 20..60 => Rounds);
}

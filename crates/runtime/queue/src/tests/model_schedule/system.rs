//! The real tables, the schedulers that tick them, and the test.

use super::*;

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

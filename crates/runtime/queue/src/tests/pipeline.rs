use homeostat_liveness::Evidence;
use homeostat_model::{RunId, WorldTime};
use serde_json::json;

use super::*;
use crate::{
    Cadence, Context, Failure, Missed, Outcome, Overlap, Phase, Pipeline, Registry, RunFilter,
    RunRow, Schedule, cancel, define_schedule, enqueue_raw, phases, progress, rescue, retry_failed,
    runs, schedules, tick, verify,
};

#[derive(Deserialize)]
struct Trip {}

struct Pack;
struct Drive;
struct Arrive;

macro_rules! phase {
    ($phase:ident, $name:literal, $input:ty, $output:ty) => {
        #[async_trait::async_trait]
        impl Phase for $phase {
            const NAME: &'static str = $name;
            type Args = Trip;
            type Input = $input;
            type Output = $output;

            async fn run(
                &self,
                _: Trip,
                _: $input,
                _: &Context,
            ) -> Result<Outcome<$output>, Failure> {
                Err(Failure::permanent(
                    "only claims and results are played here",
                ))
            }
        }
    };
}

phase!(Pack, "pack", (), i64);
phase!(Drive, "drive", i64, String);
phase!(Arrive, "arrive", String, ());

/// A database that knows the pipeline `trip`.
async fn ground() -> Ground {
    let ground = Ground::new().await;
    let mut registry = Registry::new();
    registry
        .add_pipeline(Pipeline::new("trip").then(Pack).then(Drive).then(Arrive))
        .unwrap();
    registry.register(&ground.db).await.unwrap();
    ground
}

async fn start(ground: &Ground) -> RunId {
    let how = Enqueue::default();
    let run = enqueue_raw(&ground.db, "trip", json!({}), &how).await;
    RunId(run.unwrap().job.0)
}

async fn take(ground: &Ground, epoch: &Epoch, phase: &str) -> Claimed {
    let later = ground.in_future(Duration::from_secs(600)).await;
    let kind = format!("trip.{phase}");
    let mut claimed = claim(&ground.db, epoch.id(), &kind, 1, Some(later))
        .await
        .unwrap();
    let job = claimed.pop().expect("a ready phase");
    epoch.running().begun(&[(job.id, job.fence)]).unwrap();
    job
}

async fn run(ground: &Ground, id: RunId) -> RunRow {
    let filter = RunFilter {
        id: Some(id),
        ..RunFilter::default()
    };
    runs(&ground.db, &filter).await.unwrap().remove(0)
}

/// Kills the process in the middle of its phase, and has it rescued.
async fn crash(ground: &Ground, epoch: Epoch) {
    let process = epoch.id();
    ground.kill(epoch).await;
    let rescued = rescue(&ground.db, process, Evidence::Flock, &ground.entropy, None).await;
    assert_eq!(rescued.unwrap().jobs(), 1);
}

async fn assert_sound(ground: &Ground) {
    let checks = verify(&ground.db).await.unwrap();
    let fold = homeostat_store::journal::verify(&ground.db).await.unwrap();
    for check in checks.iter().chain(&fold) {
        assert_eq!(check.violations, 0, "{check:?}");
    }
}

/// L2: each phase gets what the one before it left; the checkpoints stay.
#[tokio::test]
async fn each_phase_gets_what_the_one_before_it_left() {
    let ground = ground().await;
    let epoch = ground.epoch("a").await;
    let id = start(&ground).await;
    let pack = take(&ground, &epoch, "pack").await;
    assert_eq!(pack.id.0, id.0, "a run has the id of its first job");
    assert_eq!(pack.phase.as_ref().unwrap().input, Value::Null);
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    assert_eq!(
        ground.finish_with(&epoch, &pack, json!(3)).await.unwrap(),
        [],
        "once"
    );
    assert_eq!(run(&ground, id).await.phase.as_deref(), Some("drive"));
    assert_sound(&ground).await;
    let drive = take(&ground, &epoch, "drive").await;
    assert_eq!(drive.phase.as_ref().unwrap().input, json!(2));
    ground
        .finish_with(&epoch, &drive, json!("far"))
        .await
        .unwrap();
    let arrive = take(&ground, &epoch, "arrive").await;
    ground
        .finish_with(&epoch, &arrive, json!(null))
        .await
        .unwrap();

    let row = run(&ground, id).await;
    assert_eq!(
        (row.state.as_str(), row.phases_done, row.job),
        ("done", 3, None)
    );
    let left: Vec<_> = phases(&ground.db, id).await.unwrap();
    let left: Vec<_> = left
        .iter()
        .map(|p| (p.name.as_str(), p.output.clone()))
        .collect();
    assert_eq!(
        left,
        [
            ("pack", json!(2)),
            ("drive", json!("far")),
            ("arrive", json!(null))
        ]
    );
    assert_sound(&ground).await;
    let changed = sqlx::query!("UPDATE homeostat.phase SET output = '7'")
        .execute(ground.db.pool())
        .await;
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

/// A run goes on at the phase that was interrupted; phases that are done do not run again.
#[tokio::test]
async fn a_crash_resumes_the_interrupted_phase() {
    let ground = ground().await;
    let epoch = ground.epoch("a").await;
    let id = start(&ground).await;
    let pack = take(&ground, &epoch, "pack").await;
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    let drive = take(&ground, &epoch, "drive").await;
    crash(&ground, epoch).await;

    let row = run(&ground, id).await;
    assert_eq!(
        (row.resumes, row.resumed_from.as_deref()),
        (1, Some("drive"))
    );
    let epoch = ground.epoch("b").await;
    let again = take(&ground, &epoch, "drive").await;
    assert_eq!(
        (again.id, again.attempts_used),
        (drive.id, 0),
        "a crash spends no attempt"
    );
    assert_eq!(again.phase.as_ref().unwrap().input, json!(2));
    assert!(again.fence > drive.fence);
    assert_sound(&ground).await;
}

/// L6: three resumes without progress, and no more; the schedule stops at once and shows why.
#[tokio::test]
async fn the_fourth_crash_fails_the_run_and_trips_its_schedule() {
    let ground = ground().await;
    let world = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
    let schedule = Schedule {
        name: "trips".into(),
        kind: "trip".into(),
        args: json!({}),
        brand: None,
        cadence: Cadence::Every(Duration::from_secs(3600)),
        overlap: Overlap::Skip,
        missed: Missed::Once,
        guards_money: false,
    };
    define_schedule(&ground.db, &schedule, world).await.unwrap();
    let fired = tick(&ground.db, world, None).await.unwrap().fired;
    let id = RunId(fired[0].0);
    let epoch = ground.epoch("first").await;
    let pack = take(&ground, &epoch, "pack").await;
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    let later = tick(&ground.db, world.plus(SignedDuration::from_hours(1)), None).await;
    assert_eq!(
        later.unwrap().skipped,
        1,
        "the run still lives in its second phase"
    );

    for n in 1..=4 {
        let epoch = ground.epoch(&format!("life {n}")).await;
        if n < 4 {
            take(&ground, &epoch, "drive").await;
        } else {
            take_alone(&ground, &epoch, "drive").await;
        }
        crash(&ground, epoch).await;
        let state = run(&ground, id).await.state;
        assert_eq!(state, if n < 4 { "running" } else { "failed" });
    }
    let row = run(&ground, id).await;
    assert_eq!((row.phase.as_deref(), row.resumes), (Some("drive"), 3));
    assert!(
        row.reason
            .unwrap()
            .starts_with("resumes: resumed 3 times without progress")
    );
    let tripped = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(tripped.state, "tripped");
    assert_eq!(tripped.evidence[0]["run"], json!(id));
    assert_eq!(tripped.evidence[0]["phase"], json!("drive"));
    assert_eq!(tripped.evidence[0]["cause"], json!("resumes"));
    assert_sound(&ground).await;

    // A person's retry goes on at the phase; the run's end brings the schedule back.
    retry_failed(&ground.db, homeostat_model::JobId(id.0), None)
        .await
        .unwrap();
    assert_eq!(run(&ground, id).await.state, "running");
    let drive = take(&ground, &epoch, "drive").await;
    ground
        .finish_with(&epoch, &drive, json!("far"))
        .await
        .unwrap();
    assert_eq!(
        schedules(&ground.db).await.unwrap()[0].state,
        "tripped",
        "not done yet"
    );
    let arrive = take(&ground, &epoch, "arrive").await;
    ground
        .finish_with(&epoch, &arrive, json!(null))
        .await
        .unwrap();
    assert_eq!(schedules(&ground.db).await.unwrap()[0].state, "enabled");
    assert_sound(&ground).await;
}

async fn take_alone(ground: &Ground, epoch: &Epoch, phase: &str) -> Claimed {
    let later = ground.in_future(Duration::from_secs(600)).await;
    let kind = format!("trip.{phase}");
    let none = claim(&ground.db, epoch.id(), &kind, 1, Some(later))
        .await
        .unwrap();
    assert!(
        none.is_empty(),
        "the last resume is not for a process with neighbours"
    );
    let job = crate::claim::claim_alone(&ground.db, epoch.id(), &kind, Some(later))
        .await
        .unwrap();
    let job = job.expect("the last resume");
    epoch.running().begun(&[(job.id, job.fence)]).unwrap();
    job
}

/// Progress gives the resumes back, and the next attempt reads it; saying the same again does not.
#[tokio::test]
async fn progress_gives_the_resumes_back() {
    let ground = ground().await;
    let id = start(&ground).await;
    for n in 0..6 {
        let epoch = ground.epoch(&format!("life {n}")).await;
        let job = take(&ground, &epoch, "pack").await;
        let saved = (n > 0).then(|| json!({"packed": n - 1}));
        assert_eq!(job.progress, saved);
        progress::save(
            &ground.db,
            epoch.id(),
            job.id,
            job.fence,
            &json!({"packed": n}),
        )
        .await
        .unwrap();
        crash(&ground, epoch).await;
        assert_eq!(run(&ground, id).await.state, "running");
    }
    let mut epoch = ground.epoch("the same again").await;
    for n in 0..3 {
        let job = if n < 2 {
            take(&ground, &epoch, "pack").await
        } else {
            take_alone(&ground, &epoch, "pack").await
        };
        progress::save(
            &ground.db,
            epoch.id(),
            job.id,
            job.fence,
            &json!({"packed": 5}),
        )
        .await
        .unwrap();
        crash(&ground, epoch).await;
        epoch = ground.epoch(&format!("the same again {n}")).await;
    }
    assert_eq!(run(&ground, id).await.state, "failed");
    let stale = progress::save(
        &ground.db,
        epoch.id(),
        JobId(id.0),
        homeostat_model::Fence(1),
        &json!(1),
    )
    .await;
    assert!(
        matches!(stale.unwrap_err(), Error::Stale(_)),
        "not ours, so not saved"
    );
    assert_sound(&ground).await;
}

/// A person's cancel of the job, or by the run's id, calls the run off where it is.
#[tokio::test]
async fn a_cancel_calls_the_run_off() {
    let ground = ground().await;
    let epoch = ground.epoch("a").await;
    let id = start(&ground).await;
    let pack = take(&ground, &epoch, "pack").await;
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    cancel(&ground.db, JobId(id.0), "not needed").await.unwrap();
    let row = run(&ground, id).await;
    assert_eq!(
        (row.state.as_str(), row.phase.as_deref()),
        ("cancelled", Some("drive"))
    );
    assert_eq!(row.reason.as_deref(), Some("not needed"));
    assert_sound(&ground).await;
}

/// A dedup key stands for the run as long as any of its phases lives.
#[tokio::test]
async fn a_dedup_key_stands_for_the_whole_run() {
    let ground = ground().await;
    let epoch = ground.epoch("a").await;
    let how = Enqueue {
        dedup_key: Some("monday".into()),
        dedup_for: Some(Duration::from_secs(1)),
        ..Enqueue::default()
    };
    let first = enqueue_raw(&ground.db, "trip", json!({}), &how)
        .await
        .unwrap();
    let pack = take(&ground, &epoch, "pack").await;
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    let later = Enqueue {
        now: Some(ground.in_future(Duration::from_secs(60)).await),
        ..how
    };
    let second = enqueue_raw(&ground.db, "trip", json!({}), &later)
        .await
        .unwrap();
    assert_eq!((second.job, second.fresh), (first.job, false));
    cancel(&ground.db, first.job, "over").await.unwrap();
    assert!(
        enqueue_raw(&ground.db, "trip", json!({}), &later)
            .await
            .unwrap()
            .fresh
    );
}

/// L12: a phase is not enqueued by itself.
#[tokio::test]
async fn a_phase_alone_is_refused_by_name() {
    let ground = ground().await;
    let refused = enqueue_raw(&ground.db, "trip.drive", json!({}), &Enqueue::default()).await;
    let message = refused.unwrap_err().to_string();
    assert_eq!(
        message,
        "kind: 'trip.drive' is a phase of pipeline 'trip'; enqueue 'trip', which starts a run"
    );
    let mut registry = Registry::new();
    let taken = Pipeline::new("trip").then(Pack);
    registry.add_pipeline(taken).unwrap();
    let again = registry.add_pipeline(Pipeline::new("trip").then(Pack));
    assert!(matches!(again.unwrap_err(), Error::DuplicateKind(name) if name == "trip"));
    assert!(
        registry
            .add_pipeline(Pipeline::<Trip>::new("empty"))
            .is_err()
    );
}

/// A run that ran out of time fails where it stands.
#[tokio::test]
async fn a_run_gives_up_as_a_whole() {
    let ground = ground().await;
    let epoch = ground.epoch("a").await;
    let how = Enqueue {
        give_up_after: Some(Duration::from_secs(3600)),
        ..Enqueue::default()
    };
    let id = RunId(
        enqueue_raw(&ground.db, "trip", json!({}), &how)
            .await
            .unwrap()
            .job
            .0,
    );
    let pack = take(&ground, &epoch, "pack").await;
    ground.finish_with(&epoch, &pack, json!(2)).await.unwrap();
    let late = ground.in_future(Duration::from_secs(3700)).await;
    assert_eq!(
        crate::maintenance::sweep_given_up(&ground.db, Some(late))
            .await
            .unwrap(),
        1
    );
    let row = run(&ground, id).await;
    assert_eq!(
        (row.state.as_str(), row.phase.as_deref()),
        ("failed", Some("drive"))
    );
    assert!(row.reason.unwrap().starts_with("gave_up"));
    assert_sound(&ground).await;
}

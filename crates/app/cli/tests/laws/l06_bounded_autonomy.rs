//! L6: nothing is tried for ever. A job has three attempts, a schedule three failed jobs, a wait its
//! caps and its last hour; what stops keeps the evidence of why, for whoever comes to look.
//!
//! Under test: `verdict::decide`, `schedule::trip`, the sweep of jobs past their `give_up_at`, and the
//! deadline of jobs that are processes of their own.

mod programs;

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_queue::{
    Cadence, Enqueue, Missed, Overlap, Schedule, define_schedule, recovery_pass, schedules, tick,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::plant::{
    Plant,
    ground::{Ground, Way, soon},
    trip::Road,
};

/// Red without `if counts.attempts_used >= job.caps.attempts_max` in `verdict::attempt`.
#[tokio::test]
async fn three_attempts_and_then_it_stops_with_the_evidence() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::Fail).await;
    let pool = ground.pool("a", 2).await;
    pool.finished(3).await;
    // Two more looks at the queue find nothing to try again.
    pool.idle(2).await;
    pool.stop().await;
    let row = ground.job(job).await.unwrap();
    assert_eq!((row.state.as_str(), row.attempts_used), ("failed", 3));
    assert_eq!(
        (row.last_cause.as_deref(), row.last_error.as_deref()),
        (Some("error"), Some("no"))
    );
    assert_eq!(ground.fences_of(job).len(), 3);
}

/// Waiting is free of attempts, and still not for ever. Red without
/// `if counts.snoozes >= job.caps.snoozes_max` in `verdict::snooze`.
#[tokio::test]
async fn waiting_costs_no_attempt_and_has_a_cap() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::Snooze).await;
    let pool = ground.pool("a", 1).await;
    // The kind allows two snoozes.
    pool.finished(3).await;
    pool.stop().await;
    let row = ground.job(job).await.unwrap();
    assert_eq!(
        (row.state.as_str(), row.attempts_used, row.snoozes),
        ("failed", 0, 2)
    );
    assert_eq!(row.last_cause.as_deref(), Some("snoozes"));
    assert!(
        row.last_error.unwrap().contains("busy"),
        "the last reason is kept"
    );
}

/// Nobody does the job in its time. Red without `j.give_up_at >` in `claim::take` (it begins after
/// all), and without the chore `give_up` (it lies there for ever).
#[tokio::test]
async fn a_job_past_its_time_is_given_up_and_never_begun() {
    let ground = Ground::new().await;
    let now = ground.db.now().await.unwrap();
    let how = Enqueue {
        now: Some(now.plus(SignedDuration::from_hours(-2))),
        give_up_after: Some(Duration::from_secs(3600)),
        ..Enqueue::default()
    };
    let job = ground.enqueue_with(Way::Done, &how).await;
    let pool = ground.pool("a", 1).await;
    pool.idle(2).await;
    let scheduler = ground.scheduler("scheduler").await;
    // Six chores; the seventh run is the second of one of them, so each has had its first.
    soon(scheduler.handle.chores().at_least(7)).await;
    pool.stop().await;
    let row = ground.job(job).await.unwrap();
    assert_eq!((row.state.as_str(), row.attempts_used), ("failed", 0));
    assert_eq!(row.last_cause.as_deref(), Some("gave_up"));
    assert_eq!(ground.begun(), []);
}

/// Red without `>= 3 THEN 'tripped'` in `schedule::trip`.
#[tokio::test]
async fn a_schedule_stops_itself_after_three_failed_jobs_and_shows_them() {
    let ground = Ground::new().await;
    let hour =
        |n| WorldTime("2026-01-01T00:00:00Z".parse().unwrap()).plus(SignedDuration::from_hours(n));
    let schedule = Schedule {
        name: "hourly".into(),
        kind: "task".into(),
        args: json!({ "way": Way::FailForGood }),
        brand: None,
        cadence: Cadence::Every(Duration::from_secs(3600)),
        overlap: Overlap::Queue,
        missed: Missed::Once,
        guards_money: false,
    };
    define_schedule(&ground.db, &schedule, hour(0))
        .await
        .unwrap();
    let pool = ground.pool("a", 1).await;
    let mut fired = Vec::new();
    for n in 0..3 {
        fired.extend(tick(&ground.db, hour(n), None).await.unwrap().fired);
        pool.finished(n.unsigned_abs() + 1).await;
    }
    pool.stop().await;
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("tripped", 3)
    );
    assert!(row.disabled_reason.is_some());
    let evidence: Vec<_> = fired
        .iter()
        .map(|job| json!({ "job": job, "cause": "error", "error": "never" }))
        .collect();
    assert_eq!(row.evidence, json!(evidence));
    let later = tick(&ground.db, hour(9), None).await.unwrap();
    assert_eq!(
        (later.fired.len(), later.probes),
        (0, 0),
        "it fires no more"
    );
}

/// A phase that takes its process with it is resumed three times without progress. Then the run has
/// failed, and the schedule that fired it stops at once, with the run as evidence. Red without
/// `if counts.resumes >= RESUMES_MAX` in `verdict::resume`, and without `at_once` in `schedule::trip`.
#[tokio::test]
async fn a_run_is_resumed_three_times_and_then_its_schedule_stops() {
    let ground = Ground::new().await;
    let now = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
    let schedule = Schedule {
        name: "trips".into(),
        kind: "trip".into(),
        args: json!({ "road": Road::Blocked }),
        brand: None,
        cadence: Cadence::Every(Duration::from_secs(3600)),
        overlap: Overlap::Queue,
        missed: Missed::Once,
        guards_money: false,
    };
    define_schedule(&ground.db, &schedule, now).await.unwrap();
    let fired = tick(&ground.db, now, None).await.unwrap().fired;
    let run = homeostat_model::RunId(fired[0].0);
    for life in 1..=4 {
        assert_eq!(ground.trip(run).await.state, "running");
        die_on_the_road(&ground, run, life).await;
    }
    let failed = ground.trip(run).await;
    assert_eq!((failed.state.as_str(), failed.resumes), ("failed", 3));
    assert_eq!(failed.phase.as_deref(), Some("drive"));
    assert!(failed.reason.unwrap().starts_with("resumes: "));
    let row = schedules(&ground.db).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.consecutive_failures),
        ("tripped", 1)
    );
    assert_eq!(row.evidence[0]["run"], json!(run));
    assert_eq!(row.evidence[0]["phase"], "drive");
    assert_eq!(row.evidence[0]["cause"], "resumes");
    assert_eq!(
        ground.checkpoints(run).await.len(),
        1,
        "what was done stays done"
    );
}

/// Progress gives the resumes back. Red without `resumes = CASE` in
/// `progress::save`.
#[tokio::test]
async fn progress_gives_a_run_its_resumes_back() {
    let ground = Ground::new().await;
    let run = ground.start_trip(Road::BlockedWithProgress).await;
    for life in 1..=5 {
        die_on_the_road(&ground, run, life).await;
        assert_eq!(ground.trip(run).await.state, "running");
    }
    let stops = ground.pool("stops", 1).await;
    let drive = ground.driving(run, 6).await;
    ground.let_go(ground.fences_of(drive)[5]);
    let done = ground.trip_ended(run).await;
    stops.stop().await;
    assert_eq!((done.state.as_str(), done.resumes), ("done", 5));
}

/// A process begins the second phase for the `life`-th time and is killed in it.
async fn die_on_the_road(ground: &Ground, run: homeostat_model::RunId, life: usize) {
    let dies = ground.pool(&format!("life {life}"), 1).await;
    ground.driving(run, life).await;
    let process = ground.kill(dies.die().await).await;
    let evidence = homeostat_liveness::Evidence::Flock;
    homeostat_liveness::declare_dead(&ground.db, process, evidence, None)
        .await
        .unwrap();
    let pass = recovery_pass(&ground.db, &ground.entropy, None)
        .await
        .unwrap();
    assert_eq!(pass.jobs(), 1);
}

/// On the real processes: a job that has one attempt left after crashes is done by a process of its own,
/// which the worker started and which did nothing else. Red without `AND j.alone = ` in `claim::take`
/// (an ordinary worker does it), and without `alone::start_when` (nobody but the worker itself does).
#[test]
fn the_last_attempt_after_crashes_has_a_process_of_its_own() {
    let plant = Plant::new(61, "none");
    let up = plant.up(120);
    let known = "homeostat.job_kind WHERE name = 'sense.meta'";
    up.wait_for("a worker", || plant.count(known).filter(|n| *n > 0));
    up.stop();
    let job: i64 = plant.at_rest(async |db| {
        let job =
            sqlx::query_scalar(r#"SELECT homeostat.enqueue('sense.meta', '{"brand":"aurora"}')"#);
        let job: i64 = job.fetch_one(db.pool()).await.unwrap();
        sqlx::query("UPDATE homeostat.job SET crashes = 2, attempts_used = 2 WHERE id = $1")
            .bind(job)
            .execute(db.pool())
            .await
            .unwrap();
        job
    });
    let up = plant.up(120);
    up.until("homeostat is up");
    let done = format!(
        "homeostat.event WHERE entity = 'job' AND entity_id = '{job}' AND to_state = 'done'"
    );
    up.wait_for("the job done", || plant.count(&done).filter(|n| *n > 0));
    up.stop();
    let (kind, jobs): (String, i64) = plant.at_rest(async |db| {
        sqlx::query_as(
            "SELECT p.kind, (SELECT count(DISTINCT o.entity_id) FROM homeostat.event o
                             WHERE o.entity = 'job' AND o.to_state = 'running' AND o.owner = p.id)
             FROM homeostat.event e JOIN homeostat.process p ON p.id = e.owner
             WHERE e.entity = 'job' AND e.entity_id = $1 AND e.to_state = 'running'",
        )
        .bind(job.to_string())
        .fetch_one(db.pool())
        .await
        .unwrap()
    });
    assert_eq!((kind.as_str(), jobs), ("worker-sense-alone", 1));
}

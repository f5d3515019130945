//! L6: nothing is tried for ever. A job has three attempts, a schedule three failed jobs, a wait its
//! caps and its last hour; what stops keeps the evidence of why, for whoever comes to look.
//!
//! Under test: `verdict::decide`, `schedule::trip`, and the sweep of jobs past their `give_up_at`.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_queue::{
    Cadence, Enqueue, Missed, Overlap, Schedule, define_schedule, schedules, tick,
};
use jiff::SignedDuration;
use serde_json::json;

use crate::plant::ground::{Ground, Way, soon};

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
    // Five chores; the sixth run is the second of one of them, so each has had its first.
    soon(scheduler.handle.chores().at_least(6)).await;
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

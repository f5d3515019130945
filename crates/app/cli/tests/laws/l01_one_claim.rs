//! L1: a claim is somebody's alone, and each claim gets a larger fence than the one before. A result
//! that carries an older fence is noted as stale and moves nothing.
//!
//! Under test: `FOR UPDATE SKIP LOCKED` in the claim, and (id, fence, owner) in the finish.

use serde_json::json;

use crate::plant::ground::{Ground, Way, finished_at_least};

/// The deadline sweep takes the job from a worker that is too slow, and the job is claimed again, by
/// the same worker or by a second one. The slow result comes while the second attempt is at work.
async fn overtaken(by_a_second_worker: bool) {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::Wait).await;
    let first = ground.pool("first", 2).await;
    first.started(1).await;
    // With both of its slots taken, the first worker cannot claim again.
    let second = if by_a_second_worker {
        ground.enqueue(Way::Wait).await;
        first.started(2).await;
        Some(ground.pool("second", 1).await)
    } else {
        None
    };
    ground.overdue(job).await;
    let _scheduler = ground.scheduler("scheduler").await;
    let at_it = match &second {
        Some(second) => {
            second.started(1).await;
            second
        }
        None => {
            first.started(2).await;
            &first
        }
    };
    let fences = ground.fences_of(job);
    assert!(fences.len() == 2 && fences[1] > fences[0], "{fences:?}");

    ground.let_go(fences[0]);
    first.stale(1).await;
    let row = ground
        .job(job)
        .await
        .expect("a stale result finishes nothing");
    assert_eq!(
        (row.state.as_str(), row.owner),
        ("running", Some(at_it.epoch.id()))
    );

    ground.let_go(fences[1]);
    ground.gone(job).await;
    let done: Vec<_> = ground
        .history(job)
        .await
        .into_iter()
        .filter(|(state, ..)| state == "done")
        .collect();
    assert_eq!(done.len(), 1);
    let result = json!({ "fence": fences[1].0, "epoch": at_it.epoch.id().0 });
    assert_eq!(done[0].2["result"], result);
}

/// Red without `AND j.fence = ask.fence` in `settle::finish`: the owner is the same, only the fence
/// tells the attempts apart.
#[tokio::test]
async fn an_older_attempt_of_the_same_worker_changes_nothing() {
    overtaken(false).await;
}

/// Red without `AND j.fence = ask.fence AND j.owner = $1` in `settle::finish`.
#[tokio::test]
async fn the_first_owners_late_result_changes_nothing() {
    overtaken(true).await;
}

/// Four workers race for every job, and each is begun once. Red without `FOR UPDATE SKIP LOCKED` in
/// `claim::take`.
#[tokio::test]
async fn no_job_is_claimed_by_two() {
    let ground = Ground::new().await;
    let mut pools = Vec::new();
    for name in ["a", "b", "c", "d"] {
        pools.push(ground.pool(name, 3).await);
    }
    let mut ids = Vec::new();
    for _ in 0..200 {
        ids.push(ground.enqueue(Way::Done).await);
    }
    finished_at_least(&pools, 200).await;
    let stale: u64 = pools.iter().map(|pool| pool.handle.stale().count()).sum();
    for pool in pools {
        pool.stop().await;
    }
    let mut begun: Vec<_> = ground.begun().into_iter().map(|(id, _)| id).collect();
    begun.sort();
    assert_eq!((begun, stale), (ids, 0));
}

/// Whatever made a claim end, the next one's fence is larger. Red without `fence = j.fence + 1` in
/// `claim::take` or in `settle::write_next`.
#[tokio::test]
async fn the_fence_only_grows() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::Fail).await;
    let pool = ground.pool("a", 1).await;
    pool.finished(3).await;
    pool.stop().await;
    let fences: Vec<i64> = ground
        .history(job)
        .await
        .iter()
        .filter_map(|(_, fence, _)| *fence)
        .collect();
    assert_eq!(
        fences,
        [0, 1, 2, 3, 4, 5, 6],
        "each claim and each end of one counts"
    );
}

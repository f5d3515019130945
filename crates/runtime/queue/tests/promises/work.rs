//! What becomes of jobs in a pool.

use crate::common::{Alone, Ground, Hang, Way};
use homeostat_model::JobId;
use homeostat_queue::{
    Cancelled, Enqueue, JobFilter, PoolOptions, Stopped, cancel, enqueue, jobs, retry_failed,
};
use serde_json::json;

/// Every way to end leads to one of done, failed, cancelled, with its cause (L2, L6).
#[tokio::test]
async fn every_job_ends_and_says_why() {
    let ground = Ground::new().await;
    let mut ids = Vec::new();
    for way in [
        Way::Done,
        Way::Fail,
        Way::FailForGood,
        Way::Panic,
        Way::Snooze,
        Way::CallOff,
        Way::Nul,
    ] {
        ids.push(ground.enqueue(way).await);
    }
    let hanging = enqueue(&ground.db, &Hang {}, &Enqueue::default())
        .await
        .unwrap()
        .job;
    let pool = ground
        .pool(
            "a",
            PoolOptions {
                poll_ms: 20,
                ..PoolOptions::default()
            },
        )
        .await;
    // 1 + 3 + 1 + 3 + 3 + 3 + 1 + 1 results.
    pool.handle.finished().at_least(16).await;
    assert_eq!(pool.stop().await, Stopped::Planned);

    let ends = ground.ends().await;
    let end = |n: usize| {
        let (state, data) = &ends[&ids[n].0];
        (
            state.as_str(),
            data["last_cause"].as_str().unwrap_or_default(),
        )
    };
    assert_eq!(end(0), ("done", ""));
    assert_eq!(ends[&ids[0].0].1["result"], json!({"attempt": 1}));
    assert!(ends[&ids[0].0].1["duration_ms"].is_number());
    assert_eq!(end(5), ("cancelled", ""));
    let failed = jobs(
        &ground.db,
        &JobFilter {
            state: Some("failed".into()),
            ..JobFilter::default()
        },
    )
    .await
    .unwrap();
    let failed: Vec<_> = failed
        .iter()
        .map(|job| {
            (
                job.id,
                job.attempts_used,
                job.last_cause.as_deref().unwrap(),
            )
        })
        .collect();
    let expected: Vec<(JobId, i16, &str)> = vec![
        (ids[1], 3, "error"),
        (ids[2], 1, "error"),
        (ids[3], 3, "error"),
        (ids[4], 0, "snoozes"),
        (ids[6], 1, "error"),
        (hanging, 3, "timeout"),
    ];
    assert_eq!(failed, expected);
}

/// L12: args that cannot be read fail at once, name the field, and hold up nobody.
#[tokio::test]
async fn poison_is_named_and_blocks_nothing() {
    let ground = Ground::new().await;
    let how = Enqueue::default();
    let poison = homeostat_queue::enqueue_raw(&ground.db, "task", json!({"way": 7}), &how)
        .await
        .unwrap()
        .job;
    let good = ground.enqueue(Way::Done).await;
    let pool = ground
        .pool(
            "a",
            PoolOptions {
                slots: 1,
                ..PoolOptions::default()
            },
        )
        .await;
    pool.handle.finished().at_least(2).await;
    pool.stop().await;
    assert_eq!(ground.end_of(good).await.0, "done");
    let row = jobs(
        &ground.db,
        &JobFilter {
            id: Some(poison),
            ..JobFilter::default()
        },
    )
    .await
    .unwrap()
    .remove(0);
    assert_eq!(
        (row.state.as_str(), row.last_cause.as_deref()),
        ("failed", Some("poison"))
    );
    assert!(
        row.last_error.unwrap().starts_with("args.way: "),
        "the field is named"
    );
}

/// One at a time over two processes, and the second starts without waiting for a poll.
#[tokio::test]
async fn a_limit_holds_over_two_processes() {
    let ground = Ground::new().await;
    for _ in 0..4 {
        enqueue(&ground.db, &Alone {}, &Enqueue::default())
            .await
            .unwrap();
    }
    let fast = || PoolOptions {
        poll_ms: 10,
        ..PoolOptions::default()
    };
    let (a, b) = (
        ground.pool("a", fast()).await,
        ground.pool("b", fast()).await,
    );
    for round in 1..=4 {
        loop {
            let started = a.handle.started().count() + b.handle.started().count();
            assert!(started <= round, "{started} started, {} let go", round - 1);
            if started == round {
                break;
            }
            tokio::select! {
                () = a.handle.started().at_least(a.handle.started().count() + 1) => {}
                () = b.handle.started().at_least(b.handle.started().count() + 1) => {}
            }
        }
        // Both have looked again and found no room.
        a.handle.idle().at_least(a.handle.idle().count() + 2).await;
        b.handle.idle().at_least(b.handle.idle().count() + 2).await;
        assert_eq!(
            a.handle.started().count() + b.handle.started().count(),
            round
        );
        ground.gate.add_permits(1);
    }
    tokio::join!(a.stop(), b.stop());
    let ends = ground.ends().await;
    assert!(ends.values().all(|(state, _)| state == "done"), "{ends:?}");
}

/// A stop gives back what it cannot finish, and that costs no attempt.
#[tokio::test]
async fn a_stop_costs_no_attempt() {
    let ground = Ground::new().await;
    let running = ground.enqueue(Way::WaitForCancel).await;
    let waiting = ground.enqueue(Way::Done).await;
    let options = PoolOptions {
        slots: 1,
        prefetch: 1,
        stop_grace_ms: 30,
        ..PoolOptions::default()
    };
    let pool = ground.pool("a", options).await;
    pool.handle.started().at_least(1).await;
    assert_eq!(pool.handle.claimed().count(), 2);
    let epoch = pool.epoch.clone();
    assert_eq!(pool.stop().await, Stopped::Planned);
    epoch.end("test over").await.unwrap();
    let rows = jobs(&ground.db, &JobFilter::default()).await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|r| (r.id, r.state.as_str(), r.attempts_used, r.interruptions))
        .collect();
    assert_eq!(rows, [(running, "ready", 0, 1), (waiting, "ready", 0, 0)]);
}

/// A person's cancel reaches a running worker, and removes a waiting job at once.
#[tokio::test]
async fn a_cancel_reaches_the_worker() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::WaitForCancel).await;
    let pool = ground
        .pool(
            "a",
            PoolOptions {
                poll_ms: 10,
                ..PoolOptions::default()
            },
        )
        .await;
    pool.handle.started().at_least(1).await;
    assert_eq!(
        cancel(&ground.db, job, "changed my mind").await.unwrap(),
        Cancelled::Asked
    );
    pool.handle.finished().at_least(1).await;
    pool.stop().await;
    assert_eq!(ground.end_of(job).await.0, "cancelled");

    let waiting = ground.enqueue(Way::Done).await;
    assert_eq!(
        cancel(&ground.db, waiting, "not needed").await.unwrap(),
        Cancelled::Gone
    );
    let (state, data) = ground.end_of(waiting).await;
    assert_eq!(
        (state.as_str(), data["reason"].as_str()),
        ("cancelled", Some("not needed"))
    );
    assert!(cancel(&ground.db, waiting, "again").await.is_err());
    assert!(retry_failed(&ground.db, waiting, None).await.is_err());
}

/// A notification wakes an idle pool: its poll is far away.
#[tokio::test]
async fn a_notification_wakes_the_pool() {
    let ground = Ground::new().await;
    let pool = ground
        .pool(
            "a",
            PoolOptions {
                poll_ms: 3_600_000,
                ..PoolOptions::default()
            },
        )
        .await;
    pool.handle.idle().at_least(2).await;
    ground.enqueue(Way::Done).await;
    pool.handle.finished().at_least(1).await;
    pool.stop().await;
}

/// A quiet enqueue wakes nobody until the notifier says so.
#[tokio::test]
async fn a_notifier_wakes_after_the_commit() {
    let ground = Ground::new().await;
    let pool = ground
        .pool(
            "a",
            PoolOptions {
                poll_ms: 3_600_000,
                ..PoolOptions::default()
            },
        )
        .await;
    pool.handle.idle().at_least(2).await;
    let quiet = Enqueue {
        quiet: true,
        ..Enqueue::default()
    };
    enqueue(&ground.db, &crate::common::Task { way: Way::Done }, &quiet)
        .await
        .unwrap();
    let notifier = homeostat_queue::Notifier::start(&ground.db);
    notifier.poke();
    pool.handle.finished().at_least(1).await;
    pool.stop().await;
}

/// An epoch that was ended by somebody else stops its pool, which drops its work.
#[tokio::test]
async fn an_ended_epoch_stops_the_pool() {
    let ground = Ground::new().await;
    ground.enqueue(Way::WaitForCancel).await;
    let pool = ground.pool("a", PoolOptions::default()).await;
    pool.handle.started().at_least(1).await;
    let evidence = homeostat_liveness::Evidence::Guess;
    homeostat_liveness::declare_dead(&ground.db, pool.epoch.id(), evidence, None)
        .await
        .unwrap();
    pool.epoch.check_now();
    assert!(matches!(pool.task.await.unwrap(), Stopped::EpochEnded(_)));
}

/// Many jobs, two pools with full buffers: each is done once.
#[tokio::test]
async fn each_of_many_is_done_once() {
    let ground = Ground::new().await;
    let many: Vec<_> = (0..500)
        .map(|_| crate::common::Task { way: Way::Done })
        .collect();
    homeostat_queue::enqueue_all(&ground.db, &many, &[], &Enqueue::default())
        .await
        .unwrap();
    let options = || PoolOptions {
        slots: 16,
        prefetch: 64,
        ..PoolOptions::default()
    };
    let (a, b) = (
        ground.pool("a", options()).await,
        ground.pool("b", options()).await,
    );
    loop {
        let finished = a.handle.finished().count() + b.handle.finished().count();
        if finished >= 500 {
            break;
        }
        tokio::select! {
            () = a.handle.finished().at_least(a.handle.finished().count() + 1) => {}
            () = b.handle.finished().at_least(b.handle.finished().count() + 1) => {}
        }
    }
    assert_eq!(a.handle.stale().count() + b.handle.stale().count(), 0);
    tokio::join!(a.stop(), b.stop());
    let done = ground
        .ends()
        .await
        .into_values()
        .filter(|(state, _)| state == "done")
        .count();
    assert_eq!(done, 500);
}

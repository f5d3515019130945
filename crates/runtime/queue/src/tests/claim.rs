use std::collections::BTreeSet;

use homeostat_liveness::{Evidence, declare_dead};

use homeostat_store::{DbOptions, PgConnection};

use super::*;
use crate::{
    claim::{Terms, claim_limited, take},
    enqueue_all,
};

/// L1: two claimers never get the same job.
#[tokio::test]
async fn two_claimers_share_no_job() {
    let ground = Ground::new().await;
    let (a, b) = (ground.epoch("a").await, ground.epoch("b").await);
    for n in 0..60 {
        ground.enqueue(n).await;
    }
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let (x, y) = tokio::join!(
            claim(&ground.db, a.id(), "plain", 10, None),
            claim(&ground.db, b.id(), "plain", 10, None)
        );
        for job in x.unwrap().into_iter().chain(y.unwrap()) {
            assert!(seen.insert(job.id), "{} was claimed twice", job.id);
        }
    }
    assert_eq!(seen.len(), 60);
}

/// L1: once a job was taken from its owner, the owner's result changes nothing.
#[tokio::test]
async fn a_result_with_an_old_fence_changes_nothing() {
    let ground = Ground::new().await;
    let (a, b) = (ground.epoch("a").await, ground.epoch("b").await);
    let id = ground.enqueue(1).await;
    let first = ground.claim_one(&a).await;
    let later = ground.in_future(Duration::from_secs(600)).await;
    crate::maintenance::sweep_deadlines(&ground.db, &ground.entropy, Some(later))
        .await
        .unwrap();
    assert_eq!(
        ground.finish(&a, &first).await.unwrap(),
        [],
        "taken away, not claimed again yet"
    );

    let again = ground.in_future(Duration::from_secs(1200)).await;
    let second = claim(&ground.db, b.id(), "plain", 1, Some(again))
        .await
        .unwrap()
        .remove(0);
    assert!(second.fence > first.fence);
    assert_eq!(ground.finish(&a, &first).await.unwrap(), []);
    assert_eq!(ground.job(id).await.unwrap().0, "running", "b still has it");
    assert_eq!(ground.finish(&b, &second).await.unwrap(), [id]);
    assert_eq!(
        ground.finish(&b, &second).await.unwrap(),
        [],
        "done is done"
    );
    let states: Vec<String> = ground
        .history(id)
        .await
        .into_iter()
        .map(|(state, _)| state)
        .collect();
    assert_eq!(states, ["ready", "running", "ready", "running", "done"]);
}

/// The same owner's older claim is as stale as anybody's.
#[tokio::test]
async fn an_owner_that_claimed_again_has_one_claim() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let first = ground.claim_one(&epoch).await;
    let later = ground.in_future(Duration::from_secs(600)).await;
    crate::maintenance::sweep_deadlines(&ground.db, &ground.entropy, Some(later))
        .await
        .unwrap();
    let again = ground.in_future(Duration::from_secs(1200)).await;
    let second = claim(&ground.db, epoch.id(), "plain", 1, Some(again))
        .await
        .unwrap();
    assert_eq!(ground.finish(&epoch, &first).await.unwrap(), []);
    assert_eq!(ground.finish(&epoch, &second[0]).await.unwrap(), [id]);
}

#[tokio::test]
async fn an_ended_epoch_claims_nothing() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    ground.enqueue(1).await;
    declare_dead(&ground.db, epoch.id(), Evidence::Waitpid, None)
        .await
        .unwrap();
    assert!(
        claim(&ground.db, epoch.id(), "plain", 1, None)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(epoch.ended().await.contains("parent"));
    assert!(!epoch.is_sound());
}

/// The end of an epoch waits for a claim under way, so its rescue sees what was claimed.
#[tokio::test]
async fn a_claim_and_the_end_of_its_epoch_wait_for_each_other() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let mut claiming = ground.db.pool().acquire().await.unwrap();
    sqlx::query!("BEGIN").execute(&mut *claiming).await.unwrap();
    let taken = take(
        &mut claiming,
        epoch.id(),
        "plain",
        1,
        Terms::default(),
        None,
    )
    .await
    .unwrap();
    assert_eq!(taken[0].id, id);
    let end = {
        let (db, id) = (ground.db.clone(), epoch.id());
        tokio::spawn(async move { declare_dead(&db, id, Evidence::Waitpid, None).await })
    };
    wait_for_lock(&ground, &end).await;
    sqlx::query!("COMMIT")
        .execute(&mut *claiming)
        .await
        .unwrap();
    assert!(end.await.unwrap().unwrap());
    ground.kill(epoch).await;
    let rescue = crate::recovery_pass(&ground.db, &ground.entropy, None)
        .await
        .unwrap();
    assert_eq!(rescue.ready, 1);
}

/// Returns once some session of this database waits for a row; the task must not end before.
async fn wait_for_lock<T>(ground: &Ground, task: &tokio::task::JoinHandle<T>) {
    loop {
        let waiting = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'"#
        )
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
        assert!(!task.is_finished(), "it did not wait");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_limited_kind_keeps_its_limit_over_all_claimers() {
    let ground = Ground::new().await;
    sqlx::query!("UPDATE homeostat.job_kind SET concurrency = 3")
        .execute(ground.db.pool())
        .await
        .unwrap();
    let (a, b) = (ground.epoch("a").await, ground.epoch("b").await);
    for n in 0..20 {
        ground.enqueue(n).await;
    }
    let claims = (0..6).map(|n| {
        let (db, owner) = (ground.db.clone(), if n % 2 == 0 { a.id() } else { b.id() });
        tokio::spawn(async move {
            claim_limited(&db, owner, "plain", 2, None)
                .await
                .unwrap()
                .len()
        })
    });
    let mut sum = 0;
    for claimed in claims.collect::<Vec<_>>() {
        sum += claimed.await.unwrap();
    }
    assert_eq!(sum, 3);
    let unaware = claim(&ground.db, a.id(), "plain", 5, None).await.unwrap();
    assert!(
        unaware.is_empty(),
        "a worker that does not know of the limit must not pass it"
    );
}

#[tokio::test]
async fn priority_then_time_then_id() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let late = Enqueue {
        priority: Some(5),
        ..Enqueue::default()
    };
    let last = enqueue(&ground.db, &Plain { n: 0 }, &late)
        .await
        .unwrap()
        .job;
    let first_of_zero = ground.enqueue(1).await;
    let second_of_zero = ground.enqueue(2).await;
    let urgent = Enqueue {
        priority: Some(-1),
        ..Enqueue::default()
    };
    let urgent = enqueue(&ground.db, &Plain { n: 3 }, &urgent)
        .await
        .unwrap()
        .job;
    let delayed = Enqueue {
        priority: Some(-100),
        run_at: Some(ground.in_future(Duration::from_secs(60)).await),
        ..Enqueue::default()
    };
    enqueue(&ground.db, &Plain { n: 4 }, &delayed)
        .await
        .unwrap();
    let order: Vec<_> = claim(&ground.db, epoch.id(), "plain", 9, None)
        .await
        .unwrap();
    let order: Vec<_> = order.into_iter().map(|job| job.id).collect();
    assert_eq!(order, [urgent, first_of_zero, second_of_zero, last]);
}

/// A program below `min_version` claims nothing, and its epoch is over.
#[tokio::test]
async fn a_stale_program_claims_nothing_and_exits() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    ground.enqueue(1).await;
    homeostat_liveness::set_min_version(&ground.db, "0.10.0")
        .await
        .unwrap();
    assert!(
        claim(&ground.db, epoch.id(), "plain", 1, None)
            .await
            .unwrap()
            .is_empty()
    );
    epoch.check_now();
    assert!(
        epoch
            .ended()
            .await
            .contains("0.9.0 is older than min_version 0.10.0")
    );
}

/// Hardly a job is ready most of the time, and that is what the statistics then say. A claim that
/// believed them would read and sort the whole queue on the day on which it is full.
#[tokio::test]
async fn a_claim_reads_no_more_than_it_takes_whatever_the_statistics_say() {
    const BACKLOG: usize = 3_000;
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let jobs: Vec<Plain> = (0..).map(|n| Plain { n }).take(BACKLOG).collect();
    let enqueue = async || {
        enqueue_all(&ground.db, &jobs, &[], &Enqueue::default())
            .await
            .unwrap()
    };
    enqueue().await;
    let all = claim(&ground.db, epoch.id(), "plain", BACKLOG, None);
    assert_eq!(all.await.unwrap().len(), BACKLOG);
    sqlx::raw_sql("VACUUM ANALYZE homeostat.job")
        .execute(ground.db.pool())
        .await
        .unwrap();
    enqueue().await;
    // As the roles that work connect.
    let options = DbOptions {
        table_scans: false,
        ..DbOptions::default()
    };
    let db = Db::connect(ground.base.url(), &options).await.unwrap();
    let mut connection = db.pool().acquire().await.unwrap();
    let before = index_entries_read(&mut connection).await;
    let claimed = take(
        &mut connection,
        epoch.id(),
        "plain",
        10,
        Terms::default(),
        None,
    );
    assert_eq!(claimed.await.unwrap().len(), 10);
    let read = index_entries_read(&mut connection).await - before;
    assert!(
        read < 100,
        "{read} entries of indexes were read for 10 jobs"
    );
}

/// Entries of the job table's indexes that were ever read, this connection's included.
async fn index_entries_read(connection: &mut PgConnection) -> i64 {
    sqlx::query!("SELECT pg_stat_force_next_flush()")
        .execute(&mut *connection)
        .await
        .unwrap();
    sqlx::query_scalar!(
        r#"SELECT sum(idx_tup_read)::bigint AS "n!" FROM pg_stat_user_indexes WHERE relid = 'homeostat.job'::regclass"#
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

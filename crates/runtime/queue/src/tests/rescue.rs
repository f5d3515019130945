use homeostat_liveness::{Evidence, declare_dead};

use super::*;
use crate::{Rescue, claim::claim_alone, recovery_pass, rescue};

async fn rescue_it(ground: &Ground, process: homeostat_model::ProcessId) -> Rescue {
    rescue(&ground.db, process, Evidence::Flock, &ground.entropy, None)
        .await
        .unwrap()
}

/// L2, L6: only work that had begun spends an attempt; both jobs are ready at once.
#[tokio::test]
async fn begun_work_spends_an_attempt_and_claimed_work_does_not() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let (begun, waiting) = (ground.enqueue(1).await, ground.enqueue(2).await);
    let claimed = claim(&ground.db, epoch.id(), "plain", 2, None)
        .await
        .unwrap();
    epoch
        .running()
        .begun(&[(claimed[0].id, claimed[0].fence)])
        .unwrap();
    let process = epoch.id();
    ground.kill(epoch).await;

    let done = rescue_it(&ground, process).await;
    assert_eq!((done.epochs, done.ready), (1, 2));
    let (state, fence, attempts, cause) = ground.job(begun).await.unwrap();
    assert_eq!(
        (state.as_str(), fence, attempts, cause.as_deref()),
        ("ready", 2, 1, Some("crash"))
    );
    let (state, _, attempts, cause) = ground.job(waiting).await.unwrap();
    assert_eq!(
        (state.as_str(), attempts, cause.as_deref()),
        ("ready", 0, Some("interruption"))
    );
    let next = ground.epoch("b").await;
    assert_eq!(
        claim(&ground.db, next.id(), "plain", 9, None)
            .await
            .unwrap()
            .len(),
        2,
        "no backoff"
    );
    assert_eq!(
        rescue_it(&ground, process).await.jobs(),
        0,
        "a second rescue finds nothing"
    );
}

#[tokio::test]
async fn a_lost_running_file_counts_all_as_begun() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    ground.claim_one(&epoch).await;
    let process = epoch.id();
    std::fs::remove_file(ground.base.dir().join(format!("{process}.json"))).unwrap();
    ground.kill(epoch).await;
    rescue_it(&ground, process).await;
    assert_eq!(ground.job(id).await.unwrap().2, 1);
}

/// L8: a live process is never rescued, whatever anybody believes.
#[tokio::test]
async fn a_held_lock_stops_the_rescue() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let claimed = ground.claim_one(&epoch).await;
    assert_eq!(rescue_it(&ground, epoch.id()).await, Rescue::default());
    assert_eq!(ground.job(id).await.unwrap().0, "running");
    assert!(epoch.is_sound());
    assert_eq!(ground.finish(&epoch, &claimed).await.unwrap(), [id]);
}

/// L9: an epoch that was ended while its work was left behind is healed by the next pass.
#[tokio::test]
async fn recovery_needs_only_the_state() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let claimed = ground.claim_one(&epoch).await;
    epoch
        .running()
        .begun(&[(claimed.id, claimed.fence)])
        .unwrap();
    declare_dead(&ground.db, epoch.id(), Evidence::Waitpid, None)
        .await
        .unwrap();
    ground.kill(epoch).await;
    assert_eq!(
        recovery_pass(&ground.db, &ground.entropy, None)
            .await
            .unwrap()
            .ready,
        1
    );
    let (state, _, attempts, cause) = ground.job(id).await.unwrap();
    assert_eq!(
        (state.as_str(), attempts, cause.as_deref()),
        ("ready", 1, Some("crash"))
    );
    assert_eq!(
        recovery_pass(&ground.db, &ground.entropy, None)
            .await
            .unwrap(),
        Rescue::default()
    );
}

#[tokio::test]
async fn recovery_leaves_live_owners_alone() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    ground.enqueue(1).await;
    ground.claim_one(&epoch).await;
    assert_eq!(
        recovery_pass(&ground.db, &ground.entropy, None)
            .await
            .unwrap(),
        Rescue::default()
    );
}

/// L6: three crashes and no more, whoever rescues.
#[tokio::test]
async fn three_crashes_fail_the_job() {
    let ground = Ground::new().await;
    let id = ground.enqueue(1).await;
    for n in 0..3 {
        let epoch = ground.epoch(&format!("life {n}")).await;
        let now = ground.in_future(Duration::from_secs(n * 600)).await;
        let mut claimed = claim(&ground.db, epoch.id(), "plain", 1, Some(now))
            .await
            .unwrap();
        if n == 2 {
            assert!(claimed.is_empty(), "the last attempt is to run alone");
            let alone = claim_alone(&ground.db, epoch.id(), "plain", Some(now)).await;
            claimed.extend(alone.unwrap());
        }
        epoch
            .running()
            .begun(&[(claimed[0].id, claimed[0].fence)])
            .unwrap();
        let process = epoch.id();
        ground.kill(epoch).await;
        rescue(
            &ground.db,
            process,
            Evidence::Guess,
            &ground.entropy,
            Some(now),
        )
        .await
        .unwrap();
    }
    let (state, _, attempts, cause) = ground.job(id).await.unwrap();
    assert_eq!(
        (state.as_str(), attempts, cause.as_deref()),
        ("failed", 3, Some("crash"))
    );
}

/// A result on its way when the rescue comes: one of the two wins, the job is never lost.
#[tokio::test]
async fn a_rescue_and_a_finish_do_not_both_happen() {
    for round in 0..5 {
        let ground = Ground::new().await;
        let epoch = ground.epoch("a").await;
        let id = ground.enqueue(round).await;
        let claimed = ground.claim_one(&epoch).await;
        epoch
            .running()
            .begun(&[(claimed.id, claimed.fence)])
            .unwrap();
        let process = epoch.id();
        ground.kill(epoch).await;
        let late = ground.epoch("observer").await;
        let done = Done {
            id,
            fence: claimed.fence,
            result: Value::Null,
            duration_ms: 1,
            is_phase: false,
        };
        let finish = async {
            let mut connection = ground.db.pool().acquire().await.unwrap();
            finish(&mut connection, process, &[done])
                .await
                .unwrap()
                .ids
                .len()
        };
        let (finished, rescued) = tokio::join!(finish, rescue_it(&ground, process));
        assert_eq!(
            finished + rescued.ready,
            1,
            "exactly one of them had the job"
        );
        assert_eq!(ground.job(id).await.is_some(), rescued.ready == 1);
        drop(late);
    }
}

/// Boot amnesty: a claim that was old while its owner still lived is failed; a long night is not.
#[tokio::test]
async fn amnesty_counts_to_the_owners_last_sign_of_life() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let (old, fresh) = (ground.enqueue(1).await, ground.enqueue(2).await);
    claim(&ground.db, epoch.id(), "plain", 2, None)
        .await
        .unwrap();
    sqlx::query!("UPDATE homeostat.job SET claimed_at = claimed_at - interval '30 hours'")
        .execute(ground.db.pool())
        .await
        .unwrap();
    // The owner was last seen five hours after the old claim and one hour after the other.
    sqlx::query!(
        "UPDATE homeostat.process SET seen_at = (SELECT claimed_at FROM homeostat.job WHERE id = $1) + interval '5 hours'",
        old.0
    )
    .execute(ground.db.pool())
    .await
    .unwrap();
    sqlx::query!(
        "UPDATE homeostat.job SET claimed_at = claimed_at + interval '4 hours' WHERE id = $1",
        fresh.0
    )
    .execute(ground.db.pool())
    .await
    .unwrap();
    let process = epoch.id();
    ground.kill(epoch).await;
    rescue_it(&ground, process).await;
    assert_eq!(ground.job(old).await.unwrap().3.as_deref(), Some("amnesty"));
    assert_eq!(ground.job(fresh).await.unwrap().0, "ready");
}

#[tokio::test]
async fn a_cancelled_job_is_not_run_again_after_a_crash() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    ground.claim_one(&epoch).await;
    assert_eq!(
        crate::cancel(&ground.db, id, "not needed").await.unwrap(),
        crate::Cancelled::Asked
    );
    let process = epoch.id();
    ground.kill(epoch).await;
    assert_eq!(rescue_it(&ground, process).await.cancelled, 1);
    assert_eq!(ground.job(id).await, None);
    assert_eq!(ground.history(id).await.last().unwrap().0, "cancelled");
}

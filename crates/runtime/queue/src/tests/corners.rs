//! The corners of recovery: rescuers that meet, stop, are cut off, or cannot write.

use homeostat_liveness::{DeathWatch, DeathWatchOptions, Evidence, processes};
use homeostat_model::ProcessId;

use super::*;
use crate::{
    Rescue, recovery_pass, rescue,
    rescue::{dead, rescue_in},
    scheduler::rescue_the_dead,
};

/// A process dies with one job begun. Gives back the epoch and the job.
async fn a_death(ground: &Ground, name: &str) -> (ProcessId, JobId) {
    let epoch = ground.epoch(name).await;
    let id = ground.enqueue(1).await;
    let claimed = ground.claim_one(&epoch).await;
    epoch
        .running()
        .begun(&[(claimed.id, claimed.fence)])
        .unwrap();
    let process = epoch.id();
    ground.kill(epoch).await;
    (process, id)
}

async fn rescue_it(ground: &Ground, process: ProcessId) -> Rescue {
    rescue(&ground.db, process, Evidence::Flock, &ground.entropy, None)
        .await
        .unwrap()
}

/// Any number of schedulers see the same death at once; the job spends one attempt.
#[tokio::test]
async fn many_rescuers_spend_one_attempt() {
    let ground = Ground::new().await;
    let (process, id) = a_death(&ground, "a").await;
    let rescues = (0..4).map(|_| {
        let (db, entropy) = (ground.db.clone(), ground.entropy.clone());
        tokio::spawn(async move {
            let done = rescue(&db, process, Evidence::Flock, &entropy, None).await;
            done.unwrap().ready
        })
    });
    let mut ready = 0;
    for rescue in rescues.collect::<Vec<_>>() {
        ready += rescue.await.unwrap();
    }
    assert_eq!(ready, 1);
    assert_eq!(ground.job(id).await.unwrap().2, 1);
}

/// A rescuer that stops in the middle (SIGSTOP, a paused machine) keeps the dead epoch to itself. The
/// server ends its silence after some seconds, and what it had written never was. Red without the
/// timeout in `try_lock`: the others would wait for a minute.
#[tokio::test]
async fn a_stopped_rescuer_does_not_hold_the_dead_for_ever() {
    let ground = Ground::new().await;
    let (process, id) = a_death(&ground, "a").await;
    let about = dead(&ground.db, process).await.unwrap().unwrap();
    let mut stopped = ground.db.pool().acquire().await.unwrap();
    sqlx::query!("BEGIN").execute(&mut *stopped).await.unwrap();
    let evidence = Evidence::Flock;
    let half = rescue_in(
        &mut stopped,
        process,
        &about,
        evidence,
        &ground.entropy,
        None,
    )
    .await;
    assert_eq!(half.unwrap().unwrap().ready, 1, "written and not committed");

    assert_eq!(rescue_it(&ground, process).await, Rescue::default());
    let since = homeostat_clock::Stopwatch::start();
    while rescue_it(&ground, process).await.ready == 0 {
        assert!(since.elapsed() < Duration::from_secs(20), "still held");
        tokio::task::yield_now().await;
    }
    assert_eq!(ground.job(id).await.unwrap().2, 1, "one attempt, not two");
    // It wakes up, and its commit is nobody's any more.
    assert!(sqlx::query!("COMMIT").execute(&mut *stopped).await.is_err());
}

/// The database cuts the rescuer off in the middle; it or the next pass finishes, and nothing is
/// counted twice.
#[tokio::test]
async fn a_rescue_that_is_cut_off_is_made_up_for() {
    let ground = Ground::new().await;
    let (process, id) = a_death(&ground, "a").await;
    let mut blocker = ground.db.pool().acquire().await.unwrap();
    sqlx::query!("BEGIN").execute(&mut *blocker).await.unwrap();
    sqlx::query!(
        "SELECT id FROM homeostat.job WHERE id = $1 FOR UPDATE",
        id.0
    )
    .fetch_one(&mut *blocker)
    .await
    .unwrap();
    let rescuing = {
        let (db, entropy) = (ground.db.clone(), ground.entropy.clone());
        tokio::spawn(async move { rescue(&db, process, Evidence::Flock, &entropy, None).await })
    };
    // It waits for the row, with the end of the epoch written; then its session ends.
    loop {
        let cut = sqlx::query_scalar!(
            r#"SELECT count(pg_terminate_backend(pid)) AS "n!" FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'"#
        )
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
        if cut > 0 {
            break;
        }
        assert!(!rescuing.is_finished(), "it did not wait");
        tokio::task::yield_now().await;
    }
    sqlx::query!("COMMIT").execute(&mut *blocker).await.unwrap();
    let first = rescuing.await.unwrap().map_or(0, |done| done.ready);
    // The end of the epoch is known by now, or it is a death like any other.
    let second = rescue_it(&ground, process).await.ready;
    let third = recovery_pass(&ground.db, &ground.entropy, None)
        .await
        .unwrap();
    assert_eq!((first + second, third.jobs()), (1, 0));
    assert_eq!(ground.job(id).await.unwrap().2, 1);
}

/// Old as it may be, the claim of a process that lives is nobody else's business.
#[tokio::test]
async fn the_rows_of_a_live_owner_are_never_touched() {
    let ground = Ground::new().await;
    let epoch = ground.epoch("a").await;
    let id = ground.enqueue(1).await;
    let claimed = ground.claim_one(&epoch).await;
    sqlx::query!("UPDATE homeostat.job SET claimed_at = claimed_at - interval '30 hours'")
        .execute(ground.db.pool())
        .await
        .unwrap();
    assert_eq!(rescue_it(&ground, epoch.id()).await, Rescue::default());
    let pass = recovery_pass(&ground.db, &ground.entropy, None).await;
    assert_eq!(pass.unwrap(), Rescue::default());
    assert_eq!(ground.finish(&epoch, &claimed).await.unwrap(), [id]);
}

/// Whoever cannot write has no word on who lives: it stops at the first rescue that fails. Red when
/// the loop goes on to the next epoch.
#[tokio::test]
async fn a_rescuer_stops_while_its_writes_fail() {
    let ground = Ground::new().await;
    for n in 0..3 {
        a_death(&ground, &format!("life {n}")).await;
    }
    for statement in [
        "CREATE SEQUENCE tries",
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON homeostat.process FOR EACH ROW EXECUTE FUNCTION full_disk()",
    ] {
        sqlx::query(statement).execute(ground.db.pool()).await.unwrap();
    }
    let host = Host::this().unwrap();
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    let full = rescue_the_dead(&ground.db, &mut watch, &ground.entropy).await;
    assert!(full.is_err());
    let tries: i64 = sqlx::query_scalar("SELECT last_value FROM tries")
        .fetch_one(ground.db.pool())
        .await
        .unwrap();
    assert!(tries <= 4, "{tries} tries: more than one epoch's");
    sqlx::query("DROP TRIGGER full_disk ON homeostat.process")
        .execute(ground.db.pool())
        .await
        .unwrap();
    let again = rescue_the_dead(&ground.db, &mut watch, &ground.entropy).await;
    assert_eq!(again.unwrap(), 3, "nothing was lost");
}

/// Whoever gave a worker up on a guess goes on looking for the proof, without which nothing that it may have sent
/// is sent again. Red when only the living are looked at.
#[tokio::test]
async fn a_guess_is_proven_by_the_next_look() {
    let ground = Ground::new().await;
    let (dead, _) = a_death(&ground, "given up").await;
    let guess = rescue(&ground.db, dead, Evidence::Guess, &ground.entropy, None);
    assert_eq!(guess.await.unwrap().ready, 1);
    let mut watch = DeathWatch::new(Host::this().unwrap(), DeathWatchOptions::default());
    let look = rescue_the_dead(&ground.db, &mut watch, &ground.entropy).await;
    assert_eq!(look.unwrap(), 1);
    let row = processes(&ground.db, true).await.unwrap().remove(0);
    assert_eq!(row.ended_by.as_deref(), Some("flock"));
}

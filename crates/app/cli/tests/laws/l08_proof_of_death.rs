//! L8: whoever acts outside is rescued only when its death is proven: by its parent's waitpid, by the
//! free flock on its running file, or by another boot of its host. A free advisory lock alone is a
//! guess. For a plain job a guess may be wrong without harm, because the fence stands behind it.
//!
//! Under test: `weigh` in the death watch, `ended_by <> 'guess'` in the recovery of effects, and the
//! end of an epoch that was taken for dead.

use std::time::Duration;

use homeostat_effects::{Class, EffectState};
use homeostat_liveness::{DeathWatch, DeathWatchOptions, Evidence, Host, declare_dead};
use homeostat_queue::recovery_pass;

use crate::{
    acts::Acts,
    plant::ground::{Ground, Way},
    stage::{Stage, seconds},
};

/// Seen from another host, a process without a lock may be alive behind a broken network. Red when
/// `weigh` answers `Sign::None` with a guess whatever the time.
#[tokio::test]
async fn a_free_lock_alone_is_a_guess_and_waits_for_the_grace() {
    let ground = Ground::new().await;
    let elsewhere = Host {
        name: "elsewhere".into(),
        boot_id: "b".into(),
    };
    let epoch = ground.epoch_on("far away", elsewhere).await;
    let process = ground.kill(epoch).await;
    // Its running file lies on its own host.
    std::fs::remove_file(ground.run_dir().join(format!("{process}.json"))).unwrap();
    let mut watch = DeathWatch::new(Host::this().unwrap(), DeathWatchOptions::default());
    assert_eq!(watch.look(&ground.db).await.unwrap(), []);
    assert!(DeathWatchOptions::default().grace >= Duration::from_secs(3));
    let options = DeathWatchOptions {
        grace: Duration::ZERO,
        ..DeathWatchOptions::default()
    };
    let deaths = DeathWatch::new(Host::this().unwrap(), options)
        .look(&ground.db)
        .await
        .unwrap();
    assert_eq!(deaths.len(), 1);
    assert!(!deaths[0].evidence.is_proof());
}

/// The kernel lets go of a dead process's flock, so the same host needs no grace. Red without the
/// line `Sign::Dead => Some(Evidence::Flock)` of `weigh`.
#[tokio::test]
async fn a_free_running_file_is_proof_at_once() {
    let ground = Ground::new().await;
    let (dies, lives) = (ground.epoch("dies").await, ground.epoch("lives").await);
    let process = ground.kill(dies).await;
    let mut watch = DeathWatch::new(Host::this().unwrap(), DeathWatchOptions::default());
    let deaths = watch.look(&ground.db).await.unwrap();
    assert_eq!(deaths.len(), 1);
    assert_eq!(
        (deaths[0].process, deaths[0].evidence),
        (process, Evidence::Flock)
    );
    assert!(lives.is_sound());
}

/// A worker is taken for dead while it works. It stops, another does the job, and it is done once.
/// Red without the `end_reason` of `Keeper::hold`: the worker would go on for ever.
#[tokio::test]
async fn a_wrong_guess_about_a_plain_job_does_no_harm() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::Wait).await;
    let guessed = ground.pool("guessed", 1).await;
    guessed.started(1).await;
    let (process, lock_key) = (guessed.epoch.id(), guessed.epoch.lock_key());
    assert!(
        declare_dead(&ground.db, process, Evidence::Guess, None)
            .await
            .unwrap()
    );
    guessed.epoch.check_now();
    let epoch = guessed.ousted().await;
    // What it had in hand comes too late, whenever it comes.
    ground.let_go(ground.fences_of(job)[0]);
    assert_eq!(ground.job(job).await.unwrap().state, "running");
    drop(epoch);
    ground.lock_free(lock_key).await;

    assert_eq!(
        recovery_pass(&ground.db, &ground.entropy, None)
            .await
            .unwrap()
            .ready,
        1
    );
    let other = ground.pool("other", 1).await;
    other.started(1).await;
    ground.let_go(ground.fences_of(job)[1]);
    other.finished(1).await;
    let ends: Vec<_> = ground
        .history(job)
        .await
        .into_iter()
        .filter(|(state, ..)| state == "done")
        .collect();
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].2["result"]["epoch"], other.epoch.id().0);
}

/// The sender may still be about to send: its act is not sent by anybody else before its death is
/// proven, however long ago it was. Red without `p.ended_by <> 'guess'` in `adopt::describe`.
#[tokio::test]
async fn an_act_is_not_sent_again_on_a_guess() {
    let mut stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    let sender = stage.ctx.owner;
    drop(stage.permit(&*acts, "c-1").await);
    stage.crash(Evidence::Guess).await;
    stage.at(seconds(300)).await;
    assert_eq!(stage.recover(&acts).await.unknown, 1);
    assert_eq!(
        (acts.done(), stage.money().await),
        (0, (10_000_000, 0)),
        "its money is held"
    );

    assert!(
        declare_dead(&stage.ctx.db, sender, Evidence::Waitpid, None)
            .await
            .unwrap()
    );
    stage.at(seconds(400)).await;
    assert_eq!(stage.recover(&acts).await.resent, 1);
    assert_eq!(
        (acts.done(), stage.only_effect().await.state),
        (1, EffectState::Settled)
    );
    stage.assert_sound().await;
}

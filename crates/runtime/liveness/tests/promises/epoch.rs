//! A life: it is held, doubted, taken up again, and over.

use std::time::Duration;

use homeostat_liveness::{
    DeathWatch, DeathWatchOptions, Evidence, Host, declare_dead, processes, refuse_pooler,
};
use homeostat_testkit::Database;

use crate::common::{begin, cut_lock_connection, kill};

/// A lost connection casts doubt at once and is healed: nobody died.
#[tokio::test]
async fn a_cut_connection_is_doubt_and_not_death() {
    let base = Database::fresh().await;
    let db = base.db();
    let epoch = begin(&db, base.dir(), &Host::this().unwrap(), 1).await;
    assert!(epoch.is_sound());
    cut_lock_connection(&db, &epoch).await;
    epoch.check_now();
    epoch.until_sound(false).await;
    assert!(!epoch.is_sound());
    epoch.until_sound(true).await;
    assert!(epoch.is_sound());
    let mut watch = DeathWatch::new(Host::this().unwrap(), DeathWatchOptions::default());
    assert!(watch.look(&db).await.unwrap().is_empty());
}

/// Declared dead while its connection was cut: it must not come back.
#[tokio::test]
async fn an_epoch_that_was_ended_stays_ended() {
    let base = Database::fresh().await;
    let db = base.db();
    let epoch = begin(&db, base.dir(), &Host::this().unwrap(), 1).await;
    assert!(
        declare_dead(&db, epoch.id(), Evidence::Guess, None)
            .await
            .unwrap()
    );
    cut_lock_connection(&db, &epoch).await;
    epoch.check_now();
    assert!(epoch.ended().await.contains("grace"));
    assert!(!epoch.is_sound());
    assert!(
        declare_dead(&db, epoch.id(), Evidence::Waitpid, None)
            .await
            .unwrap(),
        "a guess becomes proof"
    );
    assert!(
        !declare_dead(&db, epoch.id(), Evidence::Guess, None)
            .await
            .unwrap(),
        "proof stays proof"
    );
    let row = processes(&db, true).await.unwrap().remove(0);
    assert_eq!(
        (row.state.as_str(), row.ended_by.as_deref()),
        ("ended", Some("waitpid"))
    );
}

/// The same host proves a death by the file's lock, at once; a live neighbour is left alone.
#[tokio::test]
async fn a_free_file_lock_is_proof() {
    let base = Database::fresh().await;
    let db = base.db();
    let host = Host::this().unwrap();
    let (dead, alive) = (
        begin(&db, base.dir(), &host, 1).await,
        begin(&db, base.dir(), &host, 2).await,
    );
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    assert!(watch.look(&db).await.unwrap().is_empty());
    let id = dead.id();
    kill(&db, dead).await;
    let deaths = watch.look(&db).await.unwrap();
    assert_eq!(deaths.len(), 1);
    assert_eq!(
        (deaths[0].process, deaths[0].evidence),
        (id, Evidence::Flock)
    );
    assert!(alive.is_sound());
}

/// Without proof a free lock is a guess, and waits for the grace.
#[tokio::test]
async fn a_free_lock_alone_waits_for_the_grace() {
    let base = Database::fresh().await;
    let db = base.db();
    let elsewhere = Host {
        name: "elsewhere".into(),
        boot_id: "b".into(),
    };
    let epoch = begin(&db, base.dir(), &elsewhere, 1).await;
    let id = epoch.id();
    kill(&db, epoch).await;
    std::fs::remove_file(base.dir().join(format!("{id}.json"))).unwrap();
    let watch = |grace| {
        let options = DeathWatchOptions {
            grace,
            ..DeathWatchOptions::default()
        };
        DeathWatch::new(Host::this().unwrap(), options)
    };
    let mut patient = watch(Duration::from_secs(3600));
    assert!(patient.look(&db).await.unwrap().is_empty());
    let mut hasty = watch(Duration::ZERO);
    assert_eq!(hasty.look(&db).await.unwrap()[0].evidence, Evidence::Guess);
}

/// A guess becomes proof when its file can be looked at again and nobody holds it, and not before. Red when only
/// the living are looked at.
#[tokio::test]
async fn a_guess_is_proven_later() {
    let base = Database::fresh().await;
    let db = base.db();
    let host = Host::this().unwrap();
    let epoch = begin(&db, base.dir(), &host, 1).await;
    let id = epoch.id();
    let file = base.dir().join(format!("{id}.json"));
    let away = base.dir().join("away");
    std::fs::rename(&file, &away).unwrap();
    declare_dead(&db, id, Evidence::Guess, None).await.unwrap();
    let proven = async || {
        let mut watch = DeathWatch::new(host.clone(), DeathWatchOptions::default());
        watch.prove(&db).await.unwrap()
    };
    assert!(proven().await.is_empty(), "nothing is to be seen of it");
    std::fs::rename(&away, &file).unwrap();
    assert!(
        proven().await.is_empty(),
        "it lives, and is not proven dead"
    );
    kill(&db, epoch).await;
    let found = proven().await;
    assert_eq!((found[0].process, found[0].evidence), (id, Evidence::Flock));
    assert!(declare_dead(&db, id, Evidence::Flock, None).await.unwrap());
    assert!(proven().await.is_empty(), "it is proven, once");
}

/// The same by its host's next start, where the file is lost.
#[tokio::test]
async fn a_guess_is_proven_by_a_boot() {
    let base = Database::fresh().await;
    let db = base.db();
    let host = Host::this().unwrap();
    let epoch = begin(&db, base.dir(), &host, 1).await;
    let id = epoch.id();
    kill(&db, epoch).await;
    std::fs::remove_file(base.dir().join(format!("{id}.json"))).unwrap();
    declare_dead(&db, id, Evidence::Guess, None).await.unwrap();
    let again = Host {
        boot_id: "the boot after".into(),
        ..host
    };
    let mut watch = DeathWatch::new(again, DeathWatchOptions::default());
    let found = watch.prove(&db).await.unwrap();
    assert_eq!(
        (found[0].process, found[0].evidence),
        (id, Evidence::BootId)
    );
}

#[tokio::test]
async fn another_boot_of_the_same_host_is_proof() {
    let base = Database::fresh().await;
    let db = base.db();
    let host = Host::this().unwrap();
    let before = Host {
        boot_id: "the boot before".into(),
        ..host.clone()
    };
    let epoch = begin(&db, base.dir(), &before, 1).await;
    let id = epoch.id();
    kill(&db, epoch).await;
    std::fs::remove_file(base.dir().join(format!("{id}.json"))).unwrap();
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    assert_eq!(watch.look(&db).await.unwrap()[0].evidence, Evidence::BootId);
}

#[tokio::test]
async fn a_planned_end_leaves_nothing_to_find() {
    let base = Database::fresh().await;
    let db = base.db();
    let host = Host::this().unwrap();
    let epoch = begin(&db, base.dir(), &host, 1).await;
    let file = base.dir().join(format!("{}.json", epoch.id()));
    assert!(file.exists());
    epoch.end("deploy").await.unwrap();
    assert!(!file.exists());
    assert_eq!(epoch.ended().await, "deploy");
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    assert!(watch.look(&db).await.unwrap().is_empty());
    let row = processes(&db, true).await.unwrap().remove(0);
    assert_eq!(
        (row.ended_by.as_deref(), row.end_reason.as_deref()),
        (Some("planned"), Some("deploy"))
    );
}

#[tokio::test]
async fn a_direct_connection_is_no_pooler() {
    refuse_pooler(&Database::fresh().await.db()).await.unwrap();
}

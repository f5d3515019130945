//! The database goes on elsewhere: nobody dies of it.

use std::time::Duration;

use homeostat_liveness::{DeathWatch, DeathWatchOptions, Host, processes};
use homeostat_store::{Db, DbOptions};
use homeostat_testkit::Pair;

use crate::common::begin;

const LOCKS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1";

/// The lock is taken at the successor, by the same epoch, and an observer takes nobody for dead on the way.
#[tokio::test]
async fn an_epoch_lives_on_at_the_successor() {
    let mut pair = Pair::start();
    let options = DbOptions {
        acquire_timeout: Duration::from_secs(30),
        ..DbOptions::default()
    };
    let db = Db::connect(&pair.url(), &options).await.unwrap();
    db.migrate().await.unwrap();
    let host = Host::this().unwrap();
    let run_dir = tempfile::tempdir().unwrap();
    let epoch = begin(&db, run_dir.path(), &host, 1).await;
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    assert!(watch.look(&db).await.unwrap().is_empty());
    pair.kill(0);
    epoch.check_now();
    epoch.until_sound(false).await;
    pair.promote(1);
    // All locks are free there, and one look is no grace.
    let deaths = loop {
        if let Ok(deaths) = watch.look(&db).await {
            break deaths;
        }
    };
    assert!(deaths.is_empty());
    epoch.until_sound(true).await;
    let row = processes(&db, true).await.unwrap().remove(0);
    assert_eq!((row.id, row.state.as_str()), (epoch.id(), "live"));
    assert_eq!(pair.sql(1, LOCKS), "1");
}

/// Nobody has stopped the old primary, whose session is as well as ever; those who look for the dead look at the
/// new one. Red when only a broken connection sends the lock there.
#[tokio::test]
async fn the_lock_follows_a_promotion_that_breaks_no_connection() {
    let pair = Pair::start();
    let db = Db::connect(&pair.url(), &DbOptions::default())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let run_dir = tempfile::tempdir().unwrap();
    let epoch = begin(&db, run_dir.path(), &Host::this().unwrap(), 1).await;
    pair.wait_for_nobody();
    pair.promote(1);
    while pair.sql(1, LOCKS) != "1" {
        tokio::task::yield_now().await;
    }
    epoch.until_sound(true).await;
    assert_eq!(pair.sql(0, LOCKS), "0");
}

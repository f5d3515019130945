//! Lives that begin, are cut off, and are killed.

use std::path::Path;

use homeostat_clock::Entropy;
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_store::Db;

pub(crate) async fn begin(db: &Db, run_dir: &Path, host: &Host, seed: u64) -> Epoch {
    let options = EpochOptions {
        kind: "worker".into(),
        host: host.clone(),
        version: "test".into(),
        run_dir: run_dir.to_path_buf(),
        comes_back: false,
    };
    Epoch::begin(db, &options, &Entropy::from_seed(seed))
        .await
        .unwrap()
}

/// Drops the life as a kill would, and returns once the server has noticed.
pub(crate) async fn kill(db: &Db, epoch: Epoch) {
    let key = epoch.lock_key();
    drop(epoch);
    let mut connection = db.pool().acquire().await.unwrap();
    sqlx::query!("SELECT pg_advisory_lock($1)", key)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    sqlx::query!("SELECT pg_advisory_unlock($1)", key)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
}

pub(crate) async fn cut_lock_connection(db: &Db, epoch: &Epoch) {
    let cut = sqlx::query_scalar!(
        r#"SELECT pg_terminate_backend(pid) AS "done!" FROM pg_locks
           WHERE locktype = 'advisory'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND classid::bigint = $1::bigint >> 32 AND objid::bigint = $1::bigint & 4294967295"#,
        epoch.lock_key()
    )
    .fetch_all(db.pool())
    .await
    .unwrap();
    assert_eq!(cut, [true]);
}

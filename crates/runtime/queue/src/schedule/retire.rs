//! Schedules that the configuration no longer names.
//!
//! Leaving one out is the owner's decision: it guards no money any more, so it stops without setting
//! SAFE. One that is named again comes back by itself; one that a person disabled does not.

use homeostat_store::{Db, transact};

use crate::Error;

/// Marks schedules that were retired, so that only they come back by themselves.
const RETIRED: &str = "no longer configured";

/// Stops the kind's schedules that are not among `names`, and restores those that are and were
/// retired. Returns how many changed.
///
/// # Errors
/// When the database does not answer.
pub async fn retire_schedules(db: &Db, kind: &str, names: &[String]) -> Result<u64, Error> {
    transact!(db, |tx| -> Result<u64, Error> {
        let retired = sqlx::query!(
            "UPDATE homeostat.schedule
             SET state = 'disabled', disabled_reason = $3, probe_at = NULL, next_at = NULL, guards_money = false
             WHERE kind = $1 AND state <> 'disabled' AND name <> ALL ($2)",
            kind,
            names,
            RETIRED,
        )
        .execute(&mut *tx)
        .await?;
        let restored = sqlx::query!(
            "UPDATE homeostat.schedule
             SET state = 'enabled', disabled_reason = NULL, consecutive_failures = 0, evidence = '[]'
             WHERE kind = $1 AND state = 'disabled' AND disabled_reason = $3 AND name = ANY ($2)",
            kind,
            names,
            RETIRED,
        )
        .execute(&mut *tx)
        .await?;
        Ok::<_, Error>(retired.rows_affected() + restored.rows_affected())
    })
}

//! A delivery is known again for as long as its vendor may repeat it, and then some.

use std::{error::Error, time::Duration};

use homeostat_queue::Chore;
use homeostat_store::Db;

use crate::webhooks;

/// Vendors repeat for days at most.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

#[derive(Debug)]
pub(super) struct ForgetWebhooks;

#[async_trait::async_trait]
impl Chore for ForgetWebhooks {
    fn name(&self) -> &'static str {
        "webhooks.forget"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(600)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        Ok(webhooks::forget(db, KEPT).await?)
    }
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;

    use super::*;

    /// Red without the outcome that the deletion declares: `verify` would report it.
    #[tokio::test]
    async fn what_is_old_goes_and_its_end_is_written_down() {
        let base = Database::fresh().await;
        let db = base.db();
        for days in [29, 31] {
            sqlx::query!(
                "INSERT INTO homeostat.webhook (vendor, body_hash, body_bytes, brands, received_at)
                 VALUES ('meta', sha256($1::text::bytea), 1, '{aurora}', clock_timestamp() - make_interval(days => $2))",
                days.to_string(),
                days,
            )
            .execute(db.pool())
            .await
            .unwrap();
        }
        assert_eq!(ForgetWebhooks.run(&db).await.unwrap(), 1);
        assert_eq!(ForgetWebhooks.run(&db).await.unwrap(), 0);
        let told = sqlx::query_scalar!(
            "SELECT to_state FROM homeostat.event WHERE entity = 'webhook' ORDER BY id"
        );
        assert_eq!(
            told.fetch_all(db.pool()).await.unwrap(),
            ["live", "live", "forgotten"]
        );
        for check in homeostat_store::journal::verify(&db).await.unwrap() {
            assert_eq!(check.violations, 0, "{check:?}");
        }
    }
}

//! Lives that nobody had planned to end, by when they ended, and what came after each.

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// A life that ended unplanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Life {
    /// Its id.
    pub process: ProcessId,
    /// Its role.
    pub kind: String,
    /// Where it ran.
    pub host: String,
    /// Its process id there.
    pub pid: i32,
    /// Its program's version.
    pub version: String,
    /// When it began.
    pub started_at: RuntimeTime,
    /// Its last sign of life, written every 10 s.
    pub seen_at: RuntimeTime,
    /// When it was found dead.
    pub died_at: RuntimeTime,
    /// Why it ended.
    pub reason: String,
    /// What that rests on: `waitpid`, `flock`, `boot_id` or `guess`.
    pub ended_by: String,
    /// The next life of its role; none yet.
    pub next: Option<ProcessId>,
    /// When that one began. Where nobody brings the role back, nothing is waited for after the death.
    pub back_at: Option<RuntimeTime>,
}

/// The newest of those that were found dead before an instant; absent, of all. The newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn lives_ended_before(
    db: &Db,
    before: Option<RuntimeTime>,
    limit: i64,
) -> Result<Vec<Life>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", kind AS "kind!", host AS "host!", pid AS "pid!", version AS "version!",
                  started_at AS "started_at!", seen_at AS "seen_at!", ended_at AS "ended_at!",
                  end_reason AS "end_reason!", ended_by AS "ended_by!", next AS "next?", back_at AS "back_at?"
           FROM homeostat.unplanned_end
           WHERE ended_at < coalesce($1::timestamptz, 'infinity')
           ORDER BY ended_at DESC LIMIT $2"#,
        before.map(Stamp::from) as Option<Stamp>,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::life).collect())
}

/// The oldest of those that were found dead at an instant or after it. The oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn lives_ended_from(
    db: &Db,
    since: RuntimeTime,
    limit: i64,
) -> Result<Vec<Life>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id!", kind AS "kind!", host AS "host!", pid AS "pid!", version AS "version!",
                  started_at AS "started_at!", seen_at AS "seen_at!", ended_at AS "ended_at!",
                  end_reason AS "end_reason!", ended_by AS "ended_by!", next AS "next?", back_at AS "back_at?"
           FROM homeostat.unplanned_end
           WHERE ended_at >= $1
           ORDER BY ended_at LIMIT $2"#,
        Stamp::from(since) as Stamp,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::life).collect())
}

/// When this life ended unplanned; none: it did not.
///
/// # Errors
/// When the database does not answer.
pub async fn unplanned_end(db: &Db, process: ProcessId) -> Result<Option<RuntimeTime>, StoreError> {
    let at = sqlx::query_scalar!(
        r#"SELECT ended_at AS "ended_at!" FROM homeostat.process
           WHERE id = $1 AND state = 'ended' AND ended_by <> 'planned'"#,
        process.0,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(at.map(Stamp::runtime))
}

struct Row {
    id: i64,
    kind: String,
    host: String,
    pid: i32,
    version: String,
    started_at: Stamp,
    seen_at: Stamp,
    ended_at: Stamp,
    end_reason: String,
    ended_by: String,
    next: Option<i64>,
    back_at: Option<Stamp>,
}

impl Row {
    fn life(self) -> Life {
        Life {
            process: ProcessId(self.id),
            kind: self.kind,
            host: self.host,
            pid: self.pid,
            version: self.version,
            started_at: self.started_at.runtime(),
            seen_at: self.seen_at.runtime(),
            died_at: self.ended_at.runtime(),
            reason: self.end_reason,
            ended_by: self.ended_by,
            next: self.next.map(ProcessId),
            back_at: self.back_at.map(Stamp::runtime),
        }
    }
}

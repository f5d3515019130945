//! What somebody asked for, kept from before it is done.

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, Stamp, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use super::Said;

/// Words of a day that are read.
const WORDS_MAX: i64 = 500;

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Word {
    /// Who.
    pub who: String,
    /// `cancel`.
    pub act: String,
    /// `job 7`.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// `asked`, `done` or `refused`.
    pub state: String,
    /// Why it was refused.
    pub problem: Option<String>,
    /// When.
    #[schemars(with = "crate::schema::Time")]
    pub said_at: RuntimeTime,
}

pub(super) async fn ask(
    db: &Db,
    said: &Said,
    (act, subject): (&str, &str),
) -> Result<i64, StoreError> {
    let id = sqlx::query_scalar!(
        "INSERT INTO homeostat.word (who, role, act, subject, reason) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        said.who,
        said.role.as_str(),
        act,
        subject,
        said.reason,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(id)
}

pub(super) async fn answer(db: &Db, id: i64, problem: Option<&str>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.word SET state = CASE WHEN $2::text IS NULL THEN 'done' ELSE 'refused' END, problem = $2
         WHERE id = $1 AND state = 'asked'",
        id,
        problem,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// What was asked for last, newest first.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn latest_words(db: &Db, limit: i64) -> Result<Vec<Word>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT who, act, subject, reason, state, problem, said_at FROM homeostat.word ORDER BY id DESC LIMIT $1",
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::word).collect())
}

/// What was asked for in a span of time, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn words_between(
    db: &Db,
    from: RuntimeTime,
    until: RuntimeTime,
) -> Result<Vec<Word>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT who, act, subject, reason, state, problem, said_at FROM homeostat.word
         WHERE said_at >= $1 AND said_at < $2 ORDER BY said_at LIMIT $3",
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        WORDS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::word).collect())
}

struct Row {
    who: String,
    act: String,
    subject: String,
    reason: String,
    state: String,
    problem: Option<String>,
    said_at: Stamp,
}

impl Row {
    fn word(self) -> Word {
        Word {
            who: self.who,
            act: self.act,
            subject: self.subject,
            reason: self.reason,
            state: self.state,
            problem: self.problem,
            said_at: self.said_at.runtime(),
        }
    }
}

//! Proves that the journal and the tables tell the same story.

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row};

use crate::{Db, StoreError};

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Everything examined agrees.
    Ok,
    /// Something does not.
    Violated,
    /// This check does not exist yet, or has nothing to look at here.
    NotBuilt,
}

/// One line of `homeostat verify`.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was compared.
    pub name: &'static str,
    /// The law it stands for, such as `L5`.
    pub law: &'static str,
    /// How it came out.
    pub state: CheckState,
    /// How many things were looked at.
    pub examined: i64,
    /// How many of them disagree.
    pub violations: i64,
    /// The first that disagrees.
    pub first: Option<String>,
}

impl Check {
    /// A check that looked at `examined` things and found these wrong.
    pub fn found(name: &'static str, law: &'static str, examined: i64, wrong: &[String]) -> Self {
        let state = if wrong.is_empty() {
            CheckState::Ok
        } else {
            CheckState::Violated
        };
        let violations = i64::try_from(wrong.len()).unwrap_or(i64::MAX);
        Self {
            name,
            law,
            state,
            examined,
            violations,
            first: wrong.first().cloned(),
        }
    }

    /// A check that is promised and not there.
    pub fn not_built(name: &'static str, law: &'static str, why: &str) -> Self {
        let first = Some(why.to_owned());
        Self {
            name,
            law,
            state: CheckState::NotBuilt,
            examined: 0,
            violations: 0,
            first,
        }
    }
}

/// The journal's own checks: fold = state, unbroken chains, declared deletions, partitions.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(db: &Db) -> Result<Vec<Check>, StoreError> {
    Ok(vec![
        fold_equals_state(db).await?,
        chains_are_unbroken(db).await?,
        deletions_are_declared(db).await?,
        default_partition_is_empty(db).await?,
        Check::not_built("seal", "L5", "the seal comes with a later version"),
    ])
}

/// Folding every entity's events gives exactly the rows of its table. One snapshot sees both sides.
async fn fold_equals_state(db: &Db) -> Result<Check, StoreError> {
    let relations = sqlx::query!(
        "SELECT entity, relation, derived FROM homeostat.logged_relation ORDER BY entity"
    )
    .fetch_all(db.pool())
    .await?;
    let (mut examined, mut wrong) = (0, Vec::new());
    for logged in relations {
        // The name comes from the migrations, through quote_ident in spirit: it is checked here too.
        if !logged
            .relation
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            return Err(StoreError::corrupt(
                "logged_relation.relation",
                logged.relation,
            ));
        }
        let sql = format!(
            "WITH folded AS (
                 SELECT entity_id, homeostat.fold(data ORDER BY id) AS state
                 FROM homeostat.event WHERE entity = $1 GROUP BY entity_id
             ), living AS (
                 SELECT to_jsonb(r) - $2::text[] AS state FROM homeostat.{} r
             )
             SELECT coalesce(f.entity_id, l.state ->> 'id') AS id,
                    f.state IS NOT DISTINCT FROM l.state AS same
             FROM (SELECT * FROM folded WHERE NOT state ? '$gone') f
             FULL JOIN living l ON f.entity_id = l.state ->> 'id'",
            logged.relation
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&logged.entity)
            .bind(&logged.derived)
            .fetch_all(db.pool())
            .await?;
        examined += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        for row in rows.iter().filter(|row| !row.get::<bool, _>("same")) {
            wrong.push(format!("{} {}", logged.entity, row.get::<String, _>("id")));
        }
    }
    Ok(Check::found("fold_equals_state", "L5", examined, &wrong))
}

async fn chains_are_unbroken(db: &Db) -> Result<Check, StoreError> {
    let broken = sqlx::query!(
        r#"SELECT entity, entity_id, id FROM (
               SELECT id, entity, entity_id, from_state,
                      lag(to_state) OVER (PARTITION BY entity, entity_id ORDER BY id) AS before
               FROM homeostat.event
           ) chain WHERE from_state IS DISTINCT FROM before ORDER BY id"#
    )
    .fetch_all(db.pool())
    .await?;
    let examined = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.event"#)
        .fetch_one(db.pool())
        .await?;
    let wrong: Vec<String> = broken
        .iter()
        .map(|r| format!("{} {} at event {}", r.entity, r.entity_id, r.id))
        .collect();
    Ok(Check::found("chains_are_unbroken", "L5", examined, &wrong))
}

/// A row that left its table without an outcome is an incident.
async fn deletions_are_declared(db: &Db) -> Result<Check, StoreError> {
    let undeclared = sqlx::query!(
        "SELECT entity, entity_id FROM homeostat.event WHERE to_state = 'deleted' ORDER BY id"
    )
    .fetch_all(db.pool())
    .await?;
    let examined =
        sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.event WHERE data ? '$gone'"#)
            .fetch_one(db.pool())
            .await?;
    let wrong: Vec<String> = undeclared
        .iter()
        .map(|r| format!("{} {}", r.entity, r.entity_id))
        .collect();
    Ok(Check::found(
        "deletions_are_declared",
        "L5",
        examined,
        &wrong,
    ))
}

/// Rows in the default partition mean that the partitions were not kept ahead.
async fn default_partition_is_empty(db: &Db) -> Result<Check, StoreError> {
    let strays = sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.event_default"#)
        .fetch_one(db.pool())
        .await?;
    let wrong = if strays > 0 {
        vec![format!("{strays} events in event_default")]
    } else {
        vec![]
    };
    Ok(Check::found("partitions_are_ahead", "L5", 1, &wrong))
}

//! Decisions to leave things as they are: stored with everything they were decided from, and nothing follows.
//!
//! One is stored when the evidence is another than at the last one about the same target. Two looks at once may
//! both store theirs; that is one row too many and no harm.

use std::time::Duration;

use homeostat_model::{BrandId, RuntimeTime, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};

/// What a policy looked at and left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// The entity that is left alone.
    pub target: String,
    /// The policy.
    pub policy: &'static str,
    /// The version of its rules.
    pub version: &'static str,
    /// The seed of its chance, where it used any.
    pub seed: Option<i64>,
    /// What the sensors said; exact text.
    pub inputs: String,
    /// What the estimator believed; exact text.
    pub belief: String,
    /// What the policy proposes; exact text.
    pub proposal: String,
    /// SHA-256 of the figures among the inputs, without the time of the look.
    pub evidence: [u8; 32],
    /// World time of the decision.
    pub decided_at: WorldTime,
    /// How fresh the data is.
    pub data_as_of: WorldTime,
}

/// A stored one, as far as running it again needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// The policy.
    pub policy: String,
    /// The version of its rules.
    pub version: String,
    /// The seed of its chance, where it used any.
    pub seed: Option<i64>,
    /// Exact text.
    pub inputs: String,
    /// Exact text.
    pub belief: String,
    /// Exact text.
    pub proposal: String,
}

/// Stores those whose evidence is new, in the caller's transaction. Returns how many.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn keep_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    drafts: &[KeptDraft],
) -> Result<u64, StoreError> {
    let text = |of: fn(&KeptDraft) -> &str| -> Vec<String> {
        drafts.iter().map(|one| of(one).to_owned()).collect()
    };
    let at = |of: fn(&KeptDraft) -> WorldTime| -> Vec<Stamp> {
        drafts.iter().map(|one| of(one).into()).collect()
    };
    let seeds: Vec<Option<i64>> = drafts.iter().map(|one| one.seed).collect();
    let evidence: Vec<Vec<u8>> = drafts.iter().map(|one| one.evidence.to_vec()).collect();
    let stored = sqlx::query!(
        "INSERT INTO homeostat.kept_decision
             (brand, target, policy, version, seed, inputs, belief, proposal, evidence, decided_at, data_as_of)
         SELECT $1, n.target, n.policy, n.version, n.seed, n.inputs, n.belief, n.proposal, n.evidence, n.decided_at,
                n.data_as_of
         FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bytea[],
                     $10::timestamptz[], $11::timestamptz[])
              AS n (target, policy, version, seed, inputs, belief, proposal, evidence, decided_at, data_as_of)
         WHERE n.evidence IS DISTINCT FROM
               (SELECT k.evidence FROM homeostat.kept_decision k
                WHERE k.policy = n.policy AND k.target = n.target ORDER BY k.id DESC LIMIT 1)",
        brand.as_str(),
        &text(|one| &one.target),
        &text(|one| one.policy),
        &text(|one| one.version),
        &seeds as &[Option<i64>],
        &text(|one| &one.inputs),
        &text(|one| &one.belief),
        &text(|one| &one.proposal),
        &evidence,
        &at(|one| one.decided_at) as &[Stamp],
        &at(|one| one.data_as_of) as &[Stamp],
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected())
}

/// The newest ones, to be run again.
///
/// # Errors
/// When the database does not answer.
pub async fn kept(db: &Db, limit: u32) -> Result<Vec<Kept>, StoreError> {
    sqlx::query_as!(
        Kept,
        "SELECT id, policy, version, seed, inputs, belief, proposal FROM homeostat.kept_decision
         ORDER BY id DESC LIMIT $1",
        i64::from(limit),
    )
    .fetch_all(db.pool())
    .await
    .map_err(StoreError::from)
}

/// How many each brand has stored since `since`.
///
/// # Errors
/// When the database does not answer.
pub async fn kept_since(db: &Db, since: RuntimeTime) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT brand, count(*) AS "n!" FROM homeostat.kept_decision WHERE created_at >= $1 GROUP BY 1 ORDER BY 1"#,
        Stamp::from(since) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let counted = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|row| (row.brand, counted(row.n)))
        .collect())
}

/// Forgets up to 5,000 that are older than `age`, runtime time.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_kept(db: &Db, age: Duration) -> Result<u64, StoreError> {
    let gone = sqlx::query!(
        "DELETE FROM homeostat.kept_decision WHERE id IN (
             SELECT id FROM homeostat.kept_decision
             WHERE created_at < clock_timestamp() - make_interval(secs => $1)
             ORDER BY created_at LIMIT 5000 FOR UPDATE SKIP LOCKED)",
        age.as_secs_f64(),
    )
    .execute(db.pool())
    .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;

    use super::*;

    fn draft(target: &str, evidence: u8, hour: i64) -> KeptDraft {
        let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
        let at = start.plus(jiff::SignedDuration::from_hours(hour));
        KeptDraft {
            target: target.into(),
            policy: "kill",
            version: "kill-v1",
            seed: Some(0),
            inputs: "{}".into(),
            belief: "{}".into(),
            proposal: "{}".into(),
            evidence: [evidence; 32],
            decided_at: at,
            data_as_of: at,
        }
    }

    #[tokio::test]
    async fn another_look_at_the_same_figures_adds_nothing() {
        let base = Database::fresh().await;
        let db = base.db();
        let brand: BrandId = "aurora".parse().unwrap();
        let mut connection = db.pool().acquire().await.unwrap();
        let looks = [
            (vec![draft("c-1", 1, 0), draft("c-2", 1, 0)], 2),
            (vec![draft("c-1", 1, 1), draft("c-2", 2, 1)], 1),
            // What was seen before the last time is another change.
            (vec![draft("c-1", 1, 2), draft("c-2", 1, 2)], 1),
        ];
        for (drafts, stored) in looks {
            let new = keep_in(&mut connection, &brand, &drafts).await.unwrap();
            assert_eq!(new, stored, "{drafts:?}");
        }
        assert_eq!(kept(&db, 10).await.unwrap().len(), 4);
        let begin = RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap());
        let counted = kept_since(&db, begin).await.unwrap();
        assert_eq!(counted, [("aurora".to_owned(), 4)]);
    }

    #[tokio::test]
    async fn what_was_decided_never_changes_and_what_is_old_goes() {
        let base = Database::fresh().await;
        let db = base.db();
        let brand: BrandId = "aurora".parse().unwrap();
        let mut connection = db.pool().acquire().await.unwrap();
        keep_in(&mut connection, &brand, &[draft("c-1", 1, 0)])
            .await
            .unwrap();
        let changed = sqlx::query("UPDATE homeostat.kept_decision SET belief = '[]'");
        assert!(changed.execute(&mut *connection).await.is_err());
        assert_eq!(forget_kept(&db, Duration::from_secs(60)).await.unwrap(), 0);
        assert_eq!(forget_kept(&db, Duration::ZERO).await.unwrap(), 1);
    }
}

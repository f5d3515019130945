//! Chores that the scheduler calls: windows ahead of their time, postings against windows, decisions
//! that nobody acted on.

use std::time::Duration;

use homeostat_envelope::{Action, Ask, Grounds, Limits, windows_for};
use homeostat_model::{BrandId, Mode, Money, RuntimeTime, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};

use crate::{
    EffectsError,
    ctx::millis,
    incident, ledger,
    mode::{self, Author, Cause},
};

/// A window whose numbers differ from its postings.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WindowDifference {
    /// The window.
    pub window: i64,
    /// Whose cap.
    pub scope: String,
    /// Held as the window says.
    pub held: i64,
    /// Held as the postings say.
    pub held_posted: i64,
    /// Settled as the window says.
    pub settled: i64,
    /// Settled as the postings say.
    pub settled_posted: i64,
}

/// Creates a brand's money windows for `at`, in canonical order. Called with times ahead, so that an
/// intent after midnight finds its windows there. Returns how many were new.
///
/// # Errors
/// When the limits are wrong or the database does not answer.
pub async fn prepare_windows(
    db: &Db,
    brand: &BrandId,
    limits: &Limits,
    at: WorldTime,
) -> Result<u64, EffectsError> {
    limits.validate()?;
    // A purse's windows are those of any ask that draws on it; entities get theirs with the first act.
    let mut specs = Vec::new();
    for action in [Action::Kill, Action::Refund, Action::Payout] {
        let ask = Ask {
            kind: "prepare".into(),
            action,
            brand: brand.clone(),
            target: String::new(),
            worst_case: Money::from_micros(1, limits.currency),
            risk_reducing: true,
            policy: String::new(),
            policy_version: String::new(),
            effect_key: String::new(),
            request_hash: String::new(),
            data_as_of: at,
            at,
            evidence: None,
            grounds: Grounds::default(),
        };
        let purse = format!("{}:{brand}", action.purse());
        let own = windows_for(limits, &ask, 0)?.into_iter();
        let used = limits.purse(action).day_cap_micros > 0;
        specs.extend(own.filter(|spec| used && spec.scope == purse));
    }
    let mut connection = db.pool().acquire().await?;
    Ok(ledger::ensure(&mut connection, brand, limits.currency, &specs, at).await?)
}

/// The windows that differ from their postings. None, unless something is broken: postings are the
/// truth, windows the fast guard.
///
/// # Errors
/// When the database does not answer.
pub async fn compare_postings(db: &Db) -> Result<Vec<WindowDifference>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.scope, w.held, w.settled, p.held AS "held_posted!", p.settled AS "settled_posted!"
           FROM homeostat.budget_window w
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(amount) FILTER (WHERE account = 'held'), 0)::bigint AS held,
                      coalesce(sum(amount) FILTER (WHERE account = 'settled'), 0)::bigint AS settled
               FROM homeostat.posting WHERE window_id = w.id) p
           WHERE (w.held, w.settled) <> (p.held, p.settled) ORDER BY w.id LIMIT 1000"#
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WindowDifference {
            window: row.id,
            scope: row.scope,
            held: row.held,
            held_posted: row.held_posted,
            settled: row.settled,
            settled_posted: row.settled_posted,
        })
        .collect())
}

/// Opens an incident for each window that differs from its postings, and sets SAFE: books that
/// nobody can explain. A window whose incident is open was told before, so a person who lifted SAFE
/// after looking is not overruled. Returns the windows told of now.
///
/// # Errors
/// When the database does not answer.
pub async fn report_differences(db: &Db) -> Result<Vec<WindowDifference>, EffectsError> {
    let differences = compare_postings(db).await?;
    if differences.is_empty() {
        return Ok(differences);
    }
    transact!(db, |tx| -> Result<Vec<WindowDifference>, EffectsError> {
        let mut told = Vec::new();
        for difference in &differences {
            if report(tx, difference).await? {
                told.push(difference.clone());
            }
        }
        Ok(told)
    })
}

/// False when it was told before.
async fn report(tx: &mut PgConnection, found: &WindowDifference) -> Result<bool, EffectsError> {
    let reason = format!(
        "window {} of {}: held {} and settled {}, its postings say {} and {}",
        found.window,
        found.scope,
        found.held,
        found.settled,
        found.held_posted,
        found.settled_posted
    );
    let about = ("budget_window", found.window.to_string());
    if !incident::open(tx, "unexplained_books", None, about, &reason).await? {
        return Ok(false);
    }
    match mode::set_mode_in(
        tx,
        Mode::Safe,
        Cause::UnexplainedBooks,
        &Author::System,
        &reason,
    )
    .await
    {
        // HALT is stricter already.
        Ok(_) | Err(EffectsError::NeedsPerson { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Closes decisions that have waited for longer than `age`. Returns how many.
///
/// # Errors
/// When the database does not answer.
pub async fn expire_decisions(
    db: &Db,
    age: Duration,
    now: Option<RuntimeTime>,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.decision SET state = 'expired'
         WHERE id IN (SELECT id FROM homeostat.decision WHERE state = 'proposed'
             AND created_at < coalesce($2, clock_timestamp()) - $1 * interval '1 millisecond'
             ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)",
        millis(age) as f64,
        now.map(Stamp::from) as Option<Stamp>,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected())
}

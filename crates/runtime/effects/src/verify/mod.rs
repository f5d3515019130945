//! Checks over the books: each counts what it examined and names the first violation.

mod books;
mod outcomes;

use homeostat_store::{Db, StoreError};

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// The law behind it.
    pub law: &'static str,
    /// Rows looked at.
    pub examined: i64,
    /// Rows that break the law.
    pub violations: i64,
    /// The first of them, in words.
    pub first: Option<String>,
}

/// Runs every check of effects and money.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(db: &Db) -> Result<Vec<Check>, StoreError> {
    Ok(vec![
        books::postings_are_windows(db).await?,
        books::holds_are_windows(db).await?,
        books::transfers_balance(db).await?,
        books::caps_were_kept(db).await?,
        books::standing_days_are_held(db).await?,
        outcomes::open_effects_are_in_hands(db).await?,
        outcomes::open_effects_keep_their_holds(db).await?,
        outcomes::settled_effects_have_receipts(db).await?,
        outcomes::one_effect_per_key(db).await?,
        outcomes::late_receipts_match(db).await?,
        outcomes::permitted_decisions_were_allowed(db).await?,
    ])
}

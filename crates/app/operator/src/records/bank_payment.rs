//! `bank_payment`: one row per payment to a supplier, as the bank last showed it.

use homeostat_model::{BrandId, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use homeostat_vendors::revolut::PaymentState;

/// A payment as read from the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The bank's id.
    pub id: String,
    /// Who is paid, as the bank knows them; empty where it does not say.
    pub counterparty: String,
    /// The key under which it was made.
    pub request_id: String,
    /// What has become of it.
    pub state: PaymentState,
    /// What left the account.
    pub amount: Money,
    /// When the bank took it.
    pub created_at: WorldTime,
}

/// Writes payments that a look, begun at `read_at`, has shown. What is known from a later look is left alone. Returns
/// how many were new or had changed.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<u64, StoreError> {
    let text = |of: fn(&Reading) -> &str| -> Vec<String> {
        readings.iter().map(|one| of(one).to_owned()).collect()
    };
    let currencies: Vec<String> = readings
        .iter()
        .map(|one| one.amount.currency.to_string())
        .collect();
    let amounts: Vec<i64> = readings
        .iter()
        .map(|one| one.amount.amount_micros)
        .collect();
    let created: Vec<Stamp> = readings.iter().map(|one| one.created_at.into()).collect();
    let written = sqlx::query!(
        "INSERT INTO homeostat.bank_payment AS known
             (id, brand, counterparty, request_id, state, state_raw, currency, amount_micros, created_at, read_at)
         SELECT u.id, $1, u.counterparty, u.request_id, u.state, u.state_raw, u.currency, u.amount, u.created_at, $2
         FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
                     $10::timestamptz[])
              AS u (id, counterparty, request_id, state, state_raw, currency, amount, created_at)
         ON CONFLICT (id) DO UPDATE SET
             state = excluded.state, state_raw = excluded.state_raw, read_at = excluded.read_at
         WHERE known.read_at <= excluded.read_at AND known.state_raw <> excluded.state_raw",
        brand,
        Stamp::from(read_at),
        &text(|one| &one.id),
        &text(|one| &one.counterparty),
        &text(|one| &one.request_id),
        &text(|one| word(&one.state)),
        &text(|one| one.state.as_str()),
        &currencies,
        &amounts,
        &created as &[Stamp],
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected())
}

/// The keys of the payments to somebody that came back.
///
/// # Errors
/// When the database does not answer.
pub async fn came_back(
    db: &Db,
    brand: &BrandId,
    counterparty: &str,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT request_id FROM homeostat.bank_payment
         WHERE brand = $1 AND counterparty = $2 AND state = 'reverted'",
        brand.as_str(),
        counterparty,
    )
    .fetch_all(db.pool())
    .await?)
}

/// The state's word in the table.
fn word(state: &PaymentState) -> &str {
    match state {
        PaymentState::Unknown(_) => "unknown",
        PaymentState::Created
        | PaymentState::Pending
        | PaymentState::Completed
        | PaymentState::Declined
        | PaymentState::Failed
        | PaymentState::Reverted => state.as_str(),
    }
}

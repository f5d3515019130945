//! Holds: placed with the intent, settled or released with the outcome.

use homeostat_envelope::WindowSpec;
use homeostat_model::{BrandId, Currency, EffectId};
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, Stamp, StoreError};

use super::windows::Drawn;
use crate::EffectsError;

/// Places an effect's holds on locked windows. The statement itself refuses what passes a cap.
pub(crate) async fn place(
    connection: &mut PgConnection,
    brand: &BrandId,
    currency: Currency,
    effect: EffectId,
    drawn: &[Drawn],
) -> Result<(), EffectsError> {
    if mutant!("no_hold") {
        return Ok(());
    }
    let mut takes = Vec::with_capacity(drawn.len());
    for one in drawn.iter().filter(|one| one.spec.take > 0) {
        let window = match &one.window {
            Some(window) => window.id,
            None => begin(connection, brand, currency, &one.spec).await?,
        };
        takes.push((window, &one.spec));
    }
    takes.sort_by_key(|(window, _)| *window);
    for (window, spec) in takes {
        take(connection, window, spec).await?;
        hold(connection, brand, effect, window, spec.take).await?;
    }
    Ok(())
}

/// The act happened: what was held becomes settled. `actual` replaces the amount of money windows.
/// Returns by how much the vendor took more than was held.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    effect: EffectId,
    actual: Option<i64>,
) -> Result<i64, StoreError> {
    let holds = lock(connection, effect).await?;
    let mut excess = 0;
    for hold in &holds {
        let used = if hold.is_money {
            actual.unwrap_or(hold.amount).max(0)
        } else {
            hold.amount
        };
        if hold.is_money {
            excess = excess.max(used - hold.amount);
        }
        move_window(connection, hold.window, -hold.amount, used).await?;
        sqlx::query!(
            "UPDATE homeostat.hold SET state = 'settled', settled_amount = $2 WHERE id = $1",
            hold.id,
            used,
        )
        .execute(&mut *connection)
        .await?;
        let legs = [
            ("held", -hold.amount),
            ("settled", used),
            ("available", hold.amount - used),
        ];
        post(connection, "settle", effect, hold.window, &legs).await?;
    }
    Ok(excess)
}

/// The act certainly did not happen: what was held is available again.
pub(crate) async fn release(
    connection: &mut PgConnection,
    effect: EffectId,
) -> Result<(), StoreError> {
    for hold in lock(connection, effect).await? {
        move_window(connection, hold.window, -hold.amount, 0).await?;
        sqlx::query!(
            "UPDATE homeostat.hold SET state = 'released' WHERE id = $1",
            hold.id
        )
        .execute(&mut *connection)
        .await?;
        let legs = [("held", -hold.amount), ("available", hold.amount)];
        post(connection, "release", effect, hold.window, &legs).await?;
    }
    Ok(())
}

/// A fact about an act whose holds are gone: charged to the windows it had been held in.
pub(crate) async fn record(
    connection: &mut PgConnection,
    effect: EffectId,
    actual: Option<i64>,
) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        "SELECT h.id, h.window_id, h.amount, w.unit FROM homeostat.hold h
         JOIN homeostat.budget_window w ON w.id = h.window_id
         WHERE h.effect_id = $1 AND h.state = 'released' ORDER BY w.id FOR UPDATE OF w, h",
        effect.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let used = if row.unit == "money" {
            actual.unwrap_or(row.amount).max(0)
        } else {
            row.amount
        };
        move_window(connection, row.window_id, 0, used).await?;
        sqlx::query!(
            "UPDATE homeostat.hold SET state = 'settled', settled_amount = $2 WHERE id = $1",
            row.id,
            used,
        )
        .execute(&mut *connection)
        .await?;
        let legs = [("settled", used), ("available", -used)];
        post(connection, "record", effect, row.window_id, &legs).await?;
    }
    Ok(())
}

struct Held {
    id: i64,
    window: i64,
    amount: i64,
    is_money: bool,
}

/// An effect's live holds with their windows locked, in id order of the windows.
async fn lock(connection: &mut PgConnection, effect: EffectId) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query!(
        "SELECT h.id, h.window_id, h.amount, w.unit FROM homeostat.hold h
         JOIN homeostat.budget_window w ON w.id = h.window_id
         WHERE h.effect_id = $1 AND h.state = 'held' ORDER BY w.id FOR UPDATE OF w, h",
        effect.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Held {
            id: row.id,
            window: row.window_id,
            amount: row.amount,
            is_money: row.unit == "money",
        })
        .collect())
}

/// Begins a cooldown window at the act. An empty one with the same start is used again.
async fn begin(
    connection: &mut PgConnection,
    brand: &BrandId,
    currency: Currency,
    spec: &WindowSpec,
) -> Result<i64, StoreError> {
    let id = sqlx::query_scalar!(
        "INSERT INTO homeostat.budget_window AS w
             (brand, interlock, scope, unit, period, currency, starts_at, ends_at, cap)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $4 = 'money' THEN $6 END, $7, $8, $9)
         ON CONFLICT (interlock, scope, starts_at) DO UPDATE SET ends_at = excluded.ends_at
         RETURNING id",
        brand.as_str(),
        spec.interlock,
        spec.scope,
        spec.unit.as_str(),
        spec.period.as_str(),
        currency.as_str(),
        Stamp::from(spec.starts_at) as Stamp,
        Stamp::from(spec.ends_at) as Stamp,
        spec.cap,
    )
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// The authorising statement: the one place where settled + held may not pass the cap (L4).
async fn take(
    connection: &mut PgConnection,
    window: i64,
    spec: &WindowSpec,
) -> Result<(), EffectsError> {
    if mutant!("cap_ignored") {
        return Ok(move_window(connection, window, spec.take, 0).await?);
    }
    let done = sqlx::query!(
        "UPDATE homeostat.budget_window SET held = held + $2, cap = $3
         WHERE id = $1 AND settled + held + $2 <= $3",
        window,
        spec.take,
        spec.cap,
    )
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(EffectsError::LedgerRefused(window))
    }
}

async fn hold(
    connection: &mut PgConnection,
    brand: &BrandId,
    effect: EffectId,
    window: i64,
    amount: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.hold (brand, effect_id, window_id, amount) VALUES ($1, $2, $3, $4)",
        brand.as_str(),
        effect.0,
        window,
        amount,
    )
    .execute(&mut *connection)
    .await?;
    post(
        connection,
        "hold",
        effect,
        window,
        &[("available", -amount), ("held", amount)],
    )
    .await
}

async fn move_window(
    connection: &mut PgConnection,
    window: i64,
    held: i64,
    settled: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.budget_window SET held = held + $2, settled = settled + $3 WHERE id = $1",
        window,
        held,
        settled,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One transfer: its legs in one statement, which the database checks to sum to 0.
async fn post(
    connection: &mut PgConnection,
    kind: &str,
    effect: EffectId,
    window: i64,
    legs: &[(&str, i64)],
) -> Result<(), StoreError> {
    let legs = legs.iter().filter(|(_, amount)| *amount != 0);
    let (accounts, amounts): (Vec<String>, Vec<i64>) = legs
        .map(|(account, amount)| ((*account).to_owned(), *amount))
        .unzip();
    sqlx::query!(
        "INSERT INTO homeostat.posting (transfer_id, brand, window_id, effect_id, account, kind, amount)
         SELECT t.id, e.brand, $1, e.id, leg.account, $2, leg.amount
         FROM (SELECT nextval('homeostat.transfer_id') AS id) t, homeostat.effect e,
              unnest($4::text[], $5::bigint[]) AS leg(account, amount)
         WHERE e.id = $3",
        window,
        kind,
        effect.0,
        &accounts,
        &amounts,
    )
    .execute(connection)
    .await?;
    Ok(())
}

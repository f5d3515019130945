//! Windows: created ahead, read and locked in id order.

use homeostat_envelope::{Period, Unit, WindowPosition, WindowSpec};
use homeostat_model::{BrandId, Currency, WorldTime};
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, Stamp, StoreError};

/// What an ask draws on: the spec, and the window it falls into, if that exists.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) spec: WindowSpec,
    pub(crate) window: Option<Window>,
}

/// A locked window.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) id: i64,
    pub(crate) held: i64,
    pub(crate) settled: i64,
}

/// Creates the windows that are missing, in canonical order. Intents do it in a transaction of its
/// own, so that they only lock. Cooldowns are not created here: they begin with the act.
pub(crate) async fn ensure(
    connection: &mut PgConnection,
    brand: &BrandId,
    currency: Currency,
    specs: &[WindowSpec],
    at: WorldTime,
) -> Result<u64, StoreError> {
    let mut specs: Vec<_> = specs
        .iter()
        .filter(|spec| spec.period != Period::Cooldown)
        .collect();
    specs.sort_by(|a, b| {
        (&a.scope, &a.interlock, a.starts_at).cmp(&(&b.scope, &b.interlock, b.starts_at))
    });
    let interlocks: Vec<String> = specs.iter().map(|spec| spec.interlock.clone()).collect();
    let scopes: Vec<String> = specs.iter().map(|spec| spec.scope.clone()).collect();
    let units: Vec<String> = specs
        .iter()
        .map(|spec| spec.unit.as_str().to_owned())
        .collect();
    let periods: Vec<String> = specs
        .iter()
        .map(|spec| spec.period.as_str().to_owned())
        .collect();
    let starts: Vec<Stamp> = specs.iter().map(|spec| spec.starts_at.into()).collect();
    let ends: Vec<Stamp> = specs.iter().map(|spec| spec.ends_at.into()).collect();
    let caps: Vec<i64> = specs.iter().map(|spec| spec.cap).collect();
    let done = sqlx::query!(
        "INSERT INTO homeostat.budget_window (brand, interlock, scope, unit, period, currency, starts_at, ends_at, cap)
         SELECT $1, s.interlock, s.scope, s.unit, s.period,
                CASE WHEN s.unit = 'money' THEN $2 END, s.starts_at, s.ends_at, s.cap
         FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::bigint[])
              WITH ORDINALITY AS s(interlock, scope, unit, period, starts_at, ends_at, cap, place)
         WHERE NOT EXISTS (
             SELECT FROM homeostat.budget_window w
             WHERE w.interlock = s.interlock AND w.scope = s.scope AND w.starts_at <= $10 AND $10 < w.ends_at)
         ORDER BY s.place
         ON CONFLICT (interlock, scope, starts_at) DO NOTHING",
        brand.as_str(),
        currency.as_str(),
        &interlocks,
        &scopes,
        &units,
        &periods,
        &starts as &[Stamp],
        &ends as &[Stamp],
        &caps,
        Stamp::from(at) as Stamp,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Lets the acts on one entity take turns: a cooldown window does not exist before the first act.
pub(crate) async fn lock_cooldown(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        format!("homeostat.cooldown:{brand}/{target}"),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Locks the windows that cover `at`, in id order. A cooldown counts only while it is in use, and also
/// for an ask that is older than the act it began with.
pub(crate) async fn read(
    connection: &mut PgConnection,
    specs: Vec<WindowSpec>,
    at: WorldTime,
) -> Result<Vec<Drawn>, StoreError> {
    let interlocks: Vec<String> = specs.iter().map(|spec| spec.interlock.clone()).collect();
    let scopes: Vec<String> = specs.iter().map(|spec| spec.scope.clone()).collect();
    let rows = sqlx::query!(
        "SELECT w.id, w.interlock, w.scope, w.held, w.settled
         FROM homeostat.budget_window w
         WHERE (w.interlock, w.scope) IN (SELECT * FROM unnest($1::text[], $2::text[]))
           AND $3 < w.ends_at
           AND CASE WHEN w.period = 'cooldown' THEN w.held + w.settled > 0 ELSE w.starts_at <= $3 END
         ORDER BY w.id FOR UPDATE",
        &interlocks,
        &scopes,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(connection)
    .await?;
    let find = |spec: &WindowSpec| {
        let mut covering = rows
            .iter()
            .filter(|row| row.interlock == spec.interlock && row.scope == spec.scope);
        covering.next().map(|row| Window {
            id: row.id,
            held: row.held,
            settled: row.settled,
        })
    };
    Ok(specs
        .into_iter()
        .map(|spec| {
            let window = find(&spec);
            Drawn { spec, window }
        })
        .collect())
}

impl Drawn {
    /// The window as the envelope sees it. An unused cooldown stands at zero; any other window that
    /// does not exist has no position, so that its interlock refuses.
    pub(crate) fn position(&self, frozen_scopes: &[String]) -> Option<WindowPosition> {
        let (held, settled) = match &self.window {
            Some(_) if mutant!("cap_ignored") => (0, 0),
            Some(window) => (window.held, window.settled),
            None if self.spec.period == Period::Cooldown => (0, 0),
            None => return None,
        };
        Some(WindowPosition {
            interlock: self.spec.interlock.clone(),
            scope: self.spec.scope.clone(),
            unit: self.spec.unit,
            cap: self.spec.cap,
            held,
            settled,
            frozen: self.spec.unit == Unit::Money && frozen_scopes.contains(&self.spec.scope),
        })
    }
}

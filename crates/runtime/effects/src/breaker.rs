//! Breakers: one tap per vendor, shared by all processes. A throttle or an outage closes it once, not
//! once per worker; the rate bucket lives in the same row.
//!
//! ```text
//!   closed ──vendor says wait, or 5 failures in a row──▶ open ──until passed, one trial──▶ half_open
//!     ▲                                                   ▲                                   │
//!     └──────────── the trial brought an answer ──────────┼───────────────────────────────────┤
//!                                                         └──── it failed; twice as long ◀────┘
//! ```
//! Runtime time: it guards real calls. Intents lock the row, so the trial goes to exactly one.

use std::time::Duration;

use homeostat_envelope::Breaker;
use homeostat_model::RuntimeTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};

use crate::ctx::millis;

const FAILURES_TO_OPEN: i32 = 5;
const FIRST_OPENING: Duration = Duration::from_secs(5);
/// A trial whose outcome never came is given up after this.
const TRIAL_LIFE: Duration = Duration::from_secs(60);
/// Whoever meets a trial under way asks again after this: its outcome comes long before its life ends.
const TRIAL_LOOK: Duration = Duration::from_secs(2);

/// A vendor's rate limit: a bucket that refills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Calls that may come at once.
    pub capacity: u16,
    /// Calls per minute that refill it.
    pub refill_per_minute: u16,
}

/// Gives a vendor a rate bucket, full; `None` takes it away. An unchanged one keeps its level.
///
/// # Errors
/// When the database does not answer, or a number is 0.
pub async fn configure_bucket(
    db: &Db,
    vendor: &str,
    bucket: Option<Bucket>,
) -> Result<(), StoreError> {
    let capacity = bucket.map(|bucket| i32::from(bucket.capacity));
    let refill = bucket.map(|bucket| i32::from(bucket.refill_per_minute));
    sqlx::query!(
        "INSERT INTO homeostat.breaker AS b (id, capacity, refill_per_minute, tokens_milli)
         VALUES ($1, $2, $3, coalesce($2, 0)::bigint * 1000)
         ON CONFLICT (id) DO UPDATE SET capacity = excluded.capacity,
             refill_per_minute = excluded.refill_per_minute, tokens_milli = excluded.tokens_milli
         WHERE (b.capacity, b.refill_per_minute) IS DISTINCT FROM ($2, $3)",
        vendor,
        capacity,
        refill,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// Opens a vendor's breaker for `wait`, or longer when it is open for longer already.
///
/// # Errors
/// When the database does not answer.
pub async fn open_breaker(
    db: &Db,
    vendor: &str,
    wait: Duration,
    cause: &str,
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.breaker AS b (id, state, until, cause, openings)
         SELECT $1, 'open', t.until, $3, 1
         FROM (SELECT coalesce($4, clock_timestamp()) + $2 * interval '1 millisecond' AS until) t
         ON CONFLICT (id) DO UPDATE SET state = 'open', cause = excluded.cause,
             until = CASE WHEN b.state = 'open' THEN greatest(b.until, excluded.until) ELSE excluded.until END,
             openings = b.openings + (b.state <> 'open')::int, failures = 0",
        vendor,
        millis(wait) as f64,
        cause,
        now.map(Stamp::from) as Option<Stamp>,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// How long a read has to leave a vendor alone; `None`: it may go. A read takes no token and locks
/// nothing. Once the opening is over it goes, as the trial if need be.
///
/// # Errors
/// When the database does not answer.
pub async fn breaker_wait(
    db: &Db,
    vendor: &str,
    now: Option<RuntimeTime>,
) -> Result<Option<Duration>, StoreError> {
    let wait_ms = sqlx::query_scalar!(
        r#"SELECT ceil(extract(epoch FROM least(
                      b.until, CASE WHEN b.state = 'half_open' THEN t.now + $3 * interval '1 millisecond' END)
                  - t.now) * 1000)::bigint AS "wait_ms!"
           FROM homeostat.breaker b, (SELECT coalesce($2, clock_timestamp()) AS now) t
           WHERE b.id = $1 AND b.until > t.now"#,
        vendor,
        now.map(Stamp::from) as Option<Stamp>,
        millis(TRIAL_LOOK) as f64,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(wait_ms.map(|ms| Duration::from_millis(ms.unsigned_abs())))
}

/// Takes a token of the vendor's bucket for a read; or how long to wait until there is one, and nothing is taken. For
/// vendors that count reads too: all processes take from one bucket. A vendor without a bucket has no wait.
///
/// # Errors
/// When the database does not answer.
pub async fn bucket_wait(
    db: &Db,
    vendor: &str,
    now: Option<RuntimeTime>,
) -> Result<Option<Duration>, StoreError> {
    let now = now.map(Stamp::from);
    let taken = sqlx::query!(
        "UPDATE homeostat.breaker b SET
             tokens_milli = least(b.capacity::bigint * 1000, b.tokens_milli + floor(
                 greatest(extract(epoch FROM t.now - b.refilled_at), 0) * b.refill_per_minute * 1000 / 60)::bigint)
                 - 1000,
             refilled_at = greatest(b.refilled_at, t.now)
         FROM (SELECT coalesce($2, clock_timestamp()) AS now) t
         WHERE b.id = $1 AND least(b.capacity::bigint * 1000, b.tokens_milli + floor(
             greatest(extract(epoch FROM t.now - b.refilled_at), 0) * b.refill_per_minute * 1000 / 60)::bigint) >= 1000",
        vendor,
        now as Option<Stamp>,
    )
    .execute(db.pool())
    .await?;
    if taken.rows_affected() > 0 {
        return Ok(None);
    }
    let lacking = sqlx::query!(
        r#"SELECT refill_per_minute AS "refill!", 1000 - (tokens_milli + floor(
               greatest(extract(epoch FROM coalesce($2, clock_timestamp()) - refilled_at), 0)
               * refill_per_minute * 1000 / 60)::bigint) AS "lacking!"
           FROM homeostat.breaker WHERE id = $1 AND capacity IS NOT NULL"#,
        vendor,
        now as Option<Stamp>,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(lacking.map(|row| {
        let wait_ms = row.lacking.max(0) * 60 / i64::from(row.refill.max(1)) + 1;
        Duration::from_millis(wait_ms.unsigned_abs())
    }))
}

/// A read brought an answer: an opening that is over ends. It neither ends one that still runs, nor
/// a trial under way, nor a row of failing writes: a vendor may well answer reads and lose writes.
///
/// # Errors
/// When the database does not answer.
pub async fn read_answered(
    db: &Db,
    vendor: &str,
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.breaker SET state = 'closed', until = NULL, cause = NULL, failures = 0, openings = 0
         WHERE id = $1 AND state <> 'closed' AND until <= coalesce($2, clock_timestamp())",
        vendor,
        now.map(Stamp::from) as Option<Stamp>,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The vendor answered: the breaker closes, unless it was opened for a time that still runs.
pub(crate) async fn answered(db: &Db, vendor: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.breaker SET state = 'closed', until = NULL, cause = NULL, failures = 0, openings = 0
         WHERE id = $1 AND (state = 'half_open' OR (state = 'closed' AND failures > 0))",
        vendor,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// A call brought no answer: the trial failed, or one more failure in a row.
pub(crate) async fn failed(
    db: &Db,
    vendor: &str,
    cause: &str,
    now: Option<Stamp>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.breaker AS b (id, failures) VALUES ($1, 1)
         ON CONFLICT (id) DO UPDATE SET failures = b.failures + 1",
        vendor,
    )
    .execute(db.pool())
    .await?;
    sqlx::query!(
        "UPDATE homeostat.breaker b SET state = 'open', cause = $2, failures = 0, openings = b.openings + 1,
             until = coalesce($3, clock_timestamp())
                 + $4 * power(2, least(b.openings, 5)) * interval '1 millisecond'
         WHERE b.id = $1 AND (b.state = 'half_open' OR (b.state = 'closed' AND b.failures >= $5))",
        vendor,
        cause,
        now as Option<Stamp>,
        millis(FIRST_OPENING) as f64,
        FAILURES_TO_OPEN,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The tap as an intent meets it, locked until the intent's transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    vendor: &str,
    now: Option<Stamp>,
) -> Result<Breaker, StoreError> {
    let row = sqlx::query!(
        r#"WITH locked AS (SELECT * FROM homeostat.breaker WHERE id = $1 FOR UPDATE),
               timed AS (SELECT l.*, coalesce($2, clock_timestamp()) AS now FROM locked l)
           SELECT state, cause, coalesce(until > now, false) AS "waits!", capacity, refill_per_minute,
               least(until, CASE WHEN state = 'half_open' THEN now + $3 * interval '1 millisecond' END) AS until,
               least(capacity::bigint * 1000, tokens_milli + floor(
                   greatest(extract(epoch FROM now - refilled_at), 0) * refill_per_minute * 1000 / 60)::bigint)
                   AS tokens_milli,
               now AS "now!: Stamp"
           FROM timed"#,
        vendor,
        now as Option<Stamp>,
        millis(TRIAL_LOOK) as f64,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(Breaker::Closed);
    };
    if let (Some(until), true) = (row.until, row.waits) {
        let cause = match (row.state.as_str(), row.cause) {
            ("half_open", _) => "a trial is under way".to_owned(),
            (_, cause) => cause.unwrap_or_default(),
        };
        return Ok(Breaker::Open {
            until: until.runtime(),
            cause,
        });
    }
    if let (Some(refill), Some(tokens)) = (row.refill_per_minute, row.tokens_milli)
        && tokens < 1_000
    {
        let wait_ms = (1_000 - tokens) * 60 / i64::from(refill.max(1)) + 1;
        let until = row
            .now
            .runtime()
            .plus(jiff::SignedDuration::from_millis(wait_ms));
        return Ok(Breaker::Open {
            until,
            cause: "the rate bucket is empty".into(),
        });
    }
    Ok(if row.state == "closed" {
        Breaker::Closed
    } else {
        Breaker::Trial
    })
}

/// Takes a token, and makes this intent the trial where one is due. The row is locked already.
pub(crate) async fn pass(
    connection: &mut PgConnection,
    vendor: &str,
    now: Option<Stamp>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.breaker b SET
             state = CASE WHEN b.state = 'closed' THEN 'closed' ELSE 'half_open' END,
             until = CASE WHEN b.state = 'closed' THEN NULL ELSE t.now + $3 * interval '1 millisecond' END,
             tokens_milli = CASE WHEN b.capacity IS NULL THEN 0 ELSE greatest(0, least(
                 b.capacity::bigint * 1000, b.tokens_milli + floor(
                     greatest(extract(epoch FROM t.now - b.refilled_at), 0) * b.refill_per_minute * 1000 / 60
                 )::bigint) - 1000) END,
             refilled_at = greatest(b.refilled_at, t.now)
         FROM (SELECT coalesce($2, clock_timestamp()) AS now) t WHERE b.id = $1",
        vendor,
        now as Option<Stamp>,
        millis(TRIAL_LIFE) as f64,
    )
    .execute(connection)
    .await?;
    Ok(())
}

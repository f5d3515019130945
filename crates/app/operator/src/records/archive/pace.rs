//! `browser_pace`: how fast the archive's public page is visited, one row for each way out to it.

use homeostat_control::pace::{Met, Pace, Params};
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, Stamp, StoreError};
use jiff::SignedDuration;

/// Takes the next visit, when its time has come. Of two who ask at once one gets it, and a visit that is
/// never made has cost its wait.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn claim(
    tx: &mut PgConnection,
    way: &str,
    params: Params,
    now: WorldTime,
) -> Result<bool, StoreError> {
    let begin = Pace::begin(params);
    let claimed = sqlx::query!(
        "INSERT INTO homeostat.browser_pace AS pace (id, blocked_ppm, wait_s, next_at)
         VALUES ($1, $2, $3::int, $4::timestamptz + make_interval(secs => $3::int))
         ON CONFLICT (id) DO UPDATE SET next_at = $4 + make_interval(secs => pace.wait_s)
         WHERE pace.next_at <= $4",
        way,
        whole(begin.blocked_ppm),
        whole(begin.wait_s),
        Stamp::from(now),
    )
    .execute(tx)
    .await?;
    Ok(claimed.rows_affected() > 0)
}

/// A visit that began at `at` was met like this; the next one waits accordingly.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn met(
    tx: &mut PgConnection,
    way: &str,
    params: Params,
    met: Met,
    at: WorldTime,
) -> Result<Pace, StoreError> {
    let row = sqlx::query!(
        "SELECT blocked_ppm, wait_s FROM homeostat.browser_pace WHERE id = $1 FOR UPDATE",
        way
    )
    .fetch_optional(&mut *tx)
    .await?;
    let known = row.map_or(Pace::begin(params), |row| Pace {
        blocked_ppm: u32::try_from(row.blocked_ppm).unwrap_or(0),
        wait_s: u32::try_from(row.wait_s).unwrap_or(params.most_s),
    });
    let pace = known.after(met, params);
    let next_at = at.plus(SignedDuration::from_secs(i64::from(pace.wait_s)));
    sqlx::query!(
        "UPDATE homeostat.browser_pace
         SET blocked_ppm = $2, wait_s = $3, next_at = greatest(next_at, $4) WHERE id = $1",
        way,
        whole(pace.blocked_ppm),
        whole(pace.wait_s),
        Stamp::from(next_at),
    )
    .execute(tx)
    .await?;
    Ok(pace)
}

fn whole(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

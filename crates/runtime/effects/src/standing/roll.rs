//! Rolling: the chore's pass over a brand's standing holds. New days are held, days that are over give
//! back what they did not spend.

use std::time::Duration;

use homeostat_envelope::{Limits, bounds_of_day};
use homeostat_model::{BrandId, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};
use jiff::SignedDuration;

use super::{
    open,
    rows::{self, ShortHold},
};
use crate::{
    EffectsError,
    ledger::days::{self, DayKey},
};

/// What a pass did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rolled {
    /// Days that are over and gave back their rest.
    pub closed: u32,
    /// Days that lack room: pause their targets, or raise a cap.
    pub short: Vec<ShortHold>,
}

/// One pass at world time `at`, in one transaction. A day is over once a reading begun `lag` after its
/// close, or after the end of its standing hold, is recorded.
///
/// # Errors
/// When the limits are wrong or the database refuses or does not answer.
pub async fn roll(
    db: &Db,
    brand: &BrandId,
    limits: &Limits,
    lag: Duration,
    at: WorldTime,
) -> Result<Rolled, EffectsError> {
    limits.validate()?;
    transact!(db, |tx| -> Result<Rolled, EffectsError> {
        // Room first, then those who want it.
        let closed = close_over(tx, brand, limits, lag).await?;
        let short = open::open(tx, brand, limits, at).await?;
        Ok(Rolled { closed, short })
    })
}

async fn close_over(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    lag: Duration,
) -> Result<u32, EffectsError> {
    let over = over(connection, brand, limits, lag).await?;
    if over.is_empty() {
        return Ok(0);
    }
    let mut books = days::lock(connection, brand, limits, &over).await?;
    // A target that was set running again while this waited for the windows has its day open.
    let still = self::over(connection, brand, limits, lag).await?;
    let mut lines = Vec::new();
    let mut closed = 0;
    for key in over.into_iter().filter(|key| still.contains(key)) {
        let (day, windows) = books.day(key);
        if let Some(moved) = day.close() {
            closed += 1;
            lines.extend(books.enter(key, windows, moved));
        }
    }
    days::write(connection, brand, &books, &lines).await?;
    Ok(closed)
}

/// The open days of which a reading has seen the end.
async fn over(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    lag: Duration,
) -> Result<Vec<DayKey>, EffectsError> {
    let rows = open_days(connection, brand).await?;
    let lag = SignedDuration::try_from(lag).unwrap_or(SignedDuration::MAX);
    let mut over = Vec::new();
    for (key, ended_at, read_at) in rows {
        let closes_at = bounds_of_day(limits, key.1)?.1;
        let last = ended_at.map_or(closes_at, |at| at.min(closes_at));
        if read_at.is_some_and(|read_at| read_at.since(last) >= lag) {
            over.push(key);
        }
    }
    Ok(over)
}

type OpenDay = (DayKey, Option<WorldTime>, Option<WorldTime>);

async fn open_days(
    connection: &mut PgConnection,
    brand: &BrandId,
) -> Result<Vec<OpenDay>, StoreError> {
    let found = sqlx::query!(
        r#"SELECT DISTINCT s.id, h.day::text AS "day!", s.ended_at AS "ended_at?", s.read_at AS "read_at?"
           FROM homeostat.hold h JOIN homeostat.standing_hold s ON s.id = h.standing_id
           WHERE s.brand = $1 AND h.state = 'held' ORDER BY 2, 1"#,
        brand.as_str(),
    )
    .fetch_all(connection)
    .await?;
    found
        .into_iter()
        .map(|row| {
            let key = (row.id, rows::parse(row.day)?);
            Ok((
                key,
                row.ended_at.map(Stamp::world),
                row.read_at.map(Stamp::world),
            ))
        })
        .collect()
}

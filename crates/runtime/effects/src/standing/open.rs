//! Opening days: every local day that a standing hold lives through is held once it has begun.

use std::collections::BTreeMap;

use homeostat_envelope::{Limits, day_of};
use homeostat_model::{BrandId, Money, WorldTime};
use homeostat_store::{PgConnection, StoreError};
use jiff::{ToSpan, civil::Date};

use super::rows::{self, Life, ShortHold};
use crate::{
    EffectsError, incident,
    ledger::days::{self, Books, DayKey},
};

/// After a longer absence only the last days are made up for.
const DAYS_BACK_MAX: i64 = 62;

/// A day that is to be held in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) key: DayKey,
    pub(super) per_day_micros: i64,
}

/// Holds every day up to `at` that is not held yet, in canonical lock order, as far as there is room.
pub(super) async fn open(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    at: WorldTime,
) -> Result<Vec<ShortHold>, EffectsError> {
    let today = day_of(limits, at)?;
    let mut wanted = Vec::new();
    for life in rows::lives(connection, brand).await? {
        wanted.extend(wanted_of(&life, limits, today)?);
    }
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    // Older days first, so that a lack of room shows on the newest.
    wanted.sort_by_key(|one| (one.key.1, one.key.0));
    let keys: Vec<DayKey> = wanted.iter().map(|one| one.key).collect();
    let mut books = days::lock(connection, brand, limits, &keys).await?;
    // What was begun, changed or ended while this waited for the windows is seen now.
    let lives = rows::lives(connection, brand).await?;
    wanted.clear();
    for life in &lives {
        wanted.extend(wanted_of(life, limits, today)?);
    }
    wanted.retain(|one| keys.contains(&one.key));
    wanted.sort_by_key(|one| (one.key.1, one.key.0));
    cover(connection, brand, limits, &mut books, &wanted).await
}

/// The days of a standing hold that are to be held: those it lived through without a hold, and today
/// where something is missing.
fn wanted_of(life: &Life, limits: &Limits, today: Date) -> Result<Vec<Wanted>, EffectsError> {
    let first = day_of(limits, life.started_at)?;
    let until = match life.ended_at {
        Some(ended_at) => day_of(limits, ended_at)?.min(today),
        None => today,
    };
    let from = match life.last_day {
        Some(last) => first.max(last.saturating_add(1.day())),
        None => first,
    };
    let from = from.max(today.saturating_sub(DAYS_BACK_MAX.days()));
    let mut days: Vec<Date> = from
        .series(1.day())
        .take_while(|day| *day <= until)
        .collect();
    let short = life
        .last_amount
        .is_some_and(|amount| amount < life.per_day_micros);
    if life.ended_at.is_none() && life.last_day == Some(today) && short {
        days.push(today);
    }
    Ok(days
        .into_iter()
        .map(|day| Wanted {
            key: (life.id, day),
            per_day_micros: life.per_day_micros,
        })
        .collect())
}

/// Holds the wanted days in locked books, first come first served. Returns those that lack room; an
/// incident tells of each, and closes by itself once its day is held in full.
pub(super) async fn cover(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    books: &mut Books,
    wanted: &[Wanted],
) -> Result<Vec<ShortHold>, EffectsError> {
    let mut lines = Vec::new();
    let mut missing: BTreeMap<DayKey, i64> = BTreeMap::new();
    for one in wanted {
        let (day, windows) = books.day(one.key);
        let room = books.room(&windows);
        let stands = match day.cover(one.per_day_micros, room) {
            Some(moved) => {
                lines.extend(books.enter(one.key, windows, moved));
                moved.after
            }
            None => day,
        };
        missing.insert(one.key, stands.missing(one.per_day_micros));
    }
    days::write(connection, brand, books, &lines).await?;
    tell(connection, brand, limits, &missing).await
}

async fn tell(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    missing: &BTreeMap<DayKey, i64>,
) -> Result<Vec<ShortHold>, EffectsError> {
    let mut short = Vec::new();
    for ((standing, day), micros) in missing {
        let about = ("standing_hold", standing.to_string());
        if *micros == 0 {
            incident::settle(connection, SHORT, about).await?;
            continue;
        }
        let target = target_of(connection, *standing).await?;
        let lack = Money::from_micros(*micros, limits.currency);
        let reason = format!("{day} of {target} lacks {lack} of room; pause it or raise a cap");
        incident::open(connection, SHORT, Some(brand.as_str()), about, &reason).await?;
        short.push(ShortHold {
            standing: *standing,
            target,
            day: *day,
            missing_micros: *micros,
        });
    }
    Ok(short)
}

/// The incident of a day that could not be held in full.
pub(super) const SHORT: &str = "standing_hold_short";

async fn target_of(connection: &mut PgConnection, standing: i64) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar!(
        "SELECT target FROM homeostat.standing_hold WHERE id = $1",
        standing
    )
    .fetch_one(connection)
    .await?)
}

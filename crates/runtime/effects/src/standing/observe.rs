//! Observing: what the vendor says was spent moves from held to settled, by differences of cumulative
//! readings.

use std::collections::BTreeMap;

use homeostat_envelope::Limits;
use homeostat_model::{BrandId, Money, WorldTime};
use homeostat_store::{PgConnection, Stamp, StoreError};
use jiff::civil::Date;

use super::open;
use crate::{
    EffectsError, breach, incident,
    ledger::days::{self, DayKey},
};

/// What a target has spent on a local day, as a reading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySpend {
    /// What spends, such as a campaign's id.
    pub target: String,
    /// The brand's local day.
    pub day: Date,
    /// Spent on that day so far.
    pub spend: Money,
}

/// What a reading moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Observed {
    /// Days that moved.
    pub moved: u32,
    /// Those of them whose figure became smaller.
    pub corrected: u32,
    /// Those of them that took more than was held.
    pub overspent: u32,
}

/// Records a complete reading of the brand's spend, begun at `as_of`: a day that is not in it spent
/// nothing new. Days of targets without a standing hold, and days before one began, are not ours.
/// A reading older than what is known changes nothing.
///
/// More than was held is recorded, freezes the brand's money, opens the incident `overspend` and
/// sets SAFE.
///
/// # Errors
/// When a spend is negative, or the database refuses or does not answer.
pub async fn observe_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    spends: &[DaySpend],
    as_of: WorldTime,
) -> Result<Observed, EffectsError> {
    if spends.iter().any(|one| one.spend.amount_micros < 0) {
        return Err(EffectsError::Negative("spend"));
    }
    // The days that the reading may tell of are in the books first.
    open::open(connection, brand, limits, as_of).await?;
    let news = news(connection, brand, limits, spends, as_of).await?;
    let keys: Vec<DayKey> = news.keys().copied().collect();
    let mut observed = Observed::default();
    if !keys.is_empty() {
        let mut books = days::lock(connection, brand, limits, &keys).await?;
        let mut lines = Vec::new();
        let mut over = Vec::new();
        for (key, spend) in news {
            let (day, windows) = books.day(key);
            let excess = day.excess(spend);
            let Some(moved) = day.observe(spend) else {
                continue;
            };
            observed.moved += 1;
            observed.corrected += u32::from(moved.kind == "correct");
            if excess > 0 {
                observed.overspent += 1;
                over.push((key, excess));
            }
            lines.extend(books.enter(key, windows, moved));
        }
        days::write(connection, brand, &books, &lines).await?;
        for ((standing, day), excess) in over {
            let excess = Money::from_micros(excess, limits.currency);
            let reason =
                format!("standing hold {standing} took {excess} more than was held on {day}");
            let about = ("standing_hold", standing.to_string());
            let purse = format!("brand:{brand}");
            breach::record(connection, brand.as_str(), &purse, about, &reason).await?;
        }
    }
    note_reading(connection, brand, as_of).await?;
    Ok(observed)
}

/// The readings that differ from the books.
async fn news(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    spends: &[DaySpend],
    as_of: WorldTime,
) -> Result<BTreeMap<DayKey, i64>, EffectsError> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT s.id, r.day AS "day!", r.spend AS "spend!", r.currency AS "currency!"
           FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS r(target, day, spend, currency)
           JOIN homeostat.standing_hold s ON s.brand = $1 AND s.target = r.target
           JOIN homeostat.hold h ON h.standing_id = s.id AND h.day = r.day::date
           WHERE h.settled_amount <> r.spend AND (s.read_at IS NULL OR s.read_at <= $6)"#,
        brand.as_str(),
        &spends.iter().map(|one| one.target.clone()).collect::<Vec<_>>(),
        &spends.iter().map(|one| one.day.to_string()).collect::<Vec<_>>(),
        &spends.iter().map(|one| one.spend.amount_micros).collect::<Vec<_>>(),
        &spends.iter().map(|one| one.spend.currency.to_string()).collect::<Vec<_>>(),
        Stamp::from(as_of) as Stamp,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut news = BTreeMap::new();
    for row in rows {
        if row.currency != limits.currency.as_str() {
            // A figure that nobody can use: the hold stays as it is, and somebody looks.
            let reason = format!("{} of {} on {}", row.spend, row.currency, row.day);
            let about = ("standing_hold", row.id.to_string());
            incident::open(
                connection,
                "spend_currency",
                Some(brand.as_str()),
                about,
                &reason,
            )
            .await?;
            continue;
        }
        news.insert((row.id, super::rows::parse(row.day)?), row.spend);
    }
    Ok(news)
}

async fn note_reading(
    connection: &mut PgConnection,
    brand: &BrandId,
    as_of: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.standing_hold SET read_at = $2
         WHERE brand = $1 AND (read_at IS NULL OR read_at < $2)",
        brand.as_str(),
        Stamp::from(as_of) as Stamp,
    )
    .execute(connection)
    .await?;
    Ok(())
}

//! Days of standing holds in the windows: locked together, moved together.
//!
//! Set-based: a look at a vendor moves many days at once. All windows that a transaction needs are
//! locked by one statement, in id order, before the rows of standing holds and their days.

use std::collections::BTreeMap;

use homeostat_envelope::{Limits, bounds_of_day, windows_of_day};
use homeostat_model::BrandId;
use homeostat_store::{PgConnection, Stamp, StoreError};
use jiff::civil::Date;

use super::windows;
use crate::{
    EffectsError,
    standing::{Day, Move},
};

/// A standing hold and one of its local days.
pub(crate) type DayKey = (i64, Date);

/// A locked window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Locked {
    pub(crate) cap: i64,
    pub(crate) held: i64,
    pub(crate) settled: i64,
}

/// Locked days: the windows, which of them a new day goes into, and the days as they stand.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) windows: BTreeMap<i64, Locked>,
    /// Windows of a day that has no rows yet.
    pub(crate) covering: BTreeMap<Date, Vec<i64>>,
    /// Days with rows, and the windows they stand in.
    pub(crate) days: BTreeMap<DayKey, (Day, Vec<i64>)>,
}

/// A movement of one day in one window.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) key: DayKey,
    pub(crate) window: i64,
    pub(crate) moved: Move,
}

/// Locks the windows that the days lie in, then the days. Windows that are missing are created.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    brand: &BrandId,
    limits: &Limits,
    keys: &[DayKey],
) -> Result<Books, EffectsError> {
    let mut caps = BTreeMap::new();
    let mut wanted: Vec<(Date, String, Stamp)> = Vec::new();
    let mut dates: Vec<Date> = keys.iter().map(|(_, day)| *day).collect();
    dates.sort_unstable();
    dates.dedup();
    for day in dates {
        let specs = windows_of_day(limits, brand, day)?;
        let opens_at = bounds_of_day(limits, day)?.0;
        windows::ensure(connection, brand, limits.currency, &specs, opens_at).await?;
        for spec in specs {
            wanted.push((day, spec.interlock.clone(), opens_at.into()));
            caps.insert(spec.interlock, spec.cap);
        }
    }
    let mut books = lock_windows(connection, brand, keys, &wanted, &caps).await?;
    read_days(connection, keys, &mut books).await?;
    Ok(books)
}

/// One statement, in id order: the windows that cover a day, and those that it stands in already.
async fn lock_windows(
    connection: &mut PgConnection,
    brand: &BrandId,
    keys: &[DayKey],
    wanted: &[(Date, String, Stamp)],
    caps: &BTreeMap<String, i64>,
) -> Result<Books, EffectsError> {
    let (ids, days) = columns(keys);
    let rows = sqlx::query!(
        r#"WITH covering AS (
               SELECT w.id FROM unnest($1::text[], $2::timestamptz[]) AS q(interlock, at)
               JOIN homeostat.budget_window w
                 ON w.scope = 'brand:' || $3 AND w.interlock = q.interlock AND w.unit = 'money'
                AND w.starts_at <= q.at AND q.at < w.ends_at),
           standing AS (
               SELECT h.window_id AS id FROM unnest($4::bigint[], $5::text[]) AS k(standing, day)
               JOIN homeostat.hold h ON h.standing_id = k.standing AND h.day = k.day::date)
           SELECT w.id, w.interlock, w.starts_at, w.ends_at, w.cap, w.held, w.settled
           FROM homeostat.budget_window w
           WHERE w.id IN (SELECT id FROM covering UNION SELECT id FROM standing)
           ORDER BY w.id FOR UPDATE"#,
        &wanted
            .iter()
            .map(|(_, name, _)| name.clone())
            .collect::<Vec<_>>(),
        &wanted.iter().map(|(_, _, at)| *at).collect::<Vec<_>>() as &[Stamp],
        brand.as_str(),
        &ids,
        &days,
    )
    .fetch_all(connection)
    .await?;
    let mut books = Books::default();
    for (day, name, at) in wanted {
        let mut covering = rows
            .iter()
            .filter(|row| row.interlock == *name && row.starts_at <= *at && *at < row.ends_at);
        if let Some(row) = covering.next() {
            books.covering.entry(*day).or_default().push(row.id);
        }
    }
    for row in rows {
        // A cap that was taken out of the limits stays as it was last used.
        let cap = caps.get(&row.interlock).copied().unwrap_or(row.cap);
        let (held, settled) = (row.held, row.settled);
        books.windows.insert(row.id, Locked { cap, held, settled });
    }
    Ok(books)
}

/// Locks the days themselves and adds them to the books. Their windows are locked.
pub(crate) async fn read_days(
    connection: &mut PgConnection,
    keys: &[DayKey],
    books: &mut Books,
) -> Result<(), StoreError> {
    let (ids, days) = columns(keys);
    let rows = sqlx::query!(
        r#"SELECT h.standing_id AS "standing!", h.day::text AS "day!", h.window_id, h.amount,
               h.settled_amount AS "settled!", h.state = 'held' AS "is_open!"
           FROM unnest($1::bigint[], $2::text[]) AS k(standing, day)
           JOIN homeostat.hold h ON h.standing_id = k.standing AND h.day = k.day::date
           ORDER BY h.id FOR UPDATE OF h"#,
        &ids,
        &days,
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let day = row
            .day
            .parse()
            .map_err(|error| StoreError::corrupt("hold.day", error))?;
        let stands = Day {
            amount: row.amount,
            settled: row.settled,
            is_open: row.is_open,
        };
        let entry = books.days.entry((row.standing, day));
        entry.or_insert((stands, vec![])).1.push(row.window_id);
    }
    Ok(())
}

impl Books {
    /// The day as it stands and the windows it lies in.
    pub(crate) fn day(&self, key: DayKey) -> (Day, Vec<i64>) {
        self.days.get(&key).cloned().unwrap_or_else(|| {
            let windows = self.covering.get(&key.1).cloned().unwrap_or_default();
            (Day::NEW, windows)
        })
    }

    /// The room that all of these windows have.
    pub(crate) fn room(&self, windows: &[i64]) -> i64 {
        let rooms = windows.iter().filter_map(|id| self.windows.get(id));
        rooms
            .map(|w| w.cap.saturating_sub(w.held).saturating_sub(w.settled))
            .min()
            .unwrap_or(i64::MAX)
    }

    /// Notes a movement of a day in each of its windows.
    pub(crate) fn enter(&mut self, key: DayKey, windows: Vec<i64>, moved: Move) -> Vec<Line> {
        for id in &windows {
            if let Some(window) = self.windows.get_mut(id) {
                window.held += moved.held;
                window.settled += moved.settled;
            }
        }
        let lines = windows
            .iter()
            .map(|window| Line {
                key,
                window: *window,
                moved,
            })
            .collect();
        self.days.insert(key, (moved.after, windows));
        lines
    }
}

/// Writes movements: windows, days, postings. The statement that takes refuses what passes a cap.
pub(crate) async fn write(
    connection: &mut PgConnection,
    brand: &BrandId,
    books: &Books,
    lines: &[Line],
) -> Result<(), EffectsError> {
    if lines.is_empty() {
        return Ok(());
    }
    let (takes, moves): (Vec<&Line>, Vec<&Line>) = lines
        .iter()
        .filter(|line| line.moved.held != 0 || line.moved.settled != 0)
        .partition(|line| line.moved.kind == "hold");
    take(connection, books, &takes).await?;
    shift(connection, &moves).await?;
    write_days(connection, brand, lines).await?;
    post(connection, brand, lines).await?;
    Ok(())
}

/// Window by window: what held and settled change by.
fn by_window(lines: &[&Line]) -> BTreeMap<i64, (i64, i64)> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let sum: &mut (i64, i64) = sums.entry(line.window).or_default();
        sum.0 += line.moved.held;
        sum.1 += line.moved.settled;
    }
    sums
}

/// The authorising statement for days: settled + held may not pass the cap (L4).
async fn take(
    connection: &mut PgConnection,
    books: &Books,
    takes: &[&Line],
) -> Result<(), EffectsError> {
    let sums = by_window(takes);
    let ids: Vec<i64> = sums.keys().copied().collect();
    let held: Vec<i64> = sums.values().map(|sum| sum.0).collect();
    let caps: Vec<i64> = ids
        .iter()
        .map(|id| books.windows.get(id).map_or(0, |window| window.cap))
        .collect();
    let taken = sqlx::query_scalar!(
        "UPDATE homeostat.budget_window w SET held = w.held + t.held, cap = t.cap
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS t(id, held, cap)
         WHERE w.id = t.id AND w.settled + w.held + t.held <= t.cap
         RETURNING w.id",
        &ids,
        &held,
        &caps,
    )
    .fetch_all(connection)
    .await?;
    match ids.into_iter().find(|id| !taken.contains(id)) {
        None => Ok(()),
        Some(window) => Err(EffectsError::LedgerRefused(window)),
    }
}

async fn shift(connection: &mut PgConnection, moves: &[&Line]) -> Result<(), StoreError> {
    let sums = by_window(moves);
    if sums.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE homeostat.budget_window w SET held = w.held + t.held, settled = w.settled + t.settled
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS t(id, held, settled)
         WHERE w.id = t.id",
        &sums.keys().copied().collect::<Vec<_>>(),
        &sums.values().map(|sum| sum.0).collect::<Vec<_>>(),
        &sums.values().map(|sum| sum.1).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_days(
    connection: &mut PgConnection,
    brand: &BrandId,
    lines: &[Line],
) -> Result<(), StoreError> {
    let keys: Vec<DayKey> = lines.iter().map(|line| line.key).collect();
    let (ids, days) = columns(&keys);
    let states: Vec<String> = lines
        .iter()
        .map(|line| line.moved.after.state().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO homeostat.hold (brand, standing_id, day, window_id, amount, settled_amount, state)
         SELECT $1, l.standing, l.day::date, l.win, l.amount, l.settled, l.state
         FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
              AS l(standing, day, win, amount, settled, state)
         ON CONFLICT (standing_id, day, window_id) DO UPDATE
         SET amount = excluded.amount, settled_amount = excluded.settled_amount, state = excluded.state",
        brand.as_str(),
        &ids,
        &days,
        &lines.iter().map(|line| line.window).collect::<Vec<_>>(),
        &lines.iter().map(|line| line.moved.after.amount).collect::<Vec<_>>(),
        &lines.iter().map(|line| line.moved.after.settled).collect::<Vec<_>>(),
        &states,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One transfer per line, its legs in one statement, which the database checks to sum to 0.
async fn post(
    connection: &mut PgConnection,
    brand: &BrandId,
    lines: &[Line],
) -> Result<(), StoreError> {
    let kinds: Vec<String> = lines
        .iter()
        .map(|line| line.moved.kind.to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO homeostat.posting (transfer_id, brand, window_id, standing_id, account, kind, amount)
         SELECT l.transfer, $1, l.win, l.standing, leg.account, l.kind, leg.amount
         FROM (SELECT nextval('homeostat.transfer_id') AS transfer, u.*
               FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
                    AS u(standing, win, kind, held, settled)
               WHERE u.held <> 0 OR u.settled <> 0) l,
              LATERAL (VALUES ('held', l.held), ('settled', l.settled), ('available', -l.held - l.settled))
                    AS leg(account, amount)
         WHERE leg.amount <> 0",
        brand.as_str(),
        &lines.iter().map(|line| line.key.0).collect::<Vec<_>>(),
        &lines.iter().map(|line| line.window).collect::<Vec<_>>(),
        &kinds,
        &lines.iter().map(|line| line.moved.held).collect::<Vec<_>>(),
        &lines.iter().map(|line| line.moved.settled).collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn columns(keys: &[DayKey]) -> (Vec<i64>, Vec<String>) {
    keys.iter().map(|(id, day)| (*id, day.to_string())).unzip()
}

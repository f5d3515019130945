//! Standing holds: spend that recurs by itself, such as a live campaign's daily budget, held before
//! it is spent and settled by what is observed.
//!
//! ```text
//!  begin ──▶ active ──end──▶ ended ──begin──▶ active …          one row per target
//!              │
//!              │ each local day, in the windows of day, month and for ever
//!              ▼
//!            held ──observe──▶ held, partly settled ──▶ over: the rest is released
//!                    ▲   │
//!                    └───┘ a smaller reading than before: corrected
//! ```
//! *Who is authoritative.* About the spend the vendor: readings are facts, also over the hold and over
//! the cap. About room the locked windows: a day takes what fits and never more; what does not fit is
//! an incident, `standing_hold_short`, and stays wanted until there is room or the day is over.
//!
//! *What time is for.* World time only: a day is the brand's local day and has 23, 24 or 25 hours. A
//! day is over once a complete reading, begun so long after its close (or after the end of its
//! standing hold) that late figures are in it, has been recorded. A blind sensor releases nothing.
//!
//! *Lock order.* `budget_window` by id, then `standing_hold`, then `hold`. Missing windows are created
//! before; the chore creates tomorrow's, so that this is rare. A settle may hold windows of its own
//! effect when its hook begins a standing hold at midnight: the database resolves that, one of both
//! is tried again.
//!
//! *Crash points.* Each function is one part of the caller's transaction, or one of its own: it is
//! there whole or not at all. Days that passed while nobody was there are held by the next pass.
//!
//! *Limits.* What a target spent on days before it was begun is not in the books. Where a budget is
//! raised or lowered during a day, the day is held at the higher one.

mod observe;
mod open;
mod plan;
mod roll;
mod rows;

use homeostat_envelope::{Limits, day_of};
use homeostat_model::{BrandId, EffectId, Money, MoneyError, WorldTime};
use homeostat_store::PgConnection;

use crate::{EffectsError, ledger::days};

pub use observe::{DaySpend, Observed, observe_in};
pub(crate) use plan::{Day, Move};
pub use roll::{Rolled, roll};
pub use rows::{ShortHold, StandingView, running_in, short_holds, standing_holds};

/// Begins the standing hold of a target at `at`, or changes what a running one takes per day. Holds
/// the rest of today at once.
///
/// `by` is the act that set the target running; `None` when a sensor found it. Called from the hook
/// of a settle: the act's own hold was its worst case, and its receipt says that it cost nothing
/// (`actual` is zero), so the room that the settle gave back is taken here in the same transaction.
/// Either way nothing is authorised over a cap. Returns what today lacks, in micro-units.
///
/// # Errors
/// When `per_day` is not above zero or in another currency than the limits, or the database.
pub async fn begin_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
    per_day: Money,
    by: Option<EffectId>,
    limits: &Limits,
    at: WorldTime,
) -> Result<i64, EffectsError> {
    let per_day_micros = positive(per_day, limits)?;
    let today = day_of(limits, at)?;
    let known = rows::id_of(connection, brand, target).await?;
    let keys = [(known.unwrap_or_default(), today)];
    let mut books = days::lock(connection, brand, limits, &keys).await?;
    let id = rows::begin(connection, brand, target, per_day, by, at).await?;
    if known != Some(id) {
        // Begun by somebody else while this waited for the windows.
        days::read_days(connection, &[(id, today)], &mut books).await?;
    }
    let wanted = [open::Wanted {
        key: (id, today),
        per_day_micros,
    }];
    let short = open::cover(connection, brand, limits, &mut books, &wanted).await?;
    Ok(short.iter().map(|one| one.missing_micros).sum())
}

/// Changes what a running standing hold takes per day, from today on where it grows. Returns what
/// today lacks, in micro-units; `None` when none is running.
///
/// # Errors
/// When `per_day` is not above zero or in another currency than the limits, or the database.
pub async fn change_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
    per_day: Money,
    limits: &Limits,
    at: WorldTime,
) -> Result<Option<i64>, EffectsError> {
    positive(per_day, limits)?;
    if !rows::is_active(connection, brand, target).await? {
        return Ok(None);
    }
    begin_in(connection, brand, target, per_day, None, limits, at)
        .await
        .map(Some)
}

/// Ends a target's standing hold at `at`: from tomorrow on nothing is held for it. What is held for
/// today stays until a reading shows what was spent. False when none is running.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn end_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    target: &str,
    at: WorldTime,
) -> Result<bool, EffectsError> {
    Ok(rows::end(connection, brand, target, at).await?)
}

fn positive(per_day: Money, limits: &Limits) -> Result<i64, EffectsError> {
    if per_day.currency != limits.currency {
        return Err(EffectsError::Money(MoneyError::CurrencyMismatch {
            left: per_day.currency,
            right: limits.currency,
        }));
    }
    if per_day.amount_micros <= 0 {
        return Err(EffectsError::NotPositive("per_day"));
    }
    Ok(per_day.amount_micros)
}

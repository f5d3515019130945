//! The mode: NORMAL, SAFE (only acts that reduce risk), HALT (none).
//!
//! ```text
//!             person, system                  person
//!   NORMAL ───────────────────▶ SAFE ───────────────────▶ HALT
//!      ▲                         │ │                        │
//!      └── person, or the system ┘ └────────────────────────┘ every way up: a person
//!          when the cause cleared itself
//! ```
//! The *effective* mode is computed in the transaction that holds money: the stored mode, or SAFE when
//! the dead-man lease has lapsed. That transaction reads the row FOR SHARE, so a mode that is set
//! waits for intents under way, and every later intent sees it. A permit lives under a second: so HALT
//! to last call stays within one.

use std::{fmt, str::FromStr};

use homeostat_model::{Mode, RuntimeTime};
use homeostat_mutants::mutant;
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};

use crate::{EffectsError, incident};

/// Why the mode is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nothing is wrong.
    Started,
    /// The parent did not renew the dead-man lease.
    LeaseLapsed,
    /// Recovery is running.
    Recovery,
    /// A limit written at the vendor was not read back.
    ReadBackMissing,
    /// A vendor took more than was held.
    Breach,
    /// Books do not agree and nobody knows why.
    UnexplainedBooks,
    /// More kills in an hour than the envelope allows.
    MassKill,
    /// A schedule that guards money disabled itself.
    ScheduleDisabled,
    /// A person said so.
    Person,
}

/// Who changes the mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// The runtime itself: it may only go down, and up where the cause clears itself.
    System,
    /// A person, by name.
    Person(String),
}

/// The mode as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ModeView {
    /// What holds now.
    pub effective: Mode,
    /// What is stored.
    pub stored: Mode,
    /// Why the effective mode is what it is.
    pub cause: Cause,
    /// In words.
    pub reason: String,
    /// Who set the stored mode.
    pub who: String,
    /// When the stored mode was set.
    pub changed_at: RuntimeTime,
    /// Until when the lease holds; `None`: it was never taken.
    pub lease_expires_at: Option<RuntimeTime>,
}

/// The mode now.
///
/// # Errors
/// When the database does not answer.
pub async fn effective_mode(db: &Db, now: Option<RuntimeTime>) -> Result<ModeView, StoreError> {
    let mut connection = db.pool().acquire().await?;
    read(&mut connection, now.map(Stamp::from)).await
}

/// Sets the mode. The system may make it stricter, or give it a weightier cause; only a person lifts
/// it. False when it was so already, or a weightier cause holds.
///
/// # Errors
/// When the database does not answer, when the system tries to lift a mode, or `reason` is empty.
pub async fn set_mode(
    db: &Db,
    mode: Mode,
    cause: Cause,
    author: &Author,
    reason: &str,
) -> Result<bool, EffectsError> {
    if reason.is_empty() {
        return Err(EffectsError::Empty("reason"));
    }
    transact!(db, |tx| -> Result<bool, EffectsError> {
        set_mode_in(tx, mode, cause, author, reason).await
    })
}

/// What else must be in order before the system lifts a SAFE of its own making.
#[async_trait::async_trait]
pub trait Order: Send + Sync {
    /// Asked with the mode locked: whoever would set SAFE for what it looks at comes before or after.
    async fn is_in_order(&self, connection: &mut PgConnection) -> Result<bool, StoreError>;
}

/// Writes down what became true by itself: a lapsed lease as SAFE, a cause that cleared as NORMAL, when
/// every open effect is in good hands and `order` is. An act that waits for NORMAL must not be what NORMAL
/// waits for, so nothing has to be closed. Returns the mode afterwards.
///
/// # Errors
/// When the database does not answer.
pub async fn settle_mode(
    db: &Db,
    order: &dyn Order,
    now: Option<RuntimeTime>,
) -> Result<ModeView, EffectsError> {
    let view = effective_mode(db, now).await?;
    let lapsed = view.effective == Mode::Safe && view.stored == Mode::Normal;
    if lapsed {
        let reason = view.reason.clone();
        set_mode(db, Mode::Safe, Cause::LeaseLapsed, &Author::System, &reason).await?;
    } else if view.stored == Mode::Safe && view.cause.clears_itself() {
        clear(db, view.cause, order, now).await?;
    }
    Ok(effective_mode(db, now).await?)
}

/// The mode, locked against changes until the transaction ends.
pub(crate) async fn read(
    connection: &mut PgConnection,
    now: Option<Stamp>,
) -> Result<ModeView, StoreError> {
    let row = sqlx::query!(
        r#"SELECT m.state, m.cause, m.who, m.reason, m.changed_at, l.expires_at AS "expires_at?",
               coalesce(l.expires_at <= coalesce($1, clock_timestamp()), true) AS "lapsed!"
           FROM homeostat.mode m LEFT JOIN homeostat.lease l ON l.id = 'dead_man'
           WHERE m.id = 'mode' FOR SHARE OF m"#,
        now as Option<Stamp>,
    )
    .fetch_one(connection)
    .await?;
    let stored: Mode = row
        .state
        .parse()
        .map_err(|error| StoreError::corrupt("mode.state", error))?;
    let stored = match mutant!("mode_ignored") {
        true => Mode::Normal,
        false => stored,
    };
    let lapsed = row.lapsed && stored == Mode::Normal && !mutant!("lease_ignored");
    let lapse = match row.expires_at {
        Some(at) => format!("the dead-man lease lapsed at {}", at.runtime()),
        None => "the dead-man lease was never taken".to_owned(),
    };
    Ok(ModeView {
        effective: if lapsed { Mode::Safe } else { stored },
        stored,
        cause: if lapsed {
            Cause::LeaseLapsed
        } else {
            row.cause.parse()?
        },
        reason: if lapsed { lapse } else { row.reason },
        who: row.who,
        changed_at: row.changed_at.runtime(),
        lease_expires_at: row.expires_at.map(Stamp::runtime),
    })
}

/// What is stored, locked against changes until the transaction ends: for who may set some modes from some others.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_mode(connection: &mut PgConnection) -> Result<Mode, EffectsError> {
    let state =
        sqlx::query_scalar!("SELECT state FROM homeostat.mode WHERE id = 'mode' FOR UPDATE")
            .fetch_one(connection)
            .await
            .map_err(StoreError::from)?;
    let mode = state
        .parse()
        .map_err(|error| StoreError::corrupt("mode.state", error))?;
    Ok(mode)
}

/// [`set_mode`] in the caller's transaction.
///
/// # Errors
/// As [`set_mode`].
pub async fn set_mode_in(
    connection: &mut PgConnection,
    mode: Mode,
    cause: Cause,
    author: &Author,
    reason: &str,
) -> Result<bool, EffectsError> {
    let row = sqlx::query!("SELECT state, cause FROM homeostat.mode WHERE id = 'mode' FOR UPDATE")
        .fetch_one(&mut *connection)
        .await
        .map_err(StoreError::from)?;
    let from: Mode = row
        .state
        .parse()
        .map_err(|error| StoreError::corrupt("mode.state", error))?;
    let held: Cause = row.cause.parse()?;
    if *author == Author::System {
        if mode < from {
            return Err(EffectsError::NeedsPerson {
                from: row.state,
                cause: row.cause,
            });
        }
        if mode == from && cause.weight() <= held.weight() {
            return Ok(false);
        }
    }
    write(connection, mode, cause, author, reason).await?;
    if mode != Mode::Normal && *author == Author::System {
        let about = ("mode", "mode".to_owned());
        incident::open(connection, &format!("mode_{cause}"), None, about, reason).await?;
    }
    Ok(true)
}

async fn write(
    connection: &mut PgConnection,
    mode: Mode,
    cause: Cause,
    author: &Author,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.mode SET state = $1, cause = $2, who = $3, reason = $4,
             changed_at = clock_timestamp() WHERE id = 'mode'",
        mode.as_str(),
        cause.as_str(),
        author.name(),
        reason,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Every open effect has a live owner within its deadline, or is to be looked at in time: recovery comes
/// twice a second.
async fn all_in_hands(
    connection: &mut PgConnection,
    now: Option<RuntimeTime>,
) -> Result<bool, StoreError> {
    sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (
               SELECT FROM homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.owner,
                   (SELECT coalesce($1, clock_timestamp()) AS now) t
               WHERE e.finished_at IS NULL
                 AND CASE WHEN e.owner IS NULL THEN e.next_probe_at <= t.now - interval '5 s'
                          ELSE p.state IS DISTINCT FROM 'live' OR e.call_deadline <= t.now END) AS "all!""#,
        now.map(Stamp::from) as Option<Stamp>,
    )
    .fetch_one(connection)
    .await
    .map_err(Into::into)
}

/// Lifts SAFE when its cause still stands in the row and no longer holds in the world.
async fn clear(
    db: &Db,
    cause: Cause,
    order: &dyn Order,
    now: Option<RuntimeTime>,
) -> Result<(), EffectsError> {
    transact!(db, |tx| -> Result<(), EffectsError> {
        let row = sqlx::query!(
            r#"SELECT m.cause, coalesce(l.expires_at > coalesce($1, clock_timestamp()), false) AS "leased!"
               FROM homeostat.mode m LEFT JOIN homeostat.lease l ON l.id = 'dead_man'
               WHERE m.id = 'mode' AND m.state = 'SAFE' FOR UPDATE OF m"#,
            now.map(Stamp::from) as Option<Stamp>,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if row.is_some_and(|row| row.leased && row.cause == cause.as_str())
            && all_in_hands(tx, now).await?
            && order.is_in_order(tx).await?
        {
            let reason = format!("{cause} cleared and every open act is in good hands");
            write(tx, Mode::Normal, Cause::Started, &Author::System, &reason).await?;
        }
        Ok(())
    })
}

impl Cause {
    /// The system can verify by itself that the cause is gone.
    pub fn clears_itself(self) -> bool {
        match self {
            Self::LeaseLapsed | Self::Recovery | Self::ReadBackMissing => true,
            Self::Started
            | Self::Breach
            | Self::UnexplainedBooks
            | Self::MassKill
            | Self::ScheduleDisabled
            | Self::Person => false,
        }
    }

    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::LeaseLapsed => "lease_lapsed",
            Self::Recovery => "recovery",
            Self::ReadBackMissing => "read_back_missing",
            Self::Breach => "breach",
            Self::UnexplainedBooks => "unexplained_books",
            Self::MassKill => "mass_kill",
            Self::ScheduleDisabled => "schedule_disabled",
            Self::Person => "person",
        }
    }

    /// A weightier cause is not overwritten by a lighter one.
    fn weight(self) -> u8 {
        match self {
            Self::Started => 0,
            Self::LeaseLapsed | Self::Recovery | Self::ReadBackMissing => 1,
            Self::Breach | Self::UnexplainedBooks | Self::MassKill | Self::ScheduleDisabled => 2,
            Self::Person => 3,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Cause {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "started" => Ok(Self::Started),
            "lease_lapsed" => Ok(Self::LeaseLapsed),
            "recovery" => Ok(Self::Recovery),
            "read_back_missing" => Ok(Self::ReadBackMissing),
            "breach" => Ok(Self::Breach),
            "unexplained_books" => Ok(Self::UnexplainedBooks),
            "mass_kill" => Ok(Self::MassKill),
            "schedule_disabled" => Ok(Self::ScheduleDisabled),
            "person" => Ok(Self::Person),
            other => Err(StoreError::corrupt(
                "mode.cause",
                format!("unknown word {other:?}"),
            )),
        }
    }
}

impl Author {
    fn name(&self) -> &str {
        match self {
            Self::System => "system",
            Self::Person(name) => name,
        }
    }
}

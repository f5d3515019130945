//! `letter`: one row per message that a customer wrote, as what follows from it. Its words stay with the vendor.
//!
//! ```text
//!   read ──decided──▶ decided ──answered──▶ replied
//!     │                  └──no answer could be given──▶ handed_over
//!     ├──▶ handed_over   a person has it; the customer is told
//!     └──▶ ignored       nothing is asked, or a machine wrote it
//! ```

mod list;

use homeostat_control::refund::{Claim, Intent};
use homeostat_language::Language;
use homeostat_model::{DecisionId, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::identity;
use crate::people::Sight;

pub use list::{
    about_order, find, known, list, newest, of_customer, of_thread, thread_language, unanswered,
};

/// A message as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The inbox that it came to.
    pub inbox: String,
    /// The vendor's id.
    pub message: String,
    /// Its thread.
    pub thread: String,
    /// When it came.
    pub received_at: WorldTime,
    /// Who wrote.
    pub customer: Option<Sight>,
    /// The language to answer in.
    pub language: Language,
    /// The text itself told its language.
    pub language_told: bool,
    /// What is asked in the reader's words, the strongest first.
    pub intents: Vec<String>,
    /// What is wanted.
    pub wants: Intent,
    /// What is said to be wrong.
    pub claim: Option<Claim>,
    /// Numbers that may be an order's, the likeliest first.
    pub orders_said: Vec<String>,
    /// Numbers that may be a parcel's.
    pub parcels_said: Vec<String>,
    /// The most that is asked for.
    pub asked: Option<Money>,
    /// Something was sent with it.
    pub has_evidence: bool,
    /// It threatens, or wants a person.
    pub wants_person: bool,
    /// Signs of steering.
    pub flags: Vec<String>,
    /// The same for the same words, as a keyed digest.
    pub said: Option<String>,
    /// A machine wrote it: it is never answered.
    pub is_automatic: bool,
}

/// A message as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The brand and the message.
    pub id: String,
    /// The brand.
    pub brand: String,
    /// The inbox that it came to: our own address.
    pub inbox: String,
    /// The vendor's id of the message.
    pub message: String,
    /// The vendor's id of its thread.
    pub thread: String,
    /// When it came.
    pub received_at: WorldTime,
    /// Who wrote, as the number of a subject.
    pub customer: Option<String>,
    /// The language to answer in.
    pub language: Language,
    /// What is wanted.
    pub wants: Intent,
    /// What is said to be wrong.
    pub claim: Option<Claim>,
    /// Numbers that may be an order's, the likeliest first.
    pub orders_said: Vec<String>,
    /// Numbers that may be a parcel's.
    pub parcels_said: Vec<String>,
    /// The most that is asked for.
    pub asked: Option<Money>,
    /// Something was sent with it.
    pub has_evidence: bool,
    /// It threatens, or wants a person.
    pub wants_person: bool,
    /// Signs of steering.
    pub flags: Vec<String>,
    /// The same for the same words, as a keyed digest.
    pub said: Option<String>,
    /// The customer's order that it is about, as in `shop_order`.
    pub order: Option<String>,
    /// How far it is.
    pub state: State,
    /// What was decided about it.
    pub decision: Option<DecisionId>,
}

/// How far a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for a decision.
    Read,
    /// It was decided, and an act follows.
    Decided,
    /// It was answered.
    Replied,
    /// A person has it.
    HandedOver,
    /// There is nothing to do.
    Ignored,
}

impl State {
    const ALL: [Self; 5] = [
        Self::Read,
        Self::Decided,
        Self::Replied,
        Self::HandedOver,
        Self::Ignored,
    ];

    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Decided => "decided",
            Self::Replied => "replied",
            Self::HandedOver => "handed_over",
            Self::Ignored => "ignored",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == word);
        known.ok_or_else(|| StoreError::corrupt("letter.state", word))
    }
}

/// Longest id of a message that stands in ours as it is, in bytes.
const MESSAGE_BYTES_MAX: usize = 200;

/// The id of a letter. The sender chose the message's: a long one, or one with spaces, is digested.
pub fn id_of(brand: &str, message: &str) -> String {
    let is_plain =
        message.len() <= MESSAGE_BYTES_MAX && message.bytes().all(|b| b.is_ascii_graphic());
    if is_plain {
        return format!("{brand}:{message}");
    }
    format!("{brand}:sha256-{}", hex::encode(Sha256::digest(message)))
}

/// Writes a letter down, once; what a machine wrote is ignored from the start. False when it was known.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    reading: &Reading,
    read_at: WorldTime,
) -> Result<bool, StoreError> {
    let state = if reading.is_automatic {
        State::Ignored
    } else {
        State::Read
    };
    let sight = reading.customer.as_slice();
    let customer = identity::subjects_in(&mut *tx, sight, read_at).await?;
    let written = sqlx::query!(
        "INSERT INTO homeostat.letter
             (id, brand, inbox, message_id, thread_id, received_at, customer, language, language_told, intents, wants,
              claim, orders_said, parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said,
              state, read_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
         ON CONFLICT DO NOTHING",
        id_of(brand, &reading.message),
        brand,
        reading.inbox,
        reading.message,
        reading.thread,
        Stamp::from(reading.received_at) as Stamp,
        customer.values().next(),
        reading.language.code(),
        reading.language_told,
        &reading.intents,
        word(&reading.wants)?,
        reading.claim.as_ref().map(word).transpose()?,
        &reading.orders_said,
        &reading.parcels_said,
        reading.asked.map(|asked| asked.amount_micros),
        reading.asked.map(|asked| asked.currency.to_string()),
        reading.has_evidence,
        reading.wants_person,
        &reading.flags,
        reading.said,
        state.as_str(),
        Stamp::from(read_at) as Stamp,
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Whether a letter still waits for its decision. It is locked until the end of the transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn waits_in(tx: &mut PgConnection, id: &str) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM homeostat.letter WHERE id = $1 AND state = 'read' FOR UPDATE",
        id
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}

/// The parcel whose first word a letter's decision waits for. One that is decided waits for none.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn awaits(db: &Db, id: &str, parcel: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.letter SET awaits = $2
         WHERE id = $1 AND state = 'read' AND awaits IS DISTINCT FROM $2",
        id,
        parcel,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

/// A letter's decision, and the order that it was found to be about. Without a decision a person has it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn decided_in(
    tx: &mut PgConnection,
    id: &str,
    decision: Option<DecisionId>,
    order: Option<&str>,
    state: State,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.letter SET state = $2, decision_id = $3, order_id = $4, awaits = NULL
         WHERE id = $1 AND state = 'read'",
        id,
        state.as_str(),
        decision.map(|decision| decision.0),
        order,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The customer was answered. What a person has stays with that person.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn replied_in(tx: &mut PgConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.letter SET state = 'replied' WHERE id = $1 AND state = 'decided'",
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What was to be done about a letter ended without an answer: a person has it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn handed_over_in(tx: &mut PgConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.letter SET state = 'handed_over' WHERE id = $1 AND state = 'decided'",
        id
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The stored word of a policy's enum.
fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(StoreError::corrupt("letter.wants", other)),
        Err(error) => Err(StoreError::corrupt("letter.wants", error)),
    }
}

fn read_word<T: DeserializeOwned>(field: &'static str, word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|error| StoreError::corrupt(field, error))
}

#[cfg(test)]
mod tests;

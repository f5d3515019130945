//! Letters as they are read back.

use std::collections::BTreeSet;

use homeostat_language::Language;
use homeostat_model::{DecisionId, Money, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};

use super::{Letter, State, read_word};

/// More letters of one customer, thread or order are not looked at.
const MOST: i64 = 100;

/// One letter.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: &str) -> Result<Option<Letter>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE id = $1",
        id,
    )
    .fetch_optional(db.pool())
    .await?;
    row.map(Row::letter).transpose()
}

/// A brand's letters, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &Db,
    brand: &str,
    state: Option<State>,
    limit: u32,
) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE brand = $1 AND ($2::text IS NULL OR state = $2)
         ORDER BY received_at DESC, id LIMIT $3",
        brand,
        state.map(State::as_str),
        i64::from(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::letter).collect()
}

/// A brand's letters that were decided and not answered, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn unanswered(db: &Db, brand: &str, limit: u32) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE brand = $1 AND state = 'decided' ORDER BY received_at, id LIMIT $2",
        brand,
        i64::from(limit),
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::letter).collect()
}

/// What somebody wrote to all stores since then, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_customer(
    db: &Db,
    customer: &str,
    since: WorldTime,
) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE customer = $1 AND received_at >= $2
         ORDER BY received_at DESC, id LIMIT $3",
        customer,
        Stamp::from(since) as Stamp,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::letter).collect()
}

/// What was written in a thread, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_thread(db: &Db, brand: &str, thread: &str) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE brand = $1 AND thread_id = $2
         ORDER BY received_at DESC, id LIMIT $3",
        brand,
        thread,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::letter).collect()
}

/// What was written about an order, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn about_order(db: &Db, order: &str) -> Result<Vec<Letter>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, inbox, message_id, thread_id, received_at, customer, language, wants, claim, orders_said,
             parcels_said, asked_micros, asked_currency, has_evidence, wants_person, flags, said, order_id, state,
             decision_id
         FROM homeostat.letter WHERE order_id = $1 ORDER BY received_at DESC, id LIMIT $2",
        order,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::letter).collect()
}

/// Which of these messages are known.
///
/// # Errors
/// When the database does not answer.
pub async fn known(
    db: &Db,
    brand: &str,
    messages: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let known = sqlx::query_scalar!(
        "SELECT message_id FROM homeostat.letter WHERE brand = $1 AND message_id = ANY ($2)",
        brand,
        messages,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(known.into_iter().collect())
}

/// When the brand's newest letter came; `None` before the first.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(db: &Db, brand: &str) -> Result<Option<WorldTime>, StoreError> {
    let at = sqlx::query_scalar!(
        r#"SELECT max(received_at) AS "at: Stamp" FROM homeostat.letter WHERE brand = $1"#,
        brand,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(at.map(Stamp::world))
}

/// The language of a thread's last letter whose text told it.
///
/// # Errors
/// When the database does not answer.
pub async fn thread_language(
    db: &Db,
    brand: &str,
    thread: &str,
) -> Result<Option<Language>, StoreError> {
    let code = sqlx::query_scalar!(
        "SELECT language FROM homeostat.letter WHERE brand = $1 AND thread_id = $2 AND language_told
         ORDER BY received_at DESC LIMIT 1",
        brand,
        thread,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(code.and_then(|code| Language::from_locale(&code)))
}

struct Row {
    id: String,
    brand: String,
    inbox: String,
    message_id: String,
    thread_id: String,
    received_at: Stamp,
    customer: Option<String>,
    language: String,
    wants: String,
    claim: Option<String>,
    orders_said: Vec<String>,
    parcels_said: Vec<String>,
    asked_micros: Option<i64>,
    asked_currency: Option<String>,
    has_evidence: bool,
    wants_person: bool,
    flags: Vec<String>,
    said: Option<String>,
    order_id: Option<String>,
    state: String,
    decision_id: Option<i64>,
}

impl Row {
    fn letter(self) -> Result<Letter, StoreError> {
        let asked = match self.asked_micros.zip(self.asked_currency) {
            None => None,
            Some((micros, code)) => {
                let currency = code.parse();
                let currency =
                    currency.map_err(|e| StoreError::corrupt("letter.asked_currency", e))?;
                Some(Money::from_micros(micros, currency))
            }
        };
        let claim = self.claim.map(|word| read_word("letter.claim", word));
        Ok(Letter {
            language: Language::from_locale(&self.language)
                .ok_or_else(|| StoreError::corrupt("letter.language", &self.language))?,
            wants: read_word("letter.wants", self.wants)?,
            claim: claim.transpose()?,
            state: State::read(&self.state)?,
            decision: self.decision_id.map(DecisionId),
            id: self.id,
            brand: self.brand,
            inbox: self.inbox,
            message: self.message_id,
            thread: self.thread_id,
            received_at: self.received_at.world(),
            customer: self.customer,
            orders_said: self.orders_said,
            parcels_said: self.parcels_said,
            asked,
            has_evidence: self.has_evidence,
            wants_person: self.wants_person,
            flags: self.flags,
            said: self.said,
            order: self.order_id,
        })
    }
}

//! Transactions: what has really moved, and what is still to.

use homeostat_model::{Money, RuntimeTime, WorldTime};

use super::{
    client::Client,
    faults::{CallKind, Error},
    ids::{AccountId, TransactionId},
    money::from_major,
    pay::time_opt,
    state::PaymentState,
};
use crate::wire::{Object, WireError};

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// Such as `transfer`, `card_payment` or `fee`, as it was written.
    pub kind: String,
    /// The key of the payment that it came of, whoever made it.
    pub request_id: Option<String>,
    /// What has become of it.
    pub state: PaymentState,
    /// Why it was declined or failed, such as `insufficient_balance`. There is no list of reasons.
    pub reason_code: Option<String>,
    /// When it began. Lists are in this order, newest first.
    pub created_at: WorldTime,
    /// When it last changed.
    pub updated_at: Option<WorldTime>,
    /// When it was completed.
    pub completed_at: Option<WorldTime>,
    /// What the receiver reads.
    pub reference: Option<String>,
    /// The transaction that it undoes or belongs to.
    pub related: Option<String>,
    /// One per account of ours that it touches.
    pub legs: Vec<Leg>,
}

/// What a transaction does to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Our account.
    pub account: AccountId,
    /// Negative when money goes out.
    pub amount: Money,
    /// What the bank takes for it.
    pub fee: Option<Money>,
    /// What is left in the account.
    pub balance: Option<Money>,
    /// The other side's id, as it was written.
    pub counterparty: Option<String>,
    /// The other side's account, as it was written.
    pub counterparty_account: Option<String>,
}

impl Client {
    /// One transaction; code 3006 when there is none.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn transaction(
        &self,
        id: &TransactionId,
        now: RuntimeTime,
    ) -> Result<Transaction, Error> {
        let request = self.get(&format!("api/1.0/transaction/{id}"), &[])?;
        let reply = self.call(CallKind::Read, request, now).await?;
        Object::new("", &reply)
            .and_then(|object| read(&object))
            .map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

pub(super) fn read(object: &Object<'_>) -> Result<Transaction, WireError> {
    let text = |name: &str| Ok::<_, WireError>(object.text_opt(name)?.map(str::to_owned));
    let legs = object.objects("legs")?;
    Ok(Transaction {
        id: object.parse("id")?,
        kind: object.text("type")?.to_owned(),
        request_id: text("request_id")?,
        state: object.text("state")?.into(),
        reason_code: text("reason_code")?,
        created_at: WorldTime(object.parse("created_at")?),
        updated_at: time_opt(object, "updated_at")?,
        completed_at: time_opt(object, "completed_at")?,
        reference: text("reference")?,
        related: text("related_transaction_id")?,
        legs: legs.iter().map(leg).collect::<Result<_, _>>()?,
    })
}

fn leg(leg: &Object<'_>) -> Result<Leg, WireError> {
    let currency = leg.parse("currency")?;
    let amount = |name: &str| {
        let text = leg.number_text(name)?;
        let amount = text.map(|text| from_major(&text, currency));
        amount
            .transpose()
            .map_err(|problem| leg.wrong(name, problem))
    };
    let other = leg.object_opt("counterparty")?;
    let of_other = |name: &str| match &other {
        Some(other) => Ok::<_, WireError>(other.text_opt(name)?.map(str::to_owned)),
        None => Ok(None),
    };
    Ok(Leg {
        account: leg.parse("account_id")?,
        amount: amount("amount")?.ok_or_else(|| leg.wrong("amount", "is missing"))?,
        fee: amount("fee")?,
        balance: amount("balance")?,
        counterparty: of_other("id")?,
        counterparty_account: of_other("account_id")?,
    })
}

//! Payments.

use homeostat_model::{Money, RuntimeTime, WorldTime};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    client::Client,
    faults::{CallKind, Error},
    ids::{AccountId, CounterpartyAccountId, CounterpartyId, RequestId, TransactionId},
    money::to_major,
    state::PaymentState,
};
use crate::wire::{Object, WireError};

/// Longest reference, in characters.
pub const REFERENCE_CHARS_MAX: usize = 140;

/// Who is paid, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Who.
    pub counterparty: CounterpartyId,
    /// Must be given when the counterparty has several.
    pub account: Option<CounterpartyAccountId>,
}

/// A payment to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its key for 14 days. Never reuse one.
    pub request_id: RequestId,
    /// Where the money comes from.
    pub from: AccountId,
    /// Where it goes.
    pub receiver: Receiver,
    /// How much: more than nothing, in whole minor units.
    pub amount: Money,
    /// What the receiver reads. Empty: nothing.
    pub reference: String,
}

/// An accepted payment. Only its state says whether money has moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The transaction that it has become.
    pub id: TransactionId,
    /// As of the reply.
    pub state: PaymentState,
    /// When it was accepted. Of a payment that was sent before, possibly the first time.
    pub created_at: WorldTime,
    /// When it was completed, if it is.
    pub completed_at: Option<WorldTime>,
}

impl Client {
    /// Makes a payment, once for a request id within 14 days.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome, which a duplicate's refusal
    /// ([`super::Refusal::is_duplicate`]) is too, look for it with [`Self::find_by_request_id`]; send
    /// it again only while less than 14 days have passed since it was first sent.
    pub async fn pay(&self, payment: &Payment, now: RuntimeTime) -> Result<Paid, Error> {
        let request = self.post("api/1.0/pay", &body(payment)?)?;
        let reply = self.call(CallKind::Write, request, now).await?;
        paid(&reply).map_err(|error| Error::unexpected(CallKind::Write, error))
    }
}

/// The request's body, when everything may be sent.
pub(super) fn body(payment: &Payment) -> Result<Value, Error> {
    let bad = |field, problem| Error::Request { field, problem };
    let amount = payment.amount;
    let text = to_major(amount)
        .filter(|_| amount.amount_micros > 0)
        .ok_or_else(|| {
            let problem = format!(
                "{} micro-units of {} are no positive number of minor units",
                amount.amount_micros, amount.currency
            );
            bad("amount", problem)
        })?;
    let reference = payment.reference.as_str();
    let chars = reference.chars().count();
    if chars > REFERENCE_CHARS_MAX || reference.chars().any(char::is_control) {
        let problem = format!(
            "has {chars} characters, must have at most {REFERENCE_CHARS_MAX} and no control characters"
        );
        return Err(bad("reference", problem));
    }
    let mut receiver = json!({"counterparty_id": payment.receiver.counterparty});
    if let Some(account) = &payment.receiver.account {
        receiver["account_id"] = json!(account);
    }
    let mut body = json!({
        "request_id": payment.request_id,
        "account_id": payment.from,
        "receiver": receiver,
        "amount": text,
        "currency": amount.currency,
    });
    if !reference.is_empty() {
        body["reference"] = json!(reference);
    }
    Ok(body)
}

/// Anything but an id and a state leaves the outcome open.
pub(super) fn paid(body: &Value) -> Result<Paid, WireError> {
    let body = Object::new("", body)?;
    Ok(Paid {
        id: body.parse("id")?,
        state: body.text("state")?.into(),
        created_at: WorldTime(body.parse("created_at")?),
        completed_at: time_opt(&body, "completed_at")?,
    })
}

/// A time that may be absent.
pub(super) fn time_opt(object: &Object<'_>, name: &str) -> Result<Option<WorldTime>, WireError> {
    if object.get(name).is_none() {
        return Ok(None);
    }
    object
        .parse::<Timestamp>(name)
        .map(|at| Some(WorldTime(at)))
}

//! Ad accounts: currency, time zone, and the vendor's own spending limit.

use homeostat_model::{Currency, Money};
use jiff::tz::TimeZone;

use super::{
    client::{Client, Reply},
    faults::{CallKind, Error},
    ids::AccountId,
    money,
};
use crate::wire::{Object, WireError};

/// An ad account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The zone its days are in.
    pub time_zone: TimeZone,
    /// Spent over its life, since the amount was last reset.
    pub amount_spent: Money,
    /// Ads stop when `amount_spent` reaches this. `None`: no limit.
    pub spend_cap: Option<Money>,
}

impl Client {
    /// An ad account. Amounts come in minor units.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn account(&self, id: &AccountId) -> Result<Reply<Account>, Error> {
        let fields = "id,name,currency,timezone_name,amount_spent,spend_cap";
        let reply = self.get(id.as_str(), &[("fields", fields)]).await?;
        let account = Object::new("", &reply.value)
            .and_then(|object| read(&object))
            .map_err(|error| error.into_error(CallKind::Read))?;
        Ok(Reply {
            value: account,
            usage: reply.usage,
        })
    }
}

pub(crate) fn read(object: &Object<'_>) -> Result<Account, WireError> {
    let currency: Currency = object.parse("currency")?;
    let amount = |name| match object.number_text(name)? {
        None => Ok(None),
        Some(text) => money::from_minor(&text, currency)
            .map(Some)
            .map_err(|problem| object.wrong(name, problem)),
    };
    let zone = object.text("timezone_name")?;
    Ok(Account {
        id: object.parse("id")?,
        name: object.text_opt("name")?.unwrap_or_default().to_owned(),
        currency,
        time_zone: TimeZone::get(zone).map_err(|error| object.wrong("timezone_name", error))?,
        amount_spent: amount("amount_spent")?.unwrap_or(Money::zero(currency)),
        spend_cap: amount("spend_cap")?.filter(|cap| cap.amount_micros > 0),
    })
}

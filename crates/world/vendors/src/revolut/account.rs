//! Our own accounts and what is in them.

use homeostat_model::{Money, RuntimeTime};

use super::{
    client::Client,
    faults::{CallKind, Error},
    ids::AccountId,
    money::from_major,
};
use crate::wire::{Object, WireError, wrong};

/// One of our accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name; empty when it has none.
    pub name: String,
    /// What is in it, in its currency.
    pub balance: Money,
    /// `active`, `inactive`, or whatever else it says.
    pub state: String,
}

impl Client {
    /// All accounts. There is no paging.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn accounts(&self, now: RuntimeTime) -> Result<Vec<Account>, Error> {
        let request = self.get("api/1.0/accounts", &[])?;
        let reply = self.call(CallKind::Read, request, now).await?;
        list(&reply, read).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

pub(super) fn read(object: &Object<'_>) -> Result<Account, WireError> {
    let currency = object.parse("currency")?;
    let balance = object
        .number_text("balance")?
        .ok_or_else(|| object.wrong("balance", "is missing"))?;
    Ok(Account {
        id: object.parse("id")?,
        name: object.text_opt("name")?.unwrap_or_default().to_owned(),
        balance: from_major(&balance, currency)
            .map_err(|problem| object.wrong("balance", problem))?,
        state: object.text("state")?.to_owned(),
    })
}

/// A reply that is a bare list of objects.
pub(super) fn list<T>(
    body: &serde_json::Value,
    each: impl Fn(&Object<'_>) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let Some(items) = body.as_array() else {
        return Err(wrong("body", "must be a list"));
    };
    let item = |(nth, item)| each(&Object::new(format!("[{nth}]"), item)?);
    items.iter().enumerate().map(item).collect()
}

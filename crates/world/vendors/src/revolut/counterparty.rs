//! Who can be paid. Counterparties are made in the Business app, not here.

use homeostat_model::{Currency, RuntimeTime};

use super::{
    account::list,
    client::Client,
    faults::{CallKind, Error},
    ids::{CounterpartyAccountId, CounterpartyId},
};
use crate::wire::{Object, WireError};

/// Somebody who can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterparty {
    /// Its id.
    pub id: CounterpartyId,
    /// Its name.
    pub name: String,
    /// `created`, `draft`, `deleted`, or whatever else it says.
    pub state: String,
    /// Two letters.
    pub country: Option<String>,
    /// Where money for it can go. With more than one, a payment must name one.
    pub accounts: Vec<CounterpartyAccount>,
}

/// An account of a counterparty. Its bank details are left out: nothing here needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterpartyAccount {
    /// Its id.
    pub id: CounterpartyAccountId,
    /// Its currency.
    pub currency: Currency,
    /// `revolut`, `external`, or whatever else it says.
    pub kind: String,
}

impl Client {
    /// All counterparties.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn counterparties(&self, now: RuntimeTime) -> Result<Vec<Counterparty>, Error> {
        let request = self.get("api/1.0/counterparties", &[])?;
        let reply = self.call(CallKind::Read, request, now).await?;
        list(&reply, read).map_err(|error| Error::unexpected(CallKind::Read, error))
    }

    /// One counterparty; code 3006 when there is none.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn counterparty(
        &self,
        id: &CounterpartyId,
        now: RuntimeTime,
    ) -> Result<Counterparty, Error> {
        let request = self.get(&format!("api/1.0/counterparty/{id}"), &[])?;
        let reply = self.call(CallKind::Read, request, now).await?;
        Object::new("", &reply)
            .and_then(|object| read(&object))
            .map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

pub(super) fn read(object: &Object<'_>) -> Result<Counterparty, WireError> {
    let account = |account: &Object<'_>| {
        Ok(CounterpartyAccount {
            id: account.parse("id")?,
            currency: account.parse("currency")?,
            kind: account.text("type")?.to_owned(),
        })
    };
    let accounts = object.objects("accounts")?;
    Ok(Counterparty {
        id: object.parse("id")?,
        name: object.text("name")?.to_owned(),
        state: object.text("state")?.to_owned(),
        country: object.text_opt("country")?.map(str::to_owned),
        accounts: accounts.iter().map(account).collect::<Result<_, _>>()?,
    })
}

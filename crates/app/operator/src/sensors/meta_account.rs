//! What an ad account has spent over its life, and the limit that its vendor holds for it.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::meta::Account;

use super::{ReadError, Sensor, meta_campaigns::account};
use crate::{Operator, config::Brand, records::spend_cap};

/// The sensor. Lag: none known for the limit, minutes for the amount spent.
#[derive(Debug)]
pub struct MetaAccount;

#[async_trait::async_trait]
impl Sensor for MetaAccount {
    const NAME: &'static str = "meta.account";
    const VENDOR: &'static str = "meta";
    type Reading = Account;

    async fn read(operator: &Operator, brand: &Brand, _: WorldTime) -> Result<Account, ReadError> {
        Ok(operator.meta.account(&account(brand)?).await?.value)
    }

    async fn record(
        tx: &mut PgConnection,
        _: &Brand,
        reading: &Account,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        spend_cap::read(tx, reading.id.as_str(), reading.spend_cap, at).await
    }
}

//! Which campaigns an ad account has, and whether they run.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::meta::AccountId;

use super::{ReadError, Sensor};
use crate::{Operator, config::Brand, records::campaign};

/// The sensor. Lag: `status` none, `effective_status` seconds to minutes.
#[derive(Debug)]
pub struct MetaCampaigns;

#[async_trait::async_trait]
impl Sensor for MetaCampaigns {
    const NAME: &'static str = "meta.campaigns";
    const VENDOR: &'static str = "meta";
    type Reading = Vec<campaign::Reading>;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        let account = account(brand)?;
        let reply = operator
            .meta
            .list_campaigns(&account, brand.currency)
            .await?;
        Ok(reply
            .value
            .into_iter()
            .map(|c| campaign::Reading {
                id: c.id.to_string(),
                name: c.name,
                status: c.status.as_str().to_owned(),
                effective_status: c.effective_status.as_str().to_owned(),
                daily_budget: c.daily_budget,
            })
            .collect())
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        campaign::record(tx, brand.id.as_str(), brand.currency.as_str(), reading, at).await
    }
}

/// The brand's ad account. The configuration has checked its form.
pub(super) fn account(brand: &Brand) -> Result<AccountId, ReadError> {
    brand.meta_account.parse().map_err(|_| {
        ReadError::unusable(
            "account",
            format!("{:?} is no ad account", brand.meta_account),
        )
    })
}

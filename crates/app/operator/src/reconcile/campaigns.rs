//! Campaigns: whether each runs, and its budget. One listing shows all of them, so none waits for its turn.
//!
//! *Limit.* What is not listed any more is left to the sensor, which archives it.

use homeostat_effects::touched;
use homeostat_model::{Money, WorldTime};
use homeostat_store::{PgConnection, StoreError};

use super::{Compared, Differs, Look, Reconciled, TRAILS};
use crate::{
    Operator,
    config::Brand,
    records::campaign::{self, Known, Reading},
    sensors::{Sensor, meta_campaigns::MetaCampaigns},
};

/// Campaigns at Meta.
#[derive(Debug)]
pub struct Campaigns;

#[async_trait::async_trait]
impl Reconciled for Campaigns {
    const KIND: &'static str = "campaign";
    const VENDOR: &'static str = MetaCampaigns::VENDOR;
    type Seen = Reading;

    async fn look(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Look<Reading>, StoreError> {
        let listed = match MetaCampaigns::read(operator, brand, at).await {
            Ok(listed) => listed,
            Err(error) => {
                return Ok(Look {
                    unanswered: Some(error),
                    ..Look::default()
                });
            }
        };
        // Asked after the listing: an act that began meanwhile is among them.
        let known = campaign::list(&operator.db, Some(brand.id.as_str())).await?;
        let ours = touched(&operator.db, &brand.id, TRAILS).await?;
        let each = listed.into_iter().filter(|there| !ours.contains(&there.id));
        let compared = each.filter_map(|there| {
            let here = known.iter().find(|one| one.id == there.id)?;
            Some(compare(here, there))
        });
        Ok(Look {
            compared: compared.collect(),
            unanswered: None,
        })
    }

    async fn mend(
        tx: &mut PgConnection,
        _: &Brand,
        seen: &Reading,
        at: WorldTime,
    ) -> Result<bool, StoreError> {
        campaign::corrected(tx, seen, at).await
    }
}

fn compare(here: &Known, there: Reading) -> Compared<Reading> {
    let same = here.state == there.status && here.daily_budget == there.daily_budget;
    Compared {
        subject: there.id.clone(),
        differs: (!same).then(|| Differs {
            believed: words(&here.state, here.daily_budget),
            seen: words(&there.status, there.daily_budget),
            is_ours_to_mend: true,
        }),
        seen: (!same).then_some(there),
    }
}

fn words(state: &str, daily_budget: Option<Money>) -> String {
    match daily_budget {
        Some(budget) => format!("{state}, {budget} a day"),
        None => state.to_owned(),
    }
}

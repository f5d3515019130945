//! Shipments: a sample of the parcels that are followed, the longest unread first.
//!
//! A parcel that went on is no difference; its row is brought up to date all the same, so a push that never came costs
//! no more than its turn. A difference is one that no parcel's way explains: the tracker does not know one that we had
//! it follow, or one that had arrived, come back or was lost is somewhere else.

use homeostat_control::delivery::State;
use homeostat_effects::bucket_wait;
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use jiff::SignedDuration;

use super::{Compared, Differs, Look, Reconciled};
use crate::{
    Operator,
    config::Brand,
    records::shipment::{self, Followed, News, Sampled, Told},
    sensors::{
        Sensor,
        track17_parcels::{Track17Parcels, ask},
    },
};

/// Parcels of one pass.
const SAMPLE: i64 = 20;
/// What was read within this is not read again.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Parcels at the tracker.
#[derive(Debug)]
pub struct Shipments;

#[async_trait::async_trait]
impl Reconciled for Shipments {
    const KIND: &'static str = "shipment";
    const VENDOR: &'static str = Track17Parcels::VENDOR;
    type Seen = News;

    async fn look(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Look<News>, StoreError> {
        let read_before = at.plus(-FRESH_FOR);
        let sample =
            shipment::longest_unread(&operator.db, brand.id.as_str(), read_before, SAMPLE).await?;
        // Without a token the tracker is the sensor's; the next pass takes its turn.
        if sample.is_empty()
            || bucket_wait(&operator.db, Self::VENDOR, None)
                .await?
                .is_some()
        {
            return Ok(Look::default());
        }
        let followed: Vec<Followed> = sample.iter().map(|one| one.parcel.clone()).collect();
        let looked = match ask(operator, &followed, at).await {
            Ok(looked) => looked,
            Err(error) => {
                return Ok(Look {
                    unanswered: Some(error),
                    ..Look::default()
                });
            }
        };
        let compared = looked.news.into_iter().filter_map(|news| {
            let here = sample.iter().find(|one| one.parcel.number == news.number)?;
            Some(compare(here, news))
        });
        Ok(Look {
            compared: compared.collect(),
            unanswered: None,
        })
    }

    async fn mend(
        tx: &mut PgConnection,
        brand: &Brand,
        seen: &News,
        at: WorldTime,
    ) -> Result<bool, StoreError> {
        let news = std::slice::from_ref(seen);
        let changed = shipment::record(tx, brand.id.as_str(), news, at).await?;
        Ok(changed > 0)
    }
}

fn compare(here: &Sampled, news: News) -> Compared<News> {
    let there = match &news.told {
        Told::NotRegistered => Some("not followed".to_owned()),
        Told::Seen(seen) => {
            let state = State::from_raw(&seen.status, seen.sub_status.as_deref());
            let is_over = matches!(here.state.as_str(), "delivered" | "returned" | "lost");
            let word = shipment::word(&state);
            (is_over && word != here.state).then(|| word.to_owned())
        }
        // It is followed, and that is all that was said.
        Told::NotYet | Told::Registered { .. } | Told::Refused { .. } => None,
    };
    Compared {
        subject: news.number.clone(),
        differs: there.map(|seen| Differs {
            believed: format!("followed, {}", here.state),
            seen,
            is_ours_to_mend: true,
        }),
        seen: Some(news),
    }
}

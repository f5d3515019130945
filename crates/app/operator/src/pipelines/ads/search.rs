//! Phase `search`: what the brand's words bring, and the words that were learned.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, KindDefaults, Outcome, Phase};
use homeostat_store::{PgConnection, StoreError, transact};
use homeostat_vendors::ad_library::{Ad, Subject, Terms};
use serde::{Deserialize, Serialize};

use super::{
    Args, Ground,
    tour::{Notes, Source, Stop, Tour, Toured},
};
use crate::{
    Operator,
    jobs::LoopError,
    records::archive::{find, keyword},
};

/// The phase.
#[derive(Debug, Clone)]
pub struct Search(pub Operator);

/// What it leaves; the finds are in `ad_find`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// One per search.
    pub sources: Vec<Source>,
}

#[async_trait::async_trait]
impl Phase for Search {
    const NAME: &'static str = "search";
    type Args = Args;
    type Input = ();
    type Output = Searched;

    fn defaults() -> KindDefaults {
        tours()
    }

    async fn run(
        &self,
        args: Args,
        (): (),
        context: &Context,
    ) -> Result<Outcome<Searched>, Failure> {
        let ground = Ground::new(&self.0, &args, context)?;
        let tour = match context.progress::<Tour>()? {
            Some(tour) => tour,
            None => begin(&ground).await?,
        };
        Ok(match tour.go(&ground, &Finds(&ground), context).await? {
            Toured::Done(sources) => Outcome::Done(Searched { sources }),
            Toured::NotNow { wait, reason } => Outcome::Snooze { wait, reason },
        })
    }
}

/// A phase that speaks to the archive may take a while, page by page.
pub(super) fn tours() -> KindDefaults {
    KindDefaults {
        timeout: Duration::from_secs(300),
        ..KindDefaults::default()
    }
}

async fn begin(ground: &Ground<'_>) -> Result<Tour, Failure> {
    let (brand, configured) = (ground.id(), &ground.ads.keywords);
    let words = transact!(ground.operator.db, |tx| -> Result<Vec<Terms>, LoopError> {
        find::forget_earlier(&mut *tx, ground.run, brand).await?;
        Ok(keyword::to_search(&mut *tx, brand, configured).await?)
    })?;
    let stop = |terms: Terms| Stop {
        name: terms.to_string(),
        subject: Subject::Terms(terms),
    };
    let now = ground.operator.clock.now();
    Ok(Tour::new(words.into_iter().map(stop).collect(), now))
}

/// Finds go to their table as they come.
struct Finds<'a>(&'a Ground<'a>);

#[async_trait::async_trait]
impl Notes for Finds<'_> {
    const SENSOR: &'static str = "ad_library.search";

    async fn page(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        ads: &[Ad],
    ) -> Result<usize, StoreError> {
        find::record(tx, self.0.run, self.0.id(), &stop.name, ads).await?;
        Ok(ads.len())
    }

    async fn seen(&self, _: &mut PgConnection, _: &Stop, _: WorldTime) -> Result<(), StoreError> {
        Ok(())
    }

    async fn missed(&self, _: &mut PgConnection, _: &Stop, _: WorldTime) -> Result<(), StoreError> {
        Ok(())
    }
}

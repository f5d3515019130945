//! Phase `track`: every running ad of the watched pages that are due for a look, page by page.
//!
//! Only a look at a page's ads that came to its end says that others have ended.

use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, KindDefaults, Outcome, Phase};
use homeostat_store::{PgConnection, StoreError, transact};
use homeostat_vendors::ad_library::{Ad, PageId, Subject};
use serde::{Deserialize, Serialize};

use super::{
    Args, Filtered, Ground, due,
    search::tours,
    tour::{Notes, Source, Stop, Tour, Toured},
};
use crate::{
    Operator,
    jobs::LoopError,
    records::archive::{ad, competitor, keyword::Count, look, watch},
};

/// Pages that are asked for together. A block of one hides the others of its group.
const GROUP: usize = 5;

/// The phase.
#[derive(Debug, Clone)]
pub struct Track(pub Operator);

/// What it leaves; the ads are in `ad`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// The searches.
    pub searches: Vec<Source>,
    /// What each brought.
    pub counts: Vec<Count>,
    /// The looks at pages, in groups.
    pub looks: Vec<Source>,
}

#[async_trait::async_trait]
impl Phase for Track {
    const NAME: &'static str = "track";
    type Args = Args;
    type Input = Filtered;
    type Output = Tracked;

    fn defaults() -> KindDefaults {
        tours()
    }

    async fn run(
        &self,
        args: Args,
        input: Filtered,
        context: &Context,
    ) -> Result<Outcome<Tracked>, Failure> {
        let ground = Ground::new(&self.0, &args, context)?;
        let tour = match context.progress::<Tour>()? {
            Some(tour) => tour,
            None => begin(&ground, &input).await?,
        };
        Ok(match tour.go(&ground, &Ads(&ground), context).await? {
            Toured::Done(looks) => Outcome::Done(Tracked {
                searches: input.searches,
                counts: input.counts,
                looks,
            }),
            Toured::NotNow { wait, reason } => Outcome::Snooze { wait, reason },
        })
    }
}

async fn begin(ground: &Ground<'_>, input: &Filtered) -> Result<Tour, Failure> {
    let (brand, now) = (ground.id(), ground.operator.clock.now());
    let complete = input.counts.iter().all(|count| count.is_complete);
    let due = transact!(ground.operator.db, |tx| -> Result<Vec<String>, LoopError> {
        competitor::watch(&mut *tx, brand, &input.matches, complete, now).await?;
        due::plan(&mut *tx, ground, now).await
    })?;
    let pages: Vec<PageId> = due.iter().filter_map(|id| id.parse().ok()).collect();
    let stop = |group: &[PageId]| Stop {
        name: names(group).join(" "),
        subject: Subject::Pages(group.to_vec()),
    };
    Ok(Tour::new(pages.chunks(GROUP).map(stop).collect(), now))
}

fn names(pages: &[PageId]) -> Vec<String> {
    pages.iter().map(ToString::to_string).collect()
}

/// The pages of a stop.
fn pages(stop: &Stop) -> &[PageId] {
    match &stop.subject {
        Subject::Pages(pages) => pages,
        Subject::Terms(_) => &[],
    }
}

/// Ads go to their table as they come.
struct Ads<'a>(&'a Ground<'a>);

#[async_trait::async_trait]
impl Notes for Ads<'_> {
    const SENSOR: &'static str = "ad_library.pages";

    /// An ad of a page that was not asked for is a stray, and is left out.
    async fn page(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        ads: &[Ad],
    ) -> Result<usize, StoreError> {
        let asked = pages(stop);
        let asked_for = |ad: &&Ad| asked.contains(&ad.page_id);
        let ads: Vec<Ad> = ads.iter().filter(asked_for).cloned().collect();
        let (today, now) = (self.0.today(), self.0.operator.clock.now());
        ad::record(tx, self.0.run, self.0.id(), &ads, today, now).await?;
        Ok(ads.len())
    }

    async fn seen(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        began_at: WorldTime,
    ) -> Result<(), StoreError> {
        let (pages, run, brand) = (names(pages(stop)), self.0.run, self.0.id());
        let ended_at = self.0.operator.clock.now();
        ad::end_unseen(&mut *tx, run, brand, &pages).await?;
        look::made(&mut *tx, (run, brand), &pages, true, began_at).await?;
        watch::saw(&mut *tx, brand, &pages, (began_at, ended_at)).await?;
        competitor::looked_at(tx, brand, &pages, began_at).await
    }

    /// No ad ends, and no page looks quieter by it.
    async fn missed(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        began_at: WorldTime,
    ) -> Result<(), StoreError> {
        let (pages, run, brand) = (names(pages(stop)), self.0.run, self.0.id());
        look::made(&mut *tx, (run, brand), &pages, false, began_at).await?;
        watch::tried(tx, brand, &pages, began_at).await
    }
}

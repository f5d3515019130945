//! Phase `filter`: which finds are to the point, and which pages are competitors by them.

use homeostat_queue::{Context, Failure, Outcome, Phase};
use homeostat_vendors::ad_library::Terms;
use serde::{Deserialize, Serialize};

use super::{Args, Ground, Searched, relevance::sift, tour::Source};
use crate::{
    Operator,
    records::archive::{competitor::Match, find, keyword::Count},
};

/// The phase.
#[derive(Debug, Clone)]
pub struct Filter(pub Operator);

/// What it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filtered {
    /// The searches.
    pub searches: Vec<Source>,
    /// What each brought.
    pub counts: Vec<Count>,
    /// The competitors among the finds.
    pub matches: Vec<Match>,
    /// Ads of the brand's own pages.
    pub own: u32,
    /// Ads that advertise anything.
    pub listings: u32,
    /// Ads beside the point.
    pub beside: u32,
}

#[async_trait::async_trait]
impl Phase for Filter {
    const NAME: &'static str = "filter";
    type Args = Args;
    type Input = Searched;
    type Output = Filtered;

    async fn run(
        &self,
        args: Args,
        input: Searched,
        context: &Context,
    ) -> Result<Outcome<Filtered>, Failure> {
        let ground = Ground::new(&self.0, &args, context)?;
        let finds = find::list(&ground.operator.db, ground.run).await?;
        // What was searched for is what counts, also if the configuration has changed meanwhile.
        let names = input.sources.iter().map(|source| source.name.parse());
        let keywords: Vec<Terms> = names.filter_map(Result::ok).collect();
        let sifted = sift(&finds, &keywords, &ground.ads.own_pages);
        let count = |source: &Source| {
            let (found, relevant) = sifted
                .by_words
                .get(&source.name)
                .copied()
                .unwrap_or_default();
            Count {
                words: source.name.clone(),
                is_complete: source.outcome.is_complete(),
                found,
                relevant,
            }
        };
        Ok(Outcome::Done(Filtered {
            counts: input.sources.iter().map(count).collect(),
            searches: input.sources,
            matches: sifted.matches,
            own: sifted.own,
            listings: sifted.listings,
            beside: sifted.beside,
        }))
    }
}

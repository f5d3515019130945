//! `ads`: who sells the same as a brand, with which ads, and which of them win. Five phases over the
//! official archive of ads, on a schedule for each brand.
//!
//! ```text
//!   search   the brand's words and what was learned    ─▶ ad_find
//!   filter   what is to the point, and whose it is     ─▶ (its checkpoint)
//!   track    all running ads of the pages that are due  ─▶ competitor, ad, competitor_watch
//!   audit    what can be believed of it                ─▶ (its checkpoint)
//!   report   which ads win, which words to learn       ─▶ ads_report, keyword
//! ```
//! *Who is authoritative.* The archive, as far as it was seen to its end. A source that was blocked or
//! broken off says nothing about what it did not show: no ad ends, no page is dropped by it.
//!
//! *Crash points.* Each page of ads is one request and one transaction, then progress is saved; a
//! phase that goes on asks again for at most one page. Every write is by key, so a phase that runs
//! twice leaves the same rows. Counters move with the insert of the report, which happens once.
//!
//! *Vendor trouble.* Too many calls and outages put the phase off ([`tour`]); a block ends the look
//! and the run goes on without it, so that the report says so. Neither trips the schedule.

mod audit;
mod due;
mod filter;
mod learn;
mod relevance;
mod report;
mod request;
mod search;
mod tour;
mod track;

use homeostat_model::RunId;
use homeostat_queue::{Context, Failure, Pipeline};
use homeostat_vendors::ad_library;
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

pub(crate) use due::due_until;

pub use audit::{Audit, Audited, Finding, Trust};
pub use filter::{Filter, Filtered};
pub use report::{Report, Reported, Winner};
pub use search::{Search, Searched};
pub use tour::Source;
pub use track::{Track, Tracked};

use crate::{
    Operator,
    config::{Brand, BrandAds},
    jobs,
};

/// What is enqueued to start a run.
pub const NAME: &str = "ads";

/// The kinds of its phases, in order.
pub const KINDS: [&str; 5] = [
    "ads.search",
    "ads.filter",
    "ads.track",
    "ads.audit",
    "ads.report",
];

/// Whose breaker the archive has.
pub(crate) const VENDOR: &str = "ad_library";

/// What a run is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Args {
    /// The brand.
    pub brand: String,
}

/// The pipeline, with its phases in order.
pub fn pipeline(operator: &Operator) -> Pipeline<Args, Reported> {
    Pipeline::<Args>::new(NAME)
        .then(Search(operator.clone()))
        .then(Filter(operator.clone()))
        .then(Track(operator.clone()))
        .then(Audit(operator.clone()))
        .then(Report(operator.clone()))
}

/// What a phase stands on: the brand, what it looks for, and the run.
struct Ground<'a> {
    operator: &'a Operator,
    brand: &'a Brand,
    ads: &'a BrandAds,
    run: RunId,
}

impl<'a> Ground<'a> {
    fn new(operator: &'a Operator, args: &Args, context: &Context) -> Result<Self, Failure> {
        let brand = jobs::brand(operator, &args.brand)?;
        let ads = brand.ads.as_ref().ok_or_else(|| {
            let text = format!(
                "args.brand: {} has no [brand.ads] in its configuration",
                brand.id
            );
            Failure::permanent(text)
        })?;
        let run = context
            .run()
            .ok_or_else(|| Failure::permanent("this is a phase; enqueue \"ads\" to start a run"))?;
        Ok(Self {
            operator,
            brand,
            ads,
            run,
        })
    }

    fn id(&self) -> &str {
        self.brand.id.as_str()
    }

    /// The archive. Its token is asked for where a brand looks into it.
    fn client(&self) -> Result<&'a ad_library::Client, Failure> {
        let missing = "environment: AD_LIBRARY_TOKEN is not set; it is the token that reads the \
                       archive of ads";
        let client = self.operator.ad_library.as_ref();
        client.ok_or_else(|| Failure::permanent(missing))
    }

    /// The archive's day. Its dates have no zone.
    fn today(&self) -> Date {
        let now = self.operator.clock.now();
        now.0.to_zoned(TimeZone::UTC).date()
    }
}

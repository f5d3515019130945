//! `browse.ads`: one visit of the archive's public page, about the competitor that has been due for
//! longest. Off unless the owner turned it on.
//!
//! It is a second way to the same look: within the same budget, at the time that the cadence gives, with
//! the same rows at the end. *Who is authoritative.* A page that was seen to its end, like the API. What
//! was turned away says nothing: the sensor is blind, no ad ends, no cadence changes, and the pace slows.
//! A wall is never got round.
//!
//! *Crash points.* The visit is claimed and its look planned before it is made, so a job that dies has
//! cost one wait; a retry plans nothing anew. What the visit brought is one transaction.

use std::time::Duration;

use homeostat_control::pace::{Met, Pace};
use homeostat_model::{RunId, WorldTime};
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::{PgConnection, transact};
use homeostat_vendors::ad_library::{
    Country, Outcome as Look, PageId, Seen, Shown, Terms, page_address, read_page,
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::LoopError;
use crate::{
    Operator,
    browser::{Browser, VisitError},
    config::AdsSettings,
    pipelines::ads::due_until,
    records::{
        archive::{ad, competitor, look, pace, watch},
        sensor,
    },
};

/// The sensor that a visit is.
const SENSOR: &str = "ad_library.browser";

/// Visit the public page for one brand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrowseAds {
    /// The brand.
    pub brand: String,
}

impl Job for BrowseAds {
    const KIND: &'static str = "browse.ads";

    fn defaults() -> KindDefaults {
        KindDefaults {
            // One page for each of a few countries, and one to confirm that they were empty.
            timeout: Duration::from_secs(300),
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Visits(pub Operator);

#[async_trait::async_trait]
impl Worker for Visits {
    type Job = BrowseAds;

    async fn work(&self, job: BrowseAds, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?.id.as_str();
        let settings = &operator.config.settings.ads;
        let off = "ads.browser.enabled is false; the public page is not visited";
        let browser = operator.partners.browser.as_ref();
        let browser = browser.ok_or_else(|| Failure::permanent(off))?;
        let ground = Ground {
            operator,
            settings,
            browser,
            brand,
            run: RunId(context.job().0),
            began_at: operator.clock.now(),
        };
        let Some(page) = ground.claim().await? else {
            return Ok(Outcome::Done(json!({ "visited": null })));
        };
        let seen = ground.look(&page).await?;
        let pace = ground.note(&page, &seen).await?;
        Ok(Outcome::Done(json!({
            "visited": page.as_str(), "outcome": seen.outcome, "ads": seen.ads.len(),
            "wait_s": pace.wait_s,
        })))
    }
}

/// What a visit stands on.
struct Ground<'a> {
    operator: &'a Operator,
    settings: &'a AdsSettings,
    browser: &'a Browser,
    brand: &'a str,
    run: RunId,
    began_at: WorldTime,
}

impl Ground<'_> {
    /// The page to visit now, if there is one, and the pace and the budget allow it.
    async fn claim(&self) -> Result<Option<PageId>, Failure> {
        let (way, params) = (
            self.settings.browser.proxy.as_str(),
            self.settings.browser.pace(),
        );
        let page = transact!(
            self.operator.db,
            |tx| -> Result<Option<String>, LoopError> {
                // A retry has its claim and its plan.
                if let Some(page) = look::of_run(&mut *tx, self.run).await?.pop() {
                    return Ok(Some(page));
                }
                let (budget, now) = (self.settings.scans_per_day, self.began_at);
                let due = due_until(&mut *tx, self.brand, budget, (now, now)).await?;
                let Some(page) = due.into_iter().next() else {
                    return Ok(None);
                };
                if !pace::claim(&mut *tx, way, params, self.began_at).await? {
                    return Ok(None);
                }
                let pages = std::slice::from_ref(&page);
                look::plan(&mut *tx, self.run, self.brand, pages, self.began_at).await?;
                Ok(Some(page))
            }
        )?;
        page.map(|page| page.parse().map_err(Failure::permanent))
            .transpose()
    }

    /// What the page shows for all countries together, as the API does; an empty one counts when the
    /// control words bring something. After a page that does not end well no more are opened.
    async fn look(&self, page: &PageId) -> Result<Seen, Failure> {
        let countries = self.settings.countries();
        let (first, others) = countries
            .split_first()
            .ok_or_else(|| Failure::permanent("ads.countries: there is none"))?;
        let mut seen = self.visit(first, Shown::Page(page)).await?;
        for country in others {
            if seen.outcome.is_complete() {
                seen = seen.and(self.visit(country, Shown::Page(page)).await?);
            }
        }
        if seen.outcome != Look::OkEmpty {
            return Ok(seen);
        }
        let terms: Terms = self
            .settings
            .control_terms
            .parse()
            .map_err(Failure::permanent)?;
        let control = self.visit(first, Shown::Terms(&terms)).await?;
        if !control.ads.is_empty() {
            return Ok(seen);
        }
        Ok(Seen {
            outcome: Look::Blocked,
            note: Some("nothing, and nothing for the control words either"),
            ..seen
        })
    }

    async fn visit(&self, country: &Country, shown: Shown<'_>) -> Result<Seen, Failure> {
        let address = page_address(self.browser.base(), country, shown);
        let address = address.map_err(Failure::permanent)?;
        match self.browser.visit(&address).await {
            Ok(html) => Ok(read_page(&html, shown)),
            Err(error) if error.is_permanent() => Err(Failure::permanent(error)),
            Err(error) => Ok(broken(&error)),
        }
    }

    /// Writes what was seen, and lets the pace and the sensor know how it was met.
    async fn note(&self, page: &PageId, seen: &Seen) -> Result<Pace, Failure> {
        let (way, params) = (
            self.settings.browser.proxy.as_str(),
            self.settings.browser.pace(),
        );
        let id = format!("{SENSOR}:{}", self.brand);
        let pages = [page.to_string()];
        let complete = seen.outcome.is_complete();
        let ended_at = self.operator.clock.now();
        let pace = transact!(self.operator.db, |tx| -> Result<Pace, LoopError> {
            self.keep(&mut *tx, seen, ended_at).await?;
            let by = (self.run, self.brand);
            look::made(&mut *tx, by, &pages, complete, self.began_at).await?;
            if complete {
                ad::end_unseen(&mut *tx, self.run, self.brand, &pages).await?;
                watch::saw(&mut *tx, self.brand, &pages, (self.began_at, ended_at)).await?;
                competitor::looked_at(&mut *tx, self.brand, &pages, self.began_at).await?;
                sensor::saw(&mut *tx, &id, self.brand, self.began_at).await?;
            } else {
                watch::tried(&mut *tx, self.brand, &pages, self.began_at).await?;
            }
            let met = met(seen);
            Ok(pace::met(&mut *tx, way, params, met, self.began_at).await?)
        })?;
        if !complete {
            let note = seen.note.unwrap_or_default();
            let fault = format!("{}: {note}", seen.outcome.as_str());
            sensor::missed(&self.operator.db, &id, self.brand, &fault).await?;
        }
        Ok(pace)
    }

    async fn keep(
        &self,
        tx: &mut PgConnection,
        seen: &Seen,
        at: WorldTime,
    ) -> Result<(), LoopError> {
        let today = at.0.to_zoned(TimeZone::UTC).date();
        Ok(ad::record(tx, self.run, self.brand, &seen.ads, today, at).await?)
    }
}

/// A browser that showed nothing says nothing about the page.
fn broken(error: &VisitError) -> Seen {
    let note = match error {
        VisitError::TimedOut(_) => "the page did not end loading in time",
        VisitError::TooLarge => "the page is too large to be read",
        VisitError::Nothing(_) => "the browser showed nothing",
        VisitError::Io(_) | VisitError::NotRun { .. } | VisitError::Root => "the browser failed",
    };
    Seen {
        outcome: Look::Partial,
        ads: Vec::new(),
        note: Some(note),
    }
}

/// What an outcome says about being welcome.
fn met(seen: &Seen) -> Met {
    match seen.outcome {
        Look::Ok | Look::OkEmpty => Met::LetIn,
        Look::Blocked | Look::RateLimited => Met::Blocked,
        Look::Partial if !seen.ads.is_empty() => Met::LetIn,
        Look::Partial | Look::LayoutChanged => Met::Unclear,
    }
}

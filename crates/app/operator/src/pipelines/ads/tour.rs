//! A tour over queries: each is walked page by page, and what a page brought is written at once.
//!
//! The tour itself is the phase's progress: an interrupted phase goes on at the page it had come to.
//! Where the archive is blocked the tour is over; what was not asked counts as blocked, not as empty.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure};
use homeostat_store::{PgConnection, StoreError, transact};
use homeostat_vendors::ad_library::{Ad, Outcome, Query, Step, Subject, Walk};
use serde::{Deserialize, Serialize};

use super::{
    Ground,
    request::{Answered, request},
};
use crate::{jobs::LoopError, records::sensor};

/// One query of a tour, and how its look ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The words, or the pages.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Ads that it brought.
    pub ads: u32,
    /// The archive's words, where it had any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A place to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stop {
    pub(super) name: String,
    pub(super) subject: Subject,
}

/// How far a phase has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tour {
    stops: Vec<Stop>,
    done: Vec<Source>,
    walk: Walk,
    ads: u32,
    /// World time at which the look at the present stop began.
    began_at: WorldTime,
}

/// What a tour writes down.
#[async_trait::async_trait]
pub(super) trait Notes: Sync {
    /// The sensor that a tour is, for whoever asks how well it sees.
    const SENSOR: &'static str;

    /// A page of ads; says how many of them belong to the stop.
    async fn page(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        ads: &[Ad],
    ) -> Result<usize, StoreError>;

    /// A stop that was seen to its end by a look that began at `began_at`.
    async fn seen(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        began_at: WorldTime,
    ) -> Result<(), StoreError>;

    /// A stop that was asked for and not seen to its end: it says nothing about what is there.
    async fn missed(
        &self,
        tx: &mut PgConnection,
        stop: &Stop,
        began_at: WorldTime,
    ) -> Result<(), StoreError>;
}

/// What came of it.
pub(super) enum Toured {
    /// All stops, with their ends.
    Done(Vec<Source>),
    /// Put off.
    NotNow { wait: Duration, reason: String },
}

impl Tour {
    pub(super) fn new(stops: Vec<Stop>, at: WorldTime) -> Self {
        Self {
            stops,
            done: Vec::new(),
            walk: Walk::default(),
            ads: 0,
            began_at: at,
        }
    }

    /// The stop at hand has ended. After a block nothing more is asked.
    fn ended(&mut self, outcome: Outcome, mut note: Option<String>, now: WorldTime) {
        let closed = match outcome {
            Outcome::Blocked | Outcome::LayoutChanged => true,
            Outcome::Ok | Outcome::OkEmpty | Outcome::RateLimited | Outcome::Partial => false,
        };
        let left = if closed {
            self.stops.len()
        } else {
            self.done.len() + 1
        };
        while self.done.len() < left {
            self.done.push(Source {
                name: self.stops[self.done.len()].name.clone(),
                outcome,
                ads: std::mem::take(&mut self.ads),
                note: note.take(),
            });
        }
        self.walk = Walk::default();
        self.began_at = now;
    }

    /// Goes on until all stops have ended, or it has to wait.
    pub(super) async fn go<N: Notes>(
        mut self,
        ground: &Ground<'_>,
        notes: &N,
        context: &Context,
    ) -> Result<Toured, Failure> {
        let db = &ground.operator.db;
        while let Some(stop) = self.stops.get(self.done.len()).cloned() {
            match self.step(ground, notes, &stop).await? {
                None => context.save_progress(&self).await?,
                Some((wait, reason)) => {
                    let sensor = sensor_id::<N>(ground);
                    sensor::missed(db, &sensor, ground.id(), &reason).await?;
                    return Ok(Toured::NotNow { wait, reason });
                }
            }
        }
        self.tell_sensor::<N>(ground).await?;
        Ok(Toured::Done(self.done))
    }

    /// One request; says how long to wait when it cannot go on now.
    async fn step<N: Notes>(
        &mut self,
        ground: &Ground<'_>,
        notes: &N,
        stop: &Stop,
    ) -> Result<Option<(Duration, String)>, Failure> {
        let (db, client) = (&ground.operator.db, ground.client()?);
        let countries = ground.operator.config.settings.ads.countries();
        let query =
            Query::new(stop.subject.clone(), countries, true).map_err(Failure::permanent)?;
        let (page, step, mut note) = match request(db, client, &query, &self.walk).await? {
            Answered::NotNow { wait, reason } => return Ok(Some((wait, reason))),
            Answered::Trouble(trouble, note) => (None, self.walk.met(trouble), Some(note)),
            Answered::Page(page) => {
                let step = self.walk.took(&page);
                (Some(page), Some(step), None)
            }
        };
        let mut over = match step {
            Some(Step::Over(outcome)) => Some(outcome),
            Some(Step::Go) | None => None,
        };
        if over == Some(Outcome::OkEmpty) {
            match confirmed(ground).await? {
                Ok(true) => {}
                Ok(false) => {
                    over = Some(Outcome::Blocked);
                    note = Some("nothing, and nothing for the control words either".to_owned());
                }
                Err(wait) => return Ok(Some(wait)),
            }
        }
        let (ads, began_at) = (page.map(|page| page.ads).unwrap_or_default(), self.began_at);
        let kept = transact!(db, |tx| -> Result<usize, LoopError> {
            let kept = match ads.as_slice() {
                [] => 0,
                ads => notes.page(&mut *tx, stop, ads).await?,
            };
            match over.map(Outcome::is_complete) {
                Some(true) => notes.seen(&mut *tx, stop, began_at).await?,
                Some(false) => notes.missed(&mut *tx, stop, began_at).await?,
                None => {}
            }
            Ok(kept)
        })?;
        self.ads = self
            .ads
            .saturating_add(u32::try_from(kept).unwrap_or(u32::MAX));
        if let Some(outcome) = over {
            self.ended(outcome, note, ground.operator.clock.now());
        }
        Ok(None)
    }

    /// A tour that did not see everything is a blind sensor, never a quiet archive. One that had
    /// nothing to look at tells nothing: who was blind stays blind.
    async fn tell_sensor<N: Notes>(&self, ground: &Ground<'_>) -> Result<(), Failure> {
        if self.done.is_empty() {
            return Ok(());
        }
        let (db, id) = (&ground.operator.db, sensor_id::<N>(ground));
        let missing: Vec<&Source> = self
            .done
            .iter()
            .filter(|source| !source.outcome.is_complete())
            .collect();
        let Some(first) = missing.first() else {
            let at = self.began_at;
            return Ok(transact!(db, |tx| -> Result<(), LoopError> {
                Ok(sensor::saw(&mut *tx, &id, ground.id(), at).await?)
            })?);
        };
        let fault = format!(
            "{} of {} sources not seen to the end; {}: {}",
            missing.len(),
            self.done.len(),
            first.name,
            first.outcome.as_str()
        );
        Ok(sensor::missed(db, &id, ground.id(), &fault).await?)
    }
}

/// Whether the archive answers at all: words that certainly bring ads do. `Err`: not now.
async fn confirmed(ground: &Ground<'_>) -> Result<Result<bool, (Duration, String)>, Failure> {
    let ads = &ground.operator.config.settings.ads;
    let terms = ads.control_terms.parse().map_err(Failure::permanent)?;
    let query =
        Query::new(Subject::Terms(terms), ads.countries(), true).map_err(Failure::permanent)?;
    let (db, client) = (&ground.operator.db, ground.client()?);
    let answered = request(db, client, &query, &Walk::default()).await?;
    Ok(match answered {
        Answered::Page(page) => Ok(!page.ads.is_empty()),
        Answered::Trouble(..) => Ok(false),
        Answered::NotNow { wait, reason } => Err((wait, reason)),
    })
}

fn sensor_id<N: Notes>(ground: &Ground<'_>) -> String {
    format!("{}:{}", N::SENSOR, ground.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> WorldTime {
        let start = WorldTime("2026-03-02T06:00:00Z".parse().unwrap());
        start.plus(jiff::SignedDuration::from_hours(hour))
    }

    fn tour() -> Tour {
        let stop = |name: &str| Stop {
            name: name.to_owned(),
            subject: Subject::Terms(name.parse().unwrap()),
        };
        Tour::new(["a", "b", "c"].map(stop).to_vec(), at(0))
    }

    fn outcomes(tour: &Tour) -> Vec<Outcome> {
        tour.done.iter().map(|source| source.outcome).collect()
    }

    #[test]
    fn each_stop_ends_by_itself() {
        let mut tour = tour();
        tour.ads = 7;
        tour.ended(Outcome::Ok, None, at(1));
        tour.ended(Outcome::Partial, Some("no".into()), at(2));
        assert_eq!(outcomes(&tour), [Outcome::Ok, Outcome::Partial]);
        assert_eq!((tour.done[0].ads, tour.done[1].ads), (7, 0));
        assert_eq!(tour.done[1].note.as_deref(), Some("no"));
        assert_eq!(tour.began_at, at(2));
    }

    #[test]
    fn after_a_block_nothing_more_is_asked_and_nothing_counts_as_empty() {
        let mut tour = tour();
        tour.ended(Outcome::Ok, None, at(1));
        tour.ended(Outcome::Blocked, Some("no".into()), at(1));
        let blocked = Outcome::Blocked;
        assert_eq!(outcomes(&tour), [Outcome::Ok, blocked, blocked]);
    }

    #[test]
    fn a_tour_is_stored_and_read() {
        let mut tour = tour();
        tour.ended(Outcome::Ok, None, at(1));
        let text = serde_json::to_string(&tour).unwrap();
        assert_eq!(serde_json::from_str::<Tour>(&text).unwrap(), tour);
    }
}

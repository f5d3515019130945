//! Everything that a brief rests on, read once: each read is of the rows of that day, or of what is live.

use homeostat_effects::{
    ActsOfDay, CallsOfDay, DayAct, DecisionsOfDay, IncidentView, RefusedDecision, WaitingDecision,
    WindowOfDay, acts_of_day, calls_of_day, decisions_of_day, incidents_before, refused_of_day,
    settled_of_day, waiting_decisions, windows_of_day,
};
use homeostat_liveness::{Life, lives_ended_from};
use homeostat_operator::{
    config::Brand,
    records::day::{CampaignDay, campaigns_of_day},
};
use homeostat_queue::{RunsOfDay, runs_of_day};
use homeostat_store::Db;

use super::{
    day::{self, Day, Span},
    saved,
};
use crate::{
    Word,
    changes::words_between,
    operations::{BoardError, Now},
    status::{self, Status},
};

/// Refused decisions that are looked through for who said no.
const REFUSED_MAX: u32 = 2_000;
/// Pauses and resumes of a day that are looked through.
const PAUSES_MAX: u32 = 5_000;
/// Deaths and incidents that are read.
const BREAKS_MAX: i64 = 200;
/// Proposals that are listed.
const WAITING_MAX: u32 = 50;

/// They.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) acts: Vec<ActsOfDay>,
    pub(super) pauses: Vec<DayAct>,
    pub(super) runs: Vec<RunsOfDay>,
    pub(super) campaigns: Vec<CampaignDay>,
    pub(super) windows: Vec<WindowOfDay>,
    pub(super) calls: Vec<CallsOfDay>,
    pub(super) decisions: Vec<DecisionsOfDay>,
    pub(super) refused: Vec<RefusedDecision>,
    pub(super) lives: Vec<Life>,
    pub(super) incidents: Vec<IncidentView>,
    pub(super) said: Vec<Word>,
    pub(super) waiting: Vec<WaitingDecision>,
    pub(super) status: Status,
}

impl Facts {
    pub(super) async fn read(
        db: &Db,
        brand: &Brand,
        day: &Day,
        now: Now,
    ) -> Result<Self, BoardError> {
        let id = brand.id.as_str();
        let world = (day.from, day.until);
        let span = day::span(db, id, day, now).await?;
        Ok(Self {
            acts: acts_of_day(db, id, span).await?,
            pauses: settled_of_day(db, id, span, &saved::kinds(), PAUSES_MAX).await?,
            runs: runs_of_day(db, id, span).await?,
            campaigns: campaigns_of_day(db, id, day.date).await?,
            windows: windows_of_day(db, id, day.until).await?,
            calls: calls_of_day(db, id, span).await?,
            decisions: decisions_of_day(db, id, world).await?,
            refused: refused_of_day(db, id, world, REFUSED_MAX).await?,
            lives: deaths(db, span).await?,
            incidents: incidents(db, id, span).await?,
            said: words_between(db, span.0, span.1).await?,
            waiting: waiting_decisions(db, WAITING_MAX).await?,
            status: status::look(db).await?,
        })
    }
}

/// Deaths of the span, the oldest first.
async fn deaths(db: &Db, (from, until): Span) -> Result<Vec<Life>, BoardError> {
    let mut lives = lives_ended_from(db, from, BREAKS_MAX).await?;
    lives.retain(|life| life.died_at < until);
    Ok(lives)
}

/// Incidents of the brand, or of none in particular, that were opened in the span, the oldest first.
async fn incidents(
    db: &Db,
    brand: &str,
    (from, until): Span,
) -> Result<Vec<IncidentView>, BoardError> {
    let mut found = incidents_before(db, Some(until), BREAKS_MAX).await?;
    found.retain(|one| one.opened_at >= from && one.brand.as_deref().is_none_or(|id| id == brand));
    found.reverse();
    Ok(found)
}

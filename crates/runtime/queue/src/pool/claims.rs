//! Claims under way. They run beside the pool's loop, which goes on starting jobs meanwhile.

use homeostat_clock::Stopwatch;
use homeostat_model::ProcessId;
use homeostat_store::Db;
use tokio::task::{JoinError, JoinSet};

use super::ahead;
use crate::{admission::Gate, claim::Claimed};

/// What one look at the queue brought.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) jobs: Vec<Claimed>,
    /// How many it was to bring.
    asked: usize,
    /// There may be more where these came from.
    pub(super) more: bool,
    /// A claim failed, and what it took is not known.
    in_doubt: bool,
    /// How many wakes there had been when it began.
    pub(super) wakes: u64,
}

/// The claims of one pool.
#[derive(Debug)]
pub(super) struct Claims {
    db: Db,
    owner: ProcessId,
    batch_max: usize,
    lanes: usize,
    under_way: JoinSet<Round>,
    /// Jobs that the rounds under way may bring.
    asked: usize,
    least: usize,
    most: usize,
    ahead: usize,
    /// What a claim took is not known.
    in_doubt: bool,
    /// How often the database had moved when that was last looked at.
    moves: u64,
    /// When the last round ended, if it gave all that was asked for.
    full_since: Option<Stopwatch>,
}

impl Claims {
    pub(super) fn new(db: &Db, owner: ProcessId, options: &super::PoolOptions) -> Self {
        Self {
            db: db.clone(),
            owner,
            batch_max: options.claim_batch_max,
            lanes: options.lanes,
            under_way: JoinSet::new(),
            asked: 0,
            least: options.prefetch,
            most: options.prefetch_max.max(options.prefetch),
            ahead: options.prefetch,
            full_since: None,
            in_doubt: false,
            moves: db.moves(),
        }
    }

    /// There may be jobs in our name that nobody here knows of.
    pub(super) fn are_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// An answer to a claim beside these rounds was lost too, or a claim was written that nobody knows of.
    pub(super) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Another server has taken the primary's place: it may never have heard of what was finished last.
    pub(super) fn see_moves(&mut self) {
        let moves = self.db.moves();
        self.in_doubt |= moves != self.moves;
        self.moves = moves;
    }

    /// There are none any more.
    pub(super) fn are_known(&mut self) {
        self.in_doubt = false;
    }

    /// How many jobs to hold ahead of the slots.
    pub(super) fn ahead(&self) -> usize {
        self.ahead
    }

    /// Jobs that are on their way.
    pub(super) fn asked(&self) -> usize {
        self.asked
    }

    /// Nothing is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Another round may begin.
    pub(super) fn has_lane(&self) -> bool {
        self.under_way.len() < self.lanes
    }

    /// There is room for another round: how long the jobs of the last one were enough says how many to
    /// hold ahead from now on.
    pub(super) fn adapt(&mut self) {
        let lasted = self.full_since.take().map(|since| since.elapsed());
        self.ahead = ahead::next(self.ahead, self.least, self.most, lasted);
    }

    /// Begins to claim up to `n` jobs of these kinds, in this order.
    pub(super) fn begin(&mut self, kinds: Vec<Gate>, n: usize, wakes: u64) {
        let round = Round {
            asked: n.min(self.batch_max),
            wakes,
            ..Round::default()
        };
        self.asked += round.asked;
        self.under_way
            .spawn(look(self.db.clone(), self.owner, kinds, round));
    }

    /// The next round that ends; none when none is under way.
    pub(super) async fn next(&mut self) -> Option<Round> {
        let ended = self.under_way.join_next().await?;
        Some(self.take(ended))
    }

    fn take(&mut self, ended: Result<Round, JoinError>) -> Round {
        let round = match ended {
            Ok(round) => round,
            Err(error) => {
                // With other rounds under way the count is too high, which only claims less.
                tracing::error!(%error, "a claim died");
                Round {
                    in_doubt: true,
                    ..Round::default()
                }
            }
        };
        self.asked = match self.under_way.is_empty() {
            true => 0,
            false => self.asked - round.asked,
        };
        self.in_doubt |= round.in_doubt;
        let is_full = round.jobs.len() == round.asked && round.asked > 0;
        self.full_since = is_full.then(Stopwatch::start);
        round
    }
}

async fn look(db: Db, owner: ProcessId, kinds: Vec<Gate>, mut round: Round) -> Round {
    for gate in kinds {
        let room = round.asked - round.jobs.len();
        if room == 0 {
            round.more = true;
            break;
        }
        match gate.claim(&db, owner, room).await {
            Ok((claimed, is_full)) => {
                round.more |= is_full;
                round.jobs.extend(claimed);
            }
            Err(error) => {
                let kind = gate.kind;
                tracing::warn!(kind, %error, "could not claim; trying again at the next poll");
                round.in_doubt = true;
                break;
            }
        }
    }
    round
}

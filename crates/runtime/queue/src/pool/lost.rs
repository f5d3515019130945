//! Claims whose answer was lost, or whose finish was lost with its server: the rows are ours, and nobody here knows
//! of them.
//!
//! ```text
//!   claim ── connection broke ──▶ in doubt: no further claims
//!   database ── another server ──▶  ├─ nothing under way, next poll ─▶ running rows of ours that are in
//!   more rows than we know of ─────▶  ┘  no buffer, slot or backlog are given back ─▶ claims again
//! ```
//! *Who is authoritative.* The rows. What this pool knows of is counted when no claim is under way, by job and
//! fence, and only its own kinds are looked at: another pool may work for the same epoch. So nothing that was
//! claimed in peace is mistaken for lost. It spends no attempt: it began none, or the one it began had ended.
//!
//! A server that goes on with a claim after its connection broke may write it after that look: so the rows of ours
//! are counted at each poll, and more than we know of are a doubt of their own.

use homeostat_liveness::Begun;
use homeostat_mutants::mutant;
use homeostat_store::transact;

use super::Shift;
use crate::{Error, held::hold_strays, settle::settle, verdict::Ending};

impl Shift {
    /// Gives back what a lost answer left in our name, once nothing is under way.
    pub(super) async fn give_back_lost(&mut self) {
        self.claims.see_moves();
        if !self.claims.are_in_doubt() || !self.claims.is_empty() || !self.pool.epoch.is_sound() {
            return;
        }
        if mutant!("lost_claims_kept") {
            return self.claims.are_known();
        }
        match self.try_give_back_lost().await {
            Ok(0) => {}
            Ok(jobs) => tracing::warn!(jobs, "gave back claims that nobody here knows of"),
            Err(error) => {
                tracing::warn!(%error, "claims wait until it is known what the last ones took");
                return;
            }
        }
        self.claims.are_known();
        self.wake();
    }

    /// The claims that this pool knows of. A result stays among them until it is written, so the rows that run in our
    /// name while nothing is under way are never more.
    pub(super) fn known(&self) -> Vec<Begun> {
        let mut known = self.backlog.claims();
        known.extend(self.buffer.iter().map(|(job, _)| (job.id, job.fence)));
        let running = self.running.values();
        known.extend(running.map(|running| (running.id, running.fence)));
        known
    }

    async fn try_give_back_lost(&self) -> Result<usize, Error> {
        let known = self.known();
        let (db, owner) = (&self.pool.db, self.pool.epoch.id());
        let ending = Ending::Unbegun("an answer was lost: its worker does not know of it".into());
        transact!(db, |tx| -> Result<usize, Error> {
            let strays = hold_strays(&mut *tx, owner, &self.kinds, &known, None).await?;
            let jobs: Vec<_> = strays
                .into_iter()
                .map(|job| (job, ending.clone()))
                .collect();
            settle(&mut *tx, &jobs, &self.pool.entropy).await?;
            Ok(jobs.len())
        })
    }
}

//! Recovery: a loop over state, not a boot step (L9).
//!
//! ```text
//!   every open effect whose owner is no live epoch, whose deadline passed, or whose probe is due
//!      │ adopted: owner = me, calls + 1 (fences whoever held it)
//!      ├─ a fenced owner left proof ──▶ settled
//!      ├─ proven unsent ─────────────▶ resend
//!      └─ probe ─┬─ happened ─▶ settled (recovered after a crash, else probed) | accepted
//!                ├─ refused  ─▶ refused, or unknown while an earlier request may land
//!                ├─ absent   ─▶ by class: resend | wait for the horizon | void
//!                ├─ throttled ▶ unknown; the breaker opens for all, again after the vendor's wait
//!                └─ cannot tell ▶ unknown; again with backoff, incident after 15 min
//! ```
//! A resend is a new permit from a transaction that reads mode, breaker and restraints again, on the
//! same hold and the same decision: it never decides anew. It is called like any other.

mod adopt;
mod plan;
mod resend;

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use homeostat_model::EffectId;
use homeostat_mutants::mutant;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Actuator, Ctx, EffectState, EffectsError, Performed, Probe, Provenance, Registry, late,
    open_breaker, perform,
    settle::{self, Outcome, Recorded},
};
use adopt::Adopted;
use plan::Next;

/// What a pass did, by outcome. All zero: every open effect is in good hands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Recovered {
    /// Effects taken over.
    pub adopted: u32,
    /// Found to have happened, or sent again and settled.
    pub settled: u32,
    /// Taken by the vendor, which finishes later.
    pub accepted: u32,
    /// The vendor said no.
    pub refused: u32,
    /// Given up: they certainly did not happen.
    pub void: u32,
    /// Nobody can tell yet.
    pub unknown: u32,
    /// To be looked at again: horizon, mode or breaker in the way.
    pub waiting: u32,
    /// Sent again in this pass, whatever came of it.
    pub resent: u32,
    /// Lost to a faster process, or failed; the next pass sees them.
    pub failed: u32,
}

/// One pass over everything that is due and whose actuator this process has.
///
/// # Errors
/// When the database does not answer, or this process's epoch is over.
pub async fn recover(ctx: &Ctx, registry: &Registry) -> Result<Recovered, EffectsError> {
    let mut seen = Recovered::default();
    loop {
        let batch = adopt::due(ctx, &registry.kinds(), None).await?;
        if batch.is_empty() {
            return Ok(seen);
        }
        let mut tasks = JoinSet::new();
        for adopted in batch {
            seen.adopted += 1;
            if let Some(actuator) = registry.get(&adopted.view.kind) {
                tasks.spawn(advance(ctx.clone(), actuator, adopted));
            }
        }
        while let Some(done) = tasks.join_next().await {
            seen.count(done.map_err(|error| error.to_string()));
        }
    }
}

/// Looks after open effects until `stop` is cancelled: one pass and then a rest of `every` (L9). Run it
/// in each process that has actuators; an effect's fence lets one of them through.
pub async fn keep_recovering(
    ctx: &Ctx,
    registry: &Registry,
    every: Duration,
    stop: &CancellationToken,
) {
    while !stop.is_cancelled() {
        if let Err(error) = recover(ctx, registry).await {
            tracing::warn!(%error, "open effects wait for the next pass");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(every) => {}
        }
    }
}

/// Looks at one effect now, whatever its schedule says. False when it is closed or in live hands.
///
/// # Errors
/// When the database does not answer, or this process's epoch is over.
pub async fn recover_one(
    ctx: &Ctx,
    registry: &Registry,
    effect: EffectId,
) -> Result<bool, EffectsError> {
    let mut batch = adopt::due(ctx, &registry.kinds(), Some(effect)).await?;
    let Some(adopted) = batch.pop() else {
        return Ok(false);
    };
    let Some(actuator) = registry.get(&adopted.view.kind) else {
        return Ok(false);
    };
    advance(ctx.clone(), actuator, adopted).await?;
    Ok(true)
}

/// How one effect came out of a pass.
#[derive(Debug, Clone, Copy)]
struct Advanced {
    state: Option<EffectState>,
    resent: bool,
}

async fn advance(
    ctx: Ctx,
    actuator: Arc<dyn Actuator>,
    adopted: Adopted,
) -> Result<Advanced, EffectsError> {
    let outcome = look(&ctx, &actuator, &adopted).await?;
    let next = match outcome {
        Look::Known(outcome) => Next::Record(outcome),
        Look::Absent => plan::after_absent(&adopted.absence(), &ctx.settings),
        Look::CannotTell(reason) => Next::record(Outcome::Unknown {
            reason,
            wait: ctx.settings.wait_after(adopted.view.probes),
            by_sender: false,
        }),
    };
    match next {
        Next::Record(outcome) => finish(&ctx, &*actuator, &adopted, &outcome).await,
        Next::Resend => send_again(&ctx, actuator, &adopted).await,
    }
}

/// What is known about an effect.
enum Look {
    Known(Box<Outcome>),
    Absent,
    CannotTell(String),
}

impl Look {
    fn known(outcome: Outcome) -> Self {
        Self::Known(Box::new(outcome))
    }
}

async fn look(
    ctx: &Ctx,
    actuator: &Arc<dyn Actuator>,
    adopted: &Adopted,
) -> Result<Look, EffectsError> {
    if let Some(receipt) = proof(ctx, adopted).await? {
        return Ok(Look::known(Outcome::Happened {
            receipt,
            provenance: Provenance::Probed,
        }));
    }
    if (adopted.unsent && adopted.view.sends == 1) || mutant!("no_probe") {
        // The only request there ever was never left: nothing to ask about.
        return Ok(Look::Absent);
    }
    Ok(match probe(actuator, adopted).await {
        Probe::Happened(receipt) => Look::known(Outcome::Happened {
            receipt,
            provenance: Provenance::Probed,
        }),
        Probe::Refused(reason) if adopted.earlier_may_land() => {
            Look::CannotTell(format!("{reason}; an earlier request may still land"))
        }
        Probe::Refused(reason) => Look::known(Outcome::Refused { reason }),
        // Accepted work that is not there yet is still under way, unless the vendor says otherwise.
        Probe::Absent if adopted.was_accepted() && adopted.is_stale() => {
            Look::CannotTell("accepted long ago, and the vendor shows no trace of it".into())
        }
        Probe::Absent if adopted.was_accepted() => Look::known(Outcome::Wait {
            wait: ctx.settings.accepted_poll,
        }),
        Probe::Absent if mutant!("absent_is_done") => Look::known(Outcome::Happened {
            receipt: crate::VendorReceipt::done(serde_json::Value::Null),
            provenance: Provenance::Probed,
        }),
        Probe::Absent if mutant!("absent_is_void") => Look::known(Outcome::Void {
            reason: "the vendor shows no trace of it".into(),
        }),
        Probe::Absent => Look::Absent,
        Probe::CannotTell(reason) => Look::CannotTell(reason),
        Probe::Throttled(wait) => {
            shut_tap(ctx, &adopted.view.vendor, wait).await;
            Look::known(Outcome::Unknown {
                reason: "throttled by the vendor".into(),
                wait,
                by_sender: false,
            })
        }
    })
}

/// A word to wait is for every worker, whoever heard it.
async fn shut_tap(ctx: &Ctx, vendor: &str, wait: Duration) {
    let now = ctx.now().map(homeostat_store::Stamp::runtime);
    if let Err(error) = open_breaker(&ctx.db, vendor, wait, "throttled a probe", now).await {
        // As after a call: the next one tells it again.
        tracing::warn!(%error, vendor, "the breaker could not be told");
    }
}

/// Asks in a task of its own: a probe that panics, or blocks its thread, tells nothing and stops nobody.
async fn probe(actuator: &Arc<dyn Actuator>, adopted: &Adopted) -> Probe {
    let timeout = actuator.spec().call_timeout;
    let mut task = tokio::spawn({
        let (actuator, effect) = (actuator.clone(), adopted.view.clone());
        async move { actuator.probe(&effect).await }
    });
    match tokio::time::timeout(timeout, &mut task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Probe::CannotTell("the actuator panicked during the probe".into()),
        Err(_) => {
            task.abort();
            Probe::CannotTell(format!("no answer to the probe within {timeout:?}"))
        }
    }
}

async fn proof(ctx: &Ctx, adopted: &Adopted) -> Result<Option<crate::VendorReceipt>, EffectsError> {
    let mut connection = ctx.db.pool().acquire().await?;
    let receipt = late::proof(&mut connection, adopted.view.id).await?;
    // An unfinished receipt tells nothing that the accepted state does not say already.
    Ok(receipt.filter(|receipt| receipt.finished || adopted.view.state != EffectState::Accepted))
}

async fn finish(
    ctx: &Ctx,
    actuator: &dyn Actuator,
    adopted: &Adopted,
    outcome: &Outcome,
) -> Result<Advanced, EffectsError> {
    let recorded = settle::record(ctx, actuator, adopted.ticket, outcome, None).await?;
    if matches!(outcome, Outcome::Unknown { .. }) {
        adopt::alarm(ctx, adopted.view.id).await?;
    }
    let state = match recorded {
        Recorded::Moved(effect) => Some(effect.state),
        Recorded::Fenced => None,
    };
    Ok(Advanced {
        state,
        resent: false,
    })
}

async fn send_again(
    ctx: &Ctx,
    actuator: Arc<dyn Actuator>,
    adopted: &Adopted,
) -> Result<Advanced, EffectsError> {
    match resend::permit(ctx, actuator.spec(), adopted).await? {
        resend::Answer::Permitted(permit) => {
            let done = perform(ctx, actuator, permit).await?;
            let state = match done {
                Performed::Recorded(effect) => Some(effect.state),
                Performed::Fenced | Performed::Lost => None,
            };
            Ok(Advanced {
                state,
                resent: true,
            })
        }
        resend::Answer::Stopped { wait } => {
            finish(ctx, &*actuator, adopted, &Outcome::Wait { wait }).await
        }
        resend::Answer::Fenced => Ok(Advanced {
            state: None,
            resent: false,
        }),
    }
}

impl Recovered {
    /// Nothing was due.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    fn count(&mut self, done: Result<Result<Advanced, EffectsError>, String>) {
        let advanced = match done {
            Ok(Ok(advanced)) => advanced,
            Ok(Err(error)) => {
                tracing::warn!(%error, "an effect was not advanced");
                self.failed += 1;
                return;
            }
            Err(error) => {
                tracing::error!(error, "a probe panicked");
                self.failed += 1;
                return;
            }
        };
        self.resent += u32::from(advanced.resent);
        let counter = match advanced.state {
            Some(EffectState::Settled) => &mut self.settled,
            Some(EffectState::Accepted) => &mut self.accepted,
            Some(EffectState::Refused) => &mut self.refused,
            Some(EffectState::Void) => &mut self.void,
            Some(EffectState::Unknown) => &mut self.unknown,
            Some(EffectState::Sending) => &mut self.waiting,
            None => &mut self.failed,
        };
        *counter += 1;
    }
}

/// Used by both the plan and the loop: a first look is never later than this.
pub(crate) const SOON: Duration = Duration::from_secs(2);

//! Performing: one call in a task of its own, and its outcome recorded.
//!
//! The task outlives the job that began it: cancelling the job neither cuts a request in half nor
//! loses its answer. The answer is tried to be recorded until the database takes it.

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use homeostat_model::{Classify, Fault};
use homeostat_mutants::mutant;

use crate::{
    Actuator, CallError, Ctx, EffectView, EffectsError, Permit, Provenance, VendorReceipt, breaker,
    ledger, open_breaker,
    settle::{self, Called, Outcome, Recorded, Ticket},
};

const RECORD_AGAIN_FIRST: Duration = Duration::from_millis(250);
const RECORD_AGAIN_MAX: Duration = Duration::from_secs(5);
/// A request that never left is sent again after this, unless the vendor named a time.
const UNSENT_WAIT: Duration = Duration::from_secs(2);

/// What became of a call.
#[derive(Debug)]
pub enum Performed {
    /// The outcome is recorded: settled, accepted, refused, unknown, or sending again later.
    Recorded(Box<EffectView>),
    /// Recovery took the effect over before the answer came; the answer is kept as a late receipt.
    Fenced,
    /// The call's task ended without recording; recovery finds the effect.
    Lost,
}

/// Makes the permitted call and records its outcome. Dropping the returned future does not stop it.
///
/// # Errors
/// When the outcome cannot be recorded, which is no outage; recovery then asks the vendor.
pub async fn perform(
    ctx: &Ctx,
    actuator: Arc<dyn Actuator>,
    permit: Permit,
) -> Result<Performed, EffectsError> {
    let task = ctx.calls.spawn(run(ctx.clone(), actuator, permit));
    match task.await {
        Ok(Ok(Recorded::Moved(effect))) => Ok(Performed::Recorded(effect)),
        Ok(Ok(Recorded::Fenced)) => Ok(Performed::Fenced),
        Ok(Err(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "an actuator's call panicked");
            Ok(Performed::Lost)
        }
    }
}

async fn run(
    ctx: Ctx,
    actuator: Arc<dyn Actuator>,
    permit: Permit,
) -> Result<Recorded, EffectsError> {
    let made = make_call(&ctx, &actuator, permit).await;
    conclude(&ctx, &*actuator, made).await
}

/// A call that is over.
#[derive(Debug)]
pub(crate) struct Made {
    ticket: Ticket,
    /// Until then a request that was sent before this one may land.
    earlier_lands_in: Option<Duration>,
    answer: Result<VendorReceipt, CallError>,
    /// The vendor was asked, and nothing hindered it.
    was_asked: bool,
    latency: Duration,
}

/// The call alone.
pub(crate) async fn make_call(ctx: &Ctx, actuator: &Arc<dyn Actuator>, permit: Permit) -> Made {
    let ticket = Ticket {
        effect: permit.effect(),
        call: permit.call,
        owner: ctx.owner,
    };
    let earlier_lands_in =
        (!permit.alone).then(|| ctx.settings.permit_ttl + actuator.spec().horizon);
    let watch = Stopwatch::start();
    let hindrance = hindrance(ctx, &**actuator, &permit);
    let answer = match hindrance {
        Some(reason) => Err(CallError::NotSent {
            reason: reason.to_owned(),
        }),
        None => call(actuator, permit).await,
    };
    Made {
        ticket,
        earlier_lands_in,
        answer,
        was_asked: hindrance.is_none(),
        latency: watch.elapsed(),
    }
}

/// What a call that is over means, written down.
pub(crate) async fn conclude(
    ctx: &Ctx,
    actuator: &dyn Actuator,
    made: Made,
) -> Result<Recorded, EffectsError> {
    if made.was_asked {
        tell_breaker(ctx, actuator, &made.answer).await;
    }
    if mutant!("hold_after_call") {
        ledger::hold_after_call(ctx, made.ticket.effect).await?;
    }
    let called = Called {
        outcome: usage_word(&made.answer),
        latency: made.latency,
    };
    let (ticket, lands_in) = (made.ticket, made.earlier_lands_in);
    let outcome = outcome_of(ctx, made.answer, ticket.call, lands_in);
    record_until_taken(ctx, actuator, ticket, &outcome, called).await
}

/// Why the call may not even begin.
fn hindrance(ctx: &Ctx, actuator: &dyn Actuator, permit: &Permit) -> Option<&'static str> {
    if permit.kind() != actuator.spec().kind {
        Some("the permit is for another kind of actuator")
    } else if !ctx.is_sound() {
        Some("this process is not sure that it is alive")
    } else if permit.is_expired() {
        Some("the permit expired before the call began")
    } else {
        None
    }
}

/// The call in a task of its own: one that panics, or blocks its thread, does not take its bookkeeping
/// along. Returns only once that task has ended, so nothing can leave after it was said to be over.
async fn call(actuator: &Arc<dyn Actuator>, permit: Permit) -> Result<VendorReceipt, CallError> {
    let request = permit.request.clone();
    let timeout = actuator.spec().call_timeout;
    let mut task = tokio::spawn({
        let actuator = actuator.clone();
        async move { actuator.call(permit, &request).await }
    });
    let ended = match tokio::time::timeout(timeout, &mut task).await {
        Ok(ended) => ended,
        Err(_) => {
            task.abort();
            task.await
        }
    };
    ended.unwrap_or_else(|error| {
        let reason = if error.is_panic() {
            "the actuator panicked during the call".to_owned()
        } else {
            format!("no answer within {timeout:?}")
        };
        Err(CallError::Unknown { reason })
    })
}

/// A receipt in hand is proof: it is not dropped because the database is away.
async fn record_until_taken(
    ctx: &Ctx,
    actuator: &dyn Actuator,
    ticket: Ticket,
    outcome: &Outcome,
    called: Called,
) -> Result<Recorded, EffectsError> {
    let mut wait = RECORD_AGAIN_FIRST;
    loop {
        match settle::record(ctx, actuator, ticket, outcome, Some(called)).await {
            Err(error) if error.fault() != Fault::Permanent => {
                tracing::warn!(%error, effect = %ticket.effect, "an outcome waits to be recorded");
                pause(wait).await;
                wait = (wait * 2).min(RECORD_AGAIN_MAX);
            }
            done => return done,
        }
    }
}

fn outcome_of(
    ctx: &Ctx,
    answer: Result<VendorReceipt, CallError>,
    call: i32,
    earlier_lands_in: Option<Duration>,
) -> Outcome {
    // The first loss is looked at immediately; a vendor that keeps losing is given time.
    let wait = if call == 1 {
        Duration::ZERO
    } else {
        ctx.settings.wait_after(call)
    };
    match answer {
        Ok(receipt) => Outcome::Happened {
            receipt,
            provenance: Provenance::Normal,
        },
        Err(CallError::Refused { code, reason }) => match earlier_lands_in {
            None => Outcome::Refused {
                reason: format!("{code}: {reason}"),
            },
            // The vendor speaks of this request, and may still take an earlier one.
            Some(wait) => Outcome::Unknown {
                reason: format!("{code}: {reason}; an earlier request may still land"),
                wait,
                by_sender: true,
            },
        },
        Err(CallError::NotSent { reason }) => Outcome::Unsent {
            reason,
            wait: wait.max(UNSENT_WAIT),
        },
        Err(CallError::Throttled { wait }) => Outcome::Unsent {
            reason: "throttled by the vendor".into(),
            wait,
        },
        Err(CallError::Unknown { reason }) => Outcome::Unknown {
            reason,
            wait,
            by_sender: true,
        },
    }
}

async fn tell_breaker(
    ctx: &Ctx,
    actuator: &dyn Actuator,
    answer: &Result<VendorReceipt, CallError>,
) {
    if mutant!("breaker_untold") {
        return;
    }
    let vendor = &actuator.spec().vendor;
    let told = match answer {
        Ok(_) | Err(CallError::Refused { .. }) => breaker::answered(&ctx.db, vendor).await,
        Err(CallError::Throttled { wait }) => {
            let now = ctx.now().map(homeostat_store::Stamp::runtime);
            open_breaker(&ctx.db, vendor, *wait, "throttled by the vendor", now).await
        }
        Err(error @ (CallError::NotSent { .. } | CallError::Unknown { .. })) => {
            breaker::failed(&ctx.db, vendor, &error.to_string(), ctx.now()).await
        }
    };
    if let Err(error) = told {
        // The breaker is a courtesy; the next call tells it again.
        tracing::warn!(%error, vendor, "the breaker could not be told");
    }
}

fn usage_word(answer: &Result<VendorReceipt, CallError>) -> &'static str {
    match answer {
        Ok(_) => "ok",
        Err(CallError::Refused { .. }) => "refused",
        Err(CallError::NotSent { .. }) => "unsent",
        Err(CallError::Throttled { .. }) => "throttled",
        Err(CallError::Unknown { .. }) => "unknown",
    }
}

//! Recording an outcome: one transaction, compare-and-set on (effect, calls, owner).
//!
//! The effect moves, its holds are settled or released, the usage row is written and the domain
//! changes, all or nothing. Who no longer holds the fence changes nothing and leaves a late receipt.

mod rows;

pub(crate) use rows::unsent;

use std::time::Duration;

use homeostat_model::{Classify, EffectId, Fault, Money, ProcessId};
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, mutants, transact};

use crate::{
    Actuator, Ctx, EffectState, EffectView, EffectsError, Provenance, VendorReceipt, breach,
    error::json, incident, late, ledger, read, usage,
};

/// The fence of one call or probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) effect: EffectId,
    pub(crate) call: i32,
    pub(crate) owner: ProcessId,
}

/// What is to be recorded.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// It happened, or the vendor took it.
    Happened {
        receipt: VendorReceipt,
        provenance: Provenance,
    },
    /// The vendor said no.
    Refused { reason: String },
    /// The request never took effect; send it again after a wait.
    Unsent { reason: String, wait: Duration },
    /// Nobody can tell. `by_sender`: the call itself is over, and what it was told does not settle the act.
    Unknown {
        reason: String,
        wait: Duration,
        by_sender: bool,
    },
    /// It certainly did not happen and will not be sent again.
    Void { reason: String },
    /// Nothing new; look again after a wait.
    Wait { wait: Duration },
}

/// What recording did.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// The effect moved.
    Moved(Box<EffectView>),
    /// Somebody else holds the effect; the answer is kept as a late receipt.
    Fenced,
}

/// How a call went, for the usage row. Probes write none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Called {
    pub(crate) outcome: &'static str,
    pub(crate) latency: Duration,
}

/// Records an outcome.
pub(crate) async fn record(
    ctx: &Ctx,
    actuator: &dyn Actuator,
    ticket: Ticket,
    outcome: &Outcome,
    called: Option<Called>,
) -> Result<Recorded, EffectsError> {
    match record_with(ctx, Some(actuator), ticket, outcome, called).await {
        Err(error) if error.fault() == Fault::Permanent => {
            // The act is a fact whatever the domain's own tables say about it.
            tracing::error!(%error, effect = %ticket.effect, "the domain refused a settled effect");
            let done = record_with(ctx, None, ticket, outcome, called).await?;
            note_refused_domain(ctx, ticket, &error.to_string()).await?;
            Ok(done)
        }
        other => other,
    }
}

/// Records a person's word; the domain changes where its actuator is known.
pub(crate) async fn by_hand(
    ctx: &Ctx,
    actuator: Option<&dyn Actuator>,
    ticket: Ticket,
    outcome: &Outcome,
) -> Result<Recorded, EffectsError> {
    record_with(ctx, actuator, ticket, outcome, None).await
}

async fn record_with(
    ctx: &Ctx,
    hook: Option<&dyn Actuator>,
    ticket: Ticket,
    outcome: &Outcome,
    called: Option<Called>,
) -> Result<Recorded, EffectsError> {
    transact!(ctx.db, |tx| -> Result<Recorded, EffectsError> {
        let moved = apply(tx, ctx, ticket, outcome).await?;
        let effect = read::effect_in(tx, ticket.effect)
            .await?
            .ok_or(EffectsError::NoEffect(ticket.effect))?;
        // Whoever takes an effect over raises `calls`: this very outcome was written by an earlier try,
        // whose commit got no answer.
        if !moved && effect.calls == ticket.call {
            return Ok(Recorded::Moved(Box::new(effect)));
        }
        if let Some(called) = called {
            note_usage(tx, &effect, outcome, called).await?;
        }
        if !moved {
            if called.is_some() {
                rows::note_call_over(tx, ctx, ticket, outcome).await?;
            }
            late::keep(tx, ticket, outcome, &effect).await?;
            return Ok(Recorded::Fenced);
        }
        if let (Some(hook), EffectState::Settled) = (hook, effect.state) {
            hook.on_settled(tx, &effect).await?;
        }
        Ok(Recorded::Moved(Box::new(effect)))
    })
}

/// Moves the effect and its money. False when the fence has moved on.
async fn apply(
    tx: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    outcome: &Outcome,
) -> Result<bool, EffectsError> {
    match outcome {
        Outcome::Happened {
            receipt,
            provenance,
        } if receipt.finished => settle(tx, ctx, ticket, receipt, *provenance).await,
        Outcome::Happened {
            receipt,
            provenance,
        } => {
            let text = json("receipt", receipt)?;
            Ok(rows::accept(tx, ctx, ticket, &text, receipt, *provenance).await?)
        }
        Outcome::Refused { reason } => {
            let moved = rows::close(tx, ctx, ticket, EffectState::Refused, reason).await?;
            release_if(tx, moved, ticket).await
        }
        Outcome::Void { reason } => {
            let moved = rows::close(tx, ctx, ticket, EffectState::Void, reason).await?;
            release_if(tx, moved, ticket).await
        }
        Outcome::Unsent { reason, wait } => Ok(rows::unsent(tx, ctx, ticket, reason, *wait).await?),
        Outcome::Unknown {
            reason,
            wait,
            by_sender: _,
        } if mutant!("unknown_is_void") => {
            let moved = rows::close(tx, ctx, ticket, EffectState::Void, reason).await?;
            let _ = wait;
            release_if(tx, moved, ticket).await
        }
        Outcome::Unknown {
            reason,
            wait,
            by_sender,
        } if mutant!("unknown_releases") => {
            let moved = rows::unknown(tx, ctx, ticket, reason, *wait, *by_sender).await?;
            release_if(tx, moved, ticket).await
        }
        Outcome::Unknown {
            reason,
            wait,
            by_sender,
        } => Ok(rows::unknown(tx, ctx, ticket, reason, *wait, *by_sender).await?),
        Outcome::Wait { wait } => Ok(rows::park(tx, ctx, ticket, *wait).await?),
    }
}

async fn release_if(
    tx: &mut PgConnection,
    moved: bool,
    ticket: Ticket,
) -> Result<bool, EffectsError> {
    if moved && !mutant!("refused_keeps_hold") {
        ledger::release(tx, ticket.effect).await?;
    }
    Ok(moved)
}

async fn settle(
    tx: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    receipt: &VendorReceipt,
    provenance: Provenance,
) -> Result<bool, EffectsError> {
    let text = json("receipt", receipt)?;
    let Some(view) = read::effect_in(tx, ticket.effect).await? else {
        return Ok(false);
    };
    let actual = usable(view.worst_case, receipt.actual);
    if !rows::settle(tx, ctx, ticket, &text, receipt, provenance, actual).await? {
        return Ok(false);
    }
    if mutant!("settle_apart") {
        mutants::apart(tx).await?;
    }
    charged(tx, &view, receipt.actual).await?;
    if !mutant!("settled_stays_held") {
        ledger::settle(tx, ticket.effect, actual).await?;
    }
    Ok(true)
}

/// The cost, where it is a number that the hold can be compared with; otherwise the hold is charged.
pub(crate) fn usable(held: Money, actual: Option<Money>) -> Option<i64> {
    actual
        .filter(|actual| actual.currency == held.currency && actual.amount_micros >= 0)
        .map(|actual| actual.amount_micros)
}

/// Tells of a cost that is no use, and of one that is more than was held.
pub(crate) async fn charged(
    tx: &mut PgConnection,
    effect: &EffectView,
    actual: Option<Money>,
) -> Result<(), EffectsError> {
    let held = effect.worst_case;
    let about = ("effect", effect.id.to_string());
    match (actual, usable(held, actual)) {
        (None, _) => Ok(()),
        (Some(actual), None) => {
            let reason = format!("the receipt says {actual}, the hold is {held}");
            incident::open(tx, "receipt_currency", Some(&effect.brand), about, &reason).await?;
            Ok(())
        }
        (Some(_), Some(micros)) if micros <= held.amount_micros => Ok(()),
        (Some(actual), Some(_)) => {
            let reason = format!("effect {} cost {actual}, {held} were held", effect.id);
            let purse = breach::purse_of(tx, &effect.brand, effect.id).await?;
            breach::record(tx, &effect.brand, &purse, about, &reason).await
        }
    }
}

async fn note_usage(
    tx: &mut PgConnection,
    effect: &EffectView,
    outcome: &Outcome,
    called: Called,
) -> Result<(), EffectsError> {
    let about = usage::About {
        brand: Some(&effect.brand),
        vendor: &effect.vendor,
        task: &effect.kind,
        effect: Some(effect.id),
        outcome: called.outcome,
        latency: called.latency,
    };
    let paid = match outcome {
        Outcome::Happened { receipt, .. } => receipt.usage.as_ref(),
        Outcome::Refused { .. }
        | Outcome::Unsent { .. }
        | Outcome::Unknown { .. }
        | Outcome::Void { .. }
        | Outcome::Wait { .. } => None,
    };
    Ok(usage::insert(tx, about, paid).await?)
}

async fn note_refused_domain(ctx: &Ctx, ticket: Ticket, reason: &str) -> Result<(), EffectsError> {
    let mut connection = ctx.db.pool().acquire().await?;
    let about = ("effect", ticket.effect.to_string());
    incident::open(
        &mut connection,
        "domain_change_refused",
        None,
        about,
        reason,
    )
    .await?;
    Ok(())
}

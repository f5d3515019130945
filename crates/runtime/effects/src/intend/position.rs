//! Reading the position an ask meets, with every row locked that the judgement rests on.

use homeostat_envelope::{Ask, Breaker, Limits, Position, Scope, windows_for};
use homeostat_model::{BrandId, DecisionId, RuntimeTime};
use homeostat_store::PgConnection;
use sha2::{Digest, Sha256};

use super::{Intent, rows};
use crate::{
    ActuatorSpec, Ctx, EffectsError, autonomy, breaker,
    decision::Locked,
    ledger::{self, Drawn},
    mode, restraint,
};

/// What an ask meets.
pub(super) struct Meeting {
    pub(super) position: Position,
    pub(super) drawn: Vec<Drawn>,
    pub(super) breaker_until: Option<RuntimeTime>,
}

/// Reads and locks the position, in the lock order of the crate.
pub(super) async fn meet(
    tx: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    intent: &Intent,
    limits: &Limits,
    decided: &Locked,
    ask: &Ask,
) -> Result<Meeting, EffectsError> {
    rows::epoch_is_live(tx, ctx.owner).await?;
    let mode = mode::read(tx, ctx.now()).await?;
    let autonomy = autonomy::read(tx, &decided.policy, &decided.brand).await?;
    let restraints = restraint::read(tx, decided.brand.as_str(), &ask.target).await?;
    let breaker = breaker::lock(tx, &spec.vendor, ctx.now()).await?;
    ledger::lock_cooldown(tx, &decided.brand, &ask.target).await?;
    let specs = windows_for(limits, ask, intent.live_campaigns)?;
    let drawn = ledger::read(tx, specs, intent.at).await?;
    let windows = drawn
        .iter()
        .filter_map(|one| one.position(&restraints.frozen_scopes))
        .collect();
    let breaker_until = match &breaker {
        Breaker::Open { until, .. } => Some(*until),
        Breaker::Closed | Breaker::Trial => None,
    };
    let scope = Scope {
        mode: mode.effective,
        mode_cause: mode.reason,
        autonomy,
        approved: decided.approved,
        risk_reducing: spec.risk_reducing,
        breaker,
        quarantine: restraints.quarantine,
        pin: restraints.pin,
        schedule_disabled: intent.schedule_disabled.clone(),
    };
    // A known key never gets here: it was answered with the effect that has it.
    let position = Position {
        scope,
        windows,
        known_key: None,
        live_campaigns: intent.live_campaigns,
    };
    Ok(Meeting {
        position,
        drawn,
        breaker_until,
    })
}

/// The ask that an intent makes. Policy and freshness are the decision's and filled in by the caller.
pub(super) fn ask_of(
    spec: &ActuatorSpec,
    intent: &Intent,
    brand: &BrandId,
    target: &str,
    decision: DecisionId,
) -> Ask {
    let bound = match &intent.bound_to {
        Some(object) => object.clone(),
        None => format!("decision-{decision}"),
    };
    Ask {
        kind: spec.kind.clone(),
        action: spec.action,
        brand: brand.clone(),
        target: target.to_owned(),
        worst_case: intent.worst_case,
        risk_reducing: spec.risk_reducing,
        policy: String::new(),
        policy_version: String::new(),
        effect_key: format!("{}/{brand}/{target}/{bound}", spec.kind),
        request_hash: request_hash(spec, intent, target),
        data_as_of: intent.at,
        at: intent.at,
        evidence: intent.evidence.clone(),
        grounds: intent.grounds.clone(),
    }
}

/// Hash over amount, target and kind.
fn request_hash(spec: &ActuatorSpec, intent: &Intent, target: &str) -> String {
    let mut hash = Sha256::new();
    for part in [
        spec.kind.as_str(),
        target,
        intent.worst_case.currency.as_str(),
    ] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.update(intent.worst_case.amount_micros.to_le_bytes());
    hex::encode(hash.finalize())
}

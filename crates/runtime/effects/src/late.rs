//! Late receipts: what a fenced owner heard. Always stored; one that the effect's state does not
//! match opens an incident, and one that proves an act whose money was given back charges it again.

use homeostat_model::EffectId;
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, StoreError};

use crate::{
    Class, EffectState, EffectView, EffectsError, VendorReceipt,
    error::json,
    incident, ledger,
    settle::{self, Outcome, Ticket},
};

/// Keeps a fenced answer.
pub(crate) async fn keep(
    tx: &mut PgConnection,
    ticket: Ticket,
    outcome: &Outcome,
    effect: &EffectView,
) -> Result<(), EffectsError> {
    if mutant!("late_dropped") {
        return Ok(());
    }
    let (word, text) = match outcome {
        Outcome::Happened { receipt, .. } => ("happened", json("receipt", receipt)?),
        Outcome::Refused { reason } => ("refused", json("reason", reason)?),
        Outcome::Unsent { reason, .. } => ("unsent", json("reason", reason)?),
        Outcome::Unknown { reason, .. } => ("unknown", json("reason", reason)?),
        // A prober that was overtaken has heard nothing of its own.
        Outcome::Void { .. } | Outcome::Wait { .. } => return Ok(()),
    };
    let matches = agrees(outcome, effect);
    insert(tx, ticket, effect, word, &text, matches).await?;
    if matches {
        return Ok(());
    }
    let reason = format!(
        "call {} answers {word:?}, the effect is {}",
        ticket.call, effect.state
    );
    let about = ("effect", effect.id.to_string());
    incident::open(
        tx,
        "late_receipt_mismatch",
        Some(&effect.brand),
        about,
        &reason,
    )
    .await?;
    if let (Outcome::Happened { receipt, .. }, EffectState::Void | EffectState::Refused) =
        (outcome, effect.state)
    {
        revive(tx, effect, receipt, &text).await?;
    }
    Ok(())
}

/// Proof that a call of this effect took effect, if a fenced owner left one.
pub(crate) async fn proof(
    connection: &mut PgConnection,
    effect: EffectId,
) -> Result<Option<VendorReceipt>, StoreError> {
    let text = sqlx::query_scalar!(
        "SELECT receipt FROM homeostat.late_receipt
         WHERE effect_id = $1 AND outcome = 'happened' ORDER BY id LIMIT 1",
        effect.0,
    )
    .fetch_optional(connection)
    .await?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| StoreError::corrupt("late_receipt.receipt", error))
}

/// Whether an answer fits the state. An open effect contradicts nothing: recovery will read it.
fn agrees(outcome: &Outcome, effect: &EffectView) -> bool {
    match (outcome, effect.state) {
        (_, EffectState::Sending | EffectState::Unknown | EffectState::Accepted) => true,
        (Outcome::Happened { receipt, .. }, EffectState::Settled) => {
            // Two sends that both happened are one act only where the vendor sees to it.
            effect.sends == 1
                || matches!(effect.class, Class::Idempotent | Class::Keyed)
                || receipt.vendor_ref == effect.vendor_ref
        }
        (Outcome::Happened { .. }, EffectState::Refused | EffectState::Void) => false,
        (Outcome::Refused { .. } | Outcome::Unsent { .. }, EffectState::Settled) => {
            effect.sends > 1
        }
        (
            Outcome::Refused { .. } | Outcome::Unsent { .. },
            EffectState::Refused | EffectState::Void,
        ) => true,
        (Outcome::Unknown { .. } | Outcome::Void { .. } | Outcome::Wait { .. }, _) => true,
    }
}

/// A closed effect that happened after all: it becomes settled, and its cost is recorded.
async fn revive(
    tx: &mut PgConnection,
    effect: &EffectView,
    receipt: &VendorReceipt,
    text: &str,
) -> Result<(), EffectsError> {
    let actual = settle::usable(effect.worst_case, receipt.actual);
    sqlx::query!(
        "UPDATE homeostat.effect SET state = 'settled', receipt = $2, vendor_ref = $3, reason = NULL,
             provenance = 'recovered', actual_micros = coalesce($4, amount_micros)
         WHERE id = $1 AND state IN ('void', 'refused')",
        effect.id.0,
        text,
        receipt.vendor_ref,
        actual,
    )
    .execute(&mut *tx)
    .await?;
    ledger::record(tx, effect.id, actual).await?;
    settle::charged(tx, effect, receipt.actual).await
}

async fn insert(
    connection: &mut PgConnection,
    ticket: Ticket,
    effect: &EffectView,
    outcome: &str,
    receipt: &str,
    matches: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.late_receipt (brand, effect_id, call, outcome, receipt, matches)
         VALUES ($1, $2, $3, $4, $5, $6)",
        effect.brand,
        effect.id.0,
        ticket.call,
        outcome,
        receipt,
        matches,
    )
    .execute(connection)
    .await?;
    Ok(())
}

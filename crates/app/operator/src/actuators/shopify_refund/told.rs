//! What the shop says of a refund: by its answer, and by the order later.

use homeostat_effects::{CallError, EffectView, Probe, VendorReceipt, token};
use homeostat_model::Money;
use homeostat_vendors::shopify::{
    Order, Refunded, Transaction, TransactionId, TransactionKind, TransactionStatus,
};
use serde::Deserialize;
use serde_json::json;

use super::Body;

/// The shop's answer to a refund.
pub(super) fn taken(refund: &Refunded, asked: Money) -> Result<VendorReceipt, CallError> {
    let mine = refund
        .transactions
        .iter()
        .filter(|one| one.kind == TransactionKind::Refund);
    let payments: Vec<Payment> = mine
        .map(|one| Payment {
            id: one.id,
            status: one.status.clone(),
            error: one.error_code.clone(),
        })
        .collect();
    let unclear = |reason: &str| CallError::Unknown {
        reason: reason.to_owned(),
    };
    match standing(&payments) {
        Standing::Paid if refund.total.amount_micros < asked.amount_micros => Err(unclear(
            "the shop says that less was given back than was asked for",
        )),
        Standing::Paid => Ok(receipt(
            refund.id.to_string(),
            &payments,
            Some(refund.total),
        )),
        Standing::Pending => Ok(receipt(refund.id.to_string(), &payments, None)),
        Standing::Failed(code) => Err(CallError::Refused {
            code,
            reason: "the payment of the refund failed".to_owned(),
        }),
        Standing::Unclear => Err(unclear("the shop shows no single payment of the refund")),
    }
}

/// What the order says about a refund.
pub(super) fn found(order: &Order, body: &Body, effect: &EffectView) -> Probe {
    let token = token(&effect.key);
    let is_ours = |note: &Option<String>| note.as_deref().is_some_and(|note| note.contains(&token));
    let Some(mark) = order.refunds.iter().find(|one| is_ours(&one.note)) else {
        return Probe::Absent;
    };
    let known = payments_of(effect);
    let could_be_ours = |one: &&Transaction| {
        let same = one.amount == body.amount && one.parent.is_none_or(|of| of == body.payment);
        one.kind == TransactionKind::Refund
            && (known.contains(&one.id) || (known.is_empty() && same))
    };
    let payments: Vec<Payment> = order
        .transactions
        .iter()
        .filter(could_be_ours)
        .map(|one| Payment {
            id: one.id,
            status: one.status.clone(),
            error: one.error_code.clone(),
        })
        .collect();
    let id = mark.id.to_string();
    match standing(&payments) {
        Standing::Paid => Probe::Happened(receipt(id, &payments, Some(body.amount))),
        Standing::Pending => Probe::Happened(receipt(id, &payments, None)),
        Standing::Failed(code) => {
            Probe::Refused(format!("the payment of the refund failed: {code}"))
        }
        Standing::Unclear => {
            Probe::CannotTell(format!("{id} is there, and its payment cannot be told"))
        }
    }
}

/// A payment of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Payment {
    id: TransactionId,
    status: TransactionStatus,
    error: Option<String>,
}

/// How the payments of a refund stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// All of them went through.
    Paid,
    /// One is not final.
    Pending,
    /// None went through.
    Failed(String),
    /// There is none, or they ended differently.
    Unclear,
}

fn standing(payments: &[Payment]) -> Standing {
    let (mut paid, mut failed) = (0_usize, None);
    for one in payments {
        match &one.status {
            TransactionStatus::Success => paid += 1,
            TransactionStatus::Failure | TransactionStatus::Error => {
                failed = Some(one.error.clone().unwrap_or_else(|| "none".to_owned()));
            }
            // A word that is not known is no end.
            TransactionStatus::Pending
            | TransactionStatus::AwaitingResponse
            | TransactionStatus::Unclear
            | TransactionStatus::Unknown(_) => return Standing::Pending,
        }
    }
    match (paid, failed) {
        (0, Some(code)) => Standing::Failed(code),
        (0, None) | (_, Some(_)) => Standing::Unclear,
        (_, None) => Standing::Paid,
    }
}

/// With `paid` the payment is final.
fn receipt(refund: String, payments: &[Payment], paid: Option<Money>) -> VendorReceipt {
    let payments: Vec<_> = payments
        .iter()
        .map(|one| json!({ "id": one.id, "status": one.status.as_str() }))
        .collect();
    let body = json!({ "refund": refund, "payments": payments, "paid": paid });
    VendorReceipt {
        vendor_ref: Some(refund),
        actual: paid,
        finished: paid.is_some(),
        ..VendorReceipt::done(body)
    }
}

/// The payments that an earlier answer named.
fn payments_of(effect: &EffectView) -> Vec<TransactionId> {
    #[derive(Deserialize)]
    struct Named {
        id: TransactionId,
    }
    #[derive(Deserialize)]
    struct Said {
        payments: Vec<Named>,
    }
    let receipt = effect.receipt.as_deref();
    let receipt = receipt.and_then(|text| serde_json::from_str::<VendorReceipt>(text).ok());
    let said = receipt.and_then(|receipt| serde_json::from_value::<Said>(receipt.body).ok());
    said.map(|said| said.payments.into_iter().map(|one| one.id).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use homeostat_vendors::shopify::{RefundId, RefundedTransaction};

    use super::*;

    fn eur(micros: i64) -> Money {
        Money::from_micros(micros, "EUR".parse().unwrap())
    }

    fn refund(statuses: &[&str], total: i64) -> Refunded {
        let each = statuses
            .iter()
            .enumerate()
            .map(|(n, status)| RefundedTransaction {
                id: TransactionId::from_number(u64::try_from(n).unwrap() + 1),
                kind: TransactionKind::Refund,
                status: (*status).into(),
                error_code: Some("DECLINED".into()),
            });
        Refunded {
            id: RefundId::from_number(7),
            total: eur(total),
            transactions: each.collect(),
            financial_status: None,
        }
    }

    /// The end of an answer in one word.
    fn end(statuses: &[&str], total: i64) -> String {
        match taken(&refund(statuses, total), eur(20_000_000)) {
            Ok(receipt) if receipt.finished => {
                format!("paid {:?}", receipt.actual.map(|m| m.amount_micros))
            }
            Ok(receipt) => {
                assert_eq!(receipt.actual, None, "what is pending has cost nothing yet");
                "pending".into()
            }
            Err(CallError::Refused { code, .. }) => format!("refused {code}"),
            Err(CallError::Unknown { .. }) => "unknown".into(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_payment_that_went_through_is_paid() {
        let table: [(&[&str], i64, &str); 10] = [
            (&["SUCCESS"], 20_000_000, "paid Some(20000000)"),
            // More than was asked for is a fact, and a breach.
            (&["SUCCESS"], 30_000_000, "paid Some(30000000)"),
            (&["SUCCESS"], 10_000_000, "unknown"),
            (&["PENDING"], 20_000_000, "pending"),
            (&["SUCCESS", "AWAITING_RESPONSE"], 20_000_000, "pending"),
            (&["TELEPORTED"], 20_000_000, "pending"),
            (&["FAILURE"], 0, "refused DECLINED"),
            (&["ERROR"], 0, "refused DECLINED"),
            (&["SUCCESS", "FAILURE"], 20_000_000, "unknown"),
            // Without a payment no money moves, and one was asked for.
            (&[], 20_000_000, "unknown"),
        ];
        for (statuses, total, expected) in table {
            assert_eq!(end(statuses, total), expected, "{statuses:?} {total}");
        }
    }
}

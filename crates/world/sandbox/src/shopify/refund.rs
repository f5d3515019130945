//! Refunds: never more than is left, and once per key.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    call::Call,
    orders::{GATEWAY, sale},
    request::number,
    show::{gid, micros, minor, user_error},
    state::{Refund, What},
};
use crate::{books::Act, faults::Fault, world::trade::Order};

const ROOT: &str = "refundCreate";
/// Numbers of refunds begin here, and those of their transactions.
const IDS_FROM: u64 = 301_000_000;
const TRANSACTIONS_FROM: u64 = 9_000_000_000_000;

/// A refund as asked for.
struct Wanted {
    amount_micros: i64,
    note: String,
    lines: Vec<(u64, i64)>,
}

impl Visit<'_> {
    pub(super) fn suggested_refund(&self) -> Told {
        let id = self.request.id("id", "Order")?;
        let Some(order) = self.find_order(id) else {
            return Ok(json!({"order": null}));
        };
        let left = self.refundable_micros(&order, self.now.world);
        let payment = json!({
            "kind": "SUGGESTED_REFUND",
            "gateway": GATEWAY,
            "amountSet": self.bag(left),
            "parentTransaction": {"id": gid("OrderTransaction", sale(&order))},
        });
        Ok(json!({"order": {
            "id": gid("Order", order.id),
            "refundable": left > 0,
            "suggestedRefund": {"amountSet": self.bag(left), "suggestedTransactions": [payment]},
        }}))
    }

    pub(super) fn refund_create(&mut self) -> Told {
        let input = self.request.variables.get("input").cloned();
        let input = input.ok_or_else(|| Answer::bad_variable("input"))?;
        let id = input.get("orderId").and_then(Value::as_str);
        let id = id.and_then(|id| number(id, "Order"));
        let id = id.ok_or_else(|| Answer::bad_variable("input"))?;
        let order = self.find_order(id);
        if let Some(made) = self.made_before(Call::RefundCreate)? {
            let refund = self
                .state
                .refunds_of(id)
                .iter()
                .find(|refund| refund.id == made);
            let told = refund
                .zip(order)
                .map(|(refund, order)| self.refund_told(&order, refund));
            return told.ok_or_else(Answer::internal);
        }
        let wanted = match &order {
            None => Err(user_error(&["orderId"], None, "Order does not exist")),
            Some(order) => self.check(order, &input),
        };
        match (order, wanted) {
            (Some(order), Ok(wanted)) => self.give_back(&order, wanted),
            (_, Err(error)) => {
                self.key_spent(gid("Order", id))?;
                Ok(Answer::refused(ROOT, &[error]))
            }
            (None, Ok(_)) => Err(Answer::internal()),
        }
    }

    /// The refund, or the user error that it is.
    fn check(&self, order: &Order, input: &Value) -> Result<Wanted, Value> {
        let list = |name| input.get(name).and_then(Value::as_array).cloned();
        let mut amount_micros = 0_i64;
        for payment in list("transactions").unwrap_or_default() {
            let text = |name| payment.get(name).and_then(Value::as_str);
            let bad = |name, message| user_error(&["transactions", "0", name], None, message);
            if text("kind") != Some("REFUND") {
                return Err(bad("kind", "Kind must be refund"));
            }
            if text("gateway") != Some(GATEWAY) {
                return Err(bad("gateway", "Gateway is not the order's"));
            }
            let parent = text("parentId").and_then(|id| number(id, "OrderTransaction"));
            if parent != Some(sale(order)) {
                return Err(bad("parentId", "Parent transaction is not of the order"));
            }
            let amount = text("amount").and_then(micros).filter(|amount| *amount > 0);
            let amount =
                amount.ok_or_else(|| bad("amount", "Amount must be a positive number of cents"))?;
            amount_micros = amount_micros.saturating_add(amount);
        }
        let currency = input.get("currency").and_then(Value::as_str);
        if currency.is_some_and(|currency| currency != self.currency()) {
            return Err(user_error(
                &["currency"],
                None,
                "Currency is not the order's",
            ));
        }
        if amount_micros > self.refundable_micros(order, self.now.world) {
            let message = "Refund amount is more than what is left of the order";
            return Err(user_error(&["transactions", "0", "amount"], None, message));
        }
        let note = input
            .get("note")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Wanted {
            amount_micros,
            note: note.to_owned(),
            lines: self.check_lines(order, &list("refundLineItems").unwrap_or_default())?,
        })
    }

    fn check_lines(&self, order: &Order, asked: &[Value]) -> Result<Vec<(u64, i64)>, Value> {
        let left = self.lines_told(order);
        let mut lines = Vec::new();
        for line in asked {
            let bad = |message| user_error(&["refundLineItems", "0"], None, message);
            let id = line.get("lineItemId").and_then(Value::as_str);
            let left = left
                .as_array()
                .and_then(|left| left.iter().find(|l| l["id"].as_str() == id));
            let left = left.and_then(|line| line["refundableQuantity"].as_i64());
            let left = left.ok_or_else(|| bad("Line item is not of the order"))?;
            let quantity = line.get("quantity").and_then(Value::as_i64).unwrap_or(0);
            if !(1..=left).contains(&quantity) {
                return Err(bad("Quantity is more than what is left of the line"));
            }
            let id = id.and_then(|id| number(id, "LineItem")).unwrap_or(0);
            lines.push((id, quantity));
        }
        Ok(lines)
    }

    fn give_back(&mut self, order: &Order, wanted: Wanted) -> Told {
        let n = self.state.books.next_n();
        let now = self.now.world;
        let badly = self.lag(Fault::SettleBadly);
        let later = badly.or(self.lag(Fault::SettleLater)).unwrap_or_default();
        let before = order.total_micros - self.refundable_micros(order, now);
        let moves = wanted.amount_micros > 0;
        let refund = Refund {
            id: IDS_FROM + n,
            // Without a transaction no money moves.
            transaction: if moves { TRANSACTIONS_FROM + n } else { 0 },
            order: order.id,
            amount_micros: wanted.amount_micros,
            currency: self.currency().to_owned(),
            note: wanted.note,
            at: now,
            settles_at: now.plus(later),
            fails: badly.is_some(),
            lines: wanted.lines,
        };
        let act = Act {
            act: "refund_create".to_owned(),
            object: gid("Order", order.id),
            from: minor(before),
            to: minor(before + wanted.amount_micros),
            applied: moves,
            effective_from: refund.settles_at,
            ..self.blank(What::Refund(refund.clone()))?
        };
        self.confirm(act)?;
        Ok(self.refund_told(order, &refund))
    }

    fn refund_told(&self, order: &Order, refund: &Refund) -> Value {
        let now: WorldTime = self.now.world;
        let payment = (refund.transaction != 0).then(|| {
            let status = refund.status(now);
            json!({
                "id": gid("OrderTransaction", refund.transaction),
                "kind": "REFUND",
                "status": status,
                "errorCode": (status == "FAILURE").then_some("PROCESSING_ERROR"),
            })
        });
        let payments: Vec<Value> = payment.into_iter().collect();
        json!({ROOT: {
            "refund": {
                "id": gid("Refund", refund.id),
                "totalRefundedSet": self.bag(refund.amount_micros),
                "transactions": {"nodes": payments},
            },
            "order": {
                "id": gid("Order", order.id),
                "displayFinancialStatus": self.financial_status(order, now),
            },
            "userErrors": [],
        }})
    }
}

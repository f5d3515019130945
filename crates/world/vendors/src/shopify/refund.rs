//! Refunds: what the shop would give back, and giving it back.
//!
//! Without a transaction no money moves, so a refund here always has one. It carries a key that lives 24 hours; beyond
//! that, and whenever the outcome is open, the order's refunds are read and the token in the note is looked for.
//! A refund that was taken may still be pending and fail later.

use homeostat_model::{Currency, Money};
use serde_json::{Value, json};

use super::{
    client::{Client, Reply, check_key, refuse},
    documents::{REFUND_CREATE, SUGGESTED_REFUND},
    faults::Error,
    ids::{LineItemId, OrderId, RefundId, TransactionId},
    order::FinancialStatus,
    order_parts::{TransactionKind, TransactionStatus},
    read,
};
use crate::{
    money::to_major_fixed,
    wire::{Object, WireError},
};

/// Longest note that is sent, in characters.
pub const NOTE_CHARS_MAX: usize = 255;

/// What the shop would give back of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRefund {
    /// Whether anything can be given back at all.
    pub is_refundable: bool,
    /// All that can be given back, in the shop's currency.
    pub amount: Option<Money>,
    /// All that can be given back, in the currency that the customer paid in.
    pub presentment: Option<Money>,
    /// The payments that it would go back through.
    pub payments: Vec<SuggestedPayment>,
}

/// A payment that a refund can go back through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedPayment {
    /// What it would be.
    pub kind: TransactionKind,
    /// Through whom.
    pub gateway: Option<String>,
    /// How much of it can go back, in the shop's currency.
    pub amount: Money,
    /// The same in the currency that the customer paid in.
    pub presentment: Money,
    /// The sale or capture.
    pub parent: Option<TransactionId>,
}

/// Whether what comes back is counted into stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Restock {
    /// Nothing comes back.
    NoRestock,
    /// It comes back.
    Return,
    /// It was never sent.
    Cancel,
}

/// A line that is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundLine {
    /// Which.
    pub id: LineItemId,
    /// How many.
    pub quantity: u32,
    /// What becomes of the goods.
    pub restock: Restock,
}

/// A refund to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Of which order.
    pub order: OrderId,
    /// How much, in the currency that the customer paid in.
    pub amount: Money,
    /// The shop's currency, in which the answer tells the total.
    pub shop_currency: Currency,
    /// The sale or capture that it goes back through.
    pub parent: TransactionId,
    /// Its gateway.
    pub gateway: String,
    /// For people, with the token by which it is found again.
    pub note: String,
    /// Whether the shop writes to the customer.
    pub notify: bool,
    /// Lines that it is for; may be empty.
    pub lines: Vec<RefundLine>,
}

/// A refund that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// Its id.
    pub id: RefundId,
    /// What it gives back, in the shop's currency.
    pub total: Money,
    /// How its payments stand: pending ones may fail.
    pub transactions: Vec<RefundedTransaction>,
    /// The order afterwards.
    pub financial_status: Option<FinancialStatus>,
}

/// A payment of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundedTransaction {
    /// Its id.
    pub id: TransactionId,
    /// What it is.
    pub kind: TransactionKind,
    /// How far it is.
    pub status: TransactionStatus,
    /// Why it failed.
    pub error_code: Option<String>,
}

impl Client {
    /// What could be given back of an order now; `None` when there is no such order.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn suggested_refund(
        &self,
        order: OrderId,
    ) -> Result<Reply<Option<SuggestedRefund>>, Error> {
        self.ask(
            &SUGGESTED_REFUND,
            json!({"id": order.to_string()}),
            |data| {
                data.object_opt(SUGGESTED_REFUND.root)?
                    .map(|object| suggested(&object))
                    .transpose()
            },
        )
        .await
    }

    /// Gives money back. The same key with the same refund gives the first one's result for 24 hours.
    ///
    /// # Errors
    /// See [`Error`]; an amount finer than its currency's minor unit is refused before sending. After an unknown outcome
    /// send it again with the same key, or read the order and look for the note. Compare the total that is told with
    /// what was asked for: the vendor does not promise that they are the same while payments are pending.
    pub async fn refund_create(
        &self,
        refund: &NewRefund,
        key: &str,
        reference: &str,
    ) -> Result<Reply<Refunded>, Error> {
        check_key(key)?;
        let variables = json!({"input": refund.input()?, "k": key});
        let read = |data: &Object<'_>| refunded(data, refund);
        self.tell(&REFUND_CREATE, variables, reference, read).await
    }
}

impl NewRefund {
    /// The mutation's `input`.
    pub(crate) fn input(&self) -> Result<Value, Error> {
        let amount = to_major_fixed(self.amount)
            .filter(|_| self.amount.amount_micros > 0)
            .ok_or_else(|| {
                refuse(
                    "amount",
                    format!("{} is no positive number of minor units", self.amount),
                )
            })?;
        if self.gateway.trim().is_empty() {
            return Err(refuse("gateway", "must not be empty"));
        }
        if self.note.chars().count() > NOTE_CHARS_MAX {
            return Err(refuse(
                "note",
                format!("must have up to {NOTE_CHARS_MAX} characters"),
            ));
        }
        if self.lines.iter().any(|line| line.quantity == 0) {
            return Err(refuse("lines", "a quantity must be more than zero"));
        }
        let lines = self.lines.iter().map(|line| {
            json!({
                "lineItemId": line.id.to_string(),
                "quantity": line.quantity,
                "restockType": line.restock.as_str(),
            })
        });
        let mut input = json!({
            "orderId": self.order.to_string(),
            "note": self.note,
            "notify": self.notify,
            "refundLineItems": lines.collect::<Vec<_>>(),
            "transactions": [{
                "orderId": self.order.to_string(),
                "parentId": self.parent.to_string(),
                "gateway": self.gateway,
                "kind": "REFUND",
                "amount": amount,
            }],
        });
        if self.amount.currency != self.shop_currency {
            input["currency"] = json!(self.amount.currency.as_str());
        }
        Ok(input)
    }
}

impl Restock {
    fn as_str(self) -> &'static str {
        match self {
            Self::NoRestock => "NO_RESTOCK",
            Self::Return => "RETURN",
            Self::Cancel => "CANCEL",
        }
    }
}

pub(crate) fn suggested(order: &Object<'_>) -> Result<SuggestedRefund, WireError> {
    let is_refundable = read::flag(order, "refundable")?;
    let Some(refund) = order.object_opt("suggestedRefund")? else {
        return Ok(SuggestedRefund {
            is_refundable,
            amount: None,
            presentment: None,
            payments: Vec::new(),
        });
    };
    let both = |parent: &Object<'_>| {
        let bag = read::object(parent, "amountSet")?;
        Ok((
            read::money(&bag, "shopMoney")?,
            read::money(&bag, "presentmentMoney")?,
        ))
    };
    let (amount, presentment) = both(&refund)?;
    let payments = read::list(&refund, "suggestedTransactions")?;
    let payments = payments.iter().map(|item| {
        let (of_shop, of_customer) = both(item)?;
        let bag = read::object(item, "amountSet")?;
        let (shop, customer) = ("shopMoney.currencyCode", "presentmentMoney.currencyCode");
        read::same_currency(&bag, shop, of_shop.currency, amount.currency)?;
        read::same_currency(&bag, customer, of_customer.currency, presentment.currency)?;
        Ok(SuggestedPayment {
            kind: item.text("kind")?.into(),
            gateway: read::text_opt(item, "gateway")?,
            amount: of_shop,
            presentment: of_customer,
            parent: read::id_of(item, "parentTransaction")?,
        })
    });
    Ok(SuggestedRefund {
        is_refundable,
        amount: Some(amount),
        presentment: Some(presentment),
        payments: payments.collect::<Result<_, WireError>>()?,
    })
}

pub(crate) fn refunded(data: &Object<'_>, sent: &NewRefund) -> Result<Refunded, WireError> {
    let payload = read::object(data, REFUND_CREATE.root)?;
    let refund = read::object(&payload, "refund")?;
    let order = read::object(&payload, "order")?;
    read::same_id(&order, &order.parse::<OrderId>("id")?, &sent.order)?;
    let (nodes, _) = read::nodes(&refund, "transactions")?;
    let transactions = nodes.iter().map(|item| {
        Ok(RefundedTransaction {
            id: item.parse("id")?,
            kind: item.text("kind")?.into(),
            status: item.text("status")?.into(),
            error_code: read::text_opt(item, "errorCode")?,
        })
    });
    let total = read::shop_money(&refund, "totalRefundedSet", sent.shop_currency)?;
    Ok(Refunded {
        id: refund.parse("id")?,
        total,
        transactions: transactions.collect::<Result<_, WireError>>()?,
        financial_status: order
            .text_opt("displayFinancialStatus")?
            .map(FinancialStatus::from),
    })
}

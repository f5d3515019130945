//! Disputes: money that a bank takes back, or asks about.

use homeostat_model::{Money, WorldTime};

use super::{
    client::{Client, Reply},
    documents::DISPUTES,
    faults::Error,
    ids::{DisputeId, OrderId},
    order_parts::{DisputeKind, DisputeStatus},
    page::{Page, Paging},
    read,
    values::open_enum,
};
use crate::wire::{Object, WireError};

open_enum! {
    /// What the bank says.
    DisputeReason {
        Fraudulent = "FRAUDULENT",
        ProductNotReceived = "PRODUCT_NOT_RECEIVED",
        ProductUnacceptable = "PRODUCT_UNACCEPTABLE",
        Duplicate = "DUPLICATE",
        CreditNotProcessed = "CREDIT_NOT_PROCESSED",
        Unrecognized = "UNRECOGNIZED",
        General = "GENERAL",
        SubscriptionCancelled = "SUBSCRIPTION_CANCELLED",
        BankCannotProcess = "BANK_CANNOT_PROCESS",
        CustomerInitiated = "CUSTOMER_INITIATED",
        DebitNotAuthorized = "DEBIT_NOT_AUTHORIZED",
        IncorrectAccountDetails = "INCORRECT_ACCOUNT_DETAILS",
        InsufficientFunds = "INSUFFICIENT_FUNDS",
        Noncompliant = "NONCOMPLIANT",
    }
}

/// Which disputes a list gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DisputeQuery {
    /// Every one.
    #[default]
    All,
    /// Those that wait for evidence.
    NeedsResponse,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Its id.
    pub id: DisputeId,
    /// Whether money is taken or only asked about.
    pub kind: DisputeKind,
    /// How far it is.
    pub status: DisputeStatus,
    /// What it is about.
    pub amount: Money,
    /// What the bank says.
    pub reason: DisputeReason,
    /// The card network's own code.
    pub network_reason_code: Option<String>,
    /// Of which order, where the shop knows.
    pub order: Option<OrderId>,
    /// When it began.
    pub initiated_at: WorldTime,
    /// Until when evidence is taken.
    pub evidence_due_by: Option<WorldTime>,
    /// When evidence was sent.
    pub evidence_sent_on: Option<WorldTime>,
    /// When it was decided.
    pub finalized_on: Option<WorldTime>,
}

impl Client {
    /// A page of disputes. Empty as well where the shop takes no payments through Shopify.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn disputes_page(
        &self,
        query: DisputeQuery,
        paging: &Paging,
    ) -> Result<Reply<Page<Dispute>>, Error> {
        let filter = match query {
            DisputeQuery::All => None,
            DisputeQuery::NeedsResponse => Some("status:needs_response".to_owned()),
        };
        self.page(&DISPUTES, paging, filter, read).await
    }
}

pub(crate) fn read(item: &Object<'_>) -> Result<Dispute, WireError> {
    let reason = read::object(item, "reasonDetails")?;
    Ok(Dispute {
        id: item.parse("id")?,
        kind: item.text("type")?.into(),
        status: item.text("status")?.into(),
        amount: read::money(item, "amount")?,
        reason: reason.text("reason")?.into(),
        network_reason_code: read::text_opt(&reason, "networkReasonCode")?,
        order: read::id_of(item, "order")?,
        initiated_at: read::time(item, "initiatedAt")?,
        evidence_due_by: read::time_opt(item, "evidenceDueBy")?,
        evidence_sent_on: read::time_opt(item, "evidenceSentOn")?,
        finalized_on: read::time_opt(item, "finalizedOn")?,
    })
}

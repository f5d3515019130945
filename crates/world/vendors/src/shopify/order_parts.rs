//! The parts of an order.

use std::fmt;

use homeostat_model::{Currency, Money, WorldTime};

use super::{
    ids::{CustomerId, DisputeId, FulfillmentId, LineItemId, RefundId, TransactionId},
    read,
    values::open_enum,
};
use crate::wire::{Object, WireError};

open_enum! {
    /// What a transaction does.
    TransactionKind {
        Sale = "SALE",
        Authorization = "AUTHORIZATION",
        Capture = "CAPTURE",
        Refund = "REFUND",
        SuggestedRefund = "SUGGESTED_REFUND",
        Void = "VOID",
        Change = "CHANGE",
        EmvAuthorization = "EMV_AUTHORIZATION",
    }
    /// How far a transaction is.
    TransactionStatus {
        Success = "SUCCESS",
        Pending = "PENDING",
        Failure = "FAILURE",
        Error = "ERROR",
        AwaitingResponse = "AWAITING_RESPONSE",
        // The vendor itself does not know, which is no news from this client's point of view.
        Unclear = "UNKNOWN",
    }
    /// What a dispute began as.
    DisputeKind {
        Chargeback = "CHARGEBACK",
        Inquiry = "INQUIRY",
    }
    /// How far a dispute is.
    DisputeStatus {
        NeedsResponse = "NEEDS_RESPONSE",
        UnderReview = "UNDER_REVIEW",
        Accepted = "ACCEPTED",
        Won = "WON",
        Lost = "LOST",
        Prevented = "PREVENTED",
        ChargeRefunded = "CHARGE_REFUNDED",
    }
}

/// Who bought. Personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Their id.
    pub id: CustomerId,
    /// Where they are written to.
    pub email: Option<String>,
    /// Where they are called.
    pub phone: Option<String>,
    /// Their language, such as `de` or `en-GB`.
    pub locale: Option<String>,
}

/// Where an order goes. Personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Two letters, such as `DE`.
    pub country_code: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// What else belongs to it.
    pub street_more: Option<String>,
}

impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buyer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("country_code", &self.country_code)
            .finish_non_exhaustive()
    }
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineItem {
    /// Its id.
    pub id: LineItemId,
    /// The shop's own number of the article.
    pub sku: Option<String>,
    /// How many were bought.
    pub quantity: u32,
    /// How many of them have not been given back.
    pub refundable_quantity: u32,
}

/// A refund, as its order tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundMark {
    /// Its id.
    pub id: RefundId,
    /// When it was made.
    pub created_at: Option<WorldTime>,
    /// The note it was made with. A token in it tells whose it is after a lost reply.
    pub note: Option<String>,
    /// What it gave back.
    pub total: Money,
}

/// A dispute, as its order tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeMark {
    /// Its id.
    pub id: DisputeId,
    /// How far it is.
    pub status: DisputeStatus,
    /// What it began as.
    pub initiated_as: DisputeKind,
}

/// A payment, or a part of one, back or forth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// What it does.
    pub kind: TransactionKind,
    /// How far it is.
    pub status: TransactionStatus,
    /// Through whom, such as `shopify_payments`.
    pub gateway: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// How much.
    pub amount: Money,
    /// The payment that it gives back or captures.
    pub parent: Option<TransactionId>,
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfillment {
    /// Its id.
    pub id: FulfillmentId,
    /// How far it is handed over, such as `SUCCESS`.
    pub status: String,
    /// Where it is, such as `IN_TRANSIT`.
    pub display_status: Option<String>,
    /// Its numbers at the carriers.
    pub tracking: Vec<Tracking>,
}

/// A number at a carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracking {
    /// The carrier, as the shop wrote it.
    pub company: Option<String>,
    /// The number.
    pub number: Option<String>,
    /// Where a person may look. Never called by us.
    pub url: Option<String>,
}

pub(crate) fn buyer(item: &Object<'_>) -> Result<Buyer, WireError> {
    let (email, phone) = contact(item)?;
    Ok(Buyer {
        id: item.parse("id")?,
        email,
        phone,
        locale: read::text_opt(item, "locale")?,
    })
}

/// Email and phone of a customer.
pub(crate) fn contact(item: &Object<'_>) -> Result<(Option<String>, Option<String>), WireError> {
    let of = |outer, inner| match item.object_opt(outer)? {
        None => Ok(None),
        Some(object) => read::text_opt(&object, inner),
    };
    Ok((
        of("defaultEmailAddress", "emailAddress")?,
        of("defaultPhoneNumber", "phoneNumber")?,
    ))
}

pub(crate) fn address(item: &Object<'_>) -> Result<Address, WireError> {
    Ok(Address {
        country_code: read::text_opt(item, "countryCodeV2")?,
        postcode: read::text_opt(item, "zip")?,
        street: read::text_opt(item, "address1")?,
        street_more: read::text_opt(item, "address2")?,
    })
}

pub(crate) fn line_item(item: &Object<'_>) -> Result<LineItem, WireError> {
    Ok(LineItem {
        id: item.parse("id")?,
        sku: read::text_opt(item, "sku")?,
        quantity: read::count(item, "quantity")?,
        refundable_quantity: read::count(item, "refundableQuantity")?,
    })
}

pub(crate) fn refund_mark(item: &Object<'_>, currency: Currency) -> Result<RefundMark, WireError> {
    Ok(RefundMark {
        id: item.parse("id")?,
        created_at: read::time_opt(item, "createdAt")?,
        note: read::text_opt(item, "note")?,
        total: read::shop_money(item, "totalRefundedSet", currency)?,
    })
}

pub(crate) fn dispute_mark(item: &Object<'_>) -> Result<DisputeMark, WireError> {
    Ok(DisputeMark {
        id: item.parse("id")?,
        status: item.text("status")?.into(),
        initiated_as: item.text("initiatedAs")?.into(),
    })
}

pub(crate) fn transaction(item: &Object<'_>, currency: Currency) -> Result<Transaction, WireError> {
    Ok(Transaction {
        id: item.parse("id")?,
        kind: item.text("kind")?.into(),
        status: item.text("status")?.into(),
        gateway: read::text_opt(item, "gateway")?,
        error_code: read::text_opt(item, "errorCode")?,
        amount: read::shop_money(item, "amountSet", currency)?,
        parent: read::id_of(item, "parentTransaction")?,
    })
}

pub(crate) fn fulfillment(item: &Object<'_>) -> Result<Fulfillment, WireError> {
    let tracking = item.objects("trackingInfo")?;
    let tracking = tracking.iter().map(|one| {
        Ok(Tracking {
            company: read::text_opt(one, "company")?,
            number: read::text_opt(one, "number")?,
            url: read::text_opt(one, "url")?,
        })
    });
    Ok(Fulfillment {
        id: item.parse("id")?,
        status: item.text("status")?.to_owned(),
        display_status: read::text_opt(item, "displayStatus")?,
        tracking: tracking.collect::<Result<_, WireError>>()?,
    })
}

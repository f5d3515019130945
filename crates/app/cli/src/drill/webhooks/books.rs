//! What the vendors' books say, and what our rows say of the same things.
//!
//! Both are read from outside, and share no type with what is judged. The world goes on while it is read: what a vendor
//! says is asked before our rows and after them, and a row is wrong when it says neither.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::setting::BRAND;
use crate::{
    drill::{http, witness::Witness},
    failure::Failure,
};

/// Whose thing: a campaign, an order, a parcel, a letter or a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Vendor {
    Meta,
    Shopify,
    Track17,
    AgentMail,
    Revolut,
}

/// A thing at a vendor, as that calls it.
pub(super) type Object = (Vendor, String);
/// How things stand.
pub(super) type States = BTreeMap<Object, String>;

impl Vendor {
    pub(super) const ALL: [Self; 5] = [
        Self::Meta,
        Self::Shopify,
        Self::Track17,
        Self::AgentMail,
        Self::Revolut,
    ];
}

/// What we believe: whether a campaign runs, how far an order is paid, where a parcel is, which thread a letter is in,
/// and how a payment stands.
pub(super) async fn beliefs(witness: &mut Witness) -> Result<States, Failure> {
    #[derive(Deserialize)]
    struct Row {
        vendor: Vendor,
        id: String,
        state: String,
    }
    let sql = "SELECT 'meta' AS vendor, id, state FROM homeostat.campaign WHERE brand = $1
               UNION ALL SELECT 'shopify', vendor_id, state || ' ' || refunded_micros FROM homeostat.shop_order
               WHERE brand = $1
               UNION ALL SELECT 'track17', number, state_raw || ' ' || coalesce(sub_status, '')
               FROM homeostat.shipment WHERE brand = $1
               UNION ALL SELECT 'agentmail', message_id, thread_id FROM homeostat.letter WHERE brand = $1
               UNION ALL SELECT 'revolut', id, state_raw FROM homeostat.bank_payment WHERE brand = $1";
    let rows: Vec<Row> = witness.rows(sql, &[BRAND]).await?;
    let each = rows
        .into_iter()
        .map(|row| ((row.vendor, row.id), row.state));
    Ok(each.collect())
}

/// What is so at the vendors now. `campaigns` are those of the brand, which the sandbox numbers.
pub(super) async fn truth(sandbox: &str, campaigns: &[String]) -> Result<States, Failure> {
    let mut truth = ads(sandbox, campaigns).await?;
    #[derive(Deserialize)]
    struct Order {
        order: String,
        state: String,
        refunded_micros: i64,
    }
    for one in told::<Order>(sandbox, "orders").await? {
        let state = format!("{} {}", one.state, one.refunded_micros);
        truth.insert((Vendor::Shopify, one.order), state);
    }
    #[derive(Deserialize)]
    struct Parcel {
        parcel: String,
        state: String,
    }
    for one in told::<Parcel>(sandbox, "parcels").await? {
        truth.insert((Vendor::Track17, one.parcel), one.state);
    }
    #[derive(Deserialize)]
    struct Letter {
        message: String,
        thread: String,
    }
    for one in told::<Letter>(sandbox, "letters").await? {
        truth.insert((Vendor::AgentMail, one.message), one.thread);
    }
    #[derive(Deserialize)]
    struct Payment {
        payment: String,
        state: String,
    }
    for one in told::<Payment>(sandbox, "payments").await? {
        truth.insert((Vendor::Revolut, one.payment), one.state);
    }
    Ok(truth)
}

async fn ads(sandbox: &str, campaigns: &[String]) -> Result<States, Failure> {
    #[derive(Deserialize)]
    struct Books {
        acts: Vec<Act>,
    }
    #[derive(Deserialize)]
    struct Act {
        act: String,
        object: String,
        to: String,
    }
    let books: Books = http::get(sandbox, "/books?vendor=meta").await?;
    let each = campaigns.iter().map(|campaign| {
        let mut acts = books.acts.iter().rev();
        let last = acts.find(|act| act.act == "set_status" && act.object == *campaign);
        // All of them run at the world's beginning.
        let state = last.map_or("ACTIVE", |act| act.to.as_str());
        ((Vendor::Meta, campaign.clone()), state.to_owned())
    });
    Ok(each.collect())
}

/// The brand's part of the sandbox's books about something.
async fn told<T: DeserializeOwned>(sandbox: &str, what: &str) -> Result<Vec<T>, Failure> {
    let path = format!("/books/{what}?brand={BRAND}");
    let mut books: BTreeMap<String, Vec<T>> = http::get(sandbox, &path).await?;
    Ok(books.remove(what).unwrap_or_default())
}

/// Things that we do not know, or believe otherwise than they were before and are after.
pub(super) fn wrong(before: &States, beliefs: &States, after: &States) -> BTreeSet<Object> {
    let is_wrong = |(object, state): &(&Object, &String)| {
        let ours = beliefs.get(*object);
        ours != Some(*state) && (ours.is_none() || ours != after.get(*object))
    };
    let each = before.iter().filter(is_wrong);
    each.map(|(object, _)| object.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(each: &[(Vendor, &str, &str)]) -> States {
        let each = each.iter();
        each.map(|(vendor, id, state)| ((*vendor, (*id).to_owned()), (*state).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_unknown_or_believed_otherwise_is_wrong() {
        let truth = states(&[
            (Vendor::Meta, "a", "PAUSED"),
            (Vendor::Meta, "b", "ACTIVE"),
            (Vendor::Shopify, "a", "PAID 0"),
            (Vendor::Track17, "c", "InTransit"),
        ]);
        let mut beliefs = truth.clone();
        beliefs.insert((Vendor::Revolut, "more".to_owned()), "pending".to_owned());
        assert_eq!(wrong(&truth, &beliefs, &truth).len(), 0);
        beliefs.insert((Vendor::Meta, "a".to_owned()), "ACTIVE".to_owned());
        beliefs.remove(&(Vendor::Shopify, "a".to_owned()));
        let found = wrong(&truth, &beliefs, &truth);
        let expected = [Vendor::Meta, Vendor::Shopify].map(|vendor| (vendor, "a".to_owned()));
        assert_eq!(found, BTreeSet::from(expected));
    }

    #[test]
    fn what_changed_while_it_was_read_is_right_either_way_and_nothing_else_is() {
        let at = |state| states(&[(Vendor::Track17, "c", state)]);
        let (before, after) = (at("InTransit"), at("Delivered"));
        assert_eq!(wrong(&before, &before, &after).len(), 0);
        assert_eq!(wrong(&before, &after, &after).len(), 0);
        assert_eq!(wrong(&before, &at("Expired"), &after).len(), 1);
        assert_eq!(wrong(&before, &States::new(), &States::new()).len(), 1);
    }
}

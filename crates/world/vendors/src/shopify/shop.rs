//! The shop itself, and the places where it keeps stock. The harmless read that proves credentials.

use homeostat_model::Currency;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{
    client::{Client, Reply},
    documents::{LOCATIONS, SHOP},
    faults::Error,
    ids::LocationId,
    page::{Page, Paging},
    read,
};
use crate::wire::{Object, WireError};

/// A shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// Its host at Shopify, such as `aurora.myshopify.com`. Webhooks name it.
    pub domain: String,
    /// Its currency.
    pub currency: Currency,
    /// The zone its days are in.
    pub time_zone: TimeZone,
}

/// A place where stock is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// Its name.
    pub name: String,
    /// Whether it is in use.
    pub is_active: bool,
}

impl Client {
    /// The shop.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn shop(&self) -> Result<Reply<Shop>, Error> {
        self.ask(&SHOP, json!({}), |data| {
            read(&read::object(data, SHOP.root)?)
        })
        .await
    }

    /// A page of the places where stock is kept.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn locations_page(&self, paging: &Paging) -> Result<Reply<Page<Location>>, Error> {
        self.page(&LOCATIONS, paging, None, location).await
    }
}

pub(crate) fn read(shop: &Object<'_>) -> Result<Shop, WireError> {
    let zone = shop.text("ianaTimezone")?;
    Ok(Shop {
        name: shop.text("name")?.to_owned(),
        domain: shop.text("myshopifyDomain")?.to_owned(),
        currency: shop.parse("currencyCode")?,
        time_zone: TimeZone::get(zone).map_err(|error| shop.wrong("ianaTimezone", error))?,
    })
}

pub(crate) fn location(item: &Object<'_>) -> Result<Location, WireError> {
    Ok(Location {
        id: item.parse("id")?,
        name: item.text("name")?.to_owned(),
        is_active: read::flag(item, "isActive")?,
    })
}

//! What a shop sells: every item with its price, whether it is on sale, and how much of it there is.
//!
//! The list of products has no stock in it, so each item's is a question of its own. A shop that wants to be left
//! alone in between is; what was read by then is kept, and the look goes on after the item that was read last.
//!
//! Stock is read where a shop keeps it in one place. With several, or none, nobody knows how much there is, and
//! nothing is decided about it: that is not the same as none.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{
    Client, Error, InventoryLevel, LocationId, Paging, Product, ProductStatus, Updated, Variant,
};
use serde::{Deserialize, Serialize};

use super::{
    ReadError, Sensor,
    shopify_orders::{shop, short},
};
use crate::{
    Operator,
    config::Brand,
    records::product::{self, Reading},
};

/// Products on a page.
const PAGE: u16 = 50;
/// Pages of one look at most.
const PAGES_MAX: u16 = 10;
/// Places that are looked at to find the only one in use.
const PLACES: u16 = 10;

/// What one look brought.
#[derive(Debug)]
pub struct Looked {
    /// Items, in the shop's order.
    pub items: Vec<Reading>,
    /// Where the look goes on; absent after the last item.
    pub more: Option<More>,
}

/// The rest of a look.
#[derive(Debug)]
pub struct More {
    /// Where it begins.
    pub at: Place,
    /// The shop wants to be left alone for this much real time.
    pub wait: Option<Duration>,
}

/// A place in the list of items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The cursor of the page.
    after: Option<String>,
    /// Items of the page that were read. A product that changes meanwhile moves within the list, so one may be
    /// missed until the next look.
    done: usize,
}

/// The sensor. Lag: none for stock, seconds of the index for the rest. Known bias: none.
#[derive(Debug)]
pub struct ShopifyProducts;

#[async_trait::async_trait]
impl Sensor for ShopifyProducts {
    const NAME: &'static str = "shopify.products";
    const VENDOR: &'static str = "shopify";
    type Reading = Looked;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        read_from(operator, brand, Place::default()).await
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        product::record(tx, brand.id.as_str(), &reading.items, at).await
    }
}

/// Looks from a place on.
///
/// # Errors
/// When the shop does not answer, before anything was read.
pub async fn read_from(
    operator: &Operator,
    brand: &Brand,
    mut place: Place,
) -> Result<Looked, ReadError> {
    let shop = shop(operator, brand)?;
    let mut items = Vec::new();
    let wait = match read_part(shop, brand, &mut place, &mut items).await {
        Ok(true) => return Ok(Looked { items, more: None }),
        Ok(false) => None,
        Err(error) => match error.wait() {
            Some(wait) if !items.is_empty() => Some(wait),
            Some(_) | None => return Err(error.into()),
        },
    };
    let more = Some(More { at: place, wait });
    Ok(Looked { items, more })
}

/// Moves `place` along with what is read. Says whether that was the last of it.
async fn read_part(
    shop: &Client,
    brand: &Brand,
    place: &mut Place,
    items: &mut Vec<Reading>,
) -> Result<bool, Error> {
    let location = only_location(shop).await?;
    for _ in 0..PAGES_MAX {
        let paging = Paging {
            after: place.after.clone(),
            ..Paging::first(PAGE)
        };
        let page = shop.products_page(brand.currency, Updated::default(), &paging);
        let page = page.await?.value;
        let mut nth = 0;
        for listed in page.items {
            let product = whole(shop, brand, listed).await?;
            for variant in &product.variants {
                nth += 1;
                if nth <= place.done {
                    continue;
                }
                let level = match location {
                    Some(at) => {
                        shop.inventory_level(variant.inventory_item, at)
                            .await?
                            .value
                    }
                    None => None,
                };
                items.push(reading(&product, variant, location, level));
                place.done = nth;
            }
        }
        place.done = 0;
        place.after = page.next;
        if place.after.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The only place that is in use.
async fn only_location(shop: &Client) -> Result<Option<LocationId>, Error> {
    let page = shop.locations_page(&Paging::first(PLACES)).await?.value;
    let mut used = page.items.iter().filter(|one| one.is_active);
    let only = (used.next(), used.next(), page.next);
    Ok(match only {
        (Some(only), None, None) => Some(only.id),
        (Some(_) | None, _, _) => None,
    })
}

/// A product with the variants that its list leaves out.
async fn whole(shop: &Client, brand: &Brand, listed: Product) -> Result<Product, Error> {
    if !listed.has_more_variants {
        return Ok(listed);
    }
    let alone = shop.product(listed.id, brand.currency).await?.value;
    Ok(alone.unwrap_or(listed))
}

fn reading(
    product: &Product,
    variant: &Variant,
    location: Option<LocationId>,
    level: Option<InventoryLevel>,
) -> Reading {
    let (state, state_raw) = match &product.status {
        ProductStatus::Unknown(raw) => ("UNKNOWN", raw.as_str()),
        known => (known.as_str(), known.as_str()),
    };
    let counted = level.filter(|level| level.is_tracked);
    Reading {
        item: variant.inventory_item,
        product: product.id.to_string(),
        variant: variant.id.to_string(),
        location: location.map(|place| place.to_string()),
        title: short(&product.title),
        sku: variant
            .sku
            .as_deref()
            .map(short)
            .filter(|sku| !sku.is_empty()),
        is_only: product.variants.len() == 1 && !product.has_more_variants,
        state: state.to_owned(),
        state_raw: short(state_raw),
        price: variant.price,
        available: counted.map(|level| level.available),
        available_at: counted.and_then(|level| level.updated_at),
    }
}

//! Products: what is sold, at what price, and changes of both.
//!
//! The vendor compares nothing: the last writer wins. Whoever changes a product reads it before, holds `updated_at`
//! against what the decision rests on, and reads it again afterwards.

use homeostat_model::{Currency, Money, WorldTime};
use serde_json::{Map, Value, json};

use super::{
    client::{Client, Reply, refuse},
    documents::{PRODUCT, PRODUCT_UPDATE, PRODUCTS, VARIANT_PRICE},
    faults::Error,
    ids::{InventoryItemId, ProductId, VariantId},
    page::{Page, Paging, Updated, read_page},
    read,
    values::open_enum,
};
use crate::{
    money::to_major_fixed,
    wire::{Object, WireError},
};

/// Longest title that is sent, in characters.
const TITLE_CHARS_MAX: usize = 255;

open_enum! {
    /// Whether a product can be bought.
    ProductStatus {
        Active = "ACTIVE",
        Archived = "ARCHIVED",
        Draft = "DRAFT",
        Unlisted = "UNLISTED",
    }
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its title.
    pub title: String,
    /// Whether it can be bought.
    pub status: ProductStatus,
    /// When anything of it last changed.
    pub updated_at: WorldTime,
    /// What it comes in, the first 20 in a list and the first 100 alone.
    pub variants: Vec<Variant>,
    /// Whether there are variants beyond these.
    pub has_more_variants: bool,
}

/// What has a price and a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// Its title.
    pub title: String,
    /// The shop's own number of the article.
    pub sku: Option<String>,
    /// Its price.
    pub price: Money,
    /// When it last changed.
    pub updated_at: WorldTime,
    /// What is counted in stock.
    pub inventory_item: InventoryItemId,
}

/// A change of a product; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductChange {
    /// The new title.
    pub title: Option<String>,
    /// The new status.
    pub status: Option<ProductStatus>,
}

/// A new price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPrice {
    /// Of which product.
    pub product: ProductId,
    /// Of which of its variants.
    pub variant: VariantId,
    /// The price, in the shop's currency.
    pub price: Money,
}

impl Client {
    /// A page of the products that changed within a window. `currency` is the shop's.
    ///
    /// # Errors
    /// See [`Error`]; `Unexpected` when the shop has another currency.
    pub async fn products_page(
        &self,
        currency: Currency,
        updated: Updated,
        paging: &Paging,
    ) -> Result<Reply<Page<Product>>, Error> {
        let mut variables = paging.variables()?;
        if let Some(filter) = updated.filter() {
            variables["query"] = Value::from(filter);
        }
        self.ask(&PRODUCTS, variables, |data| {
            shop_currency(data, currency)?;
            read_page(data, &PRODUCTS, paging, |item| product(item, currency))
        })
        .await
    }

    /// One product as it is now; `None` when there is none. `currency` is the shop's.
    ///
    /// # Errors
    /// See [`Error`]; `Unexpected` when the shop has another currency.
    pub async fn product(
        &self,
        id: ProductId,
        currency: Currency,
    ) -> Result<Reply<Option<Product>>, Error> {
        self.ask(&PRODUCT, json!({"id": id.to_string()}), |data| {
            shop_currency(data, currency)?;
            let Some(object) = data.object_opt(PRODUCT.root)? else {
                return Ok(None);
            };
            let found = product(&object, currency)?;
            read::same_id(&object, &found.id, &id)?;
            Ok(Some(found))
        })
        .await
    }

    /// Changes a product. Doing it twice leaves the same state; somebody else's change meanwhile is overwritten.
    /// Gives the time of the change.
    ///
    /// # Errors
    /// See [`Error`]; a change of nothing and an unknown status are refused before sending.
    pub async fn product_update(
        &self,
        id: ProductId,
        change: &ProductChange,
        reference: &str,
    ) -> Result<Reply<WorldTime>, Error> {
        let mut product = change.fields()?;
        product.insert("id".into(), json!(id.to_string()));
        let variables = json!({"product": product});
        self.tell(&PRODUCT_UPDATE, variables, reference, |data| {
            changed(data, id, change)
        })
        .await
    }

    /// Sets a variant's price. Doing it twice leaves the same state.
    ///
    /// # Errors
    /// See [`Error`]; a price that is not above zero or finer than its currency's minor unit is refused before sending.
    pub async fn variant_price_set(
        &self,
        wanted: &NewPrice,
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        let price = to_major_fixed(wanted.price)
            .filter(|_| wanted.price.amount_micros > 0)
            .ok_or_else(|| {
                refuse(
                    "price",
                    format!("{} is no positive number of minor units", wanted.price),
                )
            })?;
        let variables = json!({
            "product": wanted.product.to_string(),
            "variants": [{"id": wanted.variant.to_string(), "price": price}],
        });
        self.tell(&VARIANT_PRICE, variables, reference, |data| {
            priced(data, wanted)
        })
        .await
    }
}

impl ProductChange {
    fn fields(&self) -> Result<Map<String, Value>, Error> {
        let mut fields = Map::new();
        if let Some(title) = &self.title {
            let chars = title.chars().count();
            if title.trim().is_empty() || chars > TITLE_CHARS_MAX {
                let problem = format!("has {chars} characters, must have 1 to {TITLE_CHARS_MAX}");
                return Err(refuse("title", problem));
            }
            fields.insert("title".into(), json!(title));
        }
        match &self.status {
            None => {}
            Some(ProductStatus::Unknown(text)) => {
                return Err(refuse(
                    "status",
                    format!("{text:?} is no status of a product"),
                ));
            }
            Some(status) => {
                fields.insert("status".into(), json!(status.as_str()));
            }
        }
        if fields.is_empty() {
            return Err(refuse("change", "must change the title or the status"));
        }
        Ok(fields)
    }
}

fn shop_currency(data: &Object<'_>, currency: Currency) -> Result<(), WireError> {
    let shop = read::object(data, "shop")?;
    read::same_currency(&shop, "currencyCode", shop.parse("currencyCode")?, currency)
}

pub(crate) fn product(item: &Object<'_>, currency: Currency) -> Result<Product, WireError> {
    let (variants, has_more_variants) = read::nodes(item, "variants")?;
    let variants = variants.iter().map(|one| {
        let inventory = read::id_of(one, "inventoryItem")?;
        Ok(Variant {
            id: one.parse("id")?,
            title: one.text("title")?.to_owned(),
            sku: read::text_opt(one, "sku")?,
            price: read::major(one, "price", currency)?,
            updated_at: read::time(one, "updatedAt")?,
            inventory_item: inventory.ok_or_else(|| one.wrong("inventoryItem", "is missing"))?,
        })
    });
    Ok(Product {
        id: item.parse("id")?,
        title: item.text("title")?.to_owned(),
        status: item.text("status")?.into(),
        updated_at: read::time(item, "updatedAt")?,
        variants: variants.collect::<Result<_, WireError>>()?,
        has_more_variants,
    })
}

pub(crate) fn changed(
    data: &Object<'_>,
    id: ProductId,
    sent: &ProductChange,
) -> Result<WorldTime, WireError> {
    let payload = read::object(data, PRODUCT_UPDATE.root)?;
    let product = read::object(&payload, "product")?;
    read::same_id(&product, &product.parse("id")?, &id)?;
    let status = product.text("status")?;
    if sent
        .status
        .as_ref()
        .is_some_and(|sent| sent.as_str() != status)
    {
        return Err(product.wrong("status", format!("is {status:?} after the change")));
    }
    read::time(&product, "updatedAt")
}

pub(crate) fn priced(data: &Object<'_>, sent: &NewPrice) -> Result<(), WireError> {
    let payload = read::object(data, VARIANT_PRICE.root)?;
    for variant in read::list(&payload, "productVariants")? {
        if variant.parse::<VariantId>("id")? != sent.variant {
            continue;
        }
        let price = read::major(&variant, "price", sent.price.currency)?;
        if price == sent.price {
            return Ok(());
        }
        return Err(variant.wrong("price", format!("is {price} after the change")));
    }
    Err(payload.wrong("productVariants", format!("has no {}", sent.variant)))
}

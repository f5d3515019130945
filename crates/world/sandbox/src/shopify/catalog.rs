//! Products as the shop shows them, and changes of them. The last writer wins.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    request::number,
    show::{Place, gid, major, micros, minor, page, user_error},
    state::{Edit, What},
};
use crate::{
    books::Act,
    faults::Fault,
    world::{ORIGIN, trade::Product},
};

const STATUSES: [&str; 4] = ["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"];

/// A product after all changes.
struct Now {
    title: String,
    status: String,
    price_micros: i64,
    updated_at: WorldTime,
}

impl Visit<'_> {
    pub(super) fn products(&self) -> Told {
        let filter = self.filter()?;
        let each = self
            .shop
            .products
            .iter()
            .map(|product| (product, self.stands(product)));
        let each = each.filter(|(_, now)| filter.holds(now.updated_at));
        let each = each.map(|(product, now)| {
            let nanos = now.updated_at.0.as_nanosecond();
            (
                Place {
                    nanos,
                    number: product.id,
                },
                self.product_told(product, &now),
            )
        });
        let page = page(&self.request.variables, each.collect(), |told| told)?;
        Ok(json!({"shop": {"currencyCode": self.currency()}, "products": page}))
    }

    pub(super) fn product(&self) -> Told {
        let product = self.find_product(self.request.id("id", "Product")?);
        let told = product.map(|product| self.product_told(product, &self.stands(product)));
        Ok(json!({"shop": {"currencyCode": self.currency()}, "product": told}))
    }

    pub(super) fn product_update(&mut self) -> Told {
        const ROOT: &str = "productUpdate";
        let input = self
            .request
            .variables
            .get("product")
            .cloned()
            .unwrap_or_default();
        let text = |name| input.get(name).and_then(Value::as_str);
        let id = text("id").and_then(|id| number(id, "Product"));
        let id = id.ok_or_else(|| Answer::bad_variable("product"))?;
        let refused = |field, message| {
            Ok(Answer::refused(
                ROOT,
                &[user_error(&[field], None, message)],
            ))
        };
        let Some(product) = self.find_product(id).cloned() else {
            return refused("id", "Product does not exist");
        };
        if text("title").is_some_and(|title| title.trim().is_empty()) {
            return refused("title", "Title can't be blank");
        }
        if text("status").is_some_and(|status| !STATUSES.contains(&status)) {
            return Err(Answer::bad_variable("product"));
        }
        let before = self.stands(&product);
        let edit = Edit {
            product: id,
            at: self.now.world,
            title: text("title").map(str::to_owned),
            status: text("status").map(str::to_owned),
            price_micros: None,
        };
        let told = |now: &Now| format!("{} {}", now.status, now.title);
        let (title, status) = (edit.title.clone(), edit.status.clone());
        let after = Now {
            title: title.unwrap_or_else(|| before.title.clone()),
            status: status.unwrap_or_else(|| before.status.clone()),
            ..before
        };
        self.change(
            "product_update",
            gid("Product", id),
            (told(&before), told(&after)),
            edit,
        )?;
        let now = self.stands(&product);
        Ok(json!({ROOT: {
            "product": {
                "id": gid("Product", id),
                "title": now.title,
                "status": now.status,
                "updatedAt": now.updated_at,
            },
            "userErrors": [],
        }}))
    }

    pub(super) fn variant_price(&mut self) -> Told {
        const ROOT: &str = "productVariantsBulkUpdate";
        let id = self.request.id("product", "Product")?;
        let asked = self
            .request
            .variables
            .pointer("/variants/0")
            .cloned()
            .unwrap_or_default();
        let text = |name| asked.get(name).and_then(Value::as_str);
        let refused = |field: &[&str], code, message| {
            Ok(Answer::refused(
                ROOT,
                &[user_error(field, Some(code), message)],
            ))
        };
        let Some(product) = self.find_product(id).cloned() else {
            let message = "Product does not exist";
            return refused(&["productId"], "PRODUCT_DOES_NOT_EXIST", message);
        };
        let variant = text("id").and_then(|id| number(id, "ProductVariant"));
        if variant != Some(product.variant_id) {
            let message = "Product variant does not exist";
            let field = &["variants", "0", "id"];
            return refused(field, "PRODUCT_VARIANT_DOES_NOT_EXIST", message);
        }
        let Some(price) = text("price").and_then(micros).filter(|price| *price >= 0) else {
            let message = "Price must be greater than or equal to 0";
            return refused(&["variants", "0", "price"], "NEGATIVE_PRICE_VALUE", message);
        };
        let before = self.stands(&product).price_micros;
        let edit = Edit {
            product: id,
            at: self.now.world,
            title: None,
            status: None,
            price_micros: Some(price),
        };
        let object = gid("ProductVariant", product.variant_id);
        let values = (minor(before), minor(price));
        self.change("variant_price", object.clone(), values, edit)?;
        let told = json!({"id": object, "price": fixed(price), "updatedAt": self.now.world});
        Ok(json!({ROOT: {"productVariants": [told], "userErrors": []}}))
    }

    fn change(
        &mut self,
        name: &str,
        object: String,
        (from, to): (String, String),
        edit: Edit,
    ) -> Result<(), Answer> {
        let act = Act {
            act: name.to_owned(),
            object,
            applied: from != to,
            from,
            to,
            ..self.blank(What::Edit(edit))?
        };
        self.confirm(act)
    }

    fn find_product(&self, id: u64) -> Option<&Product> {
        self.shop.products.iter().find(|product| product.id == id)
    }

    fn stands(&self, product: &Product) -> Now {
        let mut now = Now {
            title: product.title.to_owned(),
            status: "ACTIVE".to_owned(),
            price_micros: product.price_micros,
            updated_at: ORIGIN,
        };
        for edit in self.state.edits.get(&product.id).into_iter().flatten() {
            now.updated_at = edit.at;
            now.price_micros = edit.price_micros.unwrap_or(now.price_micros);
            if let Some(title) = &edit.title {
                now.title.clone_from(title);
            }
            if let Some(status) = &edit.status {
                now.status.clone_from(status);
            }
        }
        now
    }

    fn product_told(&self, product: &Product, now: &Now) -> Value {
        let status = match self.is_struck(Fault::NewWord) {
            true => "SLEEPING",
            false => now.status.as_str(),
        };
        let variant = json!({
            "id": gid("ProductVariant", product.variant_id),
            "title": "Default Title",
            "sku": product.sku,
            "price": fixed(now.price_micros),
            "updatedAt": now.updated_at,
            "inventoryItem": {"id": gid("InventoryItem", product.inventory_item_id)},
        });
        json!({
            "id": gid("Product", product.id),
            "title": now.title,
            "status": status,
            "updatedAt": now.updated_at,
            "variants": {"nodes": [variant], "pageInfo": {"hasNextPage": false}},
        })
    }
}

/// Prices have two decimals at least.
fn fixed(price_micros: i64) -> String {
    let text = major(price_micros);
    match text.split_once('.') {
        None => format!("{text}.00"),
        Some((_, part)) if part.len() == 1 => format!("{text}0"),
        Some(_) => text,
    }
}

//! Stock: what lay there at the beginning, less what was sold, or as it was last set.
//!
//! Two things go wrong by themselves, so that there is something to look after. Every twentieth order is not taken
//! off: its till had no line to the stock. And one product is always short: a delivery comes every other day, and is
//! sold before the next one. Nothing is sold below zero here, whatever people order.

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    call::Call,
    request::number,
    show::{gid, user_error},
    state::{StockSet, What},
};
use crate::{books::Act, world::ORIGIN};

const ROOT: &str = "inventorySetQuantities";
/// Reasons that the vendor takes.
const REASONS: [&str; 5] = [
    "correction",
    "cycle_count_available",
    "damaged",
    "received",
    "restock",
];
/// Orders with such a number are not taken off.
const MISSED_EVERY: u64 = 20;
/// The first delivery, after the origin, and the time between two.
const DELIVERY: (SignedDuration, SignedDuration) = (
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(48),
);
/// Numbers of groups of changes begin here.
const GROUPS_FROM: u64 = 401_000_000;

/// One quantity as asked for.
struct Wanted {
    item: u64,
    quantity: i64,
    change_from: Option<i64>,
}

impl Visit<'_> {
    /// The place of a stock item among the shop's products.
    fn item(&self, id: u64) -> Option<usize> {
        let mut products = self.shop.products.iter();
        products.position(|product| product.inventory_item_id == id)
    }

    /// What can be sold of a product, what lies there, and since when.
    fn quantities(&self, product: usize) -> (i64, i64, WorldTime) {
        let now = self.now.world;
        let this = &self.shop.products[product];
        let sets = self.state.stock.get(&this.inventory_item_id);
        let last = sets.and_then(|sets| sets.last());
        let (mut available, since) = match last {
            Some(set) => (set.quantity, Some(set.at)),
            None => (this.stock, None),
        };
        let (mut unsent, mut changes) = (0, self.deliveries(this.delivered));
        for order in self.trade.orders_of(self.nth) {
            let lines = order.lines.iter().filter(|line| line.product == product);
            let sold: i64 = lines.map(|line| line.quantity).sum();
            if sold > 0 && !order.id.is_multiple_of(MISSED_EVERY) {
                changes.push((order.placed_at, -sold));
            }
            if order.parcel.shipped_at > now {
                unsent += sold;
            }
        }
        changes.retain(|(at, _)| since.is_none_or(|since| *at > since));
        changes.sort_unstable();
        let mut changed_at = since.unwrap_or(ORIGIN);
        for (at, by) in changes {
            let after = (available + by).max(0);
            if after != available {
                (available, changed_at) = (after, at);
            }
        }
        (available, available + unsent, changed_at)
    }

    /// What was delivered so far, of a product of which each delivery brings so many.
    fn deliveries(&self, each: i64) -> Vec<(WorldTime, i64)> {
        let (first, between) = DELIVERY;
        let since = self.now.world.since(ORIGIN.plus(first)).as_secs();
        let come = match (each > 0, since.div_euclid(between.as_secs())) {
            (true, before) if before >= 0 => before + 1,
            (true | false, _) => 0,
        };
        let nth = |n| {
            ORIGIN
                .plus(first)
                .plus(SignedDuration::from_secs(n * between.as_secs()))
        };
        (0..come).map(|n| (nth(n), each)).collect()
    }

    pub(super) fn inventory_level(&self) -> Told {
        let id = self.request.id("id", "InventoryItem")?;
        let location = self.request.id("location", "Location")?;
        let Some(product) = self.item(id) else {
            return Ok(json!({"inventoryItem": null}));
        };
        let level = (location == self.shop.location_id).then(|| {
            let (available, on_hand, at) = self.quantities(product);
            json!({"quantities": [
                {"name": "available", "quantity": available, "updatedAt": at},
                {"name": "on_hand", "quantity": on_hand, "updatedAt": at},
            ]})
        });
        let item =
            json!({"id": gid("InventoryItem", id), "tracked": true, "inventoryLevel": level});
        Ok(json!({"inventoryItem": item}))
    }

    pub(super) fn inventory_set(&mut self) -> Told {
        let input = self.request.variables.get("i").cloned();
        let input = input.ok_or_else(|| Answer::bad_variable("i"))?;
        if let Some(made) = self.made_before(Call::InventorySet)? {
            let mut sets = self.state.stock.values().flatten();
            let set = sets
                .find(|set| set.group == made)
                .ok_or_else(Answer::internal)?;
            return Ok(set_told(set));
        }
        match self.check_set(&input) {
            Ok(wanted) => self.set_quantity(&wanted),
            Err(error) => {
                let object = input.pointer("/quantities/0/inventoryItemId");
                let object = object.and_then(Value::as_str).unwrap_or_default();
                self.key_spent(object.to_owned())?;
                Ok(Answer::refused(ROOT, &[error]))
            }
        }
    }

    fn check_set(&self, input: &Value) -> Result<Wanted, Value> {
        let text = |name| input.get(name).and_then(Value::as_str);
        if text("name") != Some("available") {
            let message = "the sandbox sets `available` only";
            return Err(user_error(
                &["input", "name"],
                Some("INVALID_NAME"),
                message,
            ));
        }
        if !text("reason").is_some_and(|reason| REASONS.contains(&reason)) {
            let message = "The specified reason is invalid";
            return Err(user_error(
                &["input", "reason"],
                Some("INVALID_REASON"),
                message,
            ));
        }
        let bad = |name, code, message| {
            user_error(&["input", "quantities", "0", name], Some(code), message)
        };
        let quantities = input.get("quantities").and_then(Value::as_array);
        let [one] = quantities.map_or(&[][..], Vec::as_slice) else {
            let message = "the sandbox sets one quantity at a time";
            return Err(bad("quantity", "INVALID_QUANTITY_TOO_HIGH", message));
        };
        let id = |name, kind| {
            one.get(name)
                .and_then(Value::as_str)
                .and_then(|id| number(id, kind))
        };
        let item = id("inventoryItemId", "InventoryItem");
        let product = item.and_then(|item| Some((item, self.item(item)?)));
        let (item, product) = product.ok_or_else(|| {
            bad(
                "inventoryItemId",
                "INVALID_INVENTORY_ITEM",
                "Inventory item does not exist",
            )
        })?;
        if id("locationId", "Location") != Some(self.shop.location_id) {
            return Err(bad(
                "locationId",
                "INVALID_LOCATION",
                "Location does not exist",
            ));
        }
        let quantity = one.get("quantity").and_then(Value::as_i64).unwrap_or(-1);
        if quantity < 0 {
            return Err(bad(
                "quantity",
                "INVALID_QUANTITY_NEGATIVE",
                "Quantity is negative",
            ));
        }
        let change_from = one.get("changeFromQuantity").and_then(Value::as_i64);
        let (available, _, _) = self.quantities(product);
        if change_from.is_some_and(|from| from != available) {
            let message = "The quantity is no longer what it was";
            return Err(bad(
                "changeFromQuantity",
                "CHANGE_FROM_QUANTITY_STALE",
                message,
            ));
        }
        Ok(Wanted {
            item,
            quantity,
            change_from: change_from.or(Some(available)),
        })
    }

    fn set_quantity(&mut self, wanted: &Wanted) -> Told {
        let from = wanted.change_from.unwrap_or(wanted.quantity);
        let set = StockSet {
            group: GROUPS_FROM + self.state.books.next_n(),
            item: wanted.item,
            at: self.now.world,
            quantity: wanted.quantity,
            delta: wanted.quantity - from,
        };
        let act = Act {
            act: "inventory_set".to_owned(),
            object: gid("InventoryItem", wanted.item),
            from: from.to_string(),
            to: wanted.quantity.to_string(),
            applied: set.delta != 0,
            ..self.blank(What::Stock(set.clone()))?
        };
        self.confirm(act)?;
        Ok(set_told(&set))
    }
}

/// A change of nothing leaves no group behind.
fn set_told(set: &StockSet) -> Value {
    let group = (set.delta != 0).then(|| {
        json!({
            "id": gid("InventoryAdjustmentGroup", set.group),
            "changes": [{"name": "available", "delta": set.delta, "quantityAfterChange": set.quantity}],
        })
    });
    json!({ROOT: {"inventoryAdjustmentGroup": group, "userErrors": []}})
}

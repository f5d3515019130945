//! Stock: how much there is of an item at a place, and setting it only if it is still what we read.

use homeostat_model::WorldTime;
use serde_json::json;

use super::{
    client::{Client, Reply, check_key, refuse},
    documents::{INVENTORY_LEVEL, INVENTORY_SET},
    faults::Error,
    ids::{InventoryItemId, LocationId},
    read,
};
use crate::wire::{Object, WireError};

/// More than this in one place is a mistake.
const QUANTITY_MAX: i64 = 1_000_000_000;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InventoryLevel {
    /// What can be sold. It may be below zero.
    pub available: i64,
    /// What lies there.
    pub on_hand: i64,
    /// When `available` last changed.
    pub updated_at: Option<WorldTime>,
    /// Whether the shop counts this item at all.
    pub is_tracked: bool,
}

/// A quantity to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InventorySet {
    /// Of which item.
    pub item: InventoryItemId,
    /// At which place.
    pub location: LocationId,
    /// What can be sold afterwards.
    pub available: i64,
    /// What it must be now. Anything else is refused as `Stale`.
    pub change_from: i64,
    /// Why, out of the vendor's list, such as `correction`.
    pub reason: &'static str,
}

impl Client {
    /// The stock of an item at a place; `None` when the item is unknown or not kept there.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn inventory_level(
        &self,
        item: InventoryItemId,
        location: LocationId,
    ) -> Result<Reply<Option<InventoryLevel>>, Error> {
        let variables = json!({"id": item.to_string(), "location": location.to_string()});
        self.ask(&INVENTORY_LEVEL, variables, level).await
    }

    /// Sets what can be sold, if it is still what it was. A new comparison is a new act: it needs a new key.
    ///
    /// # Errors
    /// See [`Error`]; `Stale` when the quantity has changed meanwhile.
    pub async fn inventory_set(
        &self,
        wanted: &InventorySet,
        key: &str,
        reference: &str,
    ) -> Result<Reply<()>, Error> {
        check_key(key)?;
        if !(-QUANTITY_MAX..=QUANTITY_MAX).contains(&wanted.available) {
            return Err(refuse(
                "available",
                format!("{} is out of range", wanted.available),
            ));
        }
        let input = json!({
            "name": "available",
            "reason": wanted.reason,
            "quantities": [{
                "inventoryItemId": wanted.item.to_string(),
                "locationId": wanted.location.to_string(),
                "quantity": wanted.available,
                "changeFromQuantity": wanted.change_from,
            }],
        });
        let variables = json!({"i": input, "k": key});
        self.tell(&INVENTORY_SET, variables, reference, |data| {
            was_set(data, wanted)
        })
        .await
    }
}

pub(crate) fn level(data: &Object<'_>) -> Result<Option<InventoryLevel>, WireError> {
    let Some(item) = data.object_opt(INVENTORY_LEVEL.root)? else {
        return Ok(None);
    };
    let is_tracked = read::flag(&item, "tracked")?;
    let Some(level) = item.object_opt("inventoryLevel")? else {
        return Ok(None);
    };
    let quantities = read::list(&level, "quantities")?;
    let named = |name: &str| {
        let found = quantities
            .iter()
            .find(|q| q.text_opt("name") == Ok(Some(name)));
        found.ok_or_else(|| level.wrong("quantities", format!("has no {name:?}")))
    };
    let available = named("available")?;
    Ok(Some(InventoryLevel {
        available: read::whole(available, "quantity")?,
        on_hand: read::whole(named("on_hand")?, "quantity")?,
        updated_at: read::time_opt(available, "updatedAt")?,
        is_tracked,
    }))
}

/// A change of nothing leaves no group behind; everything else must tell the quantity that was asked for.
pub(crate) fn was_set(data: &Object<'_>, wanted: &InventorySet) -> Result<(), WireError> {
    let payload = read::object(data, INVENTORY_SET.root)?;
    let Some(group) = payload.object_opt("inventoryAdjustmentGroup")? else {
        if wanted.available == wanted.change_from {
            return Ok(());
        }
        return Err(payload.wrong("inventoryAdjustmentGroup", "is missing"));
    };
    for change in read::list(&group, "changes")? {
        if change.text("name")? != "available" {
            continue;
        }
        // Absent where the vendor does not tell it.
        if let Some(after) = change.integer_opt("quantityAfterChange")?
            && after != wanted.available
        {
            let problem = format!("is {after}, asked for {}", wanted.available);
            return Err(change.wrong("quantityAfterChange", problem));
        }
    }
    Ok(())
}

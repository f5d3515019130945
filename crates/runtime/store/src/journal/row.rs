//! A row of the journal as Postgres gives it.

use serde_json::Value;

use super::Event;
use crate::Stamp;

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) at: Stamp,
    pub(super) brand: Option<String>,
    pub(super) entity: String,
    pub(super) entity_id: String,
    pub(super) from_state: Option<String>,
    pub(super) to_state: String,
    pub(super) fence: Option<i64>,
    pub(super) owner: Option<i64>,
    pub(super) cause: Option<String>,
    pub(super) data: Value,
}

impl Row {
    pub(super) fn event(self) -> Event {
        Event {
            id: self.id,
            at: self.at.runtime(),
            brand: self.brand,
            entity: self.entity,
            entity_id: self.entity_id,
            from_state: self.from_state,
            to_state: self.to_state,
            fence: self.fence,
            owner: self.owner,
            cause: self.cause,
            data: self.data,
        }
    }
}

//! Incidents that only a person can call over.

use homeostat_effects::close_incident;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{board::Trouble, routes::Console};

/// It is over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Close {
    id: i64,
}

impl Change for Close {
    const PATH: &'static str = "/incidents/{id}/close";
    const ACT: &'static str = "close";

    fn subject(&self) -> String {
        format!("incident {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        match close_incident(&console.db, self.id, &said.who).await? {
            true => Ok("/incidents".into()),
            false => Err(Trouble::input(
                "incident",
                format!("{} is not open", self.id),
            )),
        }
    }
}

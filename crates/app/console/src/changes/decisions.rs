//! Proposals that wait for a person.

use homeostat_effects::veto;
use homeostat_model::DecisionId;
use homeostat_operator::approve;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{board::Trouble, routes::Console};

/// Let it be acted on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Approve {
    #[schemars(with = "i64")]
    id: DecisionId,
}

impl Change for Approve {
    const PATH: &'static str = "/decisions/{id}/approve";
    const ACT: &'static str = "approve";

    fn subject(&self) -> String {
        format!("decision {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        waited(approve(&console.db, self.id, &said.who).await?, self.id)
    }
}

/// Let it never be acted on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Veto {
    #[schemars(with = "i64")]
    id: DecisionId,
}

impl Change for Veto {
    const PATH: &'static str = "/decisions/{id}/veto";
    const ACT: &'static str = "veto";

    fn subject(&self) -> String {
        format!("decision {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        waited(veto(&console.db, self.id, &said.who).await?, self.id)
    }
}

fn waited(did: bool, id: DecisionId) -> Result<String, Trouble> {
    match did {
        true => Ok("/controls".into()),
        false => Err(Trouble::input(
            "decision",
            format!("{id} does not wait any more"),
        )),
    }
}

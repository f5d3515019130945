//! Acts on the world.

use homeostat_model::EffectId;
use homeostat_operator::requests::{self, Asker};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{board::Trouble, routes::Console};

/// Do the opposite.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Undo {
    #[schemars(with = "i64")]
    id: EffectId,
}

impl Change for Undo {
    const PATH: &'static str = "/receipts/{id}/undo";
    const ACT: &'static str = "undo";

    fn subject(&self) -> String {
        format!("effect {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        let entropy = (console.draw)().map_err(|error| Trouble::Away(error.to_string()))?;
        let asker = Asker {
            db: &console.db,
            config: &console.config,
            who: &said.who,
            reason: &said.reason,
            now: console.desks.now().world,
            entropy: &entropy,
        };
        let asked = requests::undo(&asker, self.id).await?;
        Ok(format!("/jobs/{}", asked.job))
    }
}

//! Things that the system is told to leave alone.

use homeostat_effects::{RestraintKind, lift, restrain};
use homeostat_model::BrandId;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{access::Role, board::Trouble, routes::Console};

/// Never touch this one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    #[schemars(with = "String")]
    brand: BrandId,
    /// The entity: a campaign's id.
    target: String,
}

impl Change for Pin {
    const PATH: &'static str = "/pins";
    const ACT: &'static str = "pin";

    fn subject(&self) -> String {
        format!("{} of {}", self.target, self.brand)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        if !console.config.brands.iter().any(|one| one.id == self.brand) {
            return Err(Trouble::input("brand", "there is none of this name"));
        }
        if self.target.trim().is_empty() {
            return Err(Trouble::input(
                "target",
                "must name what is to be left alone",
            ));
        }
        let scope = format!("entity:{}/{}", self.brand, self.target.trim());
        let kind = RestraintKind::Pin;
        restrain(
            &console.db,
            &self.brand,
            kind,
            &scope,
            &said.who,
            &said.reason,
        )
        .await?;
        Ok("/controls".into())
    }
}

/// It may be touched again.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lift {
    id: i64,
}

impl Change for Lift {
    const PATH: &'static str = "/restraints/{id}/lift";
    const ACT: &'static str = "lift";

    /// A freeze or a quarantine is there for a reason that cost money.
    fn needs(&self) -> Role {
        Role::Admin
    }

    fn subject(&self) -> String {
        format!("restraint {}", self.id)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        match lift(&console.db, self.id, &said.who).await? {
            true => Ok("/controls".into()),
            false => Err(Trouble::input(
                "restraint",
                format!("{} is not active", self.id),
            )),
        }
    }
}

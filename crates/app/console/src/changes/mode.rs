//! How much the system may do: as a whole, and each policy.

use homeostat_effects::{Author, Cause, EffectsError, lock_mode, set_autonomy, set_mode_in};
use homeostat_model::{Autonomy, Mode};
use homeostat_store::transact;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Change, Said};
use crate::{access::Role, board::Trouble, routes::Console};

/// Another mode for everything.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetMode {
    #[schemars(with = "crate::schema::ModeName")]
    mode: Mode,
}

impl Change for SetMode {
    const PATH: &'static str = "/mode";
    const ACT: &'static str = "set mode";

    /// Less freedom is anybody's to say. Whether SAFE is less, the mode that holds tells: see [`make`](Change::make).
    fn needs(&self) -> Role {
        match self.mode {
            Mode::Normal => Role::Admin,
            Mode::Safe | Mode::Halt => Role::Operate,
        }
    }

    fn subject(&self) -> String {
        self.mode.to_string()
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        let author = Author::Person(said.who.clone());
        let is_theirs = transact!(console.db, |tx| -> Result<bool, EffectsError> {
            // Locked: a HALT that is set meanwhile is not lifted by who may not.
            let held = lock_mode(&mut *tx).await?;
            // Modes are ordered from free to stopped.
            if self.mode < held && said.role < Role::Admin {
                return Ok(false);
            }
            set_mode_in(tx, self.mode, Cause::Person, &author, &said.reason).await?;
            Ok(true)
        })?;
        match is_theirs {
            true => Ok("/controls".into()),
            false => Err(Trouble::role(Self::ACT, Role::Admin, said.role)),
        }
    }
}

/// How far a policy is trusted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetAutonomy {
    /// `policy`, or `policy@brand`.
    policy: String,
    #[schemars(with = "crate::schema::Level")]
    level: Autonomy,
}

impl Change for SetAutonomy {
    const PATH: &'static str = "/autonomy";
    const ACT: &'static str = "set autonomy";

    fn needs(&self) -> Role {
        Role::Admin
    }

    fn subject(&self) -> String {
        format!("{} to {}", self.policy, self.level)
    }

    async fn make(&self, console: &Console, said: &Said) -> Result<String, Trouble> {
        set_autonomy(
            &console.db,
            &self.policy,
            self.level,
            &said.who,
            &said.reason,
        )
        .await?;
        Ok("/controls".into())
    }
}

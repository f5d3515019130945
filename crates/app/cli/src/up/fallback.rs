//! Which configuration is used, and which system it means.
//!
//! ```text
//!   first start         the owner's file, or exit 2 with the field
//!   started again       the owner's file ─ bad, or of another system ─▶ the kept one, and an alert
//!     by the guard
//! ```
//! The owner's file is authoritative until it is bad; then the copy that the processes run with is. A
//! system that runs is not stopped by a slip of the pen, only its next start by hand is.

use std::path::Path;

use homeostat_operator::config::Config;

use super::options::Options;
use crate::{
    alerts,
    failure::{Failure, chain},
    state::State,
};

/// Where a guard tells its supervisors which system it guards.
pub(super) const SYSTEM_VARIABLE: &str = "HOMEOSTAT_GUARDED_SYSTEM";

/// What is used.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) config: Config,
    pub(super) state: State,
    /// Why it is not what the owner wrote.
    pub(super) broken: Option<String>,
}

/// Reads what the owner wrote; below a guard, falls back to what the system ran with before.
pub(super) fn settle(options: &Options, root: &Path) -> Result<Settled, Failure> {
    let guarded = std::env::var(SYSTEM_VARIABLE).ok();
    let error = match written(options, guarded.as_deref()) {
        Ok((config, system)) => {
            return Ok(Settled {
                config,
                state: State::create(root, &system)?,
                broken: None,
            });
        }
        Err(error) => error,
    };
    let Some(system) = guarded else {
        return Err(error);
    };
    let state = State::create(root, &system)?;
    let Ok(config) = Config::read(Some(&state.config())) else {
        // There is none from before; the owner's field is what to mend.
        return Err(error);
    };
    let broken = Some(chain(&error));
    Ok(Settled {
        config,
        state,
        broken,
    })
}

fn written(options: &Options, guarded: Option<&str>) -> Result<(Config, String), Failure> {
    let config = options.configuration()?;
    options.check()?;
    alerts::sinks(&config.settings.alerts.sinks)?;
    let system = options.system(config.settings.meta.base_url.is_none());
    match guarded {
        Some(guarded) if guarded != system => Err(Failure::Usage(format!(
            "meta.base_url: it makes this another system, {system} in place of {guarded}; stop `homeostat up` and \
             start it again for that"
        ))),
        _ => Ok((config, system)),
    }
}

//! Which configuration is used, and which system it means.
//!
//! ```text
//!   first start         the owner's file, or exit 2 with the field
//!   started again       the owner's file ─ bad, or of another system ─▶ the kept one, and an alert
//!     by the guard
//! ```
//! The owner's file is authoritative until it is bad; then the copy that the processes run with is. A
//! system that runs is not stopped by a slip of the pen, only its next start by hand is.
//!
//! One that is deployed is *on trial* until the version that reads it is ready. Taken back, the version
//! before it goes on with the copy, until the owner changes the file again.

use std::path::Path;

use homeostat_operator::config::{Config, Settings};
use homeostat_supervisor::guard::TRIAL_VARIABLE;

use super::options::Options;
use crate::{
    alerts,
    failure::{Failure, chain},
    state::{State, config_text},
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
            let state = State::create(root, &system)?;
            if guarded.is_none() || on_trial() || !has_failed(&state, &config)? {
                return Ok(Settled {
                    config,
                    state,
                    broken: None,
                });
            }
            let text = "it was deployed, and the version that read it never came to be ready";
            Failure::Usage(text.to_owned())
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

/// Whether this version is one that is taken back when it does not come to be ready.
pub(super) fn on_trial() -> bool {
    std::env::var_os(TRIAL_VARIABLE).is_some()
}

/// Whether this very configuration was on trial when the version that read it ended.
fn has_failed(state: &State, config: &Config) -> Result<bool, Failure> {
    let text = config_text(&config.settings)?;
    Ok(std::fs::read(state.config_on_trial()).is_ok_and(|tried| tried == text.as_bytes()))
}

/// Puts it on trial, unless the version before runs with the same.
pub(super) fn try_out(state: &State, written: &Settings, own: &Settings) -> Result<(), Failure> {
    let kept = std::fs::read(state.config()).unwrap_or_default();
    if kept != config_text(own)?.as_bytes() {
        State::keep_config(&state.config_on_trial(), written)?;
    }
    Ok(())
}

/// Keeps it as the one to go back to.
pub(super) fn keep(state: &State, own: &Settings) -> Result<(), Failure> {
    State::keep_config(&state.config(), own)?;
    // If it stays, it is another than the owner's, or the same as the kept one.
    let _ = std::fs::remove_file(state.config_on_trial());
    Ok(())
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

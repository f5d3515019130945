//! Alerts of a system on this machine: its spool, its sinks, and who delivers.

use std::{path::PathBuf, sync::Arc};

use homeostat_alerts::{Deliverer, DelivererOptions, Sink, SinkSettings, Spool, sinks::build};
use homeostat_clock::wall;
use homeostat_operator::{config::Config, jobs::canary::CanaryBeat};
use homeostat_queue::Job;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    failure::{Failure, chain},
    state::State,
};

/// The sinks that are written so, with the secrets of our environment.
pub(crate) fn sinks(settings: &[SinkSettings]) -> Result<Vec<Arc<dyn Sink>>, Failure> {
    let numbered = settings.iter().enumerate();
    let built = numbered.map(|(index, settings)| {
        build(settings, &variable)
            .map_err(|bad| Failure::Usage(format!("homeostat.toml: alerts.sinks[{index}].{bad}")))
    });
    built.collect()
}

/// A variable of our environment.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The spool in this directory.
pub(crate) fn spool(dir: &std::path::Path) -> Result<Spool, Failure> {
    Spool::open(dir).map_err(|e| Failure::Environment(chain(&e)))
}

/// The system's spool. Without one on disk, alerts are told from memory.
pub(crate) fn own_spool(state: &State) -> Spool {
    Spool::open(&state.alerts_dir()).unwrap_or_else(|error| {
        tracing::warn!(error = chain(&error), "alerts are kept in memory only");
        Spool::in_memory()
    })
}

/// Delivers the alerts of this spool until told to stop.
pub(crate) fn deliver(
    spool: Spool,
    config: &Config,
    stop: &CancellationToken,
) -> Result<JoinHandle<()>, Failure> {
    let sinks = sinks(&config.settings.alerts.sinks)?;
    let deliverer = Deliverer::new(spool, sinks, DelivererOptions::new(wall));
    Ok(tokio::spawn(deliverer.run(stop.clone())))
}

/// The canary of a system that has none of its own, where a group would work on it.
pub(crate) fn give_canary(config: &mut Config, state: &State) {
    let works = config.settings.works_on(CanaryBeat::KIND);
    let dir: &mut Option<PathBuf> = &mut config.settings.canary.dir;
    if dir.is_none() && works {
        *dir = Some(state.canary_dir());
    }
}

//! `homeostat run worker`: claims jobs of its kinds and does them; looks after open effects.

use std::{path::PathBuf, sync::Arc, time::Duration};

use homeostat_effects::{Ctx, EffectSettings, keep_recovering};
use homeostat_operator::{Operator, VendorUrls, actuators, jobs};
use homeostat_queue::{PoolOptions, Registry, Stopped, Workers};
use homeostat_subprocess::{FAMILY, Host, Places};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    ALONE, Common, Ground, alone,
    signs::{self, Sign},
};
use crate::{
    drill,
    failure::{Failure, chain},
};

/// Between two looks at open effects.
const RECOVERY_EVERY: Duration = Duration::from_millis(500);
/// Connections beside the lock's own: slots, finisher, recovery, listener.
const CONNECTIONS_MAX: u32 = 12;

/// Which worker.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// The name of the group
    #[arg(long, default_value = "worker")]
    name: String,
    /// A kind to work on, or prefix.* for all of a family; repeatable [default: all]
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Jobs at once
    #[arg(long, default_value_t = 8)]
    slots: usize,
    /// Where declared jobs log, below it in jobs/
    #[arg(long, env = "HOMEOSTAT_LOG_DIR", default_value = ".homeostat/log")]
    log_dir: PathBuf,
    /// Seconds between two signs of life of a declared job
    #[arg(long, env = "HOMEOSTAT_JOB_BEAT_S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    job_beat_s: u64,
    /// The socket of the supervisor above; absent, the worker ends its declared jobs itself
    #[arg(long, env = "HOMEOSTAT_SUPERVISOR", hide = true)]
    supervisor: Option<PathBuf>,
    /// Do one job that is to run alone after crashes, and end
    #[arg(long)]
    alone: bool,
}

/// Works until told to stop.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let mut name = format!("worker-{}", args.name);
    if args.alone {
        name.push_str(ALONE);
    }
    let ground = args.common.ground(&name, CONNECTIONS_MAX).await?;
    let operator = Operator::new(
        ground.db.clone(),
        ground.clock.clone(),
        ground.config.clone(),
        VendorUrls {
            meta: args.common.meta_url.clone(),
            ad_library: args.common.ad_library_url.clone(),
            sandbox: args.common.sandbox_url.clone(),
        },
    )?;
    let effects = Ctx::new(&ground.db, &ground.epoch, EffectSettings::default());
    let broken = |e: homeostat_queue::Error| Failure::Environment(chain(&e));
    let mut all = jobs::registry(&operator, &effects).map_err(broken)?;
    // The drills' kinds exist only where somebody asks for one by name.
    if args.kinds.iter().any(|kind| kind.starts_with("drill.")) {
        drill::work::register(&mut all, &operator).map_err(broken)?;
    }
    let host = args.register_declared(&mut all, &ground)?;
    // All kinds, so that a schedule may fire one whose worker has not started yet.
    all.register(&ground.db).await.map_err(broken)?;
    let wanted = chosen(&args.kinds, &all.kinds().collect::<Vec<_>>());
    let registry = all.only(&wanted).map_err(|e| Failure::Usage(chain(&e)))?;
    let options = PoolOptions {
        slots: args.slots,
        alone: args.alone,
        ..PoolOptions::default()
    };
    let entropy = ground.entropy.child("pool");
    let wanted_alone = Arc::new(Notify::new());
    let elsewhere = alone::start_when(wanted_alone.clone(), ground.stop.clone());
    let elsewhere = tokio::spawn(elsewhere);
    // A process for one job does nothing else.
    let acts = !args.alone && wanted.iter().any(|kind| kind.starts_with("act."));
    let recovery = tokio::spawn(look_after_effects(
        acts,
        operator,
        effects.clone(),
        ground.stop.clone(),
    ));
    let (db, epoch) = (&ground.db, &ground.epoch);
    let workers =
        Workers::start_with_alone_elsewhere(db, epoch, registry, options, &entropy, wanted_alone);
    let workers = workers.await.map_err(broken)?;
    let pool = workers.handle().clone();
    let alone = args.alone;
    let signs = tokio::spawn(signs::give(move || match pool.stuck().count() {
        0 => Sign::Turns(pool.turns().count()),
        // Nobody listens to a process for one job, and whoever started it sees its end.
        _ if alone => std::process::exit(75),
        _ => Sign::Broken,
    }));
    let stopped = workers.until(&ground.stop).await;
    signs.abort();
    ground.stop.cancel();
    // Nothing of a job that was given back may run on.
    if let Some(host) = host {
        host.close().await;
    }
    // Calls outlive the jobs that began them, and are waited for before the epoch ends.
    effects.calls.close();
    effects.calls.wait().await;
    let _ = recovery.await;
    let _ = elsewhere.await;
    end(&ground, stopped.map_err(broken)?).await
}

impl Args {
    /// The owner's own kinds, where this worker works on any of them.
    fn register_declared(
        &self,
        all: &mut Registry,
        ground: &Ground,
    ) -> Result<Option<Arc<Host>>, Failure> {
        let declared = ground.config.settings.declared();
        let is_asked = self.kinds.is_empty() || self.kinds.iter().any(|k| k.starts_with(FAMILY));
        if declared.is_empty() || !is_asked {
            return Ok(None);
        }
        let (logs, runs) = (self.log_dir.clone(), self.common.run_dir.clone());
        let places = Places {
            beat: Duration::from_secs(self.job_beat_s),
            ..Places::new(self.supervisor.clone(), (logs, runs), || {
                homeostat_clock::wall().0.as_millisecond()
            })
        };
        let host = Host::open(places).map_err(|e| Failure::environment(&e))?;
        for kind in declared {
            let done = host.register(all, kind);
            done.map_err(|e| Failure::Environment(chain(&e)))?;
        }
        Ok(Some(host))
    }
}

async fn end(ground: &Ground, stopped: Stopped) -> Result<(), Failure> {
    match stopped {
        Stopped::Planned => ground.end().await,
        Stopped::EpochEnded(reason) => {
            Err(Failure::TryAgain(format!("the epoch was ended: {reason}")))
        }
    }
}

/// Only who can act can ask the vendors what became of an act.
async fn look_after_effects(acts: bool, operator: Operator, effects: Ctx, stop: CancellationToken) {
    if acts {
        let registry = actuators::registry(&operator);
        keep_recovering(&effects, &registry, RECOVERY_EVERY, &stop).await;
    }
}

/// The kinds that the names mean: themselves, or every kind of a family for `prefix.*`.
fn chosen(names: &[String], kinds: &[&str]) -> Vec<String> {
    if names.is_empty() {
        return kinds.iter().map(|&kind| kind.to_owned()).collect();
    }
    let mut chosen = Vec::new();
    for name in names {
        match name.strip_suffix('*') {
            Some(prefix) => chosen.extend(
                kinds
                    .iter()
                    .filter(|kind| kind.starts_with(prefix))
                    .map(|&kind| kind.to_owned()),
            ),
            None => chosen.push(name.clone()),
        }
    }
    chosen.sort();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn families_and_names_are_chosen_once() {
        let kinds = ["act.pause", "decide.kill", "sense.meta"];
        let pick = |names: &[&str]| {
            chosen(
                &names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>(),
                &kinds,
            )
        };
        assert_eq!(pick(&[]), kinds);
        assert_eq!(pick(&["act.*", "act.pause"]), ["act.pause"]);
        assert_eq!(pick(&["nothing"]), ["nothing"]);
    }
}

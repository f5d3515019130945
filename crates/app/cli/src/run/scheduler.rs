//! `homeostat run scheduler`: fires schedules, finds the dead, does the chores. Many may run.

use homeostat_liveness::Host;
use homeostat_operator::{chores, schedules};
use homeostat_queue::{Scheduler, SchedulerOptions, Stopped};

use super::{
    Common,
    signs::{self, Sign},
};
use crate::failure::{Failure, chain};

const CONNECTIONS_MAX: u32 = 6;

/// Which scheduler.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
}

/// Schedules until told to stop.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let ground = args.common.ground("scheduler", CONNECTIONS_MAX).await?;
    let broken = |e: homeostat_queue::Error| Failure::Environment(chain(&e));
    schedules::define_autonomy(&ground.db, &ground.config).await?;
    schedules::define(&ground.db, &ground.config, &ground.clock)
        .await
        .map_err(broken)?;
    schedules::define_canary(&ground.db, &ground.config, &ground.clock)
        .await
        .map_err(broken)?;
    let host = Host::this().map_err(|e| Failure::Environment(chain(&e)))?;
    let entropy = ground.entropy.child("scheduler");
    let (mut scheduler, handle) = Scheduler::new(
        &ground.db,
        &ground.epoch,
        host,
        ground.clock.clone(),
        &entropy,
        SchedulerOptions::default(),
    )
    .map_err(broken)?;
    for chore in chores::all(&ground.config, &ground.clock) {
        scheduler = scheduler.with_chore(chore);
    }
    let ticks = handle.ticks().clone();
    let signs = tokio::spawn(signs::give(move || Sign::Turns(ticks.count())));
    let stopped = scheduler.run(ground.stop.clone()).await;
    signs.abort();
    match stopped.map_err(broken)? {
        Stopped::Planned => ground.end().await,
        Stopped::EpochEnded(reason) => {
            Err(Failure::TryAgain(format!("the epoch was ended: {reason}")))
        }
    }
}

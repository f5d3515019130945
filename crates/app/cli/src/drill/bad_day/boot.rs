//! The end of everything, and the boot: from the exec of `up` to books balanced.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause};
use serde::Serialize;

use super::{
    timeline::{Timeline, seconds},
    trouble::{PATIENCE, Trouble, unmet},
};
use crate::drill::{
    auditor::{Balance, Imbalance, read_books},
    plant::Plant,
    witness::Witness,
};

/// Between two looks at the balance; the measured time is right to about this.
const LOOK: Duration = Duration::from_millis(5);

/// When what was there again, in seconds since the exec.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Split {
    /// Postgres answers: lock, leftovers, start, WAL.
    database_s: f64,
    /// The first process of the new life has its epoch.
    alive_s: f64,
    /// No work is in dead hands.
    work_s: f64,
    /// Books balanced.
    pub(super) balanced_s: f64,
}

/// Kills everything but the world and the spared worker, boots, and waits until the books balance.
pub(super) async fn kill_and_boot(
    plant: &mut Plant,
    witness: &mut Witness,
    timeline: &Timeline,
    spared: i64,
) -> Result<Split, Trouble> {
    let newest = "SELECT coalesce(max(id), 0) FROM homeostat.process";
    let epochs_after = witness.number(newest, &[]).await?;
    witness.hang_up();
    let dead = plant.kill_all().await?;
    timeline.say(format!(
        "SIGKILL: all {dead} processes are gone, Postgres too"
    ));
    let acts = read_books(&plant.audit().books)?;
    let balance = Balance {
        acts: &acts,
        epochs_after,
        spared,
    };
    let watch = Stopwatch::start();
    plant.start_up()?;
    let split = watch_balance(plant, witness, &balance, watch).await?;
    timeline.say(format!(
        "books balanced {} s after the exec of `up` (Postgres answered after {} s, the first process lived after \
         {} s, no work was in dead hands after {} s)",
        split.balanced_s, split.database_s, split.alive_s, split.work_s
    ));
    Ok(split)
}

async fn watch_balance(
    plant: &mut Plant,
    witness: &mut Witness,
    balance: &Balance<'_>,
    watch: Stopwatch,
) -> Result<Split, Trouble> {
    let mut split = Split::default();
    let first = |mark: &mut f64| {
        if *mark == 0.0 {
            *mark = seconds(watch.elapsed());
        }
    };
    loop {
        let open = balance.look(witness).await?;
        match &open {
            Some(Imbalance::NoDatabase) => {}
            Some(Imbalance::Nobody) => first(&mut split.database_s),
            Some(Imbalance::Open { jobs, .. }) => {
                first(&mut split.database_s);
                first(&mut split.alive_s);
                if *jobs == 0 {
                    first(&mut split.work_s);
                }
            }
            Some(Imbalance::Unlisted(_)) | None => {
                first(&mut split.database_s);
                first(&mut split.alive_s);
                first(&mut split.work_s);
            }
        }
        let Some(open) = open else {
            split.balanced_s = seconds(watch.elapsed());
            return Ok(split);
        };
        if plant.up_has_ended() {
            return Err(unmet("mttr_p95_s", "the boot ended by itself; see its log"));
        }
        if watch.elapsed() > PATIENCE {
            return Err(unmet(
                "mttr_p95_s",
                format!("the books never balanced: {open:?}"),
            ));
        }
        pause(LOOK).await;
    }
}

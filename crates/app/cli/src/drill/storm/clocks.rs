//! Wall clocks that jump, for some of the crew alone: libfaketime reads how far from a file.
//!
//! Two files. *Far*, for a worker that knows only the database's time: its wall clock may say anything. *Near*,
//! for a scheduler, whose world time is made from the wall clock: an hour of the world is some seconds here.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::{drill::faketime, failure::Failure};

/// The most that a clock jumps, ahead or back, in seconds.
const FAR_S: i64 = 7_200;
const NEAR_S: i64 = 15;

/// Whose clock jumps how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Hours.
    Far,
    /// Seconds.
    Near,
}

/// The clocks.
#[derive(Debug, Clone)]
pub(super) struct Clocks {
    library: &'static str,
    dir: PathBuf,
}

impl Clocks {
    /// Clocks that tell the truth as yet, where this machine can make them lie.
    pub(super) fn new(dir: &Path) -> Result<Option<Self>, Failure> {
        let Some(library) = faketime::library() else {
            return Ok(None);
        };
        let clocks = Self {
            library,
            dir: dir.to_owned(),
        };
        clocks.set(0, 0)?;
        Ok(Some(clocks))
    }

    /// Gives a process such a clock.
    pub(super) fn give(&self, command: &mut Command, reach: Reach) {
        command.envs(faketime::variables(self.library, &self.file(reach)));
    }

    /// Lets both jump, as drawn.
    pub(super) fn jump(&self, pick: u32) -> Result<(), Failure> {
        let share = f64::from(pick) / f64::from(u32::MAX) * 2.0 - 1.0;
        let of = |most: i64| (most as f64 * share) as i64;
        self.set(of(FAR_S), of(NEAR_S))
    }

    /// The truth again.
    pub(super) fn calm(&self) -> Result<(), Failure> {
        self.set(0, 0)
    }

    fn set(&self, far_s: i64, near_s: i64) -> Result<(), Failure> {
        for (reach, seconds) in [(Reach::Far, far_s), (Reach::Near, near_s)] {
            let set =
                homeostat_files::replace(&self.file(reach), format!("{seconds:+}s").as_bytes());
            set.map_err(|e| Failure::environment(&e))?;
        }
        Ok(())
    }

    fn file(&self, reach: Reach) -> PathBuf {
        self.dir.join(match reach {
            Reach::Far => "clock-far",
            Reach::Near => "clock-near",
        })
    }
}

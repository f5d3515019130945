//! Wall clocks that jump, for some of the crew alone: libfaketime reads how far from a file.
//!
//! Two files. *Far*, for a worker that knows only the database's time: its wall clock may say anything. *Near*,
//! for a scheduler, whose world time is made from the wall clock: an hour of the world is some seconds here.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::failure::Failure;

/// Where libfaketime may be: it lies to one program about the machine's clock.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
];
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
        let Some(library) = library() else {
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
        command
            .env("LD_PRELOAD", self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.file(reach))
            .env("FAKETIME_CACHE_DURATION", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
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

/// The library, where it is installed.
pub(in crate::drill) fn library() -> Option<&'static str> {
    let is_there = |path: &&str| Path::new(path).exists();
    FAKETIME.into_iter().find(is_there)
}

/// A killed process leaves what the library shares between its threads, by its number: the next process of that
/// number could not start.
pub(super) fn forget(pid: u32) {
    for name in [
        format!("/dev/shm/faketime_shm_{pid}"),
        format!("/dev/shm/sem.faketime_sem_{pid}"),
    ] {
        // Mostly there is none.
        let _ = std::fs::remove_file(name);
    }
}

//! A world nobody watches waits.
//!
//! While it is served, the world leaves a sign of life every few seconds. A short absence (a crash, a
//! restart) is part of the world's time: it went on meanwhile. After a longer one the world goes on
//! from where it was, so that a night switched off is not a year of unwatched spending.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_clock::{Anchor, pause, wall};
use homeostat_model::RuntimeTime;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

const SIGN_EVERY: Duration = Duration::from_secs(5);
const SHORT: SignedDuration = SignedDuration::from_secs(60);

fn file(dir: &Path) -> PathBuf {
    dir.join("alive")
}

/// Leaves signs of life until stopped.
pub(crate) async fn sign(dir: PathBuf, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // A missing sign only means that the world does not wait.
        let _ = File::create(file(&dir));
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(SIGN_EVERY) => {}
        }
    }
    let _ = File::create(file(&dir));
}

/// The anchor after the absence: moved by it when it was long.
pub(crate) fn after_absence(dir: &Path, anchor: Anchor) -> Anchor {
    match last_sign(dir) {
        Ok(seen) => moved(anchor, wall().since(seen)),
        Err(_) => anchor,
    }
}

fn moved(anchor: Anchor, absence: SignedDuration) -> Anchor {
    if absence <= SHORT {
        return anchor;
    }
    Anchor {
        wall: anchor.wall.plus(absence),
        ..anchor
    }
}

fn last_sign(dir: &Path) -> io::Result<RuntimeTime> {
    let modified = fs::metadata(file(dir))?.modified()?;
    Timestamp::try_from(modified)
        .map(RuntimeTime)
        .map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use homeostat_model::WorldTime;

    use super::*;

    #[test]
    fn only_a_long_absence_stops_the_world() {
        let anchor = Anchor {
            origin: WorldTime(Timestamp::UNIX_EPOCH),
            wall: RuntimeTime(Timestamp::UNIX_EPOCH),
            speed: 60,
        };
        assert_eq!(moved(anchor, SignedDuration::from_secs(59)), anchor);
        assert_eq!(moved(anchor, SignedDuration::from_secs(-5)), anchor);
        let night = SignedDuration::from_hours(8);
        assert_eq!(moved(anchor, night).wall, anchor.wall.plus(night));
    }
}

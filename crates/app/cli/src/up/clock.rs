//! Whether the wall clock runs as time does: an alert when it jumps, by a correction or because the machine
//! slept.
//!
//! Jobs, leases and money go by the database's clock and our own limits by one that cannot jump, so nothing
//! is decided here. But logs, schedules that people read and files of a watch beside us are of the wall clock,
//! and a machine whose clock jumps is one to look at.

use std::time::Duration;

use homeostat_alerts::{Severity, Spool};
use homeostat_clock::{Stopwatch, pause, wall};
use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::hear;

const JUMPED: (&str, &str) = ("clock_jump", "wall clock");
const EVERY: Duration = Duration::from_secs(1);
/// Corrections below this are what a time service does all day.
const JUMP_MIN: SignedDuration = SignedDuration::from_secs(2);
/// So many looks without another jump, and it is over.
const CALM_LOOKS: u32 = 60;

/// Looks once a second until stopped.
pub(super) fn keep(spool: Spool, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        // What an earlier supervisor told of is over when this one finds the clock calm.
        let mut calm_looks = 0;
        while !stop.is_cancelled() {
            let (before, watch) = (wall(), Stopwatch::start());
            tokio::select! {
                () = stop.cancelled() => return,
                () = pause(EVERY) => {}
            }
            if let Some(by) = jump((before, wall()), watch.elapsed()) {
                calm_looks = 0;
                let text = format!(
                    "The wall clock jumped by {:+.1} s: it was set, or this machine slept. Jobs and money go by the \
                     database's clock; look at what keeps this machine's time.",
                    by.as_secs_f64()
                );
                hear::raise(&spool, Severity::Warning, JUMPED.0, JUMPED.1, text);
            } else if calm_looks <= CALM_LOOKS {
                calm_looks += 1;
                if calm_looks == CALM_LOOKS {
                    hear::over(&spool, JUMPED.0, JUMPED.1);
                }
            }
        }
    })
}

/// By how much the wall clock moved more than time, if that is a jump.
fn jump((before, after): (RuntimeTime, RuntimeTime), elapsed: Duration) -> Option<SignedDuration> {
    let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
    let by = after.since(before).saturating_sub(elapsed);
    (by.abs() >= JUMP_MIN).then_some(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_from_a_wait_that_lasted() {
        let at = |seconds: i64| RuntimeTime(jiff::Timestamp::from_second(seconds).unwrap());
        let by = |after: i64, elapsed: u64| {
            jump((at(1_000), at(after)), Duration::from_secs(elapsed)).map(|by| by.as_secs())
        };
        assert_eq!(by(1_001, 1), None);
        assert_eq!(by(1_002, 1), None, "a correction of a second");
        assert_eq!(
            by(1_090, 90),
            None,
            "this process stood still, and time did not"
        );
        assert_eq!(by(4_601, 1), Some(3_600));
        assert_eq!(by(401, 1), Some(-600), "back");
    }
}

//! Hours of a crash loop in simulated time, played by the very decisions that rule the real one.

use std::collections::BTreeSet;

use super::{
    policy::{Ending, Policy, Run},
    record::{Cause, Due, Record, Stage},
};

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulated {
    /// Starts and attempts to start.
    pub starts: u64,
    /// Loops that a person was told of.
    pub alerts: u64,
    /// The consecutive unhealthy run at which the first alert came.
    pub alert_at_run: Option<u32>,
    /// Simulated milliseconds from the first start to the first alert.
    pub alert_after_ms: Option<u64>,
    /// Times that a loop was found to be over.
    pub resolved: u64,
    /// Whether it ends in quarantine.
    pub quarantined: bool,
}

/// Plays `hours` of a kind whose n-th run (from 0) at millisecond `m` is `behaves(n, m)`. The
/// fingerprint is `fingerprint(m)`; `chance` gives a fresh number from all of `u64` at each call.
pub fn simulate(
    policy: &Policy,
    hours: u32,
    mut behaves: impl FnMut(u64, u64) -> (Run, Ending),
    fingerprint: impl Fn(u64) -> String,
    mut chance: impl FnMut() -> u64,
) -> Simulated {
    let end_ms = u64::from(hours) * 3_600_000;
    let mut record = Record::default();
    let mut seen = Simulated::default();
    let mut told = BTreeSet::new();
    let mut now = 0;
    while now < end_ms {
        let print = fingerprint(now);
        match record.due(policy, wall(now), &print) {
            Due::Nothing => break,
            // The supervisor looks at fingerprints once a second.
            Due::InMs(left) => now += left.min(1_000),
            Due::Now => {
                record.started(&print, false);
                let (run, ending) = behaves(seen.starts, now);
                seen.starts += 1;
                let uptime = u64::try_from(run.uptime.as_millis()).unwrap_or(u64::MAX);
                now = now.saturating_add(uptime);
                let cause = Cause {
                    ending,
                    last_words: String::new(),
                };
                let ended = record.ended(policy, "kind", (&run, cause), wall(now), chance());
                let Some(alert) = ended.alert else { continue };
                if alert.stage == Stage::Resolved {
                    seen.resolved += 1;
                    continue;
                }
                seen.alert_at_run.get_or_insert(alert.unhealthy);
                seen.alert_after_ms.get_or_insert(now);
                // The sinks drop what they have heard under the same id.
                seen.alerts += u64::from(told.insert(alert.id));
            }
        }
    }
    seen.quarantined = matches!(record.phase, super::Phase::Quarantined { .. });
    seen
}

fn wall(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

//! What every step of an effect is handed: the database, the epoch it acts for, and its settings.

use std::{fmt, sync::Arc, time::Duration};

use homeostat_liveness::Epoch;
use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp};
use tokio_util::task::TaskTracker;

/// Times of the effect protocol. Real time, never scaled.
#[derive(Debug, Clone)]
pub struct EffectSettings {
    /// How long a permit may be used. Below a second, so that HALT stops the last call within one.
    pub permit_ttl: Duration,
    /// First wait between two probes of an effect nobody can tell about; doubles each time.
    pub probe_backoff: Duration,
    /// Longest wait between two probes.
    pub probe_backoff_max: Duration,
    /// Wait between two looks at an effect that the vendor accepted and finishes later.
    pub accepted_poll: Duration,
    /// An effect that is unknown for longer raises an incident.
    pub unknown_alarm_after: Duration,
    /// After this long an act that never happened is given up instead of sent.
    pub resend_within: Duration,
    /// Effects taken in one pass of recovery.
    pub recovery_batch_max: u32,
}

impl Default for EffectSettings {
    fn default() -> Self {
        Self {
            permit_ttl: Duration::from_millis(750),
            probe_backoff: Duration::from_secs(1),
            probe_backoff_max: Duration::from_secs(60),
            accepted_poll: Duration::from_secs(5),
            unknown_alarm_after: Duration::from_secs(15 * 60),
            resend_within: Duration::from_secs(15 * 60),
            recovery_batch_max: 32,
        }
    }
}

impl EffectSettings {
    /// The wait after this many tries: doubles with each one, up to a bound.
    pub(crate) fn wait_after(&self, tries: i32) -> Duration {
        let doublings = u32::try_from(tries).unwrap_or(0).min(16);
        self.probe_backoff
            .saturating_mul(1 << doublings)
            .min(self.probe_backoff_max)
    }
}

/// A cheap handle for one process's effects.
#[derive(Clone)]
pub struct Ctx {
    /// The database.
    pub db: Db,
    /// The epoch that owns what this handle begins.
    pub owner: ProcessId,
    /// Times of the protocol.
    pub settings: EffectSettings,
    /// Calls under way. They outlive the job that began them: wait for them before the process ends.
    pub calls: TaskTracker,
    sound: Arc<dyn Fn() -> bool + Send + Sync>,
    now: Option<RuntimeTime>,
}

impl Ctx {
    /// Acts for an epoch.
    pub fn new(db: &Db, epoch: &Epoch, settings: EffectSettings) -> Self {
        let watched = epoch.clone();
        Self::with_soundness(db, epoch.id(), settings, move || watched.is_sound())
    }

    /// Acts for an epoch whose soundness is known in another way.
    pub fn with_soundness(
        db: &Db,
        owner: ProcessId,
        settings: EffectSettings,
        sound: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let calls = TaskTracker::new();
        Self {
            db: db.clone(),
            owner,
            settings,
            calls,
            sound: Arc::new(sound),
            now: None,
        }
    }

    /// The same handle, with every statement's "now" set instead of read from the database.
    #[must_use]
    pub fn at(&self, now: RuntimeTime) -> Self {
        Self {
            now: Some(now),
            ..self.clone()
        }
    }

    /// Whether this process may call a vendor right now.
    pub fn is_sound(&self) -> bool {
        (self.sound)()
    }

    /// The "now" for statements; absent: the database's clock.
    pub(crate) fn now(&self) -> Option<Stamp> {
        self.now.map(Stamp::from)
    }
}

impl fmt::Debug for Ctx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ctx")
            .field("owner", &self.owner)
            .field("settings", &self.settings)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Whole milliseconds, for intervals in statements.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound() {
        let settings = EffectSettings::default();
        assert_eq!(settings.wait_after(0), settings.probe_backoff);
        assert_eq!(settings.wait_after(3), settings.probe_backoff * 8);
        assert_eq!(settings.wait_after(i32::MAX), settings.probe_backoff_max);
    }
}

//! The world's clock: the system's in production, the sandbox's own in a sandbox.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use homeostat_model::{RuntimeTime, WorldTime};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::wall;

/// Ties a sandbox's time to the machine's: at `wall` it was `origin`, and it runs `speed` times as
/// fast since then. It takes both times because tying them is its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// World time at the anchor.
    pub origin: WorldTime,
    /// Machine time at the anchor.
    pub wall: RuntimeTime,
    /// World seconds per real second.
    pub speed: u32,
}

/// Where world time comes from.
#[derive(Debug, Clone)]
pub enum WorldClock {
    /// The system's clock.
    System,
    /// A sandbox's clock.
    Scaled(Anchor),
    /// Set by a test, in microseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl WorldClock {
    /// A clock that stands still until a test moves it.
    pub fn manual(at: WorldTime) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0.as_microsecond())))
    }

    /// World time now.
    pub fn now(&self) -> WorldTime {
        match self {
            Self::System => WorldTime(wall().0),
            Self::Scaled(anchor) => {
                let elapsed = wall().since(anchor.wall);
                anchor.origin.plus(elapsed.saturating_scale(anchor.speed))
            }
            Self::Manual(micros) => WorldTime(
                Timestamp::from_microsecond(micros.load(Ordering::SeqCst))
                    .unwrap_or(Timestamp::MAX),
            ),
        }
    }

    /// World seconds per real second.
    pub fn speed(&self) -> u32 {
        match self {
            Self::Scaled(anchor) => anchor.speed,
            Self::System | Self::Manual(_) => 1,
        }
    }

    /// Real time until the world reaches `at`; zero when it has.
    pub fn real_until(&self, at: WorldTime) -> Duration {
        let ahead = Duration::try_from(at.since(self.now())).unwrap_or(Duration::ZERO);
        ahead / self.speed().max(1)
    }

    /// Moves a manual clock; other clocks do not obey.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Manual(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

trait SaturatingScale {
    fn saturating_scale(self, factor: u32) -> Self;
}

impl SaturatingScale for SignedDuration {
    fn saturating_scale(self, factor: u32) -> Self {
        let micros = self.as_micros().saturating_mul(i128::from(factor));
        SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

//! What happened, as it happens: on stderr for people, in the answer for scripts.

use std::sync::{Arc, Mutex, PoisonError};

use homeostat_clock::Stopwatch;
use serde::Serialize;

use crate::ui;

/// One sentence and when.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Moment {
    /// Seconds since the drill began.
    at_s: f64,
    what: String,
}

/// A cheap handle; clones write into the same story.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    since: Stopwatch,
    moments: Arc<Mutex<Vec<Moment>>>,
}

impl Timeline {
    pub(super) fn begin() -> Self {
        Self {
            since: Stopwatch::start(),
            moments: Arc::default(),
        }
    }

    /// Says what just happened.
    pub(super) fn say(&self, what: impl Into<String>) {
        let what = what.into();
        let at_s = seconds(self.since.elapsed());
        ui::note(&format!("{at_s:9.3} s  {what}"));
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        moments.push(Moment { at_s, what });
    }

    /// The story so far.
    pub(super) fn moments(&self) -> Vec<Moment> {
        let moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        moments.clone()
    }
}

/// Seconds with milliseconds.
pub(super) fn seconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e3).round() / 1e3
}

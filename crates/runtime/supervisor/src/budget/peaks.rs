//! What a kind is expected to need: the peak that 99 of 100 of its runs stayed under, never less than
//! its configuration says. Pure.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Runs that are remembered.
const RUNS: usize = 200;
/// Runs before what was learned counts; until then the configuration's figure is all there is.
const RUNS_MIN: usize = 5;

/// The peaks of the last runs of a kind, in megabytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peaks(VecDeque<u64>);

impl Peaks {
    /// Remembers the peak of a run that ended.
    pub fn saw(&mut self, peak_mb: u64) {
        if self.0.len() == RUNS {
            self.0.pop_front();
        }
        self.0.push_back(peak_mb);
    }

    /// What to reserve for the next run.
    pub fn expected_mb(&self, floor_mb: u64) -> u64 {
        if self.0.len() < RUNS_MIN {
            return floor_mb;
        }
        let mut sorted: Vec<u64> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        let index = (sorted.len() * 99).div_ceil(100) - 1;
        sorted[index].max(floor_mb)
    }
}

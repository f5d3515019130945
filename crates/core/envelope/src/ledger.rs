//! Windows in memory: for rehearsals without a database, and as the model that tests compare with.

use homeostat_model::WorldTime;

use crate::{Period, WindowPosition, WindowSpec};

/// The windows of a rehearsal. An act is settled the moment it is taken.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    windows: Vec<(WindowSpec, i64)>,
}

impl Ledger {
    /// The windows that `specs` draw on, as they stand at `at`.
    pub fn position(&self, specs: &[WindowSpec], at: WorldTime) -> Vec<WindowPosition> {
        specs
            .iter()
            .map(|spec| WindowPosition {
                interlock: spec.interlock.clone(),
                scope: spec.scope.clone(),
                unit: spec.unit,
                cap: spec.cap,
                held: 0,
                settled: self.find(spec, at).map_or(0, |index| self.windows[index].1),
                frozen: false,
            })
            .collect()
    }

    /// Takes what `specs` ask for. Call it after a verdict that allows the act.
    pub fn take(&mut self, specs: &[WindowSpec], at: WorldTime) {
        for spec in specs {
            match self.find(spec, at) {
                Some(index) => self.windows[index].1 += spec.take,
                None => self.windows.push((spec.clone(), spec.take)),
            }
        }
    }

    /// The window that covers `at`. An unused cooldown does not count: the next act begins its own. A
    /// used one counts also for an ask that is older than the act it began with.
    fn find(&self, spec: &WindowSpec, at: WorldTime) -> Option<usize> {
        self.windows.iter().position(|(window, used)| {
            window.interlock == spec.interlock
                && window.scope == spec.scope
                && at < window.ends_at
                && if window.period == Period::Cooldown {
                    *used > 0
                } else {
                    window.starts_at <= at
                }
        })
    }
}

//! The recorded history of one campaign: when it delivered, at what budget, and when its account's
//! limit stopped it.

use homeostat_model::WorldTime;

/// Changes in time order. A change may lie ahead, when a pause takes hold late.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    delivering: Vec<(WorldTime, bool)>,
    budget_micros: Vec<(WorldTime, i64)>,
    /// From and until, in order, apart.
    halts: Vec<(WorldTime, WorldTime)>,
}

/// A stretch without changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) from: WorldTime,
    pub(crate) to: WorldTime,
    pub(crate) delivering: bool,
    pub(crate) budget_micros: i64,
}

impl Timeline {
    /// Delivering or resting from `start` on.
    pub(crate) fn new(start: WorldTime, delivering: bool, budget_micros: i64) -> Self {
        Self {
            delivering: vec![(start, delivering)],
            budget_micros: vec![(start, budget_micros)],
            halts: Vec::new(),
        }
    }

    /// The account's limit stops delivery for a span that begins where the last one ended or later.
    pub(crate) fn halt(&mut self, from: WorldTime, until: WorldTime) {
        match self.halts.last_mut() {
            Some(last) if last.1 == from => last.1 = until,
            Some(_) | None => self.halts.push((from, until)),
        }
    }

    fn halted(&self, at: WorldTime) -> bool {
        self.halts
            .iter()
            .any(|(from, until)| *from <= at && at < *until)
    }

    /// Delivers or not from `at` on; what was planned for later is off.
    pub(crate) fn switch(&mut self, at: WorldTime, delivering: bool) {
        record(&mut self.delivering, at, delivering);
    }

    /// Another budget from `at` on.
    pub(crate) fn set_budget(&mut self, at: WorldTime, budget_micros: i64) {
        record(&mut self.budget_micros, at, budget_micros);
    }

    /// The stretches that make up `from..to`, in order.
    pub(crate) fn stretches(&self, from: WorldTime, to: WorldTime) -> Vec<Stretch> {
        let inside = |at: &WorldTime| *at > from && *at < to;
        let switches = self.delivering.iter().map(|(at, _)| *at);
        let budgets = self.budget_micros.iter().map(|(at, _)| *at);
        let halts = self.halts.iter().flat_map(|(from, until)| [*from, *until]);
        let changes = switches.chain(budgets).chain(halts);
        let mut cuts: Vec<WorldTime> = changes.filter(inside).collect();
        cuts.extend([from, to]);
        cuts.sort_unstable();
        cuts.dedup();
        cuts.windows(2)
            .map(|pair| Stretch {
                from: pair[0],
                to: pair[1],
                delivering: at(&self.delivering, pair[0]).unwrap_or(false) && !self.halted(pair[0]),
                budget_micros: at(&self.budget_micros, pair[0]).unwrap_or(0),
            })
            .collect()
    }
}

fn record<T>(changes: &mut Vec<(WorldTime, T)>, at: WorldTime, value: T) {
    changes.retain(|(earlier, _)| *earlier < at);
    changes.push((at, value));
}

fn at<T: Copy>(changes: &[(WorldTime, T)], when: WorldTime) -> Option<T> {
    let past = changes.partition_point(|(at, _)| *at <= when);
    past.checked_sub(1).map(|last| changes[last].1)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{super::ORIGIN, *};

    fn hour(n: i64) -> WorldTime {
        ORIGIN.plus(SignedDuration::from_hours(n))
    }

    #[test]
    fn a_stretch_ends_at_each_change() {
        let mut line = Timeline::new(hour(1), true, 10);
        line.switch(hour(3), false);
        line.set_budget(hour(2), 20);
        let all = line.stretches(hour(0), hour(4));
        let told: Vec<_> = all
            .iter()
            .map(|s| (s.delivering, s.budget_micros))
            .collect();
        assert_eq!(told, [(false, 0), (true, 10), (true, 20), (false, 20)]);
        assert_eq!((all[0].from, all[3].to), (hour(0), hour(4)));
    }

    #[test]
    fn the_accounts_limit_stops_delivery_for_its_span() {
        let mut line = Timeline::new(hour(0), true, 10);
        line.halt(hour(1), hour(2));
        line.halt(hour(2), hour(3));
        let told: Vec<_> = line
            .stretches(hour(0), hour(4))
            .iter()
            .map(|s| (s.from, s.delivering))
            .collect();
        assert_eq!(told, [(hour(0), true), (hour(1), false), (hour(3), true)]);
    }

    #[test]
    fn a_later_act_replaces_what_was_planned() {
        let mut line = Timeline::new(hour(0), true, 10);
        line.switch(hour(5), false);
        line.switch(hour(2), true);
        let all = line.stretches(hour(4), hour(6));
        assert!(all.iter().all(|stretch| stretch.delivering));
    }
}

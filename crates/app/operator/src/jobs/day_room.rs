//! What a brand's day has left for budgets: its cap without what all running campaigns may spend in a whole day.
//!
//! A raise in the evening has room in today's windows, where most of the day is settled below its budgets. Tomorrow each
//! campaign may spend all of its budget, and what has no room then is spent all the same. So nobody proposes more than a
//! whole day takes; the envelope still judges each act by the windows of its own day.

use homeostat_store::StoreError;

use crate::{Operator, config::Brand, records::campaign};

/// Micro-units of the brand's currency; below zero where a cap was lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayRoom(i64);

impl DayRoom {
    /// As the campaigns were last read.
    pub(super) async fn read(operator: &Operator, brand: &Brand) -> Result<Self, StoreError> {
        let mut connection = operator.db.pool().acquire().await?;
        let live = campaign::budgets(&mut connection, brand.id.as_str(), brand.currency).await?;
        let budgets = live.values().map(|budget| budget.amount_micros);
        Ok(Self::of(brand.cap_day.amount_micros, budgets))
    }

    fn of(cap_micros: i64, budgets_micros: impl Iterator<Item = i64>) -> Self {
        let taken = budgets_micros.fold(0_i64, i64::saturating_add);
        Self(cap_micros.saturating_sub(taken))
    }

    /// What may be added, never below zero.
    pub(super) fn left(self) -> i64 {
        self.0.max(0)
    }

    /// How many campaigns with such a budget have room.
    pub(super) fn holds(self, budget_micros: i64) -> u32 {
        u32::try_from(self.left() / budget_micros.max(1)).unwrap_or(u32::MAX)
    }

    /// So much of it is proposed.
    pub(super) fn take(&mut self, micros: i64) {
        self.0 = self.0.saturating_sub(micros.max(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_is_gone_and_a_lowered_cap_leaves_nothing() {
        let mut room = DayRoom::of(1_000, [400, 500].into_iter());
        assert_eq!((room.left(), room.holds(40), room.holds(101)), (100, 2, 0));
        room.take(70);
        room.take(-5);
        assert_eq!((room.left(), room.holds(40)), (30, 0));
        let over = DayRoom::of(1_000, [1_200].into_iter());
        assert_eq!((over.left(), over.holds(0)), (0, 0));
    }
}

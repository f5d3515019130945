//! How one day of a standing hold moves: pure functions from the day as it stands.

/// One local day of a standing hold, as each of its windows keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// What was authorised.
    pub(crate) amount: i64,
    /// What was observed to be spent; may pass the amount.
    pub(crate) settled: i64,
    /// More may still be spent: the rest of the amount is held.
    pub(crate) is_open: bool,
}

/// A movement of a day: what it changes in a window, and the day afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    /// The kind of the posting.
    pub(crate) kind: &'static str,
    /// What held changes by.
    pub(crate) held: i64,
    /// What settled changes by.
    pub(crate) settled: i64,
    /// The day afterwards.
    pub(crate) after: Day,
}

impl Day {
    /// A day that nothing was held for yet.
    pub(crate) const NEW: Self = Self {
        amount: 0,
        settled: 0,
        is_open: false,
    };

    /// What is held of it.
    pub(crate) fn held(self) -> i64 {
        if self.is_open {
            (self.amount - self.settled).max(0)
        } else {
            0
        }
    }

    /// The state of its rows.
    pub(crate) fn state(self) -> &'static str {
        match (self.is_open, self.settled) {
            (true, _) => "held",
            (false, 0) => "released",
            (false, _) => "settled",
        }
    }

    fn moved_to(self, after: Self, kind: &'static str) -> Option<Move> {
        (after != self).then_some(Move {
            kind,
            held: after.held() - self.held(),
            settled: after.settled - self.settled,
            after,
        })
    }

    /// What is missing to hold a day that may take `per_day`.
    pub(crate) fn missing(self, per_day: i64) -> i64 {
        (per_day - self.settled - self.held()).max(0)
    }

    /// Holds what is missing, as far as there is room. A closed day opens again.
    pub(crate) fn cover(self, per_day: i64, room: i64) -> Option<Move> {
        let take = self.missing(per_day).min(room).max(0);
        let held = self.held() + take;
        let after = Self {
            amount: if held > 0 {
                self.settled + held
            } else {
                self.amount.min(self.settled)
            },
            is_open: true,
            ..self
        };
        self.moved_to(after, "hold")
    }

    /// The vendor says that `spend` was spent so far. What is held becomes settled; a smaller figure
    /// than before is a correction.
    pub(crate) fn observe(self, spend: i64) -> Option<Move> {
        let kind = match (spend < self.settled, self.is_open) {
            (true, _) => "correct",
            (false, true) => "settle",
            (false, false) => "record",
        };
        let after = Self {
            settled: spend,
            ..self
        };
        self.moved_to(after, kind)
    }

    /// By how much `spend` passes what was authorised, beyond what was known to pass it.
    pub(crate) fn excess(self, spend: i64) -> i64 {
        (spend - self.amount.max(self.settled)).max(0)
    }

    /// The day is over and nothing more comes: what is left of it is released.
    pub(crate) fn close(self) -> Option<Move> {
        let after = Self {
            is_open: false,
            ..self
        };
        self.moved_to(after, "release")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(amount: i64, settled: i64, is_open: bool) -> Day {
        Day {
            amount,
            settled,
            is_open,
        }
    }

    /// kind, held, settled, amount afterwards.
    type Seen = Option<(&'static str, i64, i64, i64)>;

    fn seen(moved: Option<Move>) -> Seen {
        moved.map(|m| (m.kind, m.held, m.settled, m.after.amount))
    }

    #[test]
    fn what_is_missing_is_held_as_far_as_there_is_room() {
        let table: [(Day, i64, i64, Seen); 9] = [
            (Day::NEW, 20, 100, Some(("hold", 20, 0, 20))),
            (Day::NEW, 20, 7, Some(("hold", 7, 0, 7))),
            // No room, also below use: the day is kept account of, and holds nothing.
            (Day::NEW, 20, -5, Some(("hold", 0, 0, 0))),
            (day(20, 0, true), 20, 100, None),
            // Topped up when room appears, or when the budget was raised.
            (day(7, 3, true), 20, 100, Some(("hold", 13, 0, 20))),
            // A lower budget takes nothing back from a day that has begun.
            (day(20, 3, true), 10, 100, None),
            // Paused and released, then running again on the same day.
            (day(20, 8, false), 20, 100, Some(("hold", 12, 0, 20))),
            (day(20, 8, false), 20, 5, Some(("hold", 5, 0, 13))),
            // Spent beyond its budget: nothing is missing.
            (day(20, 25, true), 20, 100, None),
        ];
        for (before, per_day, room, wanted) in table {
            let moved = before.cover(per_day, room);
            assert_eq!(seen(moved), wanted, "{before:?} {per_day} {room}");
            assert!(moved.is_none_or(|m| m.after.is_open));
        }
    }

    #[test]
    fn spend_moves_held_to_settled_by_differences() {
        let table: [(Day, i64, Seen, i64); 8] = [
            (day(20, 0, true), 8, Some(("settle", -8, 8, 20)), 0),
            (day(20, 8, true), 8, None, 0),
            (day(20, 8, true), 20, Some(("settle", -12, 12, 20)), 0),
            (day(20, 8, true), 23, Some(("settle", -12, 15, 20)), 3),
            // What was over before is not over again.
            (day(20, 23, true), 24, Some(("settle", 0, 1, 20)), 1),
            (day(20, 8, true), 5, Some(("correct", 3, -3, 20)), 0),
            (day(20, 23, true), 15, Some(("correct", 5, -8, 20)), 0),
            // Late figures of a closed day touch nothing that is held.
            (day(20, 8, false), 9, Some(("record", 0, 1, 20)), 0),
        ];
        for (before, spend, wanted, excess) in table {
            assert_eq!(seen(before.observe(spend)), wanted, "{before:?} {spend}");
            assert_eq!(before.excess(spend), excess, "{before:?} {spend}");
        }
        assert_eq!(
            seen(day(20, 8, false).observe(5)),
            Some(("correct", 0, -3, 20))
        );
    }

    #[test]
    fn a_day_that_is_over_gives_back_what_is_left() {
        assert_eq!(
            seen(day(20, 8, true).close()),
            Some(("release", -12, 0, 20))
        );
        assert_eq!(seen(day(20, 25, true).close()), Some(("release", 0, 0, 20)));
        assert_eq!(day(20, 8, false).close(), None);
        let states = [day(20, 8, true), day(20, 8, false), day(20, 0, false)].map(Day::state);
        assert_eq!(states, ["held", "settled", "released"]);
    }
}

//! How long to wait between two visits of a page that may not want them.
//!
//! A visit that was turned away raises the share of blocks, and with it the wait: an eighth more of
//! blocks doubles it, and a block alone doubles it at once. Visits that were let in bring it back, an
//! eighth of the wait each, so that an afternoon of blocks is followed by a slow day and not by the next
//! rush. What says nothing about being welcome, such as a broken connection, changes nothing.
//!
//! The state is two whole numbers. It belongs to one way out: another proxy begins anew.

use serde::{Deserialize, Serialize};

/// A visit changes the share of blocks by this part of the difference.
const PART: u32 = 8;
/// The share of blocks that doubles the wait, in millionths.
const DOUBLES_PPM: u32 = 125_000;
const ALL_PPM: u32 = 1_000_000;

/// The bounds of the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The wait of somebody who is welcome, seconds of world time.
    pub least_s: u32,
    /// The longest wait, seconds of world time.
    pub most_s: u32,
}

/// How a visit was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// The page was shown.
    LetIn,
    /// A challenge, a wall, or silence that was none.
    Blocked,
    /// Neither can be told.
    Unclear,
}

/// How fast to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// The share of visits that were blocked, the last ones counting most, in millionths.
    pub blocked_ppm: u32,
    /// From one visit to the next, seconds of world time.
    pub wait_s: u32,
}

impl Pace {
    /// Of somebody who was never blocked.
    pub fn begin(params: Params) -> Self {
        Self {
            blocked_ppm: 0,
            wait_s: params.least_s,
        }
    }

    /// After one more visit.
    #[must_use]
    pub fn after(self, met: Met, params: Params) -> Self {
        let blocked_ppm = match met {
            Met::Unclear => return self.within(params),
            Met::Blocked => self.blocked_ppm + ALL_PPM.saturating_sub(self.blocked_ppm) / PART,
            Met::LetIn => self.blocked_ppm - self.blocked_ppm.div_ceil(PART),
        };
        let deserved_s = deserved_s(blocked_ppm, params);
        let wait_s = match met {
            Met::Blocked => deserved_s.max(self.wait_s.saturating_mul(2)),
            Met::LetIn | Met::Unclear => deserved_s.max(self.wait_s - self.wait_s.div_ceil(PART)),
        };
        Self {
            blocked_ppm,
            wait_s,
        }
        .within(params)
    }

    /// Bounds may have changed since.
    fn within(self, params: Params) -> Self {
        let most_s = params.most_s.max(params.least_s);
        Self {
            blocked_ppm: self.blocked_ppm.min(ALL_PPM),
            wait_s: self.wait_s.clamp(params.least_s, most_s),
        }
    }
}

/// What a share of blocks deserves, doubled in whole steps.
fn deserved_s(blocked_ppm: u32, params: Params) -> u32 {
    let doublings = blocked_ppm / DOUBLES_PPM;
    params.least_s.saturating_mul(1 << doublings.min(31))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARAMS: Params = Params {
        least_s: 600,
        most_s: 86_400,
    };

    fn met(pace: Pace, times: usize, met: Met) -> Pace {
        (0..times).fold(pace, |pace, _| pace.after(met, PARAMS))
    }

    #[test]
    fn each_block_doubles_the_wait_up_to_the_longest() {
        let mut pace = Pace::begin(PARAMS);
        let mut waits = Vec::new();
        for _ in 0..9 {
            pace = pace.after(Met::Blocked, PARAMS);
            waits.push(pace.wait_s);
        }
        assert_eq!(
            waits,
            [
                1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 76_800, 86_400, 86_400
            ]
        );
    }

    #[test]
    fn it_recovers_much_slower_than_it_slows() {
        let slowed = met(Pace::begin(PARAMS), 6, Met::Blocked);
        let back = (1..).find(|n| met(slowed, *n, Met::LetIn).wait_s == PARAMS.least_s);
        assert!(back.is_some_and(|n| (25..60).contains(&n)), "{back:?}");
        let next = slowed.after(Met::LetIn, PARAMS);
        assert_eq!(next.wait_s, slowed.wait_s - slowed.wait_s / 8);
    }

    #[test]
    fn who_is_blocked_every_third_time_goes_slower_than_who_never_is() {
        let mut pace = Pace::begin(PARAMS);
        let mut least = u32::MAX;
        for visit in 0..300 {
            let how = if visit % 3 == 0 {
                Met::Blocked
            } else {
                Met::LetIn
            };
            pace = pace.after(how, PARAMS);
            if visit > 100 {
                least = least.min(pace.wait_s);
            }
        }
        assert!(least >= 2 * PARAMS.least_s, "{least}");
    }

    #[test]
    fn what_says_nothing_changes_nothing() {
        let slowed = met(Pace::begin(PARAMS), 3, Met::Blocked);
        assert_eq!(met(slowed, 9, Met::Unclear), slowed);
    }

    proptest! {
        #[test]
        fn it_stays_within_its_bounds_and_a_block_never_makes_it_faster(
            visits in prop::collection::vec(any::<bool>(), 0..80),
            least_s in 1_u32..100_000,
            more_s in 0_u32..1_000_000,
        ) {
            let params = Params { least_s, most_s: least_s + more_s };
            let mut pace = Pace::begin(params);
            for blocked in visits {
                let how = if blocked { Met::Blocked } else { Met::LetIn };
                let next = pace.after(how, params);
                prop_assert!((least_s..=params.most_s).contains(&next.wait_s));
                prop_assert!(next.blocked_ppm <= ALL_PPM);
                prop_assert!(!blocked || next.wait_s >= pace.wait_s);
                pace = next;
            }
        }
    }
}

//! Deaths as crashes: those that overlap, or follow soon on each other's recovery, are one.

use homeostat_liveness::Life;
use homeostat_model::{ProcessId, RuntimeTime};
use jiff::SignedDuration;

use crate::words;

/// A death so soon after the recovery from another is part of the same crash.
const FOLLOWS_WITHIN: SignedDuration = SignedDuration::from_secs(10);
/// So long a role that has not come back draws other deaths to its own: one that was given up would swallow all else.
const REACHES: SignedDuration = SignedDuration::from_mins(10);

/// One or more deaths that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Crash {
    /// The first of them.
    pub(super) first: Life,
    /// The others, in the order in which they were found.
    pub(super) later: Vec<Life>,
}

impl Crash {
    /// All of them, the first one first.
    pub(super) fn deaths(&self) -> impl Iterator<Item = &Life> {
        std::iter::once(&self.first).chain(&self.later)
    }

    pub(super) fn processes(&self) -> Vec<ProcessId> {
        self.deaths().map(|life| life.process).collect()
    }

    pub(super) fn began_at(&self) -> RuntimeTime {
        self.first.died_at
    }

    /// When the last of them was found.
    pub(super) fn last_died_at(&self) -> RuntimeTime {
        let last = self.deaths().map(|life| life.died_at).max();
        last.unwrap_or(self.first.died_at)
    }

    /// When another life of each role was there; none while one of them is not back.
    pub(super) fn back_at(&self) -> Option<RuntimeTime> {
        let back = self.deaths().map(back_at).collect::<Option<Vec<_>>>()?;
        back.into_iter().max()
    }

    /// From the first death to the last recovery.
    pub(super) fn recovered_in(&self) -> Option<SignedDuration> {
        Some(self.back_at()?.since(self.began_at()))
    }

    /// The roles, each once.
    pub(super) fn roles(&self) -> Vec<&str> {
        let mut roles: Vec<&str> = Vec::new();
        for life in self.deaths() {
            if !roles.contains(&life.kind.as_str()) {
                roles.push(&life.kind);
            }
        }
        roles
    }

    /// Who died, for a title: `worker-ads`, `worker-ads 3 times`, `worker-ads and web`, `4 processes`.
    pub(super) fn who(&self) -> String {
        let deaths = 1 + self.later.len();
        match self.roles().as_slice() {
            [one] if deaths == 1 => words::name(one),
            [one] => format!("{} {deaths} times", words::name(one)),
            [one, two] if deaths == 2 => format!("{} and {}", words::name(one), words::name(two)),
            _ => format!("{deaths} processes"),
        }
    }
}

/// A successor may be there before the death is found.
pub(super) fn back_at(life: &Life) -> Option<RuntimeTime> {
    life.back_at.map(|at| at.max(life.died_at))
}

/// Deaths as crashes, the newest first. In any order, and each may be told twice.
pub(super) fn group(mut lives: Vec<Life>) -> Vec<Crash> {
    lives.sort_by_key(|life| (life.died_at, life.process));
    lives.dedup_by_key(|life| life.process);
    let mut crashes: Vec<(Crash, RuntimeTime)> = Vec::new();
    for life in lives {
        let reaches = back_at(&life).unwrap_or_else(|| life.died_at.plus(REACHES));
        match crashes.last_mut() {
            Some((crash, until)) if life.died_at <= until.plus(FOLLOWS_WITHIN) => {
                *until = (*until).max(reaches);
                crash.later.push(life);
            }
            _ => {
                let later = Vec::new();
                crashes.push((Crash { first: life, later }, reaches));
            }
        }
    }
    crashes.into_iter().rev().map(|(crash, _)| crash).collect()
}

/// The middle one; of two in the middle their mean.
pub(super) fn median(mut times: Vec<SignedDuration>) -> Option<SignedDuration> {
    times.sort();
    let upper = *times.get(times.len() / 2)?;
    if !times.len().is_multiple_of(2) {
        return Some(upper);
    }
    let lower = *times.get((times.len() / 2).checked_sub(1)?)?;
    Some((lower + upper) / 2)
}

#[cfg(test)]
mod tests {
    use super::{
        super::case::{at, life},
        *,
    };

    fn ids(crashes: &[Crash]) -> Vec<Vec<i64>> {
        let ids = |crash: &Crash| crash.processes().iter().map(|id| id.0).collect();
        crashes.iter().map(ids).collect()
    }

    #[test]
    fn deaths_that_overlap_or_follow_soon_are_one_crash() {
        let lives = vec![
            life(1, "web", "00:10:00", Some("00:10:20")),
            // While the first one is away.
            life(2, "worker-ads", "00:10:05", Some("00:10:06")),
            // Ten seconds after all of them were back.
            life(3, "web", "00:10:30", Some("00:10:31")),
            // Later than that.
            life(4, "web", "00:10:41.001", Some("00:10:42")),
        ];
        assert_eq!(
            ids(&group(lives.clone())),
            [vec![4], vec![1, 2, 3]],
            "the newest first"
        );
        let mut told_twice: Vec<_> = lives.iter().rev().cloned().collect();
        told_twice.extend(lives.clone());
        assert_eq!(group(told_twice), group(lives), "in any order");
    }

    #[test]
    fn who_never_came_back_does_not_swallow_what_follows() {
        let lives = vec![
            life(1, "old-role", "00:10:00", None),
            life(2, "web", "00:20:05", Some("00:20:06")),
            life(3, "web", "00:31:00", Some("00:31:01")),
        ];
        assert_eq!(ids(&group(lives)), [vec![3], vec![1, 2]]);
    }

    #[test]
    fn a_crash_is_over_when_the_last_role_is_back() {
        let mut crash = Crash {
            first: life(1, "web", "00:10:00", Some("00:10:00.257")),
            later: vec![life(2, "worker-ads", "00:10:00.100", Some("00:10:04"))],
        };
        assert_eq!(crash.recovered_in(), Some(SignedDuration::from_secs(4)));
        crash.later.push(life(3, "scheduler", "00:10:00.200", None));
        assert_eq!(crash.recovered_in(), None);
        assert_eq!(crash.last_died_at(), at("00:10:00.200"));
    }

    #[test]
    fn a_successor_that_was_there_before_took_no_time() {
        let crash = Crash {
            first: life(1, "web", "00:10:00", Some("00:09:59")),
            later: Vec::new(),
        };
        assert_eq!(crash.recovered_in(), Some(SignedDuration::ZERO));
    }

    #[test]
    fn who_died_is_named_while_it_is_short() {
        let one = life(1, "web", "00:10:00", None);
        let crash = |later| Crash {
            first: one.clone(),
            later,
        };
        assert_eq!(crash(vec![]).who(), "web");
        assert_eq!(crash(vec![one.clone()]).who(), "web 2 times");
        let other = life(2, "worker-ads", "00:10:00", None);
        assert_eq!(crash(vec![other.clone()]).who(), "web and worker-ads");
        assert_eq!(crash(vec![other, one.clone()]).who(), "3 processes");
    }

    #[test]
    fn the_median_is_in_the_middle() {
        let ms = |all: &[i64]| {
            let all = all.iter().map(|ms| SignedDuration::from_millis(*ms));
            median(all.collect()).map(|time| time.as_millis())
        };
        assert_eq!(ms(&[]), None);
        assert_eq!(ms(&[900, 100, 300]), Some(300));
        assert_eq!(ms(&[900, 100, 300, 500]), Some(400));
    }
}

//! Whether a beat is silent. Pure.
//!
//! The wall clock is asked once, at the first look, for how old the beat is by then. From there on only
//! the watch's own running time counts, and whether the file's time has changed: a clock that jumps
//! makes no silence, and hides none.

use std::time::Duration;

/// What is seen of the beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beat {
    /// The time of its last change, to be compared and not reckoned with.
    pub(super) stamp: i128,
    /// Its age by the wall clock; zero when that would be negative.
    pub(super) age: Duration,
}

/// What follows from a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There has been no beat yet, and there is still time for one.
    Unknown,
    /// It beats.
    Fresh,
    /// It has just been found silent, for so long.
    Silent(Duration),
    /// It was silent at the look before, too.
    StillSilent,
}

/// What earlier looks have seen.
#[derive(Debug)]
pub(super) struct Judge {
    max_age: Duration,
    stamp: Option<i128>,
    /// The age at the time `since` of the watch.
    age: Duration,
    since: Duration,
    is_silent: bool,
}

impl Judge {
    pub(super) fn new(max_age: Duration) -> Self {
        Self {
            max_age,
            stamp: None,
            age: Duration::ZERO,
            since: Duration::ZERO,
            is_silent: false,
        }
    }

    /// Looks, when the watch has run for so long.
    pub(super) fn look(&mut self, beat: Option<Beat>, running: Duration) -> Verdict {
        // A file that is gone keeps the age it had.
        if let Some(beat) = beat
            && self.stamp != Some(beat.stamp)
        {
            // Seen to change, it is as young as the look; found there, it is as old as it says.
            self.age = match self.stamp {
                Some(_) => Duration::ZERO,
                None => beat.age,
            };
            (self.stamp, self.since) = (Some(beat.stamp), running);
        }
        let age = self.age + running.saturating_sub(self.since);
        let was_silent = std::mem::replace(&mut self.is_silent, age > self.max_age);
        match (self.is_silent, was_silent) {
            (true, false) => Verdict::Silent(age),
            (true, true) => Verdict::StillSilent,
            (false, _) if self.stamp.is_none() => Verdict::Unknown,
            (false, _) => Verdict::Fresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn beat(stamp: i128, age: u64) -> Option<Beat> {
        Some(Beat { stamp, age: S(age) })
    }

    #[test]
    fn silence_is_said_once_and_ends_with_a_beat() {
        let mut judge = Judge::new(S(60));
        assert_eq!(judge.look(beat(1, 5), S(0)), Verdict::Fresh);
        assert_eq!(judge.look(beat(1, 60), S(55)), Verdict::Fresh);
        assert_eq!(judge.look(beat(1, 61), S(56)), Verdict::Silent(S(61)));
        assert_eq!(judge.look(beat(1, 999), S(99)), Verdict::StillSilent);
        assert_eq!(judge.look(beat(2, 0), S(100)), Verdict::Fresh);
        assert_eq!(judge.look(beat(2, 61), S(161)), Verdict::Silent(S(61)));
    }

    #[test]
    fn a_beat_that_was_old_before_the_watch_began_is_silence_at_once() {
        assert_eq!(
            Judge::new(S(60)).look(beat(1, 3_600), S(0)),
            Verdict::Silent(S(3_600))
        );
    }

    #[test]
    fn one_that_never_comes_is_given_its_time_and_one_that_is_gone_ages_on() {
        let mut judge = Judge::new(S(60));
        assert_eq!(judge.look(None, S(60)), Verdict::Unknown);
        assert_eq!(judge.look(None, S(61)), Verdict::Silent(S(61)));
        assert_eq!(judge.look(beat(1, 0), S(70)), Verdict::Fresh);
        assert_eq!(judge.look(None, S(131)), Verdict::Silent(S(61)));
    }

    #[test]
    fn a_clock_that_jumps_makes_no_silence_and_hides_none() {
        let mut judge = Judge::new(S(60));
        assert_eq!(judge.look(beat(1, 0), S(0)), Verdict::Fresh);
        // A day forward: the age by the wall says nothing.
        assert_eq!(judge.look(beat(1, 86_400), S(10)), Verdict::Fresh);
        assert_eq!(judge.look(beat(2, 86_400), S(20)), Verdict::Fresh);
        // A day back: the same.
        assert_eq!(judge.look(beat(2, 0), S(81)), Verdict::Silent(S(61)));
    }
}

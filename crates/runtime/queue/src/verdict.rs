//! What becomes of a running job that is not done. Pure: the row and what happened go in, the next
//! state comes out.

use std::time::Duration;

use homeostat_mutants::mutant;
use jiff::SignedDuration;

use crate::{
    backoff::backoff,
    held::{Counts, Held},
    pipeline::RESUMES_MAX,
};

/// What happened to an attempt that did not finish its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The work failed; a panic counts here too.
    Error(String),
    /// The work failed and says that no attempt can help.
    Permanent(String),
    /// The args cannot be read.
    Poison(String),
    /// It took too long.
    Timeout(String),
    /// Its process died with the work begun. Proven deaths are no sign against the job yet.
    Crash { proven: bool, how: String },
    /// The work asks to be put off.
    Snooze { wait: Duration, reason: String },
    /// The process stopped, or lost its claim, with the work begun.
    Interrupted(String),
    /// The process stopped before the work began.
    Unbegun(String),
    /// The work called itself off.
    Cancelled(String),
    /// The claim was old already when its owner last showed life.
    Amnesty,
}

/// The next state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Ready again.
    Ready {
        cause: &'static str,
        wait: Duration,
        counts: Counts,
        error: String,
    },
    /// Failed, until a person retries or cancels it.
    Failed {
        cause: &'static str,
        counts: Counts,
        error: String,
    },
    /// Gone.
    Cancelled { reason: String },
}

/// Decides. `draw` is the jitter's share, uniform over `u32`.
pub(crate) fn decide(job: &Held, ending: &Ending, draw: u32) -> Verdict {
    if let Ending::Cancelled(reason) = ending {
        return Verdict::Cancelled {
            reason: reason.clone(),
        };
    }
    if job.cancel_requested {
        return Verdict::Cancelled {
            reason: "cancelled by a person while it ran".into(),
        };
    }
    let mut c = job.counts;
    let failed = |cause, counts, error: &str| Verdict::Failed {
        cause,
        counts,
        error: error.to_owned(),
    };
    match ending {
        Ending::Error(error) => {
            c.errors += 1;
            attempt(job, c, "error", error, draw)
        }
        Ending::Timeout(error) => {
            c.timeouts += 1;
            attempt(job, c, "timeout", error, draw)
        }
        Ending::Crash { proven, how } if job.is_phase => resume(job, *proven, how, draw),
        Ending::Crash { proven, how } => crash(job, *proven, how, draw),
        Ending::Permanent(error) => {
            c.errors += 1;
            c.attempts_used = (c.attempts_used + 1).min(job.caps.attempts_max);
            failed("error", c, error)
        }
        Ending::Poison(error) => failed("poison", c, error),
        Ending::Snooze { wait, reason } => snooze(job, *wait, reason),
        Ending::Interrupted(reason) => interrupted(job, reason),
        Ending::Unbegun(reason) => {
            c.attempts_used += i16::from(mutant!("interruption_spends"));
            again(job, c, "interruption", Duration::ZERO, reason)
        }
        Ending::Amnesty => failed(
            "amnesty",
            c,
            "its claim was over 4 h old when its owner last showed life",
        ),
        Ending::Cancelled(reason) => Verdict::Cancelled {
            reason: reason.clone(),
        },
    }
}

/// The first proven crash goes without a wait: as far as anybody knows, it was a neighbour's bug or
/// the machine's fault.
fn crash(job: &Held, proven: bool, how: &str, draw: u32) -> Verdict {
    let counts = Counts {
        crashes: job.counts.crashes + 1,
        ..job.counts
    };
    match attempt(job, counts, "crash", how, draw) {
        Verdict::Ready {
            cause,
            counts,
            error,
            ..
        } if proven && counts.crashes == 1 => Verdict::Ready {
            cause,
            wait: Duration::ZERO,
            counts,
            error,
        },
        verdict => verdict,
    }
}

/// A phase goes on after a crash. It spends a resume, which progress gives back.
fn resume(job: &Held, proven: bool, how: &str, draw: u32) -> Verdict {
    let mut counts = Counts {
        crashes: job.counts.crashes + 1,
        ..job.counts
    };
    if counts.resumes >= RESUMES_MAX {
        let error = format!("resumed {RESUMES_MAX} times without progress; last: {how}");
        return Verdict::Failed {
            cause: "resumes",
            counts,
            error,
        };
    }
    counts.resumes += 1;
    let wait = if proven && counts.crashes == 1 {
        Duration::ZERO
    } else {
        wait_after(job, counts.resumes, draw)
    };
    again(job, counts, "crash", wait, how)
}

fn snooze(job: &Held, wait: Duration, reason: &str) -> Verdict {
    let mut counts = job.counts;
    if counts.snoozes >= job.caps.snoozes_max {
        let error = format!("put off {} times; last: {reason}", counts.snoozes);
        return Verdict::Failed {
            cause: "snoozes",
            counts,
            error,
        };
    }
    counts.snoozes += 1;
    counts.attempts_used += i16::from(mutant!("snooze_spends"));
    again(job, counts, "snooze", wait, reason)
}

fn interrupted(job: &Held, reason: &str) -> Verdict {
    let mut counts = job.counts;
    if counts.interruptions >= job.caps.interruptions_max {
        let error = format!("interrupted {} times; last: {reason}", counts.interruptions);
        return Verdict::Failed {
            cause: "interruptions",
            counts,
            error,
        };
    }
    counts.interruptions += 1;
    again(job, counts, "interruption", Duration::ZERO, reason)
}

/// Spends an attempt.
fn attempt(job: &Held, mut counts: Counts, cause: &'static str, error: &str, draw: u32) -> Verdict {
    counts.attempts_used += i16::from(!mutant!("error_is_free"));
    if counts.attempts_used >= job.caps.attempts_max {
        return Verdict::Failed {
            cause,
            counts,
            error: error.to_owned(),
        };
    }
    let wait = wait_after(job, counts.attempts_used, draw);
    again(job, counts, cause, wait, error)
}

/// The kind's backoff after so many failures.
fn wait_after(job: &Held, failures: i16, draw: u32) -> Duration {
    let failures = u32::from(failures.unsigned_abs());
    let ms = |n: i32| Duration::from_millis(u64::from(n.unsigned_abs()));
    backoff(failures, ms(job.backoff_ms), ms(job.backoff_ms_max), draw)
}

/// Ready after a wait, unless the job has given up by then.
fn again(job: &Held, counts: Counts, cause: &'static str, wait: Duration, error: &str) -> Verdict {
    let wait_signed = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    if job.now.plus(wait_signed) >= job.give_up_at {
        let error =
            format!("given up: the next try would come after give_up_at; last {cause}: {error}");
        return Verdict::Failed {
            cause: "gave_up",
            counts,
            error,
        };
    }
    Verdict::Ready {
        cause,
        wait,
        counts,
        error: error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Fence, JobId, RuntimeTime};

    use super::*;
    use crate::held::Caps;

    fn held() -> Held {
        let now = RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap());
        Held {
            id: JobId(1),
            fence: Fence(1),
            counts: Counts::default(),
            caps: Caps {
                attempts_max: 3,
                snoozes_max: 2,
                interruptions_max: 2,
            },
            is_phase: false,
            cancel_requested: false,
            claimed_at: now,
            give_up_at: now.plus(SignedDuration::from_hours(1)),
            backoff_ms: 1000,
            backoff_ms_max: 60_000,
            now,
        }
    }

    /// Feeds endings to a job until it is not ready any more.
    fn life(endings: impl IntoIterator<Item = Ending>) -> Vec<Verdict> {
        let mut job = held();
        let mut verdicts = Vec::new();
        for ending in endings {
            let verdict = decide(&job, &ending, 0);
            verdicts.push(verdict.clone());
            match verdict {
                Verdict::Ready { counts, .. } => job.counts = counts,
                Verdict::Failed { .. } | Verdict::Cancelled { .. } => break,
            }
        }
        verdicts
    }

    fn last_cause(verdicts: &[Verdict]) -> &'static str {
        match verdicts.last() {
            Some(Verdict::Failed { cause, .. }) => cause,
            other => panic!("not failed: {other:?}"),
        }
    }

    #[test]
    fn three_attempts_and_no_more() {
        let verdicts = life((0..9).map(|_| Ending::Error("no".into())));
        assert_eq!((verdicts.len(), last_cause(&verdicts)), (3, "error"));
    }

    #[test]
    fn causes_share_the_attempts_and_are_counted_apart() {
        let verdicts = life([
            Ending::Error("no".into()),
            Ending::Timeout("slow".into()),
            Ending::Crash {
                proven: true,
                how: "killed".into(),
            },
        ]);
        let Some(Verdict::Failed {
            counts,
            cause: "crash",
            ..
        }) = verdicts.last()
        else {
            panic!("{verdicts:?}")
        };
        let expected = Counts {
            attempts_used: 3,
            errors: 1,
            timeouts: 1,
            crashes: 1,
            ..Counts::default()
        };
        assert_eq!(*counts, expected);
    }

    #[test]
    fn nothing_is_free_for_ever() {
        let snooze = || Ending::Snooze {
            wait: Duration::from_secs(1),
            reason: "429".into(),
        };
        let verdicts = life((0..9).map(|_| snooze()));
        assert_eq!((verdicts.len(), last_cause(&verdicts)), (3, "snoozes"));
        let verdicts = life((0..9).map(|_| Ending::Interrupted("deploy".into())));
        assert_eq!(
            (verdicts.len(), last_cause(&verdicts)),
            (3, "interruptions")
        );
        let late = Ending::Snooze {
            wait: Duration::from_secs(3600),
            reason: "429".into(),
        };
        assert_eq!(last_cause(&life([late])), "gave_up");
    }

    #[test]
    fn only_the_first_proven_crash_goes_without_a_wait() {
        let crash = |proven| Ending::Crash {
            proven,
            how: "killed".into(),
        };
        let wait = |verdict: &Verdict| match verdict {
            Verdict::Ready { wait, .. } => *wait,
            other => panic!("{other:?}"),
        };
        let proven = life([crash(true), crash(true)]);
        assert_eq!(wait(&proven[0]), Duration::ZERO);
        assert!(wait(&proven[1]) > Duration::ZERO);
        assert!(wait(&life([crash(false)])[0]) > Duration::ZERO);
    }

    /// L6: the fourth crash in a row fails a phase, and no attempt is spent by any of them.
    #[test]
    fn a_phase_is_resumed_three_times_without_progress() {
        let mut job = held();
        job.is_phase = true;
        let crash = Ending::Crash {
            proven: true,
            how: "killed".into(),
        };
        for n in 1..=3 {
            match decide(&job, &crash, 0) {
                Verdict::Ready {
                    cause: "crash",
                    wait,
                    counts,
                    ..
                } => {
                    assert_eq!((counts.resumes, counts.attempts_used), (n, 0));
                    assert_eq!(wait.is_zero(), n == 1, "only the first goes without a wait");
                    job.counts = counts;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(last_cause(&[decide(&job, &crash, 0)]), "resumes");
        // Progress gives the resumes back; errors still spend attempts.
        job.counts.resumes = 0;
        assert!(matches!(decide(&job, &crash, 0), Verdict::Ready { .. }));
        let error = decide(&job, &Ending::Error("no".into()), 0);
        assert!(matches!(error, Verdict::Ready { counts, .. } if counts.attempts_used == 1));
    }

    #[test]
    fn a_persons_cancel_wins_over_everything_but_done() {
        let mut job = held();
        job.cancel_requested = true;
        let verdict = decide(
            &job,
            &Ending::Crash {
                proven: false,
                how: "killed".into(),
            },
            0,
        );
        assert!(matches!(verdict, Verdict::Cancelled { .. }));
    }

    #[test]
    fn poison_spends_nothing_and_ends_at_once() {
        let verdicts = life([Ending::Poison("args.n: missing".into())]);
        assert_eq!(last_cause(&verdicts), "poison");
    }
}

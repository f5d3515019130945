//! What is to be thought of a running job that is a command: three kinds of evidence, three limits.
//!
//! ```text
//!   claimed ──▶ spawned?  no  ── never_spawned ──▶ its worker never began it
//!                  │ yes
//!               lives?    no  ── died since its last sign ──▶ its worker did not see its end
//!                  │ yes
//!               went on?  no  ── maybe_working since its last progress ──▶ it hangs
//! ```
//! A sign of life says that somebody looks after the command; only progress says that it goes on. Before
//! the job's own deadline there is nothing to think.

use std::time::Duration;

use homeostat_operator::config::MonitorSettings;

/// What is known of one running job. Each is how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Evidence {
    /// It was claimed.
    pub(super) claimed: Duration,
    /// How long it may take, of its own account.
    pub(super) deadline: Duration,
    /// Its command, if this claim has begun one.
    pub(super) command: Option<Command>,
}

/// A command that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command {
    /// It was begun. A job may wait in its worker's buffer before that.
    pub(super) began: Duration,
    pub(super) lives: bool,
    /// Its worker looked after it, it made progress, or it logged.
    pub(super) sign: Duration,
    /// It began, made progress, or logged.
    pub(super) progress: Duration,
}

/// Why a job is to be taken from its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    NeverSpawned,
    Died,
    Hangs,
}

impl Verdict {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NeverSpawned => "its command was never started",
            Self::Died => "its command died and nobody saw it",
            Self::Hangs => "its command goes on and makes no progress",
        }
    }
}

/// Decides; none while all may be well.
pub(super) fn judge(limits: &MonitorSettings, seen: &Evidence) -> Option<Verdict> {
    let begun = seen.command.map_or(seen.claimed, |command| command.began);
    if begun <= seen.deadline {
        return None;
    }
    let (since, limit_s, verdict) = match seen.command {
        None => (seen.claimed, limits.never_spawned_s, Verdict::NeverSpawned),
        Some(Command {
            lives: false, sign, ..
        }) => (sign, limits.died_s, Verdict::Died),
        Some(Command {
            lives: true,
            progress,
            ..
        }) => (progress, limits.maybe_working_s, Verdict::Hangs),
    };
    (since > Duration::from_secs(limit_s.into())).then_some(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: MonitorSettings = MonitorSettings {
        never_spawned_s: 300,
        died_s: 900,
        maybe_working_s: 3_600,
    };

    fn judged(
        claimed_s: u64,
        deadline_s: u64,
        command: Option<(u64, bool, u64, u64)>,
    ) -> Option<Verdict> {
        let s = Duration::from_secs;
        let command = command.map(|(began_s, lives, sign_s, progress_s)| Command {
            began: s(began_s),
            lives,
            sign: s(sign_s),
            progress: s(progress_s),
        });
        let seen = Evidence {
            claimed: s(claimed_s),
            deadline: s(deadline_s),
            command,
        };
        judge(&LIMITS, &seen)
    }

    /// Each row: claimed, deadline, the command (began, lives, sign, progress), what is thought. Red when a limit
    /// is taken for another, when a sign counts as progress, and without the deadline.
    #[test]
    fn each_limit_has_its_own_evidence() {
        use Verdict::{Died, Hangs, NeverSpawned};
        for (claimed, deadline, command, wanted) in [
            (300, 60, None, None),
            (301, 60, None, Some(NeverSpawned)),
            (301, 301, None, None),
            (7_201, 7_200, None, Some(NeverSpawned)),
            (901, 60, Some((901, false, 900, 5_000)), None),
            (902, 60, Some((902, false, 901, 0)), Some(Died)),
            (902, 902, Some((902, false, 901, 901)), None),
            // It gave a sign a moment ago, and has made no progress for long.
            (9_000, 60, Some((9_000, true, 0, 3_600)), None),
            (9_000, 60, Some((9_000, true, 0, 3_601)), Some(Hangs)),
            (9_000, 9_000, Some((9_000, true, 0, 3_601)), None),
            // It waited in its worker's buffer before it began.
            (9_000, 60, Some((60, true, 0, 9_000)), None),
            // It makes progress, though nobody looks after it.
            (9_000, 60, Some((9_000, true, 9_000, 10)), None),
        ] {
            let said = judged(claimed, deadline, command);
            assert_eq!(said, wanted, "{claimed} {deadline} {command:?}");
        }
    }
}

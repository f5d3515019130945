//! What is remembered of a kind, and the decisions that rest on it.

use serde::{Deserialize, Serialize};

use super::policy::{Class, Ending, Policy, Run};

/// Where a kind stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// To be started now.
    Due,
    /// Started; `probe` when it came out of quarantine for this one run.
    Running {
        /// Whether one bad end brings the quarantine back.
        probe: Option<Class>,
        /// A person started it: a bad end does not count.
        by_operator: bool,
    },
    /// To be started at this wall time, in milliseconds.
    Waiting {
        /// When.
        until_ms: i64,
    },
    /// Not to be started but for a probe.
    Quarantined {
        /// Why.
        class: Class,
        /// Since when, in wall milliseconds.
        since_ms: i64,
        /// When it is tried again, in wall milliseconds.
        probe_at_ms: i64,
    },
}

/// The last bad end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// How it ended.
    pub ending: Ending,
    /// Its last lines of stderr, when there were any.
    pub last_words: String,
}

/// All that is remembered of a kind. Serialised into the state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Consecutive unhealthy runs.
    pub unhealthy: u32,
    /// Those of them, at the end, that were configuration failures.
    pub configuration: u32,
    /// All starts of this record's life.
    pub starts: u64,
    /// Where the kind stands.
    pub phase: Phase,
    /// What binary, environment and configuration were at the last start.
    pub fingerprint: String,
    /// When the present loop began, in wall milliseconds, once a person was told of it.
    pub alerted: Option<i64>,
    /// The first unhealthy end of the present loop.
    pub loop_since_ms: Option<i64>,
    /// The last bad end.
    pub cause: Option<Cause>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            unhealthy: 0,
            configuration: 0,
            starts: 0,
            phase: Phase::Due,
            fingerprint: String::new(),
            alerted: None,
            loop_since_ms: None,
            cause: None,
        }
    }
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It keeps ending.
    Looping,
    /// It is left alone but for probes.
    Quarantined,
    /// It works again.
    Resolved,
}

/// Something a person should hear. All alerts of one loop share their id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Kind and the start of its loop.
    pub id: String,
    /// The kind.
    pub kind: String,
    /// What about it.
    pub stage: Stage,
    /// Consecutive unhealthy runs.
    pub unhealthy: u32,
    /// The last bad end.
    pub cause: Option<Cause>,
}

/// What follows from an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Milliseconds until the next start.
    pub next_in_ms: u64,
    /// The kind went into quarantine with this end.
    pub quarantined: Option<Class>,
    /// What to tell.
    pub alert: Option<Alert>,
}

/// What to do with a kind now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It runs.
    Nothing,
    /// Start it.
    Now,
    /// Look again in this many milliseconds.
    InMs(u64),
}

impl Record {
    /// What to do now, at wall time `now_ms`, with the present fingerprint. A changed fingerprint ends
    /// a wait and a quarantine at once.
    ///
    /// A clock that was set back must not make a wait longer than it ever was, however often this is
    /// asked: the record then changes, and the wait ends by the new clock.
    pub fn due(&mut self, policy: &Policy, now_ms: i64, fingerprint: &str) -> Due {
        let (at_ms, longest_ms) = match &mut self.phase {
            Phase::Due => return Due::Now,
            Phase::Running { .. } => return Due::Nothing,
            Phase::Waiting { until_ms } => (until_ms, policy.longest_wait_ms()),
            Phase::Quarantined {
                class, probe_at_ms, ..
            } => (probe_at_ms, policy.probe_ms_of(*class)),
        };
        *at_ms = (*at_ms).min(now_ms.saturating_add_unsigned(longest_ms));
        if fingerprint != self.fingerprint {
            return Due::Now;
        }
        match u64::try_from(at_ms.saturating_sub(now_ms)) {
            Ok(0) | Err(_) => Due::Now,
            Ok(left) => Due::InMs(left),
        }
    }

    /// A start is about to be made. Save the record before making it.
    pub fn started(&mut self, fingerprint: &str, by_operator: bool) {
        let probe = match self.phase {
            Phase::Quarantined { class, .. } => Some(class),
            Phase::Due | Phase::Waiting { .. } | Phase::Running { .. } => None,
        };
        self.starts += 1;
        fingerprint.clone_into(&mut self.fingerprint);
        self.phase = Phase::Running { probe, by_operator };
    }

    /// Looks at a run that goes on. Returns what to tell when it shows that the loop is over.
    pub fn going(&mut self, policy: &Policy, kind: &str, run: &Run) -> Option<Alert> {
        if !run.is_healthy(policy) {
            return None;
        }
        let resolved = self.resolved(kind);
        self.unhealthy = 0;
        self.configuration = 0;
        self.loop_since_ms = None;
        self.cause = None;
        if let Phase::Running { probe, .. } = &mut self.phase {
            *probe = None;
        }
        self.alerted.take().map(|_| resolved)
    }

    /// A run ended. `chance` is drawn from all of `u64`.
    pub fn ended(
        &mut self,
        policy: &Policy,
        kind: &str,
        (run, cause): (&Run, Cause),
        now_ms: i64,
        chance: u64,
    ) -> Ended {
        let resolved = self.going(policy, kind, run);
        let (probe, by_operator) = match self.phase {
            Phase::Running { probe, by_operator } => (probe, by_operator),
            Phase::Due | Phase::Waiting { .. } | Phase::Quarantined { .. } => (None, false),
        };
        let class = match cause.ending.class() {
            Some(class) if !run.is_healthy(policy) => class,
            // A good run that crashed, or a planned stop: at once, and nothing is held against it.
            Some(_) | None => {
                let ms = self.rest(policy, probe, now_ms, chance);
                return self.told(ms, None, resolved);
            }
        };
        self.cause = Some(cause);
        if by_operator {
            let ms = self.rest(policy, probe, now_ms, chance);
            return self.told(ms, None, None);
        }
        self.count(class, now_ms);
        let too_often = self.unhealthy > policy.restarts_max();
        let misconfigured = self.configuration >= policy.configuration_max;
        if probe.is_some() || too_often || misconfigured {
            let class = if misconfigured {
                Class::Configuration
            } else {
                Class::Unhealthy
            };
            let ms = self.quarantine(policy, class, now_ms);
            let first = probe.is_none();
            let alert = first.then(|| self.alert(kind, Stage::Quarantined));
            return self.told(ms, first.then_some(class), alert);
        }
        let ms = policy.wait_ms(self.unhealthy, chance);
        self.phase = wait(now_ms, ms);
        let tell = self.unhealthy == policy.alert_at;
        let alert = tell.then(|| self.alert(kind, Stage::Looping));
        self.told(ms, None, alert)
    }

    /// What to tell when the loop that was told of is over.
    pub(crate) fn resolved(&self, kind: &str) -> Alert {
        self.alert(kind, Stage::Resolved)
    }

    /// A person takes the quarantine away: the kind is due, with a clean record.
    pub fn pardon(&mut self) {
        *self = Self {
            starts: self.starts,
            ..Self::default()
        };
    }

    /// The supervisor died while it ran: nothing is known of that run's end, so it is due again. True:
    /// that is so.
    pub(super) fn interrupted(&mut self, policy: &Policy, now_ms: i64) -> bool {
        let Phase::Running { probe, .. } = self.phase else {
            return false;
        };
        match probe {
            Some(class) => {
                self.quarantine(policy, class, now_ms);
            }
            None => self.phase = Phase::Due,
        }
        true
    }

    fn count(&mut self, class: Class, now_ms: i64) {
        self.unhealthy = self.unhealthy.saturating_add(1);
        self.configuration = match class {
            Class::Configuration => self.configuration.saturating_add(1),
            Class::Unhealthy => 0,
        };
        self.loop_since_ms.get_or_insert(now_ms);
    }

    /// Back to where it was before a run that does not count.
    fn rest(&mut self, policy: &Policy, probe: Option<Class>, now_ms: i64, chance: u64) -> u64 {
        if let Some(class) = probe {
            return self.quarantine(policy, class, now_ms);
        }
        let ms = match self.unhealthy {
            0 => 0,
            n => policy.wait_ms(n, chance),
        };
        self.phase = wait(now_ms, ms);
        ms
    }

    fn quarantine(&mut self, policy: &Policy, class: Class, now_ms: i64) -> u64 {
        let ms = policy.probe_ms_of(class);
        self.phase = Phase::Quarantined {
            class,
            since_ms: now_ms,
            probe_at_ms: now_ms.saturating_add_unsigned(ms),
        };
        ms
    }

    fn told(&mut self, ms: u64, quarantined: Option<Class>, alert: Option<Alert>) -> Ended {
        if alert.as_ref().is_some_and(|a| a.stage != Stage::Resolved) {
            self.alerted = self.loop_since_ms;
        }
        Ended {
            next_in_ms: ms,
            quarantined,
            alert,
        }
    }

    fn alert(&self, kind: &str, stage: Stage) -> Alert {
        Alert {
            id: format!("crash-loop/{kind}/{}", self.loop_since_ms.unwrap_or(0)),
            kind: kind.to_owned(),
            stage,
            unhealthy: self.unhealthy,
            cause: self.cause.clone(),
        }
    }
}

fn wait(now_ms: i64, ms: u64) -> Phase {
    Phase::Waiting {
        until_ms: now_ms.saturating_add_unsigned(ms),
    }
}

//! What follows from "the vendor shows no trace": one pure function over the effect's class.

use std::time::Duration;

use homeostat_mutants::mutant;

use super::SOON;
use crate::{Class, EffectSettings, settle::Outcome};

/// What is known about an effect that the vendor shows no trace of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Absence {
    pub(super) class: Class,
    /// The last request certainly never left.
    pub(super) unsent: bool,
    /// The last sender reported its call over, or is proven dead (L8).
    pub(super) sender_gone: bool,
    /// The probe began after the vendor's horizon; the time that is missing otherwise.
    pub(super) horizon_in: Option<Duration>,
    /// The vendor still remembers the key.
    pub(super) key_alive: bool,
    /// A newer decision about the target was permitted.
    pub(super) superseded: bool,
    /// It was intended too long ago to be sent again.
    pub(super) stale: bool,
}

impl Absence {
    /// Absent for good: no request is in flight and none can leave any more.
    pub(super) fn is_conclusive(&self) -> bool {
        let has_landed = self.horizon_in.is_none() || mutant!("resend_before_horizon");
        self.unsent || (self.sender_gone && has_landed)
    }
}

/// What to do.
#[derive(Debug, Clone)]
pub(super) enum Next {
    /// Write this down.
    Record(Box<Outcome>),
    /// Ask for a new permit and call again.
    Resend,
}

impl Next {
    pub(super) fn record(outcome: Outcome) -> Self {
        Self::Record(Box::new(outcome))
    }
}

/// The rule for an absent effect. Never a blind resend (L3).
pub(super) fn after_absent(absence: &Absence, settings: &EffectSettings) -> Next {
    let conclusive = absence.is_conclusive();
    let give_up = match (absence.superseded, absence.stale) {
        (true, _) => Some("a newer decision about the target was permitted"),
        (false, true) => Some("it did not happen and is too old to be sent again"),
        (false, false) => None,
    };
    match (give_up, absence.class) {
        // A person's word is the only one for a blind act, unless it never left.
        (_, Class::Blind) if !absence.unsent => unknown(
            "the vendor can neither be asked nor given a key; use effects resolve",
            settings.probe_backoff_max,
        ),
        (Some(reason), _) if conclusive => Next::record(Outcome::Void {
            reason: reason.into(),
        }),
        (Some(_), _) => wait(absence),
        (None, Class::Keyed) if absence.key_alive => Next::Resend,
        (None, Class::Idempotent) => Next::Resend,
        (None, Class::Keyed | Class::Queryable | Class::Blind) if conclusive => Next::Resend,
        (None, Class::Keyed | Class::Queryable | Class::Blind) => wait(absence),
    }
}

fn wait(absence: &Absence) -> Next {
    let wait = absence
        .horizon_in
        .unwrap_or(SOON)
        .max(Duration::from_millis(1));
    let reason = match absence.horizon_in {
        Some(_) => "no trace yet, and the request may still be in flight",
        None => "no trace, but the sender is not proven dead",
    };
    unknown(reason, wait)
}

fn unknown(reason: &str, wait: Duration) -> Next {
    Next::record(Outcome::Unknown {
        reason: reason.into(),
        wait,
        by_sender: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_FLIGHT: Option<Duration> = Some(Duration::from_secs(20));

    fn absence(class: Class) -> Absence {
        Absence {
            class,
            unsent: false,
            sender_gone: true,
            horizon_in: None,
            key_alive: true,
            superseded: false,
            stale: false,
        }
    }

    fn word(absence: &Absence) -> &'static str {
        match after_absent(absence, &EffectSettings::default()) {
            Next::Resend => "resend",
            Next::Record(outcome) => match *outcome {
                Outcome::Void { .. } => "void",
                Outcome::Unknown { .. } => "unknown",
                _ => "other",
            },
        }
    }

    #[test]
    fn each_class_follows_its_own_rule() {
        use Class::{Blind, Idempotent, Keyed, Queryable};
        // class, sender gone, horizon missing, key alive, superseded, stale, unsent → answer
        let table = [
            (Keyed, false, IN_FLIGHT, true, false, false, false, "resend"),
            (
                Keyed, false, IN_FLIGHT, false, false, false, false, "unknown",
            ),
            (Keyed, true, None, false, false, false, false, "resend"),
            (Queryable, true, None, true, false, false, false, "resend"),
            (
                Queryable, true, IN_FLIGHT, true, false, false, false, "unknown",
            ),
            (Queryable, false, None, true, false, false, false, "unknown"),
            (
                Idempotent, false, IN_FLIGHT, true, false, false, false, "resend",
            ),
            (Idempotent, true, None, true, true, false, false, "void"),
            (
                Idempotent, true, IN_FLIGHT, true, true, false, false, "unknown",
            ),
            (Blind, true, None, true, false, false, false, "unknown"),
            (Blind, true, None, true, false, true, false, "unknown"),
            (Blind, false, IN_FLIGHT, true, false, false, true, "resend"),
            (Queryable, true, None, true, false, true, false, "void"),
            (
                Queryable, false, IN_FLIGHT, true, false, true, false, "unknown",
            ),
            (
                Queryable, false, IN_FLIGHT, true, false, false, true, "resend",
            ),
            (Keyed, false, IN_FLIGHT, true, true, false, true, "void"),
        ];
        for (class, sender_gone, horizon_in, key_alive, superseded, stale, unsent, answer) in table
        {
            let case = Absence {
                sender_gone,
                horizon_in,
                key_alive,
                superseded,
                stale,
                unsent,
                ..absence(class)
            };
            assert_eq!(word(&case), answer, "{case:?}");
        }
    }
}

//! What is under way when a point is struck: one small, whole piece of work each, with what must have
//! become of it.
//!
//! Everything is data, so that a scenario is added by adding it: who plays, what sets it off, when it is
//! over, and what besides the auditor's questions must be true then.

mod table;

pub(crate) use table::{ALL, NOBODY_GIVEN_UP};

/// A process of the product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Fires schedules, finds the dead, does the chores.
    Scheduler,
    /// Works on these kinds, so many jobs at once.
    Worker(&'static [&'static str], u32),
    /// A command that a person gives, and gives again when it failed.
    Command(&'static [&'static str]),
}

impl Role {
    /// For logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Scheduler => "scheduler",
            Self::Worker(..) => "worker",
            Self::Command(_) => "command",
        }
    }

    /// What the program is called with.
    pub(crate) fn args(&self) -> Vec<String> {
        match self {
            Self::Scheduler => vec!["run".into(), "scheduler".into()],
            Self::Worker(kinds, slots) => {
                let mut args = vec!["run".into(), "worker".into()];
                args.extend(["--slots".into(), slots.to_string()]);
                for kind in *kinds {
                    args.extend(["--kind".into(), (*kind).into()]);
                }
                args
            }
            Self::Command(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

/// A life before the one that is struck: it ends by SIGKILL in the middle of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    pub(crate) role: Role,
    /// Sets it off.
    pub(crate) sql: &'static str,
    /// A fault of the vendor's own that keeps it in the middle.
    pub(crate) order: Option<&'static str>,
    /// It is in the middle when this is not 0.
    pub(crate) until: &'static str,
    /// And so many of our acts are in the vendor's books.
    pub(crate) acts: usize,
    /// And so many calls have left.
    pub(crate) calls: usize,
    /// What it sent has landed so long after its end; nobody judges before.
    pub(crate) lands_within_ms: u64,
}

/// What is done to the subject when it is in the middle.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Midway {
    /// It is asked to stop.
    Term {
        /// It is in the middle when this is not 0.
        when: &'static str,
    },
    /// Others start beside it.
    Company {
        /// It is in the middle when this is not 0.
        when: &'static str,
    },
    /// It is stopped like a machine that stands still, and goes on when others have its work.
    Stall {
        /// It is in the middle when this is not 0.
        when: &'static str,
        /// And so many of our acts are in the vendor's books.
        acts: usize,
        /// Others have its work when this is not 0.
        until: &'static str,
    },
}

/// Something that must be true in the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// Must be 0.
    pub(crate) sql: &'static str,
    /// Only after this fault.
    pub(crate) only: Option<&'static str>,
    /// Not after this fault.
    pub(crate) except: Option<&'static str>,
}

impl Check {
    const fn always(name: &'static str, sql: &'static str) -> Self {
        Self {
            name,
            sql,
            only: None,
            except: None,
        }
    }

    const fn after(fault: &'static str, name: &'static str, sql: &'static str) -> Self {
        Self {
            name,
            sql,
            only: Some(fault),
            except: None,
        }
    }

    const fn but_after(self, fault: &'static str) -> Self {
        Self {
            except: Some(fault),
            ..self
        }
    }
}

/// One piece of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What it is, for the report.
    pub(crate) about: &'static str,
    /// Whether the vendor is in the play.
    pub(crate) world: bool,
    /// Whether a command is in the play, which keeps a book.
    pub(crate) runs: bool,
    /// Whether only its calls to the vendor are struck, since its talk with Postgres is another's too.
    pub(crate) only_calls: bool,
    /// Who is there from the beginning to the end.
    pub(crate) support: &'static [Role],
    pub(crate) before: Option<Before>,
    /// Who is struck.
    pub(crate) subject: Role,
    /// Whether its start is part of the work, or it is ready when the work begins.
    pub(crate) from_start: bool,
    /// How things stand before the work.
    pub(crate) first: &'static str,
    /// Sets the work off: before the subject starts, if that is part of the work.
    pub(crate) sql: &'static str,
    /// A fault of the vendor's own, before the subject starts.
    pub(crate) order: Option<&'static str>,
    /// What befalls the subject in any case.
    pub(crate) midway: Option<Midway>,
    /// A person's transaction locks this, and meanwhile this must come to be not 0.
    pub(crate) lock: Option<(&'static str, &'static str)>,
    /// The work is to fail for good.
    pub(crate) fails: bool,
    /// After this fault it may.
    pub(crate) may_fail_after: Option<&'static str>,
    /// The work is over when this is not 0.
    pub(crate) goal: &'static str,
    /// Who takes over when the subject is dead.
    pub(crate) heirs: &'static [Role],
    /// What must be true in the end besides: each must be 0.
    pub(crate) checks: &'static [Check],
    /// Whether it is played for the sake of known mistakes alone, and not struck.
    pub(crate) is_whole: bool,
}

/// The scenario of this name.
pub(crate) fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}

//! The envelope: what a policy may do, decided purely.
//!
//! ```text
//! policy ──Ask──▶ judge(&Limits, &Position, &Ask) ──▶ Verdict { allowed, interlocks: [name, passed, reason] }
//!                    │
//!                    ├─ windows_for: which caps the ask draws on (the caller locks and reads them)
//!                    └─ may_act: every way to stop, one printed precedence
//! ```
//! Every interlock judges every ask, also after the first refusal, so that a verdict tells the whole
//! story. A verdict is a function of its three arguments: stored as text they judge again to the
//! same bytes ([`rejudge`], L13). All types therefore hold integers and text, never floats.
//!
//! Invariant: no clock, no SQL, no async. World time comes in with the ask.

mod ask;
mod calendar;
mod error;
mod grounds;
mod interlocks;
mod judge;
mod ledger;
mod limits;
mod may_act;
mod position;
mod standing;
mod window;

pub use ask::{Action, Ask, KillEvidence, KillRule};
pub use error::EnvelopeError;
pub use grounds::{Grounds, PayoutGrounds, RefundGrounds, ReplyGrounds, SensorGrounds};
pub use judge::{
    Case, InterlockVerdict, InterlockWords, RULES, Verdict, interlock_names, interlock_words,
    judge, rejudge,
};
pub use ledger::Ledger;
pub use limits::{KillThreshold, Limits, Purse};
pub use may_act::{Breaker, MayAct, Scope, Stop, may_act, precedence, precedence_text};
pub use position::{KnownKey, Position, WindowPosition};
pub use standing::{bounds_of_day, day_of, windows_of_day};
pub use window::{Period, Unit, WindowSpec, windows_for};

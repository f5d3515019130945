//! Acts on the outside world: each done once, its money held before, its proof kept after.
//!
//! ```text
//!  decide ─▶ intend ── one transaction: epoch, mode, interlocks, holds, effect 'sending' ──▶ Permit
//!                                                                                              │
//!  perform: one call in a task of its own ◀────────────────────────────────────────────────────┘
//!     │ answer            │ refused      │ never left         │ no answer, or the owner died
//!     ▼                   ▼              ▼                    ▼
//!  settled|accepted    refused       sending, unsent       unknown ──▶ recovery: probe ──▶ settled
//!  (holds settled)     (released)    (hold kept)           (hold kept)   │ absent, by class: resend
//!                                                                        │ or void (released)
//!                                                                        └ cannot tell: unknown, again
//! ```
//! *Who is authoritative.* The row `homeostat.effect`. `(id, calls, owner)` is the fence: only who
//! holds all three moves it. What anybody else heard goes to `late_receipt`.
//!
//! *What local time is for.* The [`Permit`]'s expiry and the call's timeout, both short and
//! monotonic. Deadlines that others act on are the database's time; windows are world time.
//!
//! *Lock order.* `decision`, `process` (share), `mode` (share), `breaker`, the entity's advisory lock,
//! `budget_window` by id, then the new `effect`. Settling: `effect`, then `budget_window` by id.
//!
//! *Crash points.* Before the intent's commit: nothing happened. Between commit and call, during the
//! call, before the settle: the row says `sending` with a dead owner, and [`recover`] asks the vendor.
//! During the settle: it committed (closed) or it did not (as before). A commit whose answer was lost
//! yields no permit and is resolved by key.
//!
//! *Limits.* A vendor that can neither be asked nor keyed leaves `unknown` with its money held, until
//! a person says what happened ([`resolve`]).

mod act;
mod actuator;
mod autonomy;
mod breach;
mod breaker;
mod chores;
mod ctx;
mod decision;
mod error;
mod incident;
mod intend;
mod kept;
mod late;
mod lease;
mod ledger;
mod mode;
mod perform;
mod permit;
mod read;
mod recovery;
mod resolve;
mod restraint;
mod settle;
pub mod standing;
mod usage;
mod verify;

pub use act::{Acted, act};
pub use actuator::{
    Actuator, ActuatorSpec, CallError, Class, Probe, Registry, Request, Undo, Usage, VendorReceipt,
    token,
};
pub use autonomy::{PolicyAutonomy, autonomies, ensure_autonomy, set_autonomy};
pub use breaker::{
    Bucket, breaker_wait, bucket_wait, configure_bucket, open_breaker, read_answered,
};
pub use chores::{
    WindowDifference, compare_postings, expire_decisions, prepare_windows, report_differences,
};
pub use ctx::{Ctx, EffectSettings};
pub use decision::{DecisionDraft, approve_in, decide, decide_in, veto};
pub use error::{Ambiguous, EffectsError};
pub use incident::{
    Incident, close_incident, open as open_incident_in, open_incidents,
    settle as settle_incident_in,
};
pub use intend::{AmbiguousFound, Intended, Intent, intend, resolve_ambiguous};
pub use kept::{Kept, KeptDraft, forget_kept, keep_in, kept, kept_since};
pub use lease::{LEASE_LIFE, LEASE_RENEWAL, renew_lease};
pub use mode::{
    Author, Cause, ModeView, Order, effective_mode, lock_mode, set_mode, set_mode_in, settle_mode,
};
pub use perform::{Performed, perform};
pub use permit::Permit;
pub use read::{
    ActCall, ActsOfDay, CallsOfDay, DayAct, DecisionsOfDay, Moment, RefusedBy, RefusedDecision,
    WaitingDecision, WindowOfDay, acts_of_day, calls_of, calls_of_day, decided_around,
    decisions_of_day, money_left, open_counts, refused_by, refused_of_day, settled_of_day,
    waiting_decisions, windows_of_day,
};
pub use read::{
    BudgetView, DecisionFilter, DecisionMinute, DecisionView, EffectFilter, EffectState,
    EffectView, Exposure, HoldView, Holder, IncidentView, Moved, PostingView, PostingWindow,
    Provenance, StandingExposure, UsageBy, UsageStep, act_of, acts_of, acts_under_way, budgets,
    decision, decision_minutes, decisions, decisions_of, effect, effects, effects_of, exposures,
    holds_of, incident_of, incidents_before, moved, owners_of_unknown, postings,
    standing_exposures, usage_by,
};
pub use read::{taken, touched};
pub use recovery::{Recovered, keep_recovering, recover, recover_one};
pub use resolve::{Resolution, resolve};
pub use restraint::{Restraint, RestraintKind, lift, restrain, restraints};
pub use usage::record_usage;
pub use verify::{Check, verify};

//! The words every other crate speaks: ids, money, the two times, and how an error classifies and tells itself.
//!
//! Invariant: nothing here does IO, reads a clock or draws a random number. A type is admitted
//! when three crates need it.

mod fault;
mod ids;
mod mode;
mod money;
mod time;

pub use fault::{Classify, Fault, chain};
pub use ids::{BrandId, DecisionId, EffectId, Fence, InvalidBrand, JobId, ProcessId, RunId};
pub use mode::{Autonomy, Mode, UnknownWord};
pub use money::{Currency, Money, MoneyError};
pub use time::{RuntimeTime, WorldTime};

//! What the loop believes and what it wants: estimators turn observations into beliefs, policies
//! turn beliefs into proposals. Proposals only: the envelope decides and an actuator acts (L7).
//!
//! Invariant: nothing here reads a clock, draws a random number or does IO. World time and the seed
//! come in with the inputs, so running a stored decision again gives the same bytes (L13).
//!
//! Adding a policy: one file under `policies/` that implements [`Policy`], and one line in
//! [`redecide`].

mod estimators;
mod maturity;
mod policies;
mod wording;

pub use estimators::{
    EstimateError, activity, baseline, campaign, change_rate, customer, delivery, dispute,
    freshness,
};
pub use maturity::{Delay, DelayQuantiles, SpendInterval};
pub use policies::{
    DecideError, Policy, Record, Redecided, answer, cadence, discount, kill, pace, payout,
    portfolio, record, redecide, redecide_as, refund, request, scale, spend_cap, stock,
};
pub use wording::{because, chance_text, receipt};

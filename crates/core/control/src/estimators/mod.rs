//! From observations to beliefs, one file per estimator.

pub mod activity;
pub mod baseline;
pub mod campaign;
pub(crate) mod chance;
pub mod change_rate;
pub mod customer;
pub mod delivery;
pub mod dispute;
pub mod freshness;

use homeostat_model::WorldTime;

/// Inputs that no belief can be formed from. Nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstimateError {
    /// A number that must be above zero is not.
    #[error("{field} is {value}; it must be above zero")]
    NotPositive {
        /// The field of the inputs.
        field: &'static str,
        /// What it held.
        value: i64,
    },
    /// A text that must say something is empty.
    #[error("{field} must not be empty")]
    Empty {
        /// The field of the inputs.
        field: &'static str,
    },
    /// A spend below zero: corrections are events of their own, not negative spend.
    #[error("spend[{index}].amount_micros is {amount_micros}; spend cannot be negative")]
    NegativeSpend {
        /// Position in the list of intervals.
        index: usize,
        /// What it held.
        amount_micros: i64,
    },
    /// An interval that ends before it starts.
    #[error("spend[{index}] ends before it starts; swap from and until")]
    Backwards {
        /// Position in the list of intervals.
        index: usize,
    },
    /// A look that ends before it starts.
    #[error("look.to lies before look.from; swap them")]
    LookBackwards,
    /// A look whose interval was seen in part already.
    #[error("look.from lies before {seen_until}, where the look before ended; count from there on")]
    LookOverlaps {
        /// What has been seen.
        seen_until: WorldTime,
    },
    /// A period that ends before it starts.
    #[error("until lies before from; swap them")]
    PeriodBackwards,
    /// A number that is above what it may be.
    #[error("{field} is {value}; it must not be above {limit}")]
    TooHigh {
        /// The field of the inputs.
        field: &'static str,
        /// What it held.
        value: u64,
        /// The most it may be.
        limit: u64,
    },
    /// Two rows with one id.
    #[error("{field} names {id} twice; leave one of them out")]
    Twice {
        /// The field of the inputs.
        field: &'static str,
        /// The id.
        id: String,
    },
    /// A threshold under which a rule would fire for no reason.
    #[error("{field} must be above {above}")]
    Threshold {
        /// The field of the inputs.
        field: &'static str,
        /// The largest value that is refused.
        above: u8,
    },
    /// The numbers do not fit into 64 bits.
    #[error("{field} is too large to count in micro-units")]
    TooLarge {
        /// The field of the inputs.
        field: &'static str,
    },
    /// A number that cannot be, or that another one rules out.
    #[error("{field} is {value}; {fix}")]
    OutOfRange {
        /// The field of the inputs.
        field: &'static str,
        /// What it held.
        value: i64,
        /// What it must be.
        fix: &'static str,
    },
}

/// A vendor's word that is not known, as it is kept: one line, 64 characters at most.
pub(crate) fn raw_word(raw: &str) -> String {
    let shown = raw.trim().chars().filter(|c| !c.is_control());
    shown.take(64).collect()
}

//! From observations to beliefs, one file per estimator.

pub mod campaign;
pub(crate) mod chance;

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
}

//! What has become of a payment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longer texts are cut, in characters.
const UNKNOWN_CHARS_MAX: usize = 60;

/// The state of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PaymentState {
    /// Accepted, to be carried out later.
    Created,
    /// Under way. A payment to another customer of the bank skips this.
    Pending,
    /// The money has moved. It may still come back: [`Self::Reverted`].
    Completed,
    /// Refused by the bank, for example for lack of money. Nothing has moved.
    Declined,
    /// Stopped. Nothing has moved.
    Failed,
    /// It came back, also days after it was completed.
    Reverted,
    /// A state that this client does not know, as it was written.
    Unknown(String),
}

impl PaymentState {
    /// Whether the bank is done with it. A completed payment may be reverted later all the same, so
    /// it is looked at again; the others stay what they are.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Completed | Self::Declined | Self::Failed | Self::Reverted => true,
            Self::Created | Self::Pending | Self::Unknown(_) => false,
        }
    }

    /// Whether the money is away, or may be before anybody looks again. Whoever counts spending
    /// counts these; an unknown state is one of them.
    pub fn holds_money(&self) -> bool {
        match self {
            Self::Created | Self::Pending | Self::Completed | Self::Unknown(_) => true,
            Self::Declined | Self::Failed | Self::Reverted => false,
        }
    }

    /// As Revolut writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "created",
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Reverted => "reverted",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for PaymentState {
    fn from(text: &str) -> Self {
        match text {
            "created" => Self::Created,
            "pending" => Self::Pending,
            "completed" => Self::Completed,
            "declined" => Self::Declined,
            "failed" => Self::Failed,
            "reverted" => Self::Reverted,
            other => Self::Unknown(other.chars().take(UNKNOWN_CHARS_MAX).collect()),
        }
    }
}

impl From<String> for PaymentState {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<PaymentState> for String {
    fn from(state: PaymentState) -> Self {
        state.as_str().to_owned()
    }
}

impl fmt::Display for PaymentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_read_back_and_an_unknown_one_is_kept() {
        let table = [
            ("created", false, true),
            ("pending", false, true),
            ("completed", true, true),
            ("declined", true, false),
            ("failed", true, false),
            ("reverted", true, false),
            ("on_hold", false, true),
            ("COMPLETED", false, true),
        ];
        for (text, is_final, holds_money) in table {
            let state = PaymentState::from(text);
            assert_eq!(state.as_str(), text);
            assert_eq!(state.is_final(), is_final, "{text}");
            assert_eq!(state.holds_money(), holds_money, "{text}");
        }
        let long = "x".repeat(1_000);
        assert_eq!(PaymentState::from(long.as_str()).as_str().len(), 60);
    }
}

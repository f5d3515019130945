//! Who may look, and who may change things.
//!
//! ```text
//!   no active token, on loopback ──▶ whoever connects there may do all: they can also run `homeostat`
//!   else ──▶ Bearer TOKEN, or a cookie that /login gave for one ──▶ role: view < operate < admin
//! ```
//! *Who is authoritative.* The rows `token` and `session`; only hashes are kept. *Invariant.* A change is a `POST` that
//! proves its origin: a Bearer token, which no page of another site can send, or a cookie with the word that our own page
//! was given for it (an HMAC under the cookie's secret). *Crash points.* While the database does not answer, nobody can be
//! told from anybody: whoever needed no token when it last did is a visitor who may look, and nobody else comes in.

pub(crate) mod login;
mod seat;
mod secret;
mod tokens;

use serde::{Deserialize, Serialize};

pub use login::{Peer, Tries};
pub use seat::Door;
pub(crate) use seat::{Person, Proof, is_welcome, know, seated};
pub use tokens::{Token, TokenError, create_token, has_admin, revoke_token, tokens};

/// What somebody may do. Each may do what those before it may.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    #[default]
    View,
    /// Change what is under way: jobs, runs, schedules, approvals, pins, and a lower mode.
    Operate,
    /// Give the system more freedom: autonomy, a higher mode, a last word on money.
    Admin,
}

impl Role {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no such role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none; use view, operate or admin")]
pub struct UnknownRole(String);

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "view" => Ok(Self::View),
            "operate" => Ok(Self::Operate),
            "admin" => Ok(Self::Admin),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

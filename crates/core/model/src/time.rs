//! Two times, two types.
//!
//! *Runtime time* is the database's: leases, deadlines, backoff, `run_at`. It is never scaled.
//! *World time* comes from a `Clock` and may run faster in a sandbox: maturity of spend, freshness of
//! data, cooldowns, windows, cadences. No function takes both without saying why.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

macro_rules! instant {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Timestamp);

        impl $name {
            /// Time since `earlier`; negative when `earlier` is later.
            pub fn since(self, earlier: Self) -> SignedDuration {
                self.0.duration_since(earlier.0)
            }

            /// This instant moved by `by`, kept within the range of the calendar.
            #[must_use]
            pub fn plus(self, by: SignedDuration) -> Self {
                Self(self.0.saturating_add(by).unwrap_or(self.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

instant! {
    /// An instant of the database's clock.
    RuntimeTime,
    /// An instant of the world that is being controlled.
    WorldTime,
}

//! Who is the same person in two stores, without keeping who that is.
//!
//! ```text
//! raw text ──normalise──▶ Normal ──HMAC-SHA256 under the key of (kind, version)──▶ Identity
//!             (hostile)   (secret)                                                 (stored)
//! ```
//! A plain hash of an address is undone by a dictionary. A keyed one is not, as long as the key stays
//! secret. Each kind of identity has keys of its own, so that one that leaks tells nothing of the others,
//! and each key has a version: a new version is written whenever somebody is seen again.
//!
//! An identity is still personal data. It serves within one owner's brands. Whoever stores it forgets what was
//! not seen for long, and erases it when its person asks.
//!
//! A crate of its own, because it is the only part of the core that is handed addresses and keys:
//! policies see the counts that come of links, never an address. *Invariant:* nothing here shows an
//! address or a key, neither in `Debug` nor in an error. *Absent:* no clock, no storage.

mod address;
mod email;
mod fold;
mod identity;
mod key;
mod normal;
mod phone;

pub use address::PostalAddress;
pub use identity::{Identity, InvalidIdentity};
pub use key::{KeyError, KeyRing};
pub use normal::{Kind, Normal, Unidentifiable};

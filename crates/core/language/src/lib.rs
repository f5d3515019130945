//! Reads what a customer writes and writes what a customer reads: which language, what is asked, which
//! facts are stated, whether the text tries to steer the machine; and replies in seven languages.
//!
//! Invariant: nothing here does IO, reads a clock or draws a random number. Every text gives a reading,
//! in work that is linear in at most [`CHARS_MAX`] characters. What is read is what somebody said: it
//! proposes, and never raises what the envelope allows.
//!
//! Absent: no model, no policy, no vendor. Adding a phrase is one string in the table of its language;
//! adding a language is one file under `intent/` and one under `reply/`, and an arm wherever the compiler
//! asks for it.

mod detect;
mod facts;
mod intent;
mod language;
mod manipulation;
mod pattern;
mod reader;
pub mod reply;
mod strip;
mod text;
mod typo;
mod words;

pub use detect::{By, Detector, DetectorError, Fallback, Guess};
pub use facts::{AmountSaid, DateSaid, Facts, OrderSaid, TextHash, amounts_in, amounts_said};
pub use intent::{Intent, Scored};
pub use language::Language;
pub use manipulation::Flag;
pub use reader::{Message, Reader, Reading};
pub use text::CHARS_MAX;

//! What the archive of ads told: who sells the same, with which ads, and which words found them.

pub mod ad;
pub mod competitor;
pub mod find;
pub mod keyword;
pub mod look;
pub mod pace;
pub mod report;
pub mod watch;

//! Meta's archive of ads (`/ads_archive` of the Graph): which ads others run, since when, and where.
//!
//! It is the same Graph as the Marketing API, so the transport, the errors and the paging are those
//! of [`crate::meta`]. What the archive shows is bounded: outside the EU only ads about politics and
//! social issues, and one year back. A missing list is absent, not empty. How many ads share a
//! creative is not told.
//!
//! The archive's `ad_snapshot_url` carries the access token. It is never asked for, and not read
//! where it comes unasked.

mod ad;
mod client;
#[cfg(test)]
mod hostile;
mod outcome;
mod page;
mod query;
mod visit;
mod walk;

pub use crate::meta::{AdId, Config, ConfigError, Error, InvalidId, PageId, Reply};
pub use ad::Ad;
pub use client::{Client, Page};
pub use outcome::{Outcome, Trouble, trouble};
pub use page::{HTML_BYTES_MAX, read_page};
pub use query::{Country, Query, QueryError, Subject, Terms};
pub use visit::{Seen, Shown, page_address};
pub use walk::{LIMIT, PAGES_MAX, Step, Walk};

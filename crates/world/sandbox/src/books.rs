//! The vendor's books: one JSON line per act, on disk before the reply leaves.
//!
//! They are what auditors compare our receipts with, and what a restarted sandbox replays.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use homeostat_model::{RuntimeTime, WorldTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{app::Instant, faults::Fault};

/// How the reference of a request begins that a person made and no program, as in Ads Manager. Real vendors
/// tell the two apart in their own logs.
pub const PERSON: &str = "person-";

/// One accepted write.
///
/// It carries both times: the auditors compare it with receipts (machine time) and with the world's
/// numbers (world time).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Counts from 1 without gaps.
    pub n: u64,
    /// Machine time of the act.
    pub at_wall: RuntimeTime,
    /// World time of the act.
    pub at_world: WorldTime,
    /// Whose books.
    pub vendor: String,
    /// What was asked; Meta's are `set_status`, `set_daily_budget`, `create_campaign`, `set_spend_cap`
    /// and `reset_amount_spent`.
    pub act: String,
    /// Of which object.
    pub object: String,
    /// The value before; empty before a creation.
    pub from: String,
    /// The value after: a status, or an amount in minor units.
    pub to: String,
    /// `x-client-reference` of the request, empty without one. A person's begins with [`PERSON`].
    pub request_id: String,
    /// Whether it changed anything; `false` when the value was already there.
    pub applied: bool,
    /// When `effective_status` follows.
    pub effective_from: WorldTime,
    /// When delivery follows; later than the act after a partial pause, and for a spending limit.
    pub delivery_from: WorldTime,
    /// What else the vendor must know to be the same after a restart, in its own form.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub detail: Value,
    /// What a creation of a campaign made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Created>,
    /// The fault that befell the request, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

impl Act {
    /// An act of a vendor at an instant, of which nothing else is known yet.
    pub(crate) fn blank(vendor: &str, n: u64, now: Instant) -> Self {
        Self {
            n,
            at_wall: now.wall,
            at_world: now.world,
            vendor: vendor.to_owned(),
            act: String::new(),
            object: String::new(),
            from: String::new(),
            to: String::new(),
            request_id: String::new(),
            applied: true,
            effective_from: now.world,
            delivery_from: now.world,
            detail: Value::Null,
            created: None,
            fault: None,
        }
    }
}

/// A created campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Its ad account.
    pub account: String,
    /// Its name, as it was asked for.
    pub name: String,
    /// What it is for, such as `OUTCOME_SALES`.
    pub objective: String,
    /// Budget a day, in minor units.
    pub daily_budget: i64,
    /// When it begins to appear in lists.
    pub listed_from: WorldTime,
}

/// Books that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    /// The file cannot be opened or read.
    #[error("the books {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A line that is not the last one is damaged. A torn last line is dropped instead: its act was
    /// never confirmed to anyone.
    #[error("the books {path} are damaged at line {line}: {problem}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

/// Open books.
#[derive(Debug)]
pub(crate) struct Books {
    path: PathBuf,
    file: File,
    bytes: u64,
    acts: Vec<Act>,
    broken: bool,
}

impl Books {
    /// Opens or creates the books and reads all acts.
    pub(crate) fn open(dir: &Path, vendor: &str) -> Result<Self, BooksError> {
        let path = dir.join(format!("{vendor}.jsonl"));
        let fail = |source| BooksError::Io {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fail)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let (acts, whole) = replay(&bytes).map_err(|(line, problem)| BooksError::Damaged {
            path: path.clone(),
            line,
            problem,
        })?;
        if whole < bytes.len() as u64 {
            tracing::warn!(path = %path.display(), "dropped a torn last line of the books");
            file.set_len(whole).map_err(fail)?;
        }
        file.sync_all().map_err(fail)?;
        Ok(Self {
            path,
            file,
            bytes: whole,
            acts,
            broken: false,
        })
    }

    /// All acts so far.
    pub(crate) fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// The number the next act gets.
    pub(crate) fn next_n(&self) -> u64 {
        self.acts.len() as u64 + 1
    }

    /// Writes an act and waits until it is on disk. After an error the act did not happen.
    pub(crate) fn append(&mut self, act: Act) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("an earlier act left the books unusable"));
        }
        let mut line = serde_json::to_vec(&act)?;
        line.push(b'\n');
        match self.write(&line) {
            Ok(()) => {
                self.bytes += line.len() as u64;
                self.acts.push(act);
                Ok(())
            }
            Err(error) => {
                // Half a line must not stay in front of the next one.
                self.broken = self.file.set_len(self.bytes).is_err();
                tracing::error!(path = %self.path.display(), %error, "an act was not written");
                Err(error)
            }
        }
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.bytes))?;
        self.file.write_all(line)?;
        self.file.sync_data()
    }
}

/// The acts, and how many bytes hold whole lines.
fn replay(bytes: &[u8]) -> Result<(Vec<Act>, u64), (u64, String)> {
    let mut acts: Vec<Act> = Vec::new();
    let mut whole = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let n = acts.len() as u64 + 1;
        let last = whole + line.len() == bytes.len();
        let act = serde_json::from_slice::<Act>(line).map_err(|error| error.to_string());
        let act = act.and_then(|act| {
            let in_order = act.n == n;
            in_order
                .then_some(act)
                .ok_or_else(|| format!("act number {n} is missing"))
        });
        match act {
            Ok(act) if line.ends_with(b"\n") => acts.push(act),
            // Without its line end it was never confirmed.
            Ok(_) => return Ok((acts, whole as u64)),
            Err(_) if last && !line.ends_with(b"\n") => return Ok((acts, whole as u64)),
            Err(problem) => return Err((n, problem)),
        }
        whole += line.len();
    }
    Ok((acts, whole as u64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::ORIGIN;

    fn line(n: u64) -> Vec<u8> {
        let act = Act {
            n,
            at_wall: RuntimeTime(ORIGIN.0),
            at_world: ORIGIN,
            vendor: "meta".into(),
            act: "set_status".into(),
            object: "1".into(),
            from: "ACTIVE".into(),
            to: "PAUSED".into(),
            request_id: "{\"}\n".into(),
            applied: true,
            effective_from: ORIGIN,
            delivery_from: ORIGIN,
            detail: Value::Null,
            created: None,
            fault: None,
        };
        let mut line = serde_json::to_vec(&act).unwrap();
        line.push(b'\n');
        line
    }

    proptest! {
        #[test]
        fn books_cut_anywhere_are_the_acts_before_the_cut(cut in 0usize..=1_000, lines in 0u64..4) {
            let bytes: Vec<u8> = (1..=lines).flat_map(line).collect();
            let kept = &bytes[..cut.min(bytes.len())];
            let (acts, whole) = replay(kept).unwrap();
            let ends = kept.iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(acts.len(), ends);
            prop_assert_eq!(whole, (1..=ends as u64).map(|n| line(n).len() as u64).sum::<u64>());
        }

        #[test]
        fn any_bytes_are_books_or_damage(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _told = replay(&bytes);
        }
    }
}

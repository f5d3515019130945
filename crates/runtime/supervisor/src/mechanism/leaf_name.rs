//! Names of leaves, and the deadline that the name of a job's leaf carries.
//!
//! The deadline is in the name so that the guard can end an overdue job without knowing anything else,
//! while the supervisor that should have done it hangs.

use std::fmt;

use crate::Error;

const LENGTH_MAX: usize = 64;

/// A name that is a file name, a word of the environment and readable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafName(String);

impl LeafName {
    /// Lower-case letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// When it is something else, or empty, or longer than 64.
    pub fn new(name: &str) -> Result<Self, Error> {
        check("leaf", name)?;
        Ok(Self(name.to_owned()))
    }

    /// The leaf of a job that must have ended at this wall time, in milliseconds since 1970.
    pub fn of_job(job: i64, deadline_ms: i64) -> Self {
        Self(format!("job-{job}-{}", deadline_ms.max(0)))
    }

    /// The deadline that it carries.
    pub fn deadline_ms(&self) -> Option<i64> {
        self.parts().map(|(_, deadline)| deadline)
    }

    /// The job whose leaf it is.
    pub fn job(&self) -> Option<i64> {
        self.parts().map(|(job, _)| job)
    }

    fn parts(&self) -> Option<(i64, i64)> {
        let (job, deadline) = self.0.strip_prefix("job-")?.rsplit_once('-')?;
        Some((job.parse().ok()?, deadline.parse().ok()?))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LeafName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long past its deadline and this grace the job of a leaf is; negative before. `None` when the
/// leaf has no deadline.
pub fn overdue_ms(leaf: &LeafName, now_ms: i64, grace_ms: i64) -> Option<i64> {
    let deadline = leaf.deadline_ms()?;
    Some(now_ms.saturating_sub(deadline.saturating_add(grace_ms)))
}

/// Refuses what is no name.
pub(crate) fn check(what: &'static str, name: &str) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if (1..=LENGTH_MAX).contains(&name.len()) && name.chars().all(plain) {
        return Ok(());
    }
    Err(Error::BadName {
        what,
        word: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_in_the_name() {
        let leaf = LeafName::of_job(7, 1_790_000_000_000);
        assert_eq!(leaf.as_str(), "job-7-1790000000000");
        assert_eq!(leaf.deadline_ms(), Some(1_790_000_000_000));
        assert_eq!(leaf.job(), Some(7));
        assert_eq!(overdue_ms(&leaf, 1_790_000_010_001, 10_000), Some(1));
        for other in ["worker-act", "job-7", "job-x-5", "job-7-", "jobs-1-2"] {
            assert_eq!(LeafName::new(other).unwrap().deadline_ms(), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_file_name_is_no_leaf() {
        for bad in ["", "..", "a/b", "A", "a b", &"a".repeat(65)] {
            assert!(LeafName::new(bad).is_err(), "{bad:?}");
        }
    }
}

//! How many registrations are left.

use serde_json::json;

use super::{
    client::Client,
    faults::{CallKind, Error},
    read::count_opt,
};
use crate::wire::{Object, WireError};

/// The account's units: each accepted registration uses one, and nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bought and free ones.
    pub total: u64,
    /// Used so far.
    pub used: u64,
    /// Left. At 0 each registration is refused until somebody buys more.
    pub remain: u64,
    /// Used today, where the vendor tells.
    pub today_used: Option<u32>,
    /// The most in a day, where the vendor tells.
    pub daily_max: Option<u32>,
}

impl Client {
    /// The account's quota. It is a harmless read, and proves the key.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn get_quota(&self) -> Result<Quota, Error> {
        let reply = self.post(CallKind::Read, "getquota", &json!([])).await?;
        read(&reply).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

pub(super) fn read(reply: &serde_json::Value) -> Result<Quota, WireError> {
    let root = Object::new("", reply)?;
    let data = root
        .object_opt("data")?
        .ok_or_else(|| root.wrong("data", "is missing"))?;
    // An absent count is not 0 here: that would be an empty quota.
    let count = |name| match data.get(name) {
        Some(_) => data.count(name),
        None => Err(data.wrong(name, "is missing")),
    };
    Ok(Quota {
        total: count("quota_total")?,
        used: count("quota_used")?,
        remain: count("quota_remain")?,
        today_used: count_opt(&data, "today_used")?,
        daily_max: count_opt(&data, "max_track_daily")?,
    })
}

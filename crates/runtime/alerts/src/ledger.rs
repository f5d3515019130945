//! What each sink was told: `<spool>/sent/<sink>/<alert>.json`, written by the one deliverer.
//!
//! In the deliverer's life its memory is what counts, and the files follow: on a full disk nobody is
//! told the same thing each second. A torn file counts as absent, so its notice goes out once more.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use homeostat_model::RuntimeTime;
use serde::{Deserialize, Serialize};

use crate::{
    AlertId, Error, Spool,
    files::{self, Content},
    notice::{self, Told},
};

/// How far one alert has come at one sink.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The name of the sink.
    pub sink: String,
    /// What it was told last.
    pub told: Option<Told>,
    /// When.
    pub told_at: Option<RuntimeTime>,
    /// Failures in a row of what is owed next.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Nothing is tried before.
    pub next_try_at: Option<RuntimeTime>,
}

impl Delivery {
    /// The sink took it.
    pub(crate) fn took(&mut self, said: Told, at: RuntimeTime) {
        *self = Self {
            sink: std::mem::take(&mut self.sink),
            told: Some(said),
            told_at: Some(at),
            ..Self::default()
        };
    }

    /// The sink did not take it, or nobody knows.
    pub(crate) fn failed(&mut self, why: String, at: RuntimeTime) {
        self.failures = self.failures.saturating_add(1);
        let wait = jiff::SignedDuration::try_from(notice::wait(self.failures));
        self.next_try_at = Some(at.plus(wait.unwrap_or_default()));
        self.last_error = Some(why);
    }
}

/// All deliveries to one sink.
#[derive(Debug)]
pub(crate) struct Ledger {
    dir: Option<PathBuf>,
    sink: String,
    kept: Mutex<BTreeMap<AlertId, Delivery>>,
}

impl Ledger {
    /// Reads what was written for this sink.
    pub(crate) fn open(spool: &Spool, key: &str, sink: &str) -> Self {
        let dir = spool.dir().map(|dir| sent_dir(dir).join(key));
        let kept = dir.as_deref().map(read_all).unwrap_or_default();
        Self {
            dir,
            sink: sink.to_owned(),
            kept: Mutex::new(kept),
        }
    }

    pub(crate) fn get(&self, alert: &AlertId) -> Delivery {
        self.lock().get(alert).cloned().unwrap_or(Delivery {
            sink: self.sink.clone(),
            ..Delivery::default()
        })
    }

    /// Remembers, and writes it down as far as that can be done.
    pub(crate) fn put(&self, alert: &AlertId, delivery: Delivery) {
        if let Some(dir) = &self.dir {
            let written = files::own_dir(dir)
                .and_then(|()| files::replace(&dir.join(format!("{alert}.json")), &delivery));
            if let Err(error) = written {
                tracing::warn!(%error, %alert, "what a sink was told is kept in memory only");
            }
        }
        self.lock().insert(alert.clone(), delivery);
    }

    pub(crate) fn forget(&self, alert: &AlertId) {
        self.lock().remove(alert);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<AlertId, Delivery>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What every sink was told of every alert, by the sink's key, as it is written down.
///
/// # Errors
/// When the directory cannot be read.
pub fn deliveries(spool: &Spool) -> Result<BTreeMap<AlertId, BTreeMap<String, Delivery>>, Error> {
    let mut found: BTreeMap<AlertId, BTreeMap<String, Delivery>> = BTreeMap::new();
    let Some(dir) = spool.dir() else {
        return Ok(found);
    };
    for sink_dir in files::names(&sent_dir(dir), "")? {
        let key = sink_dir.file_name().unwrap_or_default().to_string_lossy();
        for (alert, delivery) in read_all(&sink_dir) {
            let told = found.entry(alert).or_default();
            told.insert(key.clone().into_owned(), delivery);
        }
    }
    Ok(found)
}

/// Removes what was written about alerts that are gone, for sinks that are gone too.
pub(crate) fn sweep(dir: &Path, is_kept: impl Fn(&AlertId) -> bool) {
    for sink_dir in files::names(&sent_dir(dir), "").unwrap_or_default() {
        for path in files::names(&sink_dir, ".json").unwrap_or_default() {
            if id_of(&path).is_none_or(|id| !is_kept(&id)) {
                // It is swept again.
                let _ = files::remove(&path);
            }
        }
        // A sink of which nothing is left; one that still has files keeps its directory.
        let _ = std::fs::remove_dir(&sink_dir);
    }
}

pub(crate) fn sent_dir(spool: &Path) -> PathBuf {
    spool.join("sent")
}

fn read_all(dir: &Path) -> BTreeMap<AlertId, Delivery> {
    let paths = files::names(dir, ".json").unwrap_or_default();
    let read = paths.iter().filter_map(|path| match files::read(path) {
        Ok(Content::Whole(delivery)) => Some((id_of(path)?, delivery)),
        Ok(Content::Absent | Content::Torn(_)) | Err(_) => None,
    });
    read.collect()
}

fn id_of(path: &Path) -> Option<AlertId> {
    let name = path.file_stem()?.to_str()?;
    serde_json::from_value(name.into()).ok()
}

//! The spool: one file for an alert.
//!
//! Any process of the machine may raise and resolve; nobody waits for anybody. The last writer of a
//! file wins, and each of the orders in which two may meet is one that could have happened. What
//! cannot be written stays in the memory of this process, is listed like the rest, and is written as
//! soon as that can be done.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use homeostat_model::RuntimeTime;
use tokio::sync::Notify;

use crate::{
    Alert, AlertId, Cause, Error, Severity,
    files::{self, Content},
};

/// So many alerts are kept. A hundred that are open have one cause, and nobody reads on.
const ALERTS_MAX: usize = 500;
/// The alert that says that there are too many.
const FULL: &str = "spool_full";
/// The alert that says that a file was torn.
const TORN: &str = "spool_torn";

/// The alerts of one system. Cheap to clone; clones share what could not be written.
#[derive(Debug, Clone)]
pub struct Spool {
    /// None for a spool that lives in memory alone.
    dir: Option<PathBuf>,
    alerts_max: usize,
    unsaved: Arc<Mutex<BTreeMap<AlertId, Alert>>>,
    changed: Arc<Notify>,
}

/// What lies in the spool.
#[derive(Debug, Default)]
pub struct Listing {
    /// The open ones first, the newest first among equals.
    pub alerts: Vec<Alert>,
    /// Files that could not be read; each was named, and set aside where it was torn.
    pub troubles: Vec<Error>,
}

impl Spool {
    /// The spool in this directory, which is made where it is missing.
    ///
    /// # Errors
    /// When there can be no such directory. [`Spool::in_memory`] is left then.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        files::own_dir(dir)?;
        Ok(Self::at(Some(dir.to_owned())))
    }

    /// A spool that ends with the process.
    pub fn in_memory() -> Self {
        Self::at(None)
    }

    fn at(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            alerts_max: ALERTS_MAX,
            unsaved: Arc::default(),
            changed: Arc::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn with_max(mut self, alerts_max: usize) -> Self {
        self.alerts_max = alerts_max;
        self
    }

    /// Where it lies.
    pub fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// Says that something is wrong. The same cause again is the same alert, seen once more.
    ///
    /// # Errors
    /// When it could not be written, or there are too many. Written or not, a deliverer that shares
    /// this spool delivers it.
    pub fn raise(&self, cause: &Cause, at: RuntimeTime) -> Result<AlertId, Error> {
        let mut unsaved = self.lock();
        let id = AlertId::of(&cause.code, &cause.subject);
        let before = self.present(&unsaved, &id);
        let full =
            before.is_none() && cause.code != FULL && self.count(&unsaved) >= self.alerts_max;
        if full {
            let words = self.full(cause);
            let before = self.present(&unsaved, &AlertId::of(FULL, &words.subject));
            self.keep(&mut unsaved, Alert::raised(before.as_ref(), &words, at))?;
            return Err(Error::Full {
                max: self.alerts_max,
            });
        }
        self.keep(&mut unsaved, Alert::raised(before.as_ref(), cause, at))?;
        Ok(id)
    }

    /// Says that it is over. Returns whether it was open.
    ///
    /// # Errors
    /// When it could not be written; see [`Spool::raise`].
    pub fn resolve(&self, id: &AlertId, at: RuntimeTime) -> Result<bool, Error> {
        let mut unsaved = self.lock();
        let before = self.present(&unsaved, id);
        match before.and_then(|alert| alert.resolved(at)) {
            None => Ok(false),
            Some(closed) => self.keep(&mut unsaved, closed).map(|()| true),
        }
    }

    /// Everything that is kept.
    pub fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let unsaved = self.lock();
        let mut found = BTreeMap::new();
        let paths = match &self.dir {
            None => Ok(Vec::new()),
            Some(dir) => files::names(dir, ".json"),
        };
        for path in paths.unwrap_or_else(|error| {
            listing.troubles.push(error);
            Vec::new()
        }) {
            match self.read(&path) {
                Ok(Some(alert)) => {
                    found.insert(alert.id.clone(), alert);
                }
                Ok(None) => {}
                Err(error) => listing.troubles.push(error),
            }
        }
        found.extend(
            unsaved
                .iter()
                .map(|(id, alert)| (id.clone(), alert.clone())),
        );
        listing.alerts = found.into_values().collect();
        listing
            .alerts
            .sort_by_key(|a| (!a.is_open(), std::cmp::Reverse(a.raised_at)));
        listing
    }

    /// Ends when somebody in this process raises or resolves after this call.
    pub fn changed(&self) -> impl Future<Output = ()> + '_ {
        self.changed.notified()
    }

    /// Writes what could not be written before. What still cannot be stays.
    pub(crate) fn save(&self) {
        let mut unsaved = self.lock();
        unsaved.retain(|_, alert| self.write(alert).is_err());
    }

    /// Raises an alert for each file that was torn: what it said is lost, that it spoke is not.
    pub(crate) fn mourn(&self, troubles: &[Error], at: RuntimeTime) {
        for trouble in troubles {
            let Error::Torn { path, aside, why } = trouble else {
                continue;
            };
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let told = Cause {
                severity: Severity::Warning,
                code: TORN.to_owned(),
                subject: name.into_owned(),
                text: format!(
                    "an alert of this name was kept, and its file holds none ({why}); \
                     look at {} and at the disk",
                    aside.display()
                ),
            };
            // Kept in memory when it cannot be written.
            let _ = self.raise(&told, at);
        }
    }

    /// Whether there is such an alert, readable or not.
    pub(crate) fn has(&self, id: &AlertId) -> bool {
        let written = self.dir.as_ref().map(|dir| file_of(dir, id).exists());
        written.unwrap_or(false) || self.lock().contains_key(id)
    }

    /// Forgets an alert as it was seen. One that was raised again meanwhile stays.
    pub(crate) fn forget(&self, alert: &Alert) -> Result<(), Error> {
        let mut unsaved = self.lock();
        if unsaved.get(&alert.id) == Some(alert) {
            unsaved.remove(&alert.id);
        }
        match &self.dir {
            Some(dir) => files::remove_if(&file_of(dir, &alert.id), alert),
            None => Ok(()),
        }
    }

    /// Writes an alert, or keeps it in memory and says why.
    fn keep(&self, unsaved: &mut BTreeMap<AlertId, Alert>, alert: Alert) -> Result<(), Error> {
        let written = self.write(&alert);
        match &written {
            Ok(()) => unsaved.remove(&alert.id),
            Err(_) => unsaved.insert(alert.id.clone(), alert),
        };
        self.changed.notify_waiters();
        match self.dir {
            Some(_) => written,
            None => Ok(()),
        }
    }

    fn write(&self, alert: &Alert) -> Result<(), Error> {
        match &self.dir {
            Some(dir) => files::replace(&file_of(dir, &alert.id), alert),
            None => Err(Error::Full { max: 0 }),
        }
    }

    /// The alert as it is now. One that cannot be read is raised anew.
    fn present(&self, unsaved: &BTreeMap<AlertId, Alert>, id: &AlertId) -> Option<Alert> {
        let known = unsaved.get(id).cloned();
        known.or_else(|| self.read(&file_of(self.dir.as_deref()?, id)).ok().flatten())
    }

    fn read(&self, path: &Path) -> Result<Option<Alert>, Error> {
        let fits = |alert: &Alert| path.file_stem() == Some(alert.id.as_str().as_ref());
        let why = match files::read::<Alert>(path)? {
            Content::Absent => return Ok(None),
            Content::Whole(alert) if fits(&alert) => return Ok(Some(alert)),
            Content::Whole(alert) => format!("it is about {}", alert.id),
            Content::Torn(why) => why,
        };
        let aside = path.parent().unwrap_or(Path::new(".")).join("torn");
        let is_whole =
            |at: &Path| matches!(files::read::<Alert>(at), Ok(Content::Whole(a)) if fits(&a));
        Err(files::set_aside(path, &aside, why, is_whole))
    }

    fn count(&self, unsaved: &BTreeMap<AlertId, Alert>) -> usize {
        let saved = self.dir.as_ref().map(|dir| files::names(dir, ".json"));
        saved.and_then(Result::ok).unwrap_or_default().len() + unsaved.len()
    }

    fn full(&self, refused: &Cause) -> Cause {
        Cause {
            severity: Severity::Critical,
            code: FULL.to_owned(),
            subject: "alerts".to_owned(),
            text: format!(
                "there are {} alerts and no room for more; the last that was refused: {} {}: {}",
                self.alerts_max, refused.code, refused.subject, refused.text
            ),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<AlertId, Alert>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn file_of(dir: &Path, id: &AlertId) -> PathBuf {
    dir.join(format!("{id}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> RuntimeTime {
        RuntimeTime(jiff::Timestamp::from_second(second).unwrap())
    }

    fn cause(subject: &str) -> Cause {
        Cause {
            severity: Severity::Warning,
            code: "c".into(),
            subject: subject.into(),
            text: "t".into(),
        }
    }

    #[test]
    fn an_alert_outlives_its_process_and_counts_across_processes() {
        let dir = tempfile::tempdir().unwrap();
        let id = Spool::open(dir.path())
            .unwrap()
            .raise(&cause("a"), at(1))
            .unwrap();
        let other = Spool::open(dir.path()).unwrap();
        assert_eq!(other.raise(&cause("a"), at(2)).unwrap(), id);
        let listing = Spool::open(dir.path()).unwrap().list();
        assert_eq!(listing.alerts.len(), 1);
        assert_eq!(listing.alerts[0].times_seen, 2);
        assert!(other.resolve(&id, at(3)).unwrap());
        assert!(!other.resolve(&id, at(4)).unwrap());
        assert_eq!(other.list().alerts[0].resolved_at, Some(at(3)));
    }

    #[test]
    fn open_ones_come_first() {
        let spool = Spool::in_memory();
        let a = spool.raise(&cause("a"), at(9)).unwrap();
        for (name, second) in [("b", 2), ("c", 3)] {
            spool.raise(&cause(name), at(second)).unwrap();
        }
        spool.resolve(&a, at(10)).unwrap();
        let subjects: Vec<String> = spool.list().alerts.into_iter().map(|a| a.subject).collect();
        assert_eq!(subjects, ["c", "b", "a"]);
    }

    #[test]
    fn a_torn_file_is_named_and_set_aside_and_spoken_of() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path()).unwrap();
        let id = spool.raise(&cause("a"), at(1)).unwrap();
        spool.raise(&cause("b"), at(1)).unwrap();
        let path = file_of(dir.path(), &id);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &text[..text.len() / 2]).unwrap();
        let listing = spool.list();
        assert_eq!(listing.alerts.len(), 1, "the others are read");
        assert!(listing.troubles[0].to_string().contains(id.as_str()));
        assert!(!path.exists() && dir.path().join("torn").join(format!("{id}.json")).exists());
        spool.mourn(&listing.troubles, at(2));
        let codes: Vec<String> = spool.list().alerts.into_iter().map(|a| a.code).collect();
        assert!(codes.contains(&TORN.to_owned()), "{codes:?}");
        // Its cause opens it again.
        assert_eq!(spool.raise(&cause("a"), at(3)).unwrap(), id);
    }

    #[test]
    fn a_file_under_another_name_is_no_alert() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path()).unwrap();
        let id = spool.raise(&cause("a"), at(1)).unwrap();
        std::fs::rename(file_of(dir.path(), &id), dir.path().join("x-1.json")).unwrap();
        assert!(matches!(spool.list().troubles[..], [Error::Torn { .. }]));
        std::fs::write(dir.path().join("big.json"), vec![b' '; 100_000]).unwrap();
        assert!(matches!(spool.list().troubles[..], [Error::Torn { .. }]));
    }

    #[test]
    fn what_was_raised_again_is_not_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path()).unwrap();
        let id = spool.raise(&cause("a"), at(1)).unwrap();
        spool.resolve(&id, at(2)).unwrap();
        let seen = spool.list().alerts.remove(0);
        spool.raise(&cause("a"), at(3)).unwrap();
        spool.forget(&seen).unwrap();
        assert!(spool.list().alerts[0].is_open());
        spool.resolve(&id, at(4)).unwrap();
        let seen = spool.list().alerts.remove(0);
        spool.forget(&seen).unwrap();
        assert!(spool.list().alerts.is_empty() && !spool.has(&id));
    }

    #[test]
    fn too_many_are_one_alert_more_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path()).unwrap().with_max(3);
        for n in 0..3 {
            spool.raise(&cause(&n.to_string()), at(n)).unwrap();
        }
        for n in 3..6 {
            let refused = spool.raise(&cause(&n.to_string()), at(n)).unwrap_err();
            assert!(matches!(refused, Error::Full { max: 3 }));
        }
        // One that is there already is seen all the same.
        spool.raise(&cause("0"), at(9)).unwrap();
        let alerts = spool.list().alerts;
        assert_eq!(alerts.len(), 4);
        let full = alerts.iter().find(|a| a.code == FULL).unwrap();
        assert!(
            full.times_seen == 3 && full.cause.contains("c 5"),
            "{full:?}"
        );
    }

    #[test]
    fn what_cannot_be_written_is_kept_and_written_later() {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(&dir.path().join("spool")).unwrap();
        let place = dir.path().join("spool");
        std::fs::remove_dir(&place).unwrap();
        std::fs::write(&place, "no directory").unwrap();
        assert!(matches!(
            spool.raise(&cause("a"), at(1)),
            Err(Error::File { .. })
        ));
        assert!(spool.raise(&cause("a"), at(2)).is_err());
        let [alert] = &spool.list().alerts[..] else {
            panic!()
        };
        assert_eq!(alert.times_seen, 2);
        std::fs::remove_file(&place).unwrap();
        spool.save();
        let other = Spool::open(&place).unwrap();
        assert_eq!(other.list().alerts[0].times_seen, 2);
        assert!(spool.lock().is_empty());
    }
}

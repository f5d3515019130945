//! Which worker does which kind.

use std::{collections::BTreeMap, fmt, sync::Arc};

use homeostat_store::{Db, transact};
use serde_json::Value;

use crate::{Context, Error, Failure, Job, KindDefaults, Outcome, Worker, kind};

/// The workers of a process, by kind.
#[derive(Default, Clone)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Entry>,
}

#[derive(Clone)]
struct Entry {
    defaults: KindDefaults,
    worker: Arc<dyn Erased>,
}

impl Registry {
    /// No workers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the worker of a kind.
    ///
    /// # Errors
    /// When the kind has one already.
    pub fn add<W: Worker>(&mut self, worker: W) -> Result<(), Error> {
        let kind = W::Job::KIND;
        let entry = Entry {
            defaults: W::Job::defaults(),
            worker: Arc::new(worker),
        };
        match self.kinds.insert(kind, entry) {
            None => Ok(()),
            Some(_) => Err(Error::DuplicateKind(kind)),
        }
    }

    /// Keeps only these kinds: a worker group.
    ///
    /// # Errors
    /// When a name is no registered kind.
    pub fn only(&self, names: &[String]) -> Result<Self, Error> {
        let mut kinds = BTreeMap::new();
        for name in names {
            let Some((&kind, entry)) = self.kinds.get_key_value(name.as_str()) else {
                let known: Vec<_> = self.kinds().collect();
                let message = format!("{name:?} is no kind; known kinds: {}", known.join(", "));
                return Err(Error::input("kind", message));
            };
            kinds.insert(kind, entry.clone());
        }
        Ok(Self { kinds })
    }

    /// The names of the kinds, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.kinds.keys().copied()
    }

    /// Writes the kinds and their bounds to the database, which lets them be enqueued.
    ///
    /// # Errors
    /// When a bound is refused or the database does not answer.
    pub async fn register(&self, db: &Db) -> Result<(), Error> {
        transact!(db, |tx| -> Result<(), Error> {
            for (kind, entry) in &self.kinds {
                kind::register(&mut *tx, kind, &entry.defaults).await?;
            }
            Ok::<_, Error>(())
        })
    }

    pub(crate) fn defaults(&self, kind: &str) -> Option<&KindDefaults> {
        self.kinds.get(kind).map(|entry| &entry.defaults)
    }

    pub(crate) fn worker(&self, kind: &str) -> Option<Arc<dyn Erased>> {
        self.kinds.get(kind).map(|entry| entry.worker.clone())
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds.keys()).finish()
    }
}

/// The args do not fit the kind: no attempt will ever read them.
#[derive(Debug)]
pub(crate) struct Poison(pub(crate) String);

/// A worker whose kind is known by name only.
#[async_trait::async_trait]
pub(crate) trait Erased: Send + Sync {
    async fn run(&self, args: Value, context: &Context)
    -> Result<Result<Outcome, Failure>, Poison>;
}

#[async_trait::async_trait]
impl<W: Worker> Erased for W {
    async fn run(
        &self,
        args: Value,
        context: &Context,
    ) -> Result<Result<Outcome, Failure>, Poison> {
        let job: W::Job = serde_path_to_error::deserialize(args).map_err(|error| {
            // A missing field has the path of the object it is missing from.
            Poison(format!("args.{}: {}", error.path(), error.inner()))
        })?;
        Ok(self.work(job, context).await)
    }
}

//! Which worker does which kind.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use homeostat_store::{Db, transact};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Admission, Context, Error, Failure, Job, KindDefaults, NamedWorker, Outcome, Pipeline, Worker,
    admission::Named, kind,
};

/// The workers of a process, by kind, and the pipelines whose phases they do.
#[derive(Default, Clone)]
pub struct Registry {
    kinds: BTreeMap<String, Entry>,
    pipelines: BTreeMap<&'static str, Phases>,
}

#[derive(Clone)]
struct Entry {
    defaults: KindDefaults,
    pipeline: Option<&'static str>,
    worker: Arc<dyn Erased>,
    /// Asked before a job is claimed.
    admission: Option<Arc<dyn Admission>>,
}

/// The kinds of a pipeline's phases, in order.
#[derive(Clone)]
struct Phases {
    kinds: Vec<String>,
    give_up_after: Duration,
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
        self.insert(
            W::Job::KIND.to_owned(),
            Entry {
                defaults: W::Job::defaults(),
                pipeline: None,
                worker: Arc::new(worker),
                admission: None,
            },
        )
    }

    /// Adds the worker of a kind whose name is known only now.
    ///
    /// # Errors
    /// When the kind has one already.
    pub fn add_named(
        &mut self,
        kind: String,
        defaults: KindDefaults,
        worker: Arc<dyn NamedWorker>,
    ) -> Result<(), Error> {
        let entry = Entry {
            defaults,
            pipeline: None,
            worker: Arc::new(Named(worker)),
            admission: None,
        };
        self.insert(kind, entry)
    }

    /// From now on jobs of this kind are claimed one by one, each when there is room for it.
    ///
    /// # Errors
    /// When the kind has no worker.
    pub fn admit(&mut self, kind: &str, admission: Arc<dyn Admission>) -> Result<(), Error> {
        match self.kinds.get_mut(kind) {
            Some(entry) => {
                entry.admission = Some(admission);
                Ok(())
            }
            None => Err(Error::input("kind", format!("{kind:?} has no worker"))),
        }
    }

    /// Adds a pipeline: the worker of each of its phases, and its name as what starts a run.
    ///
    /// # Errors
    /// When it has no phase, or one of its names is taken.
    pub fn add_pipeline<Args, Output>(
        &mut self,
        pipeline: Pipeline<Args, Output>,
    ) -> Result<(), Error> {
        let name = pipeline.name;
        if pipeline.stages.is_empty() {
            let message = format!("pipeline {name:?} has none; add the first with then()");
            return Err(Error::input("phases", message));
        }
        if self.kinds.contains_key(name) || self.pipelines.contains_key(name) {
            return Err(Error::DuplicateKind(name.to_owned()));
        }
        let phases = Phases {
            kinds: pipeline.stages.iter().map(|s| s.kind.clone()).collect(),
            give_up_after: pipeline.give_up_after,
        };
        for stage in pipeline.stages {
            let entry = Entry {
                defaults: stage.defaults,
                pipeline: Some(name),
                worker: stage.worker,
                admission: None,
            };
            self.insert(stage.kind, entry)?;
        }
        self.pipelines.insert(name, phases);
        Ok(())
    }

    fn insert(&mut self, kind: String, entry: Entry) -> Result<(), Error> {
        if self.kinds.contains_key(&kind) || self.pipelines.contains_key(kind.as_str()) {
            return Err(Error::DuplicateKind(kind));
        }
        self.kinds.insert(kind, entry);
        Ok(())
    }

    /// Keeps only these kinds: a worker group. A pipeline's name stands for all of its phases.
    ///
    /// # Errors
    /// When a name is no registered kind.
    pub fn only(&self, names: &[String]) -> Result<Self, Error> {
        let mut kinds = BTreeMap::new();
        for name in names {
            let phases = self.pipelines.get(name.as_str());
            for kind in phases.map_or(std::slice::from_ref(name), |p| &p.kinds) {
                let Some(entry) = self.kinds.get(kind) else {
                    let known: Vec<_> = self.kinds().collect();
                    let message = format!("{name:?} is no kind; known kinds: {}", known.join(", "));
                    return Err(Error::input("kind", message));
                };
                kinds.insert(kind.clone(), entry.clone());
            }
        }
        // A pipeline is registered by whoever can do all of it: its phases' bounds are there then.
        let whole = |phases: &Phases| phases.kinds.iter().all(|kind| kinds.contains_key(kind));
        let pipelines = self
            .pipelines
            .iter()
            .filter(|(_, phases)| whole(phases))
            .map(|(&name, phases)| (name, phases.clone()))
            .collect();
        Ok(Self { kinds, pipelines })
    }

    /// The names of the kinds, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &str> + '_ {
        self.kinds.keys().map(String::as_str)
    }

    /// Writes the kinds and their bounds to the database, which lets them be enqueued.
    ///
    /// # Errors
    /// When a bound is refused or the database does not answer.
    pub async fn register(&self, db: &Db) -> Result<(), Error> {
        transact!(db, |tx| -> Result<(), Error> {
            for (kind, entry) in &self.kinds {
                let role = kind::Role {
                    pipeline: entry.pipeline,
                    phases: None,
                };
                kind::register(&mut *tx, kind, &entry.defaults, role).await?;
            }
            for (name, phases) in &self.pipelines {
                let defaults = KindDefaults {
                    give_up_after: phases.give_up_after,
                    ..KindDefaults::default()
                };
                let role = kind::Role {
                    pipeline: None,
                    phases: Some(&phases.kinds),
                };
                kind::register(&mut *tx, name, &defaults, role).await?;
            }
            Ok::<_, Error>(())
        })
    }

    pub(crate) fn defaults(&self, kind: &str) -> Option<&KindDefaults> {
        self.kinds.get(kind).map(|entry| &entry.defaults)
    }

    pub(crate) fn admission(&self, kind: &str) -> Option<Arc<dyn Admission>> {
        self.kinds.get(kind)?.admission.clone()
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

/// What an attempt is given: the job's args and, in a pipeline, what the phase before left.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) args: Value,
    pub(crate) input: Value,
}

impl Given {
    /// The args as their type.
    pub(crate) fn args<T: DeserializeOwned>(&self) -> Result<T, Poison> {
        serde_path_to_error::deserialize(&self.args).map_err(|error| {
            // A missing field has the path of the object it is missing from.
            Poison(format!("args.{}: {}", error.path(), error.inner()))
        })
    }
}

/// Something given or returned does not fit its type: no attempt will ever read it.
#[derive(Debug)]
pub(crate) struct Poison(pub(crate) String);

/// A worker whose kind is known by name only.
#[async_trait::async_trait]
pub(crate) trait Erased: Send + Sync {
    async fn run(
        &self,
        given: Given,
        context: &Context,
    ) -> Result<Result<Outcome, Failure>, Poison>;
}

#[async_trait::async_trait]
impl<W: Worker> Erased for W {
    async fn run(
        &self,
        given: Given,
        context: &Context,
    ) -> Result<Result<Outcome, Failure>, Poison> {
        Ok(self.work(given.args()?, context).await)
    }
}

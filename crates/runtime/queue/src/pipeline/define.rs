//! Phases and pipelines as programs write them.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use homeostat_model::RunId;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Context, Failure, KindDefaults, Outcome,
    registry::{Erased, Given, Poison},
};

/// One part of a pipeline. Its job is of the kind `<pipeline>.<NAME>`.
#[async_trait::async_trait]
pub trait Phase: Send + Sync + 'static {
    /// The short name, unique in its pipeline: `a-z`, `0-9`, `_` and `-`, starting with a letter.
    const NAME: &'static str;

    /// What the whole run was asked to do: the same for all phases of a pipeline.
    type Args: DeserializeOwned + Send + Sync + 'static;
    /// What the phase before this one left; `()` for the first.
    type Input: DeserializeOwned + Send + Sync + 'static;
    /// What this phase leaves: its checkpoint. Up to 64 KiB of JSON; larger data belongs into a table.
    type Output: Serialize + Send + Sync + 'static;

    /// Bounds of one phase.
    fn defaults() -> KindDefaults {
        KindDefaults::default()
    }

    /// Does the phase. It may run again after a crash, so acts on the outside go through effects;
    /// [`Context::save_progress`] keeps what need not be done twice.
    async fn run(
        &self,
        args: Self::Args,
        input: Self::Input,
        context: &Context,
    ) -> Result<Outcome<Self::Output>, Failure>;
}

/// Phases in order. The compiler checks that each takes what the one before it leaves. Enqueueing the
/// pipeline's name starts a run.
pub struct Pipeline<Args, Output = ()> {
    pub(crate) name: &'static str,
    pub(crate) give_up_after: Duration,
    pub(crate) stages: Vec<Stage>,
    types: PhantomData<fn(Args) -> Output>,
}

/// A phase whose types are forgotten.
pub(crate) struct Stage {
    pub(crate) kind: String,
    pub(crate) defaults: KindDefaults,
    pub(crate) worker: Arc<dyn Erased>,
}

impl<Args: DeserializeOwned + Send + Sync + 'static> Pipeline<Args> {
    /// A pipeline without phases. `name` is what is enqueued, and the start of its phases' kinds.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            give_up_after: KindDefaults::default().give_up_after,
            stages: Vec::new(),
            types: PhantomData,
        }
    }
}

impl<Args, Output> Pipeline<Args, Output> {
    /// Adds the next phase.
    #[must_use]
    pub fn then<P>(mut self, phase: P) -> Pipeline<Args, P::Output>
    where
        P: Phase<Args = Args, Input = Output>,
    {
        self.stages.push(Stage {
            kind: format!("{}.{}", self.name, P::NAME),
            defaults: P::defaults(),
            worker: Arc::new(AsWorker(phase)),
        });
        Pipeline {
            name: self.name,
            give_up_after: self.give_up_after,
            stages: self.stages,
            types: PhantomData,
        }
    }

    /// How long after its `run_at` a run that is not done has failed; one day when it is not set.
    /// Each phase has a bound of its own beside it.
    #[must_use]
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }
}

impl<Args, Output> std::fmt::Debug for Pipeline<Args, Output> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<_> = self.stages.iter().map(|stage| &stage.kind).collect();
        f.debug_struct("Pipeline")
            .field("name", &self.name)
            .field("phases", &kinds)
            .finish_non_exhaustive()
    }
}

/// The place of a phase's job in its run.
#[derive(Debug, Clone)]
pub(crate) struct PhaseOf {
    pub(crate) run: RunId,
    pub(crate) name: String,
    pub(crate) resumes: i16,
    /// The output of the phase before; null for the first.
    pub(crate) input: Value,
}

struct AsWorker<P>(P);

#[async_trait::async_trait]
impl<P: Phase> Erased for AsWorker<P> {
    async fn run(
        &self,
        given: Given,
        context: &Context,
    ) -> Result<Result<Outcome, Failure>, Poison> {
        let args = given.args()?;
        let input: P::Input = serde_path_to_error::deserialize(given.input).map_err(|error| {
            Poison(format!(
                "input.{}: {}; phase {:?} cannot read what the phase before it left",
                error.path(),
                error.inner(),
                P::NAME
            ))
        })?;
        match self.0.run(args, input, context).await {
            Err(failure) => Ok(Err(failure)),
            Ok(outcome) => match outcome.try_map(serde_json::to_value) {
                Ok(outcome) => Ok(Ok(outcome)),
                Err(error) => Err(Poison(format!("output: of phase {:?}: {error}", P::NAME))),
            },
        }
    }
}

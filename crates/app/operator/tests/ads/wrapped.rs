//! The house's phases, wrapped: done as they are, done twice, or failed after all of their work.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use homeostat_operator::{
    Operator,
    pipelines::ads::{Args, Audit, Filter, Report, Search, Track},
};
use homeostat_queue::{Context, Failure, KindDefaults, Outcome, Phase, Pipeline, Registry};

/// How each phase is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    AsItIs,
    /// As if it had been interrupted right before its checkpoint, and begun anew.
    Twice,
    /// Its first attempt fails after the work, and the second begins from what was saved.
    FailsOnce,
}

struct Wrapped<P>(P, How);

#[async_trait::async_trait]
impl<P> Phase for Wrapped<P>
where
    P: Phase<Args = Args>,
    P::Input: Clone,
{
    const NAME: &'static str = P::NAME;
    type Args = Args;
    type Input = P::Input;
    type Output = P::Output;

    fn defaults() -> KindDefaults {
        KindDefaults {
            backoff: Duration::from_millis(1),
            ..P::defaults()
        }
    }

    async fn run(
        &self,
        args: Args,
        input: P::Input,
        context: &Context,
    ) -> Result<Outcome<P::Output>, Failure> {
        let done = self.0.run(args.clone(), input.clone(), context).await?;
        match (self.1, &done) {
            (How::FailsOnce, Outcome::Done(_)) if context.attempt() == 1 => {
                Err(Failure::error("on purpose, after all of the work"))
            }
            (How::Twice, Outcome::Done(_)) => self.0.run(args, input, context).await,
            (How::AsItIs | How::FailsOnce | How::Twice, _) => Ok(done),
        }
    }
}

/// The pipeline of the house, its phases done like this.
pub(crate) fn phases(operator: &Operator, how: How) -> Registry {
    let own = || operator.clone();
    let pipeline = Pipeline::<Args>::new("ads")
        .then(Wrapped(Search(own()), how))
        .then(Wrapped(Filter(own()), how))
        .then(Wrapped(Track(own()), how))
        .then(Wrapped(Audit(own()), how))
        .then(Wrapped(Report(own()), how));
    let mut registry = Registry::new();
    registry.add_pipeline(pipeline).unwrap();
    registry
}

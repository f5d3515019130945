//! The drills' own pipeline, `drill.trip`: three phases, each of which counts one on. It asks nobody
//! anything, so that what is judged is the way from phase to phase.

use std::time::Duration;

use homeostat_clock::pause;
use homeostat_queue::{Context, Failure, KindDefaults, Outcome, Phase, Pipeline};
use serde::{Deserialize, Serialize};

/// What is enqueued to start a run.
const NAME: &str = "drill.trip";

/// What a run is asked to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Which one it is, for people.
    #[serde(rename = "name")]
    _name: String,
    /// How long each phase holds, in milliseconds.
    #[serde(default)]
    holds_ms: u64,
}

/// How many phases are behind.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Count {
    phases: u32,
}

struct Out;
struct There;
struct Back;

pub(super) fn pipeline() -> Pipeline<Args, Count> {
    Pipeline::<Args>::new(NAME).then(Out).then(There).then(Back)
}

fn bounds() -> KindDefaults {
    KindDefaults {
        backoff: Duration::ZERO,
        ..KindDefaults::default()
    }
}

async fn count_on(args: &Args, phases: u32) -> Result<Outcome<Count>, Failure> {
    pause(Duration::from_millis(args.holds_ms)).await;
    Ok(Outcome::Done(Count { phases: phases + 1 }))
}

#[async_trait::async_trait]
impl Phase for Out {
    const NAME: &'static str = "out";
    type Args = Args;
    type Input = ();
    type Output = Count;

    fn defaults() -> KindDefaults {
        bounds()
    }

    async fn run(&self, args: Args, (): (), _: &Context) -> Result<Outcome<Count>, Failure> {
        count_on(&args, 0).await
    }
}

#[async_trait::async_trait]
impl Phase for There {
    const NAME: &'static str = "there";
    type Args = Args;
    type Input = Count;
    type Output = Count;

    fn defaults() -> KindDefaults {
        bounds()
    }

    async fn run(&self, args: Args, input: Count, _: &Context) -> Result<Outcome<Count>, Failure> {
        count_on(&args, input.phases).await
    }
}

#[async_trait::async_trait]
impl Phase for Back {
    const NAME: &'static str = "back";
    type Args = Args;
    type Input = Count;
    type Output = Count;

    fn defaults() -> KindDefaults {
        bounds()
    }

    async fn run(&self, args: Args, input: Count, _: &Context) -> Result<Outcome<Count>, Failure> {
        count_on(&args, input.phases).await
    }
}

//! The drills' own jobs: each holds for as long as it is told on each attempt, and says in its result
//! under which fence it worked.

use std::{fs::File, io, marker::PhantomData, path::PathBuf, time::Duration};

use homeostat_clock::pause;
use homeostat_control::{
    Policy, record,
    request::{Inputs, Request, Wish},
};
use homeostat_effects::{DecisionDraft, decide_in, ensure_autonomy};
use homeostat_model::{Autonomy, BrandId, DecisionId};
use homeostat_operator::{
    Operator,
    jobs::{LoopError, decision_key},
};
use homeostat_queue::{
    Context, Enqueue, Error, Failure, Job, KindDefaults, Outcome, Registry, Worker, enqueue_raw_in,
};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::trip;

/// A kind of the drills.
pub(crate) trait Part: Send + Sync + 'static {
    /// The name of the kind.
    const KIND: &'static str;
    /// How long one attempt may take.
    const TIMEOUT: Duration = Duration::from_secs(600);
}

/// The load before the bad day.
#[derive(Debug)]
pub(crate) struct Load;
/// The named jobs that are under way when everything dies.
#[derive(Debug)]
pub(crate) struct Under;
/// Jobs whose worker dies early, and whose rescue is broken off.
#[derive(Debug)]
pub(crate) struct Early;
/// The job in the hands of the worker that is stopped and spared.
#[derive(Debug)]
pub(crate) struct Spared;

impl Part for Load {
    const KIND: &'static str = "drill.load";
}

impl Part for Under {
    const KIND: &'static str = "drill.work";
}

impl Part for Early {
    const KIND: &'static str = "drill.early";
}

impl Part for Spared {
    const KIND: &'static str = "drill.spared";
    /// The deadline that gives the job to somebody else is twice this and five seconds.
    const TIMEOUT: Duration = Duration::from_secs(3);
}

/// The jobs of a worker that is stopped and woken before anybody misses it.
#[derive(Debug)]
pub(crate) struct Brief;

impl Part for Brief {
    const KIND: &'static str = "drill.brief";
    /// Six seconds until the job is given to somebody else, well before the worker's silence is too long.
    const TIMEOUT: Duration = Duration::from_millis(500);
}

/// One job.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub(crate) struct Task<P> {
    /// Which one it is, for people.
    name: String,
    /// How long each attempt holds, in milliseconds; attempts beyond the list end at once.
    #[serde(default)]
    holds_ms: Vec<u64>,
    /// So many attempts end in an error before one does not.
    #[serde(default)]
    fails: u16,
    #[serde(skip)]
    part: PhantomData<P>,
}

impl<P: Part> Job for Task<P> {
    const KIND: &'static str = P::KIND;

    fn defaults() -> KindDefaults {
        KindDefaults {
            timeout: P::TIMEOUT,
            backoff: Duration::ZERO,
            ..KindDefaults::default()
        }
    }
}

struct Hand<P>(PhantomData<P>);

#[async_trait::async_trait]
impl<P: Part> Worker for Hand<P> {
    type Job = Task<P>;

    async fn work(&self, task: Task<P>, context: &Context) -> Result<Outcome, Failure> {
        hold(&task.holds_ms, context).await;
        if context.attempt() <= task.fails {
            return Err(Failure::error(io::Error::other("told to fail")));
        }
        Ok(Outcome::Done(json!({
            "name": task.name,
            "attempt": context.attempt(),
            "fence": context.fence(),
        })))
    }
}

/// Holds for as long as this attempt is told to.
async fn hold(holds_ms: &[u64], context: &Context) {
    let nth = usize::from(context.attempt()).saturating_sub(1);
    if let Some(ms) = holds_ms.get(nth) {
        pause(Duration::from_millis(*ms)).await;
    }
}

/// A job that decides: what it decided is stored together with the wish to act on it, and then it
/// holds. A retry must find the first decision.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    /// Names the wish in the decision's inputs, for whoever counts decisions from outside.
    name: String,
    brand: BrandId,
    wish: Wish,
    #[serde(default)]
    holds_ms: Vec<u64>,
}

impl Job for Decide {
    const KIND: &'static str = "drill.decide";

    fn defaults() -> KindDefaults {
        Task::<Under>::defaults()
    }
}

struct Decider(Operator);

#[async_trait::async_trait]
impl Worker for Decider {
    type Job = Decide;

    async fn work(&self, job: Decide, context: &Context) -> Result<Outcome, Failure> {
        let (target, kind) = match &job.wish {
            Wish::Launch { name, .. } => (format!("new:{name}"), "act.launch"),
            Wish::Pause { campaign } => (campaign.clone(), "act.pause"),
            Wish::Resume { campaign, .. } => (campaign.clone(), "act.resume"),
            Wish::SpendCap { .. } => {
                return Err(Failure::permanent(
                    "args.wish: the drills set no limit of an account",
                ));
            }
        };
        let draft = self.draft(&job, target, context)?;
        let decision = self.decide(&draft, kind).await?;
        hold(&job.holds_ms, context).await;
        Ok(Outcome::Done(
            json!({ "decision": decision, "fence": context.fence() }),
        ))
    }
}

impl Decider {
    fn draft(
        &self,
        job: &Decide,
        target: String,
        context: &Context,
    ) -> Result<DecisionDraft, Failure> {
        let inputs = Inputs {
            by: "the drill".into(),
            reason: format!("drill wish {}", job.name),
            nonce: format!("job-{}", context.job()),
            wish: job.wish.clone(),
        };
        let decided = record::<Request>(&inputs, 0).map_err(Failure::permanent)?;
        let now = self.0.clock.now();
        Ok(DecisionDraft {
            key: decision_key(Request::NAME, &target, context),
            brand: job.brand.clone(),
            target,
            policy: Request::NAME.to_owned(),
            version: Request::VERSION.to_owned(),
            seed: Some(0),
            inputs: decided.inputs_json,
            belief: decided.belief_json,
            proposal: decided.proposal_json,
            decided_at: now,
            data_as_of: now,
        })
    }

    async fn decide(&self, draft: &DecisionDraft, kind: &str) -> Result<DecisionId, LoopError> {
        // No person approves anything on a bad day.
        let policy = format!("{}@{}", Request::NAME, draft.brand);
        ensure_autonomy(&self.0.db, &policy, Autonomy::Full).await?;
        transact!(self.0.db, |tx| -> Result<DecisionId, LoopError> {
            let decision = decide_in(&mut *tx, draft).await?;
            let how = Enqueue {
                brand: Some(draft.brand.clone()),
                dedup_key: Some(format!("{kind}:decision-{decision}")),
                ..Enqueue::default()
            };
            let args = json!({ "decision": decision });
            enqueue_raw_in(&mut *tx, kind, args, &how).await?;
            Ok::<_, LoopError>(decision)
        })
    }
}

/// A job that blocks its thread for ever, the first time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wedge {
    /// Made by the first attempt, found by the next.
    file: PathBuf,
}

impl Job for Wedge {
    const KIND: &'static str = "drill.wedge";

    fn defaults() -> KindDefaults {
        KindDefaults {
            // Its deadline is ten seconds later: by then its worker is to be gone.
            timeout: WEDGE_TIMEOUT,
            backoff: Duration::ZERO,
            ..KindDefaults::default()
        }
    }
}

/// How long one attempt at [`Wedge`] may take.
pub(crate) const WEDGE_TIMEOUT: Duration = Duration::from_secs(5);

struct Wedger;

#[async_trait::async_trait]
impl Worker for Wedger {
    type Job = Wedge;

    async fn work(&self, job: Wedge, context: &Context) -> Result<Outcome, Failure> {
        match File::create_new(&job.file) {
            Ok(_) => loop {
                std::thread::park();
            },
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Outcome::Done(json!({ "fence": context.fence() })))
            }
            Err(error) => Err(Failure::error(error)),
        }
    }
}

/// Adds the drills' kinds.
///
/// # Errors
/// When the registry has one of them already.
pub(crate) fn register(registry: &mut Registry, operator: &Operator) -> Result<(), Error> {
    registry.add(Hand::<Load>(PhantomData))?;
    registry.add(Hand::<Under>(PhantomData))?;
    registry.add(Hand::<Early>(PhantomData))?;
    registry.add(Hand::<Spared>(PhantomData))?;
    registry.add(Hand::<Brief>(PhantomData))?;
    registry.add(Wedger)?;
    registry.add_pipeline(trip::pipeline())?;
    registry.add(Decider(operator.clone()))
}

//! Intending: one transaction that judges, holds the worst case and writes the effect. Only its
//! commit makes a [`Permit`].
//!
//! ```text
//!   decision locked ─ effect under this key? ──yes──▶ Existing (the stored answer), or KeyReused
//!        │ no
//!   epoch live (share) ─ mode (share) ─ breaker ─ entity ─ windows by id ─▶ judge
//!        │ allowed                                                           │ not
//!   effect 'sending', holds, postings, decision 'permitted'             decision 'refused' |
//!        │ commit                                                       'shadowed' | waits
//!        ▼
//!     Permit            no answer to the commit ▶ Ambiguous, no permit: `resolve_ambiguous`
//!                       after a database failover ▶ no permit, a probe is due: `failover`
//! ```

mod ambiguous;
mod failover;
mod position;
mod premature;
mod rows;

use homeostat_clock::Stopwatch;
use homeostat_envelope::{
    Ask, Case, Grounds, KillEvidence, Limits, RULES, Stop, Verdict, judge, may_act, windows_for,
};
use homeostat_model::{DecisionId, EffectId, Mode, Money, RuntimeTime, WorldTime};
use homeostat_mutants::mutant;
use homeostat_store::{PgConnection, StoreError, transact};
use sha2::{Digest, Sha256};

use crate::{
    ActuatorSpec, Ambiguous, Author, Cause, Ctx, EffectView, EffectsError, Permit, Request,
    breaker, decision, error::json, ledger, read, set_mode,
};

pub use ambiguous::{AmbiguousFound, resolve_ambiguous};
use position::Meeting;
pub(crate) use premature::call_before_intent;
pub(crate) use rows::epoch_is_live;

/// What is to be done about a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// World time; picks the windows.
    pub at: WorldTime,
    /// The actuator's parameters, as JSON text.
    pub request: String,
    /// The most it can cost.
    pub worst_case: Money,
    /// The evidence; required for a kill.
    pub evidence: Option<KillEvidence>,
    /// What else it rests on.
    pub grounds: Grounds,
    /// Live targets of the brand, campaigns in a shop: they size the cap on kills.
    pub live_campaigns: u32,
    /// The vendor's object that is acted on, where the decision is about another: a refund that a letter
    /// asks for is an act on its order. Absent: the decision's target.
    pub target: Option<String>,
    /// A vendor object the act is bound to, in place of the decision: once per object, whoever decides.
    pub bound_to: Option<String>,
    /// Why the schedule behind the decision is disabled.
    pub schedule_disabled: Option<String>,
}

impl Intent {
    /// An act by its decision alone: no kill, bound to nothing else.
    pub fn new(at: WorldTime, request: impl Into<String>, worst_case: Money) -> Self {
        Self {
            at,
            request: request.into(),
            worst_case,
            evidence: None,
            grounds: Grounds::default(),
            live_campaigns: 0,
            target: None,
            bound_to: None,
            schedule_disabled: None,
        }
    }

    /// What is acted on, for a decision about `decided`.
    fn target<'a>(&'a self, decided: &'a str) -> &'a str {
        self.target.as_deref().unwrap_or(decided)
    }
}

/// What became of an intent.
#[derive(Debug)]
pub enum Intended {
    /// Committed: call now.
    Permitted(Permit),
    /// An interlock said no; the decision is closed.
    Refused(Verdict),
    /// Something that passes stands in the way (a breaker, an approval); the same decision may be
    /// intended again.
    Waits {
        /// When it is worth trying again; `None`: when a person approved.
        until: Option<RuntimeTime>,
        /// What the interlocks said.
        verdict: Verdict,
    },
    /// This decision has its effect already, or got one that recovery calls once a probe has said that
    /// it did not happen yet: the intent of a first call may have been lost in a database failover.
    Existing(Box<EffectView>),
}

/// Asks for a permit to act on a decision.
///
/// # Errors
/// [`EffectsError::Ambiguous`] when the commit got no answer; [`EffectsError::KeyReused`] when the key
/// stands for another request; [`EffectsError::EpochEnded`] when this process must exit; the database.
pub async fn intend(
    ctx: &Ctx,
    spec: &ActuatorSpec,
    decision: DecisionId,
    intent: &Intent,
    limits: &Limits,
) -> Result<Intended, EffectsError> {
    limits.validate()?;
    prepare(ctx, spec, decision, intent, limits).await?;
    let mut noted = None;
    let done = transact!(ctx.db, |tx| -> Result<Outcome, EffectsError> {
        attempt(tx, ctx, spec, decision, intent, limits, &mut noted).await
    });
    match done {
        Ok(Outcome::Written(written)) => Ok(Intended::Permitted(written.permit(ctx))),
        Ok(Outcome::Refused(verdict)) => {
            mass_kill_alarm(ctx, &verdict).await;
            Ok(Intended::Refused(verdict))
        }
        Ok(Outcome::Waits { until, verdict }) => Ok(Intended::Waits { until, verdict }),
        Ok(Outcome::Existing(effect)) => Ok(Intended::Existing(effect)),
        Err(EffectsError::Store(StoreError::AmbiguousCommit(_))) => {
            let (key, effect) = noted.unwrap_or_default();
            Err(EffectsError::Ambiguous(Box::new(Ambiguous {
                decision,
                key,
                effect,
            })))
        }
        Err(error) => Err(error),
    }
}

/// How one run of the transaction ended.
enum Outcome {
    Written(Box<Written>),
    Refused(Verdict),
    Waits {
        until: Option<RuntimeTime>,
        verdict: Verdict,
    },
    Existing(Box<EffectView>),
}

/// An effect that will exist once the transaction commits.
struct Written {
    effect: EffectId,
    kind: String,
    request: Request,
    issued: Stopwatch,
}

impl Written {
    fn permit(self, ctx: &Ctx) -> Permit {
        let ttl = ctx.settings.permit_ttl;
        let life = (self.issued, ttl);
        Permit::issue(self.effect, 1, self.kind, self.request, true, life)
    }
}

/// Creates missing windows before the transaction that locks them.
async fn prepare(
    ctx: &Ctx,
    spec: &ActuatorSpec,
    decision: DecisionId,
    intent: &Intent,
    limits: &Limits,
) -> Result<(), EffectsError> {
    let view = read::decision(&ctx.db, decision)
        .await?
        .ok_or(EffectsError::NoDecision(decision))?;
    let brand = view
        .brand
        .parse()
        .map_err(|e| StoreError::corrupt("decision.brand", e))?;
    let ask = position::ask_of(spec, intent, &brand, intent.target(&view.target), decision);
    let ask = Ask {
        policy: view.policy,
        policy_version: view.version,
        ..ask
    };
    let specs = windows_for(limits, &ask, intent.live_campaigns)?;
    let mut connection = ctx.db.pool().acquire().await?;
    ledger::ensure(&mut connection, &brand, limits.currency, &specs, intent.at).await?;
    Ok(())
}

async fn attempt(
    tx: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    decision: DecisionId,
    intent: &Intent,
    limits: &Limits,
    noted: &mut Option<(String, Option<EffectId>)>,
) -> Result<Outcome, EffectsError> {
    let decided = decision::lock(tx, decision).await?;
    let mut ask = position::ask_of(
        spec,
        intent,
        &decided.brand,
        intent.target(&decided.target),
        decision,
    );
    ask.data_as_of = decided.data_as_of;
    ask.policy.clone_from(&decided.policy);
    ask.policy_version.clone_from(&decided.version);
    *noted = Some((ask.effect_key.clone(), None));
    if let Some(existing) = read::effect_by_key(tx, &ask.effect_key).await? {
        if existing.request_hash != ask.request_hash {
            return Err(EffectsError::KeyReused(ask.effect_key));
        }
        return Ok(Outcome::Existing(Box::new(existing)));
    }
    if decided.state != "proposed" {
        return stored_answer(&decided);
    }
    let meeting = position::meet(tx, ctx, spec, intent, limits, &decided, &ask).await?;
    let verdict = judge(limits, &meeting.position, &ask);
    let case = Case {
        rules: RULES,
        limits: limits.clone(),
        position: meeting.position.clone(),
        ask,
    };
    let texts = (json("case", &case)?, json("verdict", &verdict)?);
    if !verdict.allowed {
        return refuse(tx, &decided, &meeting, verdict, texts).await;
    }
    decision::judged(tx, decision, "permitted", &texts.0, &texts.1).await?;
    breaker::pass(tx, &spec.vendor, ctx.now()).await?;
    let request = request_of(spec, intent, &case.ask);
    let effect = rows::insert(tx, ctx, spec, decision, &case.ask, &request).await?;
    if !mutant!("hold_after_call") {
        ledger::place(tx, &case.ask.brand, limits.currency, effect, &meeting.drawn).await?;
    }
    if let Some(lands_by) = failover::lands_by(tx, ctx, spec, decision).await? {
        rows::doubt(tx, ctx, effect, lands_by).await?;
        let doubted = read::effect_in(tx, effect).await?;
        let doubted = doubted.ok_or(EffectsError::NoEffect(effect))?;
        return Ok(Outcome::Existing(Box::new(doubted)));
    }
    *noted = Some((case.ask.effect_key, Some(effect)));
    // Started before the commit: a process that stalls after it finds its permit spent.
    let issued = Stopwatch::start();
    Ok(Outcome::Written(Box::new(Written {
        effect,
        kind: spec.kind.clone(),
        request,
        issued,
    })))
}

/// A decision that was judged before keeps its answer.
fn stored_answer(decided: &decision::Locked) -> Result<Outcome, EffectsError> {
    let verdict = match &decided.verdict {
        Some(text) => serde_json::from_str(text)
            .map_err(|error| StoreError::corrupt("decision.verdict", error))?,
        None => Verdict {
            allowed: false,
            interlocks: vec![],
        },
    };
    Ok(Outcome::Refused(Verdict {
        allowed: false,
        ..verdict
    }))
}

async fn refuse(
    tx: &mut PgConnection,
    decided: &decision::Locked,
    meeting: &Meeting,
    verdict: Verdict,
    (case, text): (String, String),
) -> Result<Outcome, EffectsError> {
    let only_mode = verdict.refusals().all(|one| one.name == "mode");
    let stop = may_act(&meeting.position.scope).stop;
    let state = match stop {
        Some(Stop::Shadow) => "shadowed",
        Some(Stop::Breaker | Stop::Suggest) if only_mode => "proposed",
        Some(_) | None => "refused",
    };
    decision::judged(tx, decided.id, state, &case, &text).await?;
    if state == "proposed" {
        return Ok(Outcome::Waits {
            until: meeting.breaker_until,
            verdict,
        });
    }
    Ok(Outcome::Refused(verdict))
}

fn request_of(spec: &ActuatorSpec, intent: &Intent, ask: &Ask) -> Request {
    let vendor_key = (spec.class == crate::Class::Keyed)
        .then(|| format!("hs-{}", &hex::encode(Sha256::digest(&ask.effect_key))[..32]));
    Request {
        key: ask.effect_key.clone(),
        target: ask.target.clone(),
        body: intent.request.clone(),
        vendor_key,
        worst_case: intent.worst_case,
    }
}

/// Too many kills in an hour smell of a broken sensor: SAFE until a person has looked.
async fn mass_kill_alarm(ctx: &Ctx, verdict: &Verdict) {
    let Some(finding) = verdict.refusals().find(|one| one.name == "mass_kill") else {
        return;
    };
    let alarm = set_mode(
        &ctx.db,
        Mode::Safe,
        Cause::MassKill,
        &Author::System,
        &finding.reason,
    );
    if let Err(error) = alarm.await
        && !matches!(error, EffectsError::NeedsPerson { .. })
    {
        // The next refused kill raises it again.
        tracing::error!(%error, "the mass-kill alarm could not be raised");
    }
}

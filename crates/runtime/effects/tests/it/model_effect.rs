//! Any history of acts against a reference of each, on the real database and a vendor with books.
//!
//! ```text
//!   reference   act: what the vendor did × what we may believe × who may still speak     act.rs
//!               steps: intend · call · stall · speak · land · complete · pass · crash · recover · resolve
//!   system      intend ─▶ perform ─▶ recover ─▶ resolve, one vendor per act, of any class
//! ```
//! After each step: every effect is in the state of its reference, with as many permits; the vendor's
//! books have each act at most once; holds are held exactly while their effect is open; the day's window
//! is what the acts come to, and never over its cap. What is closed without a person is true: a settled act
//! happened, and a refused or void one can happen no more. At the end everything lands or is lost, and
//! passes of recovery alone close what can be closed. The same laws are asked of the reference alone, in many
//! more histories. How to replay a failure: [`crate::model_kit`].
//!
//! *Limits.* The vendor keeps its promises: what lands, lands within the horizon, and a read after it
//! sees what was done. Breakers are kept closed; they have a model of their own.

mod act;
mod reference;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use homeostat_effects::{
    Class, EffectState, Intended, Performed, Permit, Registry, Resolution, close_incident,
    compare_postings, open_incidents, perform, recover, resolve,
};
use homeostat_liveness::Evidence;
use homeostat_model::{EffectId, ProcessId};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::task::JoinHandle;

use crate::{
    model_kit::{Played, config, keep_breakers_closed},
    stage::{Stage, seconds},
    vendor::{Fault, ProbeFault, Vendor},
};
use act::{Answer, Eye};
use reference::{CAP, Model, Step};

/// The n-th act on our side.
struct Real {
    vendor: Arc<Vendor>,
    effect: EffectId,
    amount: i64,
    owner: ProcessId,
    permit: Option<Permit>,
    stalled: Option<JoinHandle<Performed>>,
}

struct Sut {
    stage: Stage,
    acts: Vec<Real>,
    asked: u32,
    /// The reference before the step.
    before: Model,
    /// Contradictions that somebody has looked at.
    looked_at: BTreeSet<String>,
}

/// How an act stands in the tables: state, permits given, holds that are held, holds in all.
type Row = (EffectState, i32, i64, i64);

impl Sut {
    async fn new(model: Model) -> Self {
        let mut stage = Stage::new().await;
        // Permits live in real time, histories do not: this one is never spent before its call.
        stage.ctx.settings.permit_ttl = Duration::from_secs(act::PERMIT_S.unsigned_abs());
        stage.limits.day_cap_micros = CAP;
        stage.limits.cooldown_s = 0;
        stage.limits.actions_per_entity_day = 100;
        Self {
            stage,
            acts: vec![],
            asked: 0,
            before: model,
            looked_at: BTreeSet::new(),
        }
    }

    fn registry(&self) -> Registry {
        let vendors = self.acts.iter().map(|act| act.vendor.clone());
        vendors.fold(Registry::new(), |registry, vendor| registry.with(vendor))
    }

    async fn take(&mut self, model: &Model, step: Step) {
        match step {
            Step::Intend {
                class,
                amount,
                target,
            } => self.intend(model, class, amount, target).await,
            Step::Call(nth, answer) => {
                if let Some(fault) = fault(answer, self.acts[nth].amount) {
                    self.acts[nth].vendor.next(fault);
                }
                self.call(nth).await.unwrap();
            }
            Step::Stall(nth) => {
                self.acts[nth].vendor.next(Fault::Stall);
                let call = self.call(nth);
                self.acts[nth].vendor.entered.notified().await;
                self.acts[nth].stalled = Some(call);
            }
            Step::Speak(nth) => {
                self.acts[nth].vendor.let_go.notify_one();
                self.acts[nth].stalled.take().unwrap().await.unwrap();
            }
            Step::Land(nth) => self.acts[nth].vendor.land(),
            Step::Complete(nth) => self.acts[nth].vendor.complete(),
            Step::Pass(_) => self.pass(model).await,
            Step::Crash { proven } => {
                let evidence = if proven {
                    Evidence::Waitpid
                } else {
                    Evidence::Guess
                };
                self.stage.crash(evidence).await;
            }
            Step::Recover { eye, answer } => self.recover(eye, answer).await,
            Step::Resolve(nth, happened) => {
                let said = match happened {
                    true => Resolution::Happened(None),
                    false => Resolution::Absent,
                };
                let (ctx, effect) = (&self.stage.ctx, self.acts[nth].effect);
                resolve(ctx, &self.registry(), effect, said, "looked", "ada")
                    .await
                    .unwrap();
            }
        }
        keep_breakers_closed(&self.stage).await;
    }

    async fn intend(&mut self, model: &Model, class: Class, amount: i64, target: usize) {
        self.asked += 1;
        let name = format!("{}", self.asked);
        let vendor = Vendor::timed(class, |spec| {
            spec.kind = format!("test.act_{name}");
            spec.vendor = format!("test_{name}");
            spec.call_timeout = Duration::from_secs(act::CALL_S.unsigned_abs());
            spec.horizon = Duration::from_secs(act::HORIZON_S.unsigned_abs());
            spec.key_life = Duration::from_secs(act::KEY_S.unsigned_abs());
        });
        let decision = self.stage.decide(&name, &format!("c-{target}")).await;
        let intent = self.stage.spending(amount);
        match self.stage.intend(&vendor, decision, &intent).await {
            Intended::Permitted(permit) => self.acts.push(Real {
                vendor,
                effect: permit.effect(),
                amount,
                owner: self.stage.ctx.owner,
                permit: Some(permit),
                stalled: None,
            }),
            Intended::Refused(_) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(self.acts.len(), model.acts.len(), "whether there was room");
    }

    /// The call of a permit, by the epoch that got it.
    fn call(&mut self, nth: usize) -> JoinHandle<Performed> {
        let act = &mut self.acts[nth];
        let mut ctx = self.stage.ctx.clone();
        ctx.owner = act.owner;
        let (vendor, permit) = (act.vendor.clone(), act.permit.take().unwrap());
        tokio::spawn(async move { perform(&ctx, vendor, permit).await.unwrap() })
    }

    async fn pass(&mut self, model: &Model) {
        self.stage.at_leased(seconds(model.now_s)).await;
        for (act, wanted) in self.acts.iter().zip(&model.acts) {
            if wanted.flies_until_s.is_none() {
                act.vendor.lose();
            }
        }
    }

    async fn recover(&mut self, eye: Eye, answer: Answer) {
        for (nth, act) in self.acts.iter().enumerate() {
            let vendor = &act.vendor;
            match self.before.acts[nth].eye(eye, &self.before.now(nth)) {
                Eye::Sees => {}
                Eye::Lags => vendor.read_stale(true),
                Eye::CannotTell => vendor.turn_a_blind_eye(true),
                Eye::Panics => vendor.next_probe(ProbeFault::Panic),
                Eye::SaysDropped => vendor.next_probe(ProbeFault::Refused),
            }
            if let Some(fault) = fault(answer, act.amount) {
                vendor.next(fault);
            }
        }
        recover(&self.stage.ctx, &self.registry()).await.unwrap();
        for act in &self.acts {
            act.vendor.read_stale(false);
            act.vendor.turn_a_blind_eye(false);
            act.vendor.forgive();
        }
    }

    async fn rows(&self) -> BTreeMap<i64, Row> {
        let rows: Vec<(i64, String, i32, i64, i64)> = sqlx::query_as(
            "SELECT e.id, e.state, e.sends, count(h.id) FILTER (WHERE h.state = 'held'), count(h.id)
             FROM homeostat.effect e LEFT JOIN homeostat.hold h ON h.effect_id = e.id GROUP BY e.id",
        )
        .fetch_all(self.stage.ctx.db.pool())
        .await
        .unwrap();
        rows.into_iter()
            .map(|(id, state, sends, held, all)| (id, (state.parse().unwrap(), sends, held, all)))
            .collect()
    }

    async fn assert_as(&mut self, model: &Model) {
        let rows = self.rows().await;
        assert_eq!(rows.len(), model.acts.len());
        for (nth, (act, wanted)) in self.acts.iter().zip(&model.acts).enumerate() {
            let (state, sends, held, all) = rows[&act.effect.0];
            let seen = (state, sends, act.vendor.times(act.effect));
            let expected = (wanted.state, wanted.sends, wanted.times);
            assert_eq!(seen, expected, "act {nth}: {wanted:?}");
            let holds = if wanted.is_open() { all } else { 0 };
            assert!(
                all > 0 && held == holds,
                "{held} of {all} holds of act {nth}"
            );
        }
        assert_eq!(self.stage.day().await, (model.held(), model.settled()));
        self.look_at_contradictions(model).await;
        let differences = compare_postings(&self.stage.ctx.db).await.unwrap();
        assert!(differences.is_empty(), "{differences:?}");
    }

    /// A receipt that contradicts what is believed has its incident, and nothing else does.
    async fn look_at_contradictions(&mut self, model: &Model) {
        let db = &self.stage.ctx.db;
        for incident in open_incidents(db).await.unwrap() {
            if incident.kind == "late_receipt_mismatch" {
                close_incident(db, incident.id, "ada").await.unwrap();
                self.looked_at.insert(incident.entity_id);
            }
        }
        let contradicted = self.acts.iter().zip(&model.acts);
        let contradicted = contradicted.filter(|(_, wanted)| wanted.contradicted);
        let wanted: BTreeSet<_> = contradicted
            .map(|(act, _)| act.effect.to_string())
            .collect();
        assert_eq!(self.looked_at, wanted, "contradictions that were told");
    }

    async fn play(&mut self, model: &Model, step: Step) {
        self.take(model, step).await;
        self.assert_as(model).await;
        assert_true(model);
        self.before = model.clone();
    }
}

/// The vendor's fault behind an answer.
fn fault(answer: Answer, amount: i64) -> Option<Fault> {
    match answer {
        Answer::Done => None,
        Answer::Costs(percent) => Some(Fault::Costs(amount * percent / 100)),
        Answer::LostReply => Some(Fault::LostReply),
        Answer::LostRequest => Some(Fault::LostRequest),
        Answer::Late => Some(Fault::Late),
        Answer::Refused => Some(Fault::Refuse),
        Answer::NotSent => Some(Fault::NotSent),
        Answer::Throttled(wait_s) => {
            Some(Fault::Throttle(Duration::from_secs(wait_s.unsigned_abs())))
        }
        Answer::Accepted => Some(Fault::Accept),
        Answer::Panics => Some(Fault::Panic),
    }
}

/// What is closed without a person is true, and nothing happens twice.
fn assert_true(model: &Model) {
    for (nth, act) in model.acts.iter().enumerate() {
        assert!(act.times <= 1, "twice: {act:?}");
        let may_happen = act.times > 0 || act.may_still_happen(&model.now(nth));
        match act.state {
            _ if act.by_hand => {}
            EffectState::Settled => assert_eq!(act.times, 1, "settled, not done: {act:?}"),
            EffectState::Refused | EffectState::Void => {
                assert!(!may_happen, "given up too early: {act:?}");
            }
            EffectState::Sending | EffectState::Accepted | EffectState::Unknown => {}
        }
    }
}

fn end_of(model: &Model) -> Vec<Step> {
    let acts = 0..model.acts.len();
    let ends = [Step::Speak, Step::Land, Step::Complete];
    let mut steps: Vec<Step> = acts.flat_map(|nth| ends.map(|end| end(nth))).collect();
    for seconds in [200, 200, 1_000, 200, 200] {
        let (eye, answer) = (Eye::Sees, Answer::Done);
        steps.extend([Step::Pass(seconds), Step::Recover { eye, answer }]);
    }
    steps
}

struct Effects;

impl StateMachineTest for Effects {
    type SystemUnderTest = Played<Sut>;
    type Reference = Model;

    fn init_test(model: &Model) -> Played<Sut> {
        Played::new(Sut::new(model.clone()))
    }

    fn apply(mut played: Played<Sut>, model: &Model, step: Step) -> Played<Sut> {
        played.step(async |sut| sut.play(model, step).await);
        played
    }

    fn teardown(mut played: Played<Sut>, model: Model) {
        play_to_the_end(model, |model, step| {
            played.step(async |sut| sut.play(model, step).await);
        });
        played.step(async |sut| sut.stage.assert_sound().await);
    }
}

/// The reference alone: its rules keep the laws.
struct Rules;

impl StateMachineTest for Rules {
    type SystemUnderTest = ();
    type Reference = Model;

    fn init_test(_: &Model) {}

    fn apply((): (), model: &Model, _: Step) {
        assert_true(model);
    }

    fn teardown((): (), model: Model) {
        play_to_the_end(model, |model, _| assert_true(model));
    }
}

/// Whatever is under way arrives, and passes of recovery close what they can.
fn play_to_the_end(mut model: Model, mut play: impl FnMut(&Model, Step)) {
    for step in end_of(&model) {
        if Model::preconditions(&model, &step) {
            model = <Model as ReferenceStateMachine>::apply(model, &step);
            play(&model, step);
        }
    }
    for (nth, act) in model.acts.iter().enumerate() {
        let is_closed = !act.is_open() || act.is_for_a_person(&model.now(nth));
        assert!(is_closed, "nobody closes it: {act:?}");
    }
}

prop_state_machine! {
    #![proptest_config(config(32))]

    #[test]
    fn any_history_of_acts_agrees_with_the_reference(sequential 10..40 => Effects);
}

prop_state_machine! {
    #![proptest_config(config(2_000))]

    #[test]
    fn the_rules_of_the_reference_keep_the_laws(sequential 10..60 => Rules);
}

//! Any history of asks and answers against a small model of a vendor's tap, on the real table.
//!
//! ```text
//!   model    closed (failures in a row) | open until | half open until; openings in a row; tokens
//!   system   intend ─▶ permits in hand ─▶ perform with a vendor that answers as the step says; reads
//! ```
//! After each step: who may go went and who must wait waits until the very instant of the model; the row
//! stands where the model stands. Several ask at once, answers come in any order and after any time, and
//! some never come. How to replay a failure: [`crate::model_kit`].

use std::{sync::Arc, time::Duration};

use homeostat_effects::{
    Bucket, Class, Intended, Permit, breaker_wait, configure_bucket, intend, open_breaker, perform,
    read_answered,
};
use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::task::JoinSet;

use crate::{
    model_kit::{Played, config},
    stage::{Stage, seconds},
    vendor::{Fault, Vendor},
};

const VENDOR: &str = "test";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tap {
    Closed { failures: u32 },
    Open { until_s: i64 },
    HalfOpen { until_s: i64 },
}

#[derive(Debug, Clone)]
struct Model {
    now_s: i64,
    tap: Tap,
    /// In a row; each is twice as long as the one before.
    openings: u32,
    bucket: Option<Bucket>,
    tokens_milli: i64,
    refilled_s: i64,
    /// Permits whose answer has not come.
    in_hand: usize,
    /// What the last step brings: how many of those who asked went, and until when one waits, in
    /// milliseconds.
    went: usize,
    waits_until_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
enum Answer {
    Done,
    Refused,
    Lost,
    NotSent,
    Throttled(u64),
    /// Its owner died.
    Never,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Pass(i64),
    /// So many ask at once.
    Ask(usize),
    Answer(usize, Answer),
    AskToRead,
    ReadAnswered,
    /// Somebody else heard that the vendor wants to be left alone.
    Open(u64),
    Configure(Option<Bucket>),
}

impl Model {
    fn over(&self) -> Option<i64> {
        match self.tap {
            Tap::Closed { .. } => None,
            Tap::Open { until_s } | Tap::HalfOpen { until_s } => Some(until_s),
        }
    }

    /// Until when whoever asks now waits for the tap, in milliseconds.
    fn shut_until_ms(&self) -> Option<i64> {
        let until_s = self.over().filter(|until_s| *until_s > self.now_s)?;
        // A trial brings its outcome soon.
        Some(
            1_000
                * match self.tap {
                    Tap::HalfOpen { .. } => until_s.min(self.now_s + 2),
                    Tap::Closed { .. } | Tap::Open { .. } => until_s,
                },
        )
    }

    fn refill(&mut self) {
        if let Some(bucket) = self.bucket {
            let passed_s = (self.now_s - self.refilled_s).max(0);
            let more = passed_s * i64::from(bucket.refill_per_minute) * 1_000 / 60;
            let full = i64::from(bucket.capacity) * 1_000;
            self.tokens_milli = full.min(self.tokens_milli + more);
        }
        self.refilled_s = self.refilled_s.max(self.now_s);
    }

    fn ask(&mut self) {
        if let Some(until_ms) = self.shut_until_ms() {
            self.waits_until_ms = Some(until_ms);
            return;
        }
        let mut refilled = self.clone();
        refilled.refill();
        if let (Some(bucket), missing @ 1..) = (self.bucket, 1_000 - refilled.tokens_milli) {
            let wait_ms = missing * 60 / i64::from(bucket.refill_per_minute) + 1;
            self.waits_until_ms = Some(self.now_s * 1_000 + wait_ms);
            return;
        }
        self.refill();
        self.tokens_milli = match self.bucket {
            Some(_) => self.tokens_milli - 1_000,
            None => 0,
        };
        if self.over().is_some() {
            self.tap = Tap::HalfOpen {
                until_s: self.now_s + 60,
            };
        }
        self.in_hand += 1;
        self.went += 1;
    }

    fn close(&mut self) {
        self.tap = Tap::Closed { failures: 0 };
        self.openings = 0;
    }

    fn open(&mut self, wait_s: i64) {
        let until_s = self.now_s + wait_s;
        self.tap = match self.tap {
            Tap::Open { until_s: before } => Tap::Open {
                until_s: until_s.max(before),
            },
            Tap::Closed { .. } | Tap::HalfOpen { .. } => {
                self.openings += 1;
                Tap::Open { until_s }
            }
        };
    }

    fn answer(&mut self, answer: Answer) {
        self.in_hand -= 1;
        match (answer, self.tap) {
            (Answer::Never, _) => {}
            (Answer::Throttled(wait_s), _) => self.open(wait_s.cast_signed()),
            // What was under way before an opening neither ends nor prolongs it.
            (_, Tap::Open { .. }) => {}
            (Answer::Done | Answer::Refused, _) => self.close(),
            (Answer::Lost | Answer::NotSent, Tap::Closed { failures: 0..=3 }) => {
                if let Tap::Closed { failures } = &mut self.tap {
                    *failures += 1;
                }
            }
            (Answer::Lost | Answer::NotSent, _) => self.open(5 << self.openings.min(5)),
        }
    }
}

fn buckets() -> impl Strategy<Value = Option<Bucket>> {
    let some = (1u16..4, 1u16..100).prop_map(|(capacity, refill_per_minute)| Bucket {
        capacity,
        refill_per_minute,
    });
    prop::option::of(some)
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        5 => Just(Answer::Lost),
        3 => Just(Answer::NotSent),
        2 => Just(Answer::Done),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Never),
        1 => (1u64..90).prop_map(Answer::Throttled),
    ]
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let model = Self {
            now_s: 0,
            tap: Tap::Closed { failures: 0 },
            openings: 0,
            bucket: None,
            tokens_milli: 0,
            refilled_s: 0,
            in_hand: 0,
            went: 0,
            waits_until_ms: None,
        };
        Just(model).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let any_time = prop::sample::select(vec![1, 2, 4, 13, 61]);
        // Often right to the end of an opening, or just short of it.
        let left_s = model
            .over()
            .map_or(1, |until_s| until_s - model.now_s)
            .max(2);
        let pass = prop_oneof![3 => any_time, 3 => Just(left_s), 1 => Just(left_s - 1)];
        let aside = prop_oneof![
            8 => pass.prop_map(Step::Pass),
            4 => Just(Step::AskToRead),
            2 => Just(Step::ReadAnswered),
            1 => (1u64..90).prop_map(Step::Open),
            1 => buckets().prop_map(Step::Configure),
        ];
        let ask = prop_oneof![3 => Just(1usize), 1 => 2usize..5].prop_map(Step::Ask);
        if model.in_hand == 0 {
            return prop_oneof![3 => aside, 4 => ask].boxed();
        }
        let answer = (0..model.in_hand, answers()).prop_map(|(nth, how)| Step::Answer(nth, how));
        prop_oneof![3 => aside, 3 => ask, 5 => answer].boxed()
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        match step {
            Step::Answer(nth, _) => *nth < model.in_hand,
            _ => true,
        }
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        (model.went, model.waits_until_ms) = (0, None);
        match *step {
            Step::Pass(seconds) => model.now_s += seconds,
            Step::Ask(many) => (0..many).for_each(|_| model.ask()),
            Step::Answer(_, answer) => model.answer(answer),
            Step::AskToRead => model.waits_until_ms = model.shut_until_ms(),
            Step::ReadAnswered if model.shut_until_ms().is_none() && model.over().is_some() => {
                model.close();
            }
            Step::ReadAnswered => {}
            Step::Open(wait_s) => model.open(wait_s.cast_signed()),
            Step::Configure(bucket) => {
                if bucket != model.bucket {
                    let full = bucket.map_or(0, |bucket| i64::from(bucket.capacity) * 1_000);
                    (model.bucket, model.tokens_milli) = (bucket, full);
                }
            }
        }
        model
    }
}

struct Sut {
    stage: Stage,
    vendor: Arc<Vendor>,
    permits: Vec<Permit>,
    asked: u32,
}

impl Sut {
    async fn new() -> Self {
        let mut stage = Stage::new().await;
        // Permits live in real time, histories do not.
        stage.ctx.settings.permit_ttl = Duration::from_secs(3_600);
        configure_bucket(&stage.ctx.db, VENDOR, None).await.unwrap();
        sqlx::query("UPDATE homeostat.breaker SET refilled_at = $1::text::timestamptz")
            .bind(stage.now_after(SignedDuration::ZERO).to_string())
            .execute(stage.ctx.db.pool())
            .await
            .unwrap();
        Self {
            stage,
            vendor: Vendor::new(Class::Queryable),
            permits: vec![],
            asked: 0,
        }
    }

    fn now(&self, model: &Model) -> Option<RuntimeTime> {
        Some(self.stage.now_after(seconds(model.now_s)))
    }

    /// Milliseconds since the start.
    fn ms(&self, at: RuntimeTime) -> i64 {
        let since = at.since(self.stage.now_after(SignedDuration::ZERO));
        i64::try_from(since.as_millis()).unwrap()
    }

    async fn take(&mut self, model: &Model, step: Step) {
        let db = self.stage.ctx.db.clone();
        match step {
            Step::Pass(_) => self.stage.at_leased(seconds(model.now_s)).await,
            Step::Ask(many) => self.ask(model, many).await,
            Step::Answer(nth, answer) => self.answer(nth, answer).await,
            Step::AskToRead => {
                let wait = breaker_wait(&db, VENDOR, self.now(model)).await.unwrap();
                let until = wait.map(|wait| model.now_s * 1_000 + wait.as_millis() as i64);
                assert_eq!(until, model.waits_until_ms, "until when a read waits");
            }
            Step::ReadAnswered => read_answered(&db, VENDOR, self.now(model)).await.unwrap(),
            Step::Open(wait_s) => {
                let wait = Duration::from_secs(wait_s);
                open_breaker(&db, VENDOR, wait, "said elsewhere", self.now(model))
                    .await
                    .unwrap();
            }
            Step::Configure(bucket) => configure_bucket(&db, VENDOR, bucket).await.unwrap(),
        }
    }

    async fn ask(&mut self, model: &Model, many: usize) {
        let mut asking = JoinSet::new();
        for _ in 0..many {
            self.asked += 1;
            let name = self.asked.to_string();
            let decision = self.stage.decide(&name, &name).await;
            let (ctx, vendor) = (self.stage.ctx.clone(), self.vendor.clone());
            let (intent, limits) = (self.stage.spending(0), self.stage.limits.clone());
            asking.spawn(async move {
                let intended = intend(&ctx, vendor.spec_ref(), decision, &intent, &limits).await;
                intended.unwrap()
            });
        }
        let mut went = 0;
        while let Some(intended) = asking.join_next().await {
            match intended.unwrap() {
                Intended::Permitted(permit) => {
                    went += 1;
                    self.permits.push(permit);
                }
                Intended::Waits { until, .. } => {
                    let until = until.map(|until| self.ms(until));
                    assert_eq!(until, model.waits_until_ms, "until when an intent waits");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(went, model.went, "how many of {many} went");
    }

    async fn answer(&mut self, nth: usize, answer: Answer) {
        let permit = self.permits.remove(nth);
        let fault = match answer {
            Answer::Never => return,
            Answer::Done => None,
            Answer::Refused => Some(Fault::Refuse),
            Answer::Lost => Some(Fault::LostReply),
            Answer::NotSent => Some(Fault::NotSent),
            Answer::Throttled(wait_s) => Some(Fault::Throttle(Duration::from_secs(wait_s))),
        };
        if let Some(fault) = fault {
            self.vendor.next(fault);
        }
        perform(&self.stage.ctx, self.vendor.clone(), permit)
            .await
            .unwrap();
    }

    async fn assert_stands(&self, model: &Model) {
        let (state, until): (String, Option<String>) =
            sqlx::query_as("SELECT state, to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM homeostat.breaker")
                .fetch_one(self.stage.ctx.db.pool())
                .await
                .unwrap();
        let word = match model.tap {
            Tap::Closed { .. } => "closed",
            Tap::Open { .. } => "open",
            Tap::HalfOpen { .. } => "half_open",
        };
        let until_ms = until.map(|at| self.ms(RuntimeTime(at.parse().unwrap())));
        let wanted = (word, model.over().map(|until_s| until_s * 1_000));
        assert_eq!((state.as_str(), until_ms), wanted);
    }
}

struct BreakerModel;

impl StateMachineTest for BreakerModel {
    type SystemUnderTest = Played<Sut>;
    type Reference = Model;

    fn init_test(_: &Model) -> Played<Sut> {
        Played::new(Sut::new())
    }

    fn apply(mut played: Played<Sut>, model: &Model, step: Step) -> Played<Sut> {
        played.step(async |sut| {
            sut.take(model, step).await;
            sut.assert_stands(model).await;
        });
        played
    }

    fn teardown(mut played: Played<Sut>, _: Model) {
        played.step(async |sut| sut.stage.assert_sound().await);
    }
}

prop_state_machine! {
    #![proptest_config(config(24))]

    #[test]
    fn any_history_of_answers_moves_the_tap_as_the_model_says(sequential 10..50 => BreakerModel);
}

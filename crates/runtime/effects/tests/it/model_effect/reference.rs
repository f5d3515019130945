//! The reference: acts, epochs and a clock, and which step may come next.

use homeostat_effects::Class;
use proptest::{prelude::*, strategy::Union};
use proptest_state_machine::ReferenceStateMachine;

use super::act::{Act, Answer, Eye, Now};

/// What the day allows, in micro-units as all amounts.
pub(super) const CAP: i64 = 100_000_000;
pub(super) const TARGETS: usize = 3;
/// More of them only when none is open.
const ACTS_MAX: usize = 6;

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) now_s: i64,
    /// The epochs that ended: whether their death is proven. The next one lives.
    pub(super) ended: Vec<bool>,
    pub(super) acts: Vec<Act>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A decision and its intent, in one.
    Intend {
        class: Class,
        amount: i64,
        target: usize,
    },
    /// The n-th act's permit is used.
    Call(usize, Answer),
    /// It is used, the act is done, and the answer is held up.
    Stall(usize),
    /// The answer that was held up comes, whoever died meanwhile.
    Speak(usize),
    /// A request under way arrives.
    Land(usize),
    /// The vendor does what it took.
    Complete(usize),
    Pass(i64),
    /// The owner dies; another epoch takes its place.
    Crash {
        proven: bool,
    },
    /// A pass of recovery.
    Recover {
        eye: Eye,
        answer: Answer,
    },
    /// A person says that it happened, or did not, rightly or wrongly.
    Resolve(usize, bool),
}

impl Model {
    pub(super) fn epoch(&self) -> usize {
        self.ended.len()
    }

    /// What the n-th act meets.
    pub(super) fn now(&self, nth: usize) -> Now<'_> {
        let newer = self.acts.iter().skip(nth + 1);
        let target = self.acts.get(nth).map(|act| act.target);
        Now {
            s: self.now_s,
            epoch: self.epoch(),
            ended: &self.ended,
            superseded: newer.map(|act| Some(act.target)).any(|it| it == target),
        }
    }

    pub(super) fn held(&self) -> i64 {
        self.acts.iter().map(Act::held).sum()
    }

    pub(super) fn settled(&self) -> i64 {
        self.acts.iter().map(Act::settled).sum()
    }

    pub(super) fn has_room(&self, amount: i64) -> bool {
        self.held() + self.settled() + amount <= CAP
    }

    /// Changes the n-th act in sight of what it meets.
    fn on(&mut self, nth: usize, change: impl FnOnce(&mut Act, &Now<'_>)) {
        let mut act = self.acts[nth].clone();
        change(&mut act, &self.now(nth));
        self.acts[nth] = act;
    }
}

fn answers(done: u32, refused: u32) -> impl Strategy<Value = Answer> {
    prop_oneof![
        done => Just(Answer::Done),
        1 => (0i64..=100).prop_map(Answer::Costs),
        3 => Just(Answer::LostReply),
        4 => Just(Answer::LostRequest),
        4 => Just(Answer::Late),
        refused => Just(Answer::Refused),
        3 => Just(Answer::NotSent),
        1 => (1i64..90).prop_map(Answer::Throttled),
        4 => Just(Answer::Accepted),
        1 => Just(Answer::Panics),
    ]
}

fn eyes(model: &Model) -> impl Strategy<Value = Eye> + use<> {
    let drops = if model.acts.iter().any(|act| act.taken) {
        6
    } else {
        1
    };
    prop_oneof![
        6 => Just(Eye::Sees),
        2 => Just(Eye::Lags),
        2 => Just(Eye::CannotTell),
        1 => Just(Eye::Panics),
        drops => Just(Eye::SaysDropped),
    ]
}

/// The steps that concern the n-th act, where they are possible.
fn steps_on(model: &Model, nth: usize) -> Vec<(u32, BoxedStrategy<Step>)> {
    let call = answers(1, 1).prop_map(move |answer| Step::Call(nth, answer));
    let resolve = any::<bool>().prop_map(move |happened| Step::Resolve(nth, happened));
    // An answer is most interesting once the fence has moved on.
    let speaks = if model.acts[nth].is_fenced() { 8 } else { 1 };
    let all = [
        (6, Step::Stall(nth), call.boxed()),
        (5, Step::Stall(nth), Just(Step::Stall(nth)).boxed()),
        (speaks, Step::Speak(nth), Just(Step::Speak(nth)).boxed()),
        (2, Step::Land(nth), Just(Step::Land(nth)).boxed()),
        (2, Step::Complete(nth), Just(Step::Complete(nth)).boxed()),
        (1, Step::Resolve(nth, true), resolve.boxed()),
    ];
    let possible = all
        .into_iter()
        .filter(|(_, step, _)| Model::preconditions(model, step));
    possible.map(|(weight, _, steps)| (weight, steps)).collect()
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let model = Self {
            now_s: 0,
            ended: vec![],
            acts: vec![],
        };
        Just(model).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let classes = vec![
            Class::Keyed,
            Class::Idempotent,
            Class::Blind,
            Class::Queryable,
            Class::Queryable,
        ];
        let intend = (prop::sample::select(classes), 1i64..40_000_000, 0..TARGETS);
        let intend = intend.prop_map(|(class, amount, target)| Step::Intend {
            class,
            amount,
            target,
        });
        let passes = prop::sample::select(vec![1, 5, 30, 61, 121, 181, 181, 181, 181, 901]);
        let crash = prop::bool::weighted(0.5).prop_map(|proven| Step::Crash { proven });
        let recover =
            (eyes(model), answers(4, 16)).prop_map(|(eye, answer)| Step::Recover { eye, answer });
        let mut steps = vec![
            (4, passes.prop_map(Step::Pass).boxed()),
            (2, crash.boxed()),
            (8, recover.boxed()),
        ];
        let open = model.acts.iter().filter(|act| act.is_open()).count();
        match open {
            0 => steps.push((20, intend.boxed())),
            1 | 2 if model.acts.len() < ACTS_MAX => steps.push((3, intend.boxed())),
            _ => {}
        }
        for nth in 0..model.acts.len() {
            steps.extend(steps_on(model, nth));
        }
        Union::new_weighted(steps).boxed()
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        let act = |nth: usize| model.acts.get(nth);
        match *step {
            Step::Intend { .. } | Step::Pass(_) | Step::Crash { .. } | Step::Recover { .. } => true,
            Step::Call(nth, _) | Step::Stall(nth) => {
                act(nth).is_some_and(|act| act.may_call(&model.now(nth)))
            }
            Step::Speak(nth) => act(nth).is_some_and(|a| a.out.is_some_and(|out| out.called)),
            Step::Land(nth) => act(nth).is_some_and(|act| act.flies_until_s.is_some()),
            Step::Complete(nth) => act(nth).is_some_and(|act| act.taken),
            Step::Resolve(nth, _) => act(nth).is_some_and(Act::is_open),
        }
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        match *step {
            Step::Intend {
                class,
                amount,
                target,
            } if model.has_room(amount) => {
                let act = Act::intended(class, amount, target, &model.now(model.acts.len()));
                model.acts.push(act);
            }
            Step::Intend { .. } => {}
            Step::Call(nth, answer) => model.on(nth, |act, now| act.call(answer, now)),
            Step::Stall(nth) => model.on(nth, |act, _| act.call_and_stall()),
            Step::Speak(nth) => model.on(nth, |act, now| act.speak(now)),
            Step::Land(nth) => model.on(nth, |act, _| act.land()),
            Step::Complete(nth) => model.on(nth, |act, _| act.complete()),
            Step::Pass(seconds) => {
                model.now_s += seconds;
                let now_s = model.now_s;
                model.acts.iter_mut().for_each(|act| act.time_passes(now_s));
            }
            Step::Crash { proven } => model.ended.push(proven),
            Step::Recover { eye, answer } => {
                for nth in 0..model.acts.len() {
                    model.on(nth, |act, now| {
                        if act.is_taken_by_a_pass(now) {
                            act.recover(eye, answer, now);
                        }
                    });
                }
            }
            Step::Resolve(nth, happened) => model.on(nth, |act, _| act.resolve(happened)),
        }
        model
    }
}

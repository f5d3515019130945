//! One act as it should be: what the vendor did, what our side may believe, and what follows from each
//! answer. The rules are those of `docs/states/effect.md`.

use homeostat_effects::{Class, EffectState};

/// A permit may be used for so long.
pub(super) const PERMIT_S: i64 = 60;
/// A call takes so long at most.
pub(super) const CALL_S: i64 = 60;
/// A read so long after the call's latest start sees what was sent.
pub(super) const HORIZON_S: i64 = 120;
/// The vendor remembers a key for so long, and we count on it for a minute less.
pub(super) const KEY_S: i64 = 600;
const KEY_SLACK_S: i64 = 60;
const RESEND_WITHIN_S: i64 = 900;
const ACCEPTED_POLL_S: i64 = 5;
const SOON_S: i64 = 2;
const BACKOFF_MAX_S: i64 = 60;

/// What a call brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    /// Done, at this share of what was held.
    Costs(i64),
    LostReply,
    LostRequest,
    /// No answer, and the request is still under way.
    Late,
    Refused,
    NotSent,
    Throttled(i64),
    /// Taken; done later.
    Accepted,
    /// The actuator panics before it sends anything.
    Panics,
}

/// What a probe of this pass sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eye {
    Sees,
    /// Nothing of what was done within the horizon: the read lags.
    Lags,
    CannotTell,
    Panics,
    /// What was taken has been dropped.
    SaysDropped,
}

/// The first permit, as long as its answer has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Out {
    pub(super) epoch: usize,
    pub(super) issued_s: i64,
    /// The call was made and done, and its answer is held up.
    pub(super) called: bool,
}

/// A receipt that nobody has believed yet.
#[derive(Debug, Clone, Copy)]
struct Proof {
    finished: bool,
    cost: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) class: Class,
    pub(super) amount: i64,
    pub(super) target: usize,
    pub(super) state: EffectState,
    /// What it cost, once it is settled.
    pub(super) cost: i64,
    /// Permits given.
    pub(super) sends: i32,
    /// How often the vendor did it.
    pub(super) times: usize,
    /// A request under way lands before this, or never.
    pub(super) flies_until_s: Option<i64>,
    /// The vendor took it and has not done it yet.
    pub(super) taken: bool,
    /// The vendor took it and will not do it for that.
    dropped: bool,
    pub(super) out: Option<Out>,
    /// A person said what happened, or a receipt revived what a person had closed.
    pub(super) by_hand: bool,
    /// What was heard contradicts what is believed.
    pub(super) contradicted: bool,
    created_s: i64,
    sent_s: i64,
    sender: usize,
    sender_spoke: bool,
    unsent: bool,
    was_accepted: bool,
    proof: Option<Proof>,
    calls: i64,
    sent_call: i64,
    probes: i64,
    hands: Hands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hands {
    Nobody { due_s: i64 },
    Owner { epoch: usize, until_s: i64 },
}

/// What an act meets: the time, the epochs that ended (true: with proof), what was decided since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) s: i64,
    pub(super) epoch: usize,
    pub(super) ended: &'a [bool],
    pub(super) superseded: bool,
}

impl Now<'_> {
    fn is_over(&self, epoch: usize) -> bool {
        epoch < self.ended.len()
    }

    pub(super) fn is_proven_dead(&self, epoch: usize) -> bool {
        self.ended.get(epoch) == Some(&true)
    }
}

fn backoff(tries: i64) -> i64 {
    (1 << tries.min(16)).min(BACKOFF_MAX_S)
}

impl Act {
    pub(super) fn intended(class: Class, amount: i64, target: usize, now: &Now<'_>) -> Self {
        Self {
            class,
            amount,
            target,
            state: EffectState::Sending,
            cost: 0,
            sends: 1,
            times: 0,
            flies_until_s: None,
            taken: false,
            dropped: false,
            out: Some(Out {
                epoch: now.epoch,
                issued_s: now.s,
                called: false,
            }),
            by_hand: false,
            contradicted: false,
            created_s: now.s,
            sent_s: now.s,
            sender: now.epoch,
            sender_spoke: false,
            unsent: false,
            was_accepted: false,
            proof: None,
            calls: 1,
            sent_call: 1,
            probes: 0,
            hands: Hands::Owner {
                epoch: now.epoch,
                until_s: now.s + PERMIT_S + CALL_S,
            },
        }
    }

    pub(super) fn is_open(&self) -> bool {
        !self.state.is_closed()
    }

    pub(super) fn held(&self) -> i64 {
        if self.is_open() { self.amount } else { 0 }
    }

    pub(super) fn settled(&self) -> i64 {
        match self.state {
            EffectState::Settled => self.cost,
            _ => 0,
        }
    }

    /// Whether the first permit can still be used.
    pub(super) fn may_call(&self, now: &Now<'_>) -> bool {
        self.out.is_some_and(|out| {
            !out.called && now.s < out.issued_s + PERMIT_S && !now.is_proven_dead(out.epoch)
        })
    }

    /// Whether somebody has taken it over from its first owner.
    pub(super) fn is_fenced(&self) -> bool {
        self.calls > 1
    }

    /// Whether the vendor may still do it without another call of ours.
    pub(super) fn may_still_happen(&self, now: &Now<'_>) -> bool {
        self.flies_until_s.is_some() || self.taken || self.may_call(now)
    }

    fn horizon_s(&self) -> i64 {
        self.sent_s + PERMIT_S + HORIZON_S
    }

    /// Nothing is left to do but by a person: it cannot be asked about, or its sender may live.
    pub(super) fn is_for_a_person(&self, now: &Now<'_>) -> bool {
        let never_left = self.unsent && self.sends == 1;
        !never_left && (self.class == Class::Blind || !self.sender_is_gone(now))
    }

    fn sender_is_gone(&self, now: &Now<'_>) -> bool {
        self.sender_spoke || now.is_proven_dead(self.sender)
    }

    /// The vendor does it: once per key, and an idempotent one changes nothing twice.
    fn happens(&mut self) {
        self.taken = false;
        match self.class {
            Class::Keyed | Class::Idempotent => self.times = 1,
            Class::Queryable | Class::Blind => self.times += 1,
        }
    }

    /// A request under way arrives.
    pub(super) fn land(&mut self) {
        self.flies_until_s = None;
        self.happens();
    }

    /// The vendor does what it took.
    pub(super) fn complete(&mut self) {
        self.happens();
    }

    pub(super) fn time_passes(&mut self, now_s: i64) {
        self.flies_until_s = self.flies_until_s.filter(|until_s| *until_s > now_s);
    }

    // --- the first call ---------------------------------------------------------------------------

    /// The first permit is used.
    pub(super) fn call(&mut self, answer: Answer, now: &Now<'_>) {
        if let Some(out) = self.out.take() {
            self.meet_vendor(answer, out.issued_s);
            self.hear((1, Some(out.epoch)), answer, true, now);
        }
    }

    /// The first permit is used, and the answer is held up.
    pub(super) fn call_and_stall(&mut self) {
        if let Some(out) = &mut self.out {
            out.called = true;
            self.happens();
        }
    }

    pub(super) fn speak(&mut self, now: &Now<'_>) {
        if let Some(out) = self.out.take() {
            self.hear((1, Some(out.epoch)), Answer::Done, true, now);
        }
    }

    /// What the answer leaves at the vendor.
    fn meet_vendor(&mut self, answer: Answer, issued_s: i64) {
        match answer {
            Answer::Done | Answer::Costs(_) | Answer::LostReply => self.happens(),
            Answer::Late => {
                let until_s = issued_s + PERMIT_S + HORIZON_S;
                self.flies_until_s = self.flies_until_s.max(Some(until_s));
            }
            Answer::Accepted => self.taken = self.times == 0,
            Answer::LostRequest
            | Answer::Refused
            | Answer::NotSent
            | Answer::Throttled(_)
            | Answer::Panics => {}
        }
    }

    /// An answer comes to whoever made call number `call`; `alone`: no earlier request may still land.
    fn hear(
        &mut self,
        (call, epoch): (i64, Option<usize>),
        answer: Answer,
        alone: bool,
        now: &Now<'_>,
    ) {
        let holds = match self.hands {
            Hands::Owner { epoch: owner, .. } => epoch.is_none_or(|epoch| epoch == owner),
            Hands::Nobody { .. } => false,
        };
        if !(self.is_open() && holds && self.calls == call) {
            return self.hear_fenced(call, answer);
        }
        let first_wait = if call == 1 { 0 } else { backoff(call) };
        match answer {
            Answer::Done => self.settle(self.amount),
            Answer::Costs(percent) => self.settle(self.amount * percent / 100),
            Answer::Refused if alone => self.state = EffectState::Refused,
            // This request is refused; the one before it may still be taken.
            Answer::Refused => self.no_answer(PERMIT_S + HORIZON_S, now),
            Answer::Accepted => self.accept(now),
            Answer::NotSent => self.not_sent(first_wait.max(SOON_S), now),
            Answer::Throttled(wait_s) => self.not_sent(wait_s, now),
            Answer::LostReply | Answer::LostRequest | Answer::Late | Answer::Panics => {
                self.no_answer(first_wait, now);
            }
        }
    }

    /// The fence has moved on: the answer moves nothing, and is not thrown away.
    fn hear_fenced(&mut self, call: i64, answer: Answer) {
        let unsent = matches!(answer, Answer::NotSent | Answer::Throttled(_));
        if self.is_open() && self.sent_call == call && !self.sender_spoke {
            self.sender_spoke = true;
            self.unsent |= unsent;
        }
        let proof = match answer {
            Answer::Done => Proof {
                finished: true,
                cost: self.amount,
            },
            Answer::Costs(percent) => Proof {
                finished: true,
                cost: self.amount * percent / 100,
            },
            Answer::Accepted => Proof {
                finished: false,
                cost: self.amount,
            },
            _ => {
                let says_no = unsent || answer == Answer::Refused;
                self.contradicted |=
                    says_no && self.state == EffectState::Settled && self.sends == 1;
                return;
            }
        };
        self.proof = self.proof.or(Some(proof));
        if matches!(self.state, EffectState::Refused | EffectState::Void) {
            self.contradicted = true;
            self.settle(proof.cost);
        }
    }

    fn settle(&mut self, cost: i64) {
        self.state = EffectState::Settled;
        self.cost = cost;
    }

    fn accept(&mut self, now: &Now<'_>) {
        self.state = EffectState::Accepted;
        self.was_accepted = true;
        self.wait(ACCEPTED_POLL_S, now);
    }

    fn no_answer(&mut self, wait_s: i64, now: &Now<'_>) {
        self.state = EffectState::Unknown;
        self.sender_spoke = true;
        self.wait(wait_s, now);
    }

    fn not_sent(&mut self, wait_s: i64, now: &Now<'_>) {
        self.state = EffectState::Sending;
        self.unsent = true;
        self.sender_spoke = true;
        self.wait(wait_s, now);
    }

    fn wait(&mut self, wait_s: i64, now: &Now<'_>) {
        self.hands = Hands::Nobody {
            due_s: now.s + wait_s,
        };
    }

    // --- recovery ---------------------------------------------------------------------------------

    /// Whether a pass takes it: nobody's and due, or in hands that died or came too late.
    pub(super) fn is_taken_by_a_pass(&self, now: &Now<'_>) -> bool {
        let is_due = match self.hands {
            Hands::Nobody { due_s } => due_s <= now.s,
            Hands::Owner { epoch, until_s } => now.is_over(epoch) || until_s <= now.s,
        };
        self.is_open() && is_due
    }

    /// One look of a pass, with what the probe sees and, where it is sent again, the answer to that.
    pub(super) fn recover(&mut self, eye: Eye, answer: Answer, now: &Now<'_>) {
        self.calls += 1;
        let news = self
            .proof
            .filter(|p| p.finished || self.state != EffectState::Accepted);
        match (news, self.eye(eye, now)) {
            (Some(proof), _) if proof.finished => self.settle(proof.cost),
            (Some(_), _) => self.accept(now),
            (None, _) if self.unsent && self.sends == 1 => self.absent(answer, now),
            (None, Eye::SaysDropped) => {
                (self.taken, self.dropped) = (false, true);
                if self.sends == 1 || now.s >= self.horizon_s() {
                    self.state = EffectState::Refused;
                } else {
                    // An earlier request may still be taken.
                    self.cannot_tell(backoff(self.probes), now);
                }
            }
            (None, Eye::CannotTell | Eye::Panics) => self.cannot_tell(backoff(self.probes), now),
            (None, eye) if self.times > 0 && eye == Eye::Sees => self.settle(self.amount),
            (None, _) if self.was_accepted && self.is_old(now) => {
                self.cannot_tell(backoff(self.probes), now);
            }
            (None, _) if self.was_accepted => {
                self.probes += 1;
                self.wait(ACCEPTED_POLL_S, now);
            }
            (None, _) => self.absent(answer, now),
        }
    }

    /// A vendor keeps its promises: what is older than the horizon is seen, and only what was taken
    /// can be dropped.
    pub(super) fn eye(&self, eye: Eye, now: &Now<'_>) -> Eye {
        match eye {
            Eye::CannotTell | Eye::Panics => eye,
            Eye::SaysDropped if self.taken => eye,
            Eye::Sees | Eye::Lags | Eye::SaysDropped if self.class == Class::Blind => {
                Eye::CannotTell
            }
            Eye::Lags if now.s < self.horizon_s() => eye,
            Eye::Sees | Eye::Lags | Eye::SaysDropped if self.dropped && self.times == 0 => {
                Eye::SaysDropped
            }
            Eye::Sees | Eye::Lags | Eye::SaysDropped => Eye::Sees,
        }
    }

    fn is_old(&self, now: &Now<'_>) -> bool {
        now.s > self.created_s + RESEND_WITHIN_S
    }

    fn cannot_tell(&mut self, wait_s: i64, now: &Now<'_>) {
        self.state = EffectState::Unknown;
        self.probes += 1;
        self.wait(wait_s, now);
    }

    /// The vendor shows no trace. Never a blind resend.
    fn absent(&mut self, answer: Answer, now: &Now<'_>) {
        let never_left = self.unsent && self.sends == 1;
        let lands_in_s = (self.horizon_s() - now.s).max(0);
        let for_good = never_left || (self.sender_is_gone(now) && lands_in_s == 0);
        let given_up = self.is_old(now) || now.superseded;
        let look_again_s = if lands_in_s > 0 { lands_in_s } else { SOON_S };
        let key_lives = self.created_s + KEY_S - now.s > KEY_SLACK_S;
        let may_send = match self.class {
            Class::Keyed => key_lives || for_good,
            Class::Idempotent => true,
            Class::Queryable | Class::Blind => for_good,
        };
        if given_up && for_good {
            self.state = EffectState::Void;
        } else if may_send && !given_up {
            self.send_again(answer, for_good, now);
        } else {
            self.cannot_tell(look_again_s, now);
        }
    }

    fn send_again(&mut self, answer: Answer, alone: bool, now: &Now<'_>) {
        self.sends += 1;
        self.calls += 1;
        self.sent_call = self.calls;
        self.state = EffectState::Sending;
        self.sent_s = now.s;
        self.sender = now.epoch;
        self.sender_spoke = false;
        self.unsent = false;
        self.hands = Hands::Owner {
            epoch: now.epoch,
            until_s: now.s + PERMIT_S + CALL_S,
        };
        self.meet_vendor(answer, now.s);
        self.hear((self.calls, None), answer, alone, now);
    }

    // --- a person ---------------------------------------------------------------------------------

    pub(super) fn resolve(&mut self, happened: bool) {
        self.calls += 1;
        self.by_hand = true;
        if happened {
            self.settle(self.amount);
        } else {
            self.state = EffectState::Void;
        }
    }
}

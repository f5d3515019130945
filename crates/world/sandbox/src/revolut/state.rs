//! The state of Revolut's side: its books, and what follows from them.

use std::collections::VecDeque;

use homeostat_model::{RuntimeTime, WorldTime};
use jiff::{SignedDuration, Timestamp};

use super::payment::Payment;
use crate::{
    app::Booked,
    books::{Act, Books},
};

/// The vendor's name in the books.
pub(crate) const VENDOR: &str = "revolut";

/// The act of the books that is a payment.
pub(super) const PAY: &str = "pay";
/// The act that ends one in another state.
pub(super) const SETTLE: &str = "settle";
/// In every account at the world's beginning: 250,000.00 of its currency.
const OPENING_MICROS: i64 = 250_000_000_000;
/// How long the bank remembers a request id.
const KEY_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// So many calls in so much of the machine's time.
const CALLS_MAX: usize = 60;
const CALLS_IN: SignedDuration = SignedDuration::from_mins(1);

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) books: Books,
    /// In the order in which they were accepted.
    pub(super) payments: Vec<Payment>,
    /// When the last calls came.
    calls: VecDeque<RuntimeTime>,
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(books: Books) -> Self {
        let mut state = Self {
            books,
            payments: Vec::new(),
            calls: VecDeque::new(),
        };
        for act in state.books.acts().to_vec() {
            state.follow(&act);
        }
        state
    }

    /// What is in an account at an instant.
    pub(super) fn balance_micros(&self, account_id: &str, now: WorldTime) -> i64 {
        let own = self
            .payments
            .iter()
            .filter(|one| one.account_id == account_id);
        OPENING_MICROS - own.map(|one| one.held_micros(now)).sum::<i64>()
    }

    /// The payment of a request id that the bank still remembers.
    pub(super) fn remembered(&self, request_id: &str, now: WorldTime) -> Option<&Payment> {
        let mut latest = self.payments.iter().rev();
        latest.find(|one| one.request_id == request_id && now.since(one.created_at) < KEY_LIFE)
    }

    /// The time of an act: to the microsecond, since that is how it is told and compared.
    pub(super) fn instant(now: WorldTime) -> WorldTime {
        let micros = now.0.as_microsecond();
        Timestamp::from_microsecond(micros).map_or(now, WorldTime)
    }

    /// Counts a call; when there were too many, how long until the next is taken.
    pub(super) fn over_the_limit(&mut self, now: RuntimeTime) -> Option<SignedDuration> {
        while self
            .calls
            .front()
            .is_some_and(|at| now.since(*at) >= CALLS_IN)
        {
            self.calls.pop_front();
        }
        if self.calls.len() >= CALLS_MAX {
            let first = self.calls.front()?;
            return Some(CALLS_IN - now.since(*first));
        }
        self.calls.push_back(now);
        None
    }
}

impl Booked for State {
    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn follow(&mut self, act: &Act) {
        debug_assert_eq!(act.vendor, VENDOR);
        match act.act.as_str() {
            SETTLE => {
                let mut payments = self.payments.iter_mut();
                if let Some(payment) = payments.find(|one| one.id == act.object) {
                    payment.settle(act.effective_from, act.to.as_str().into());
                }
            }
            _ => match serde_json::from_value(act.detail.clone()) {
                Ok(payment) => self.payments.push(payment),
                Err(error) => {
                    tracing::warn!(n = act.n, %error, "the books hold a payment without sense");
                }
            },
        }
    }
}

//! The state of 17TRACK's side: its books, and what follows from them.

use std::{collections::HashMap, sync::Arc};

use homeostat_model::WorldTime;
use serde_json::json;

use super::{
    answer::Code,
    call::Item,
    limit::{A_DAY, CallLimit},
    view::View,
};
use crate::{
    app::{Booked, Instant},
    books::{Act, Books},
    faults::Strike,
    world::trade::{Order, Trade},
};

/// The vendor's name in the books.
pub(crate) const VENDOR: &str = "track17";

/// The act that begins to follow a number; its `to` is the carrier.
pub(super) const REGISTER: &str = "register";
/// The act that ends it; its `object` is the number and its `from` the carrier.
pub(super) const STOP: &str = "stop";
/// The next scan of a parcel came before its time, at `effective_from`, and its carrier was asked; `object` is the number
/// and `from` the carrier.
pub(super) const SCAN: &str = "scan";
/// The quota has ended, and is filled up again at `effective_from`.
pub(super) const RUN_OUT: &str = "run_out";

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) books: Books,
    /// In the order in which they were made.
    pub(super) registrations: Vec<Registration>,
    by_number: HashMap<String, Vec<usize>>,
    /// Registrations in a day that its owner pays for.
    pub(super) a_day: usize,
    /// Until when the quota is used up.
    pub(super) short_until: Option<WorldTime>,
    pub(super) limit: CallLimit,
    /// The orders whose parcels are known, by their numbers.
    orders: HashMap<String, Arc<Order>>,
    /// How many orders of the trade those are.
    learnt: usize,
}

/// A number that is, or was, followed under a carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registration {
    pub(super) number: String,
    pub(super) carrier: u32,
    pub(super) tag: Option<String>,
    pub(super) param: Option<String>,
    pub(super) at: WorldTime,
    /// When somebody stopped it.
    pub(super) stopped_at: Option<WorldTime>,
    /// When a scan came before its time, the first first.
    pub(super) hurried: Vec<WorldTime>,
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(books: Books) -> Self {
        let mut state = Self {
            books,
            registrations: Vec::new(),
            a_day: A_DAY,
            by_number: HashMap::new(),
            short_until: None,
            limit: CallLimit::default(),
            orders: HashMap::new(),
            learnt: 0,
        };
        for act in state.books.acts().to_vec() {
            state.follow(&act);
        }
        state
    }

    /// An account that takes so many more registrations in a day.
    pub(crate) fn with_more(mut self, registrations: usize) -> Self {
        self.a_day += registrations;
        self
    }

    /// Learns the parcels of the trade's new orders.
    pub(super) fn learn(&mut self, trade: &Trade) {
        for order in trade.orders.iter().skip(self.learnt) {
            let number = order.parcel.number.clone();
            self.orders.insert(number, Arc::clone(order));
        }
        self.learnt = trade.orders.len();
    }

    /// Whose parcel a number is, if it is one of the trade's.
    pub(super) fn order(&self, number: &str) -> Option<&Order> {
        self.orders.get(number).map(Arc::as_ref)
    }

    /// What is known of a registration at an instant.
    pub(super) fn view(&self, registration: &Registration, now: WorldTime) -> View {
        View::new(registration, self.order(&registration.number), now)
    }

    /// The registrations that an item may mean: one, or all carriers' when it names none.
    pub(super) fn meant<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a Registration> {
        let all = self.by_number.get(&item.number).into_iter().flatten();
        all.filter_map(|at| self.registrations.get(*at))
            .filter(|one| item.carrier.is_none_or(|carrier| carrier == one.carrier))
    }

    /// An act of this vendor at an instant.
    pub(super) fn act(
        &self,
        name: &str,
        number: &str,
        now: Instant,
        strike: Option<Strike>,
    ) -> Act {
        Act {
            act: name.to_owned(),
            object: number.to_owned(),
            fault: strike.map(|strike| strike.fault),
            ..Act::blank(VENDOR, self.books.next_n(), now)
        }
    }

    fn register(&mut self, act: &Act) {
        let Ok(carrier) = act.to.parse() else {
            tracing::warn!(n = act.n, "the books name no carrier");
            return;
        };
        let text = |name: &str| {
            let text = act.detail.get(name)?.as_str()?;
            Some(text.to_owned())
        };
        let at = self.registrations.len();
        self.registrations.push(Registration {
            number: act.object.clone(),
            carrier,
            tag: text("tag"),
            param: text("param"),
            at: act.at_world,
            stopped_at: None,
            hurried: Vec::new(),
        });
        self.by_number
            .entry(act.object.clone())
            .or_default()
            .push(at);
    }

    fn stop(&mut self, act: &Act) {
        if let Some(one) = self.meant_by(act) {
            one.stopped_at = Some(act.at_world);
        }
    }

    fn hurry(&mut self, act: &Act) {
        if let Some(one) = self.meant_by(act) {
            one.hurried.push(act.effective_from);
        }
    }

    fn meant_by(&mut self, act: &Act) -> Option<&mut Registration> {
        let is_meant = |one: &&mut Registration| {
            one.number == act.object && one.carrier.to_string() == act.from
        };
        let found = self.registrations.iter_mut().find(is_meant);
        if found.is_none() {
            tracing::warn!(n = act.n, "the books are about what was never registered");
        }
        found
    }
}

impl Booked for State {
    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn follow(&mut self, act: &Act) {
        debug_assert_eq!(act.vendor, VENDOR);
        match act.act.as_str() {
            REGISTER => self.register(act),
            STOP => self.stop(act),
            SCAN => self.hurry(act),
            RUN_OUT => self.short_until = Some(act.effective_from),
            other => tracing::warn!(act = other, "the books hold an act that nobody knows"),
        }
    }
}

/// An item among the rejected ones.
pub(super) fn rejected(item: &Item, code: Code) -> serde_json::Value {
    let error = json!({"code": code.0, "message": code.1});
    match item.carrier {
        // Text, as the vendor does in places.
        Some(carrier) => {
            json!({"number": item.number, "carrier": carrier.to_string(), "error": error})
        }
        None => json!({"number": item.number, "error": error}),
    }
}

//! Shopify as the sandbox plays it: the shops of the brands, over the documents that the client sends.
//!
//! There is no GraphQL engine: a document is known by its root fields, its variables are read, and the
//! answer holds every field that any document asks for. Prices are points out of a bucket that fills in
//! the world's time. *Limits.* A subscription is kept and not looked at, and a price changed here changes
//! nothing of what people pay.

mod answer;
mod bucket;
mod bulk;
mod call;
mod catalog;
mod discount;
mod keys;
mod orders;
mod people;
mod push;
mod refund;
mod request;
mod show;
mod state;
mod stock;
mod subscription;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    app::{App, Instant},
    books::Act,
    faults::{self, Class, Fault, Strike},
    line::Line,
    world::trade::{Shop, Trade},
};

use answer::Answer;
pub(crate) use call::CLASSES;
use call::Call;
pub(crate) use push::{news, orders};
use request::Request;
use state::{Detail, What};
pub(crate) use state::{State, VENDOR};

/// One request, with whatever befalls it.
pub(crate) async fn serve(
    Shared(app): Shared<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(path): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let request = Request::parse(&path, &method, &uri, &headers, &body);
    let found = request.and_then(|request| {
        let call = Call::resolve(&request)?;
        if call.needs_token() {
            request.authorise(app.now().world)?;
        }
        Ok(Arc::new(Task { request, call }))
    });
    let answer = match found {
        Ok(task) => faults::answer(&app, &line, task).await,
        Err(refusal) => refusal,
    };
    answer.into_response()
}

/// A request with its call found.
struct Task {
    request: Request,
    call: Call,
}

/// A call at the shop that it is about, while nobody else is served.
struct Visit<'a> {
    app: &'a App,
    trade: &'a Trade,
    state: &'a mut State,
    /// Index of the shop.
    nth: usize,
    shop: &'a Shop,
    now: Instant,
    request: &'a Request,
    strike: Option<Strike>,
}

/// What is under `data`, or another answer.
type Told = Result<Value, Answer>;

impl faults::Task for Task {
    type Answer = Answer;

    fn class(&self) -> Class {
        self.call.class()
    }

    fn object(&self) -> &str {
        self.request.object()
    }

    fn limit(&self) -> &str {
        &self.request.limit
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        let now = app.now();
        if self.call == Call::Token {
            return self.request.grant(now.world);
        }
        app.trade(now.world, |trade| {
            let Some((nth, shop)) = trade.shop(&self.request.shop) else {
                return Answer::no_shop();
            };
            let mut state = app.shopify();
            let visit = Visit {
                app,
                trade,
                state: &mut state,
                nth,
                shop,
                now,
                request: &self.request,
                strike,
            };
            visit.answer(self.call)
        })
    }

    fn throttled(&self, left: SignedDuration) -> Answer {
        Answer::throttled_for(left)
    }

    fn says(&self, fault: Fault) -> Answer {
        match fault {
            Fault::InProgress => self.call.in_progress(),
            other => Answer::of(other),
        }
    }

    fn stamped(&self, _app: &App, answer: Answer) -> Answer {
        answer.of_version(&self.request.version)
    }
}

impl Visit<'_> {
    /// Takes the call's points, does it, and gives back what it did not use.
    fn answer(mut self, call: Call) -> Answer {
        if let Call::BulkFile(id) = call {
            return self.bulk_file(id);
        }
        let asked = match call.cost(&self.request.variables) {
            Ok(asked) => asked,
            Err(refusal) => return refusal,
        };
        let shop = self.request.shop.clone();
        let left = self.state.buckets.take(&shop, self.now.world, asked);
        if let Err(available) = left {
            return Answer::throttled(asked, available);
        }
        let told = self.tell(call);
        let used = told.as_ref().map_or(asked, |data| call.used(data, asked));
        let available = self.state.buckets.give_back(&shop, asked - used);
        match told {
            Ok(data) if self.is_struck(Fault::PartialAnswer) => {
                Answer::partial(&data, call.root()).with_cost(asked, used, available)
            }
            Ok(data) => Answer::data(&data).with_cost(asked, used, available),
            Err(refusal) => refusal.with_cost(asked, used, available),
        }
    }

    fn tell(&mut self, call: Call) -> Told {
        match call {
            Call::Shop => Ok(self.shop_told()),
            Call::Locations => Ok(self.locations()),
            Call::Orders => self.orders(),
            Call::Order => self.order(),
            Call::SuggestedRefund => self.suggested_refund(),
            Call::RefundCreate => self.refund_create(),
            Call::InventoryLevel => self.inventory_level(),
            Call::InventorySet => self.inventory_set(),
            Call::Products => self.products(),
            Call::Product => self.product(),
            Call::ProductUpdate => self.product_update(),
            Call::VariantPrice => self.variant_price(),
            Call::Customers => self.customers(),
            Call::Disputes => self.disputes(),
            Call::DiscountByCode => self.discount_by_code(),
            Call::DiscountCreate => self.discount_create(),
            Call::DiscountDeactivate => self.discount_deactivate(),
            Call::BulkRun => self.bulk_run(),
            Call::BulkOperation => self.bulk_operation(),
            Call::Subscribe => self.subscribe(),
            Call::Subscriptions => self.subscriptions(),
            Call::Token | Call::BulkFile(_) => Err(Answer::no_shop()),
        }
    }

    fn is_struck(&self, fault: Fault) -> bool {
        self.strike.is_some_and(|strike| strike.fault == fault)
    }

    /// The world's time that a fault lasts, if it has struck.
    fn lag(&self, fault: Fault) -> Option<SignedDuration> {
        let strike = self.strike.filter(|strike| strike.fault == fault)?;
        Some(self.app.world_ms(strike.after_ms))
    }

    /// An act of this shop's, of which its name, object and values are not said yet.
    fn blank(&self, what: What) -> Result<Act, Answer> {
        let detail = Detail {
            shop: self.request.shop.clone(),
            key: self.request.key(),
            what,
        };
        Ok(Act {
            request_id: self.request.reference.clone(),
            fault: self.strike.map(|strike| strike.fault),
            detail: serde_json::to_value(detail).map_err(|_| Answer::internal())?,
            ..Act::blank(VENDOR, self.state.books.next_n(), self.now)
        })
    }

    /// Into the books, then into the state. Not on disk, not done.
    fn confirm(&mut self, act: Act) -> Result<(), Answer> {
        let confirmed = self.app.confirm(self.state, act);
        confirmed.map_err(|_| Answer::internal())
    }
}

//! Revolut as the sandbox plays it: the operator's bank, with one account per brand and the brands'
//! suppliers to pay.
//!
//! What becomes of a payment is decided when it is accepted and written down with it: it is pending
//! for some minutes and then completed, unless there is too little money or a fault has it end
//! otherwise. So its state at any instant follows from the books, also after a restart. Its
//! `request_id` is remembered for 14 days of the world.
//! `POST /api/1.0/sandbox/transactions/{id}/{complete|revert|decline|fail}` ends one at once.
//!
//! *Limits.* Access tokens end after 40 minutes of the world, but not before 2 seconds of the
//! machine, so that a fast world can be used. 60 calls a minute are counted in the machine's time,
//! and anew after a restart. A payment must be in its account's currency. There are no payment
//! drafts.

mod access;
mod answer;
mod call;
mod lists;
mod pay;
mod payment;
mod push;
mod settle;
mod state;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method, Uri, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;

use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    line::Line,
};

use answer::Answer;
pub(crate) use call::CLASSES;
use call::Call;
pub use lists::revolut_account_id;
pub(crate) use push::{news, payments};
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
    let found = Call::resolve(&path, &method, &uri, &body).and_then(|call| {
        if !matches!(call, Call::Token(_)) {
            let bearer = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
            access::authorise(&app, bearer)?;
            let over = app.revolut().over_the_limit(app.now().wall);
            if let Some(left) = over {
                let ms = u64::try_from(left.as_millis()).unwrap_or(0);
                return Err(Answer::throttled(app.world_ms(ms)));
            }
        }
        Ok(Arc::new(Task(call)))
    });
    let answer = match found {
        Ok(task) => faults::answer(&app, &line, task).await,
        Err(refusal) => refusal,
    };
    answer.into_response()
}

/// A request with its call found.
struct Task(Call);

impl faults::Task for Task {
    type Answer = Answer;

    fn class(&self) -> Class {
        self.0.class()
    }

    fn object(&self) -> &str {
        self.0.object()
    }

    fn limit(&self) -> &str {
        VENDOR
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        let result = match &self.0 {
            Call::Token(form) => access::token(app, form),
            Call::Accounts => Ok(lists::accounts(app)),
            Call::Account(id) => lists::account(app, id),
            Call::Counterparties => Ok(lists::counterparties(app)),
            Call::Counterparty(id) => lists::counterparty(app, id),
            Call::Transactions(query) => lists::transactions(app, query, strike),
            Call::Transaction(id) => lists::transaction(app, id, strike),
            Call::Pay(order) => pay::answer(app, order, strike),
            Call::Settle { id, action } => settle::answer(app, id, *action, strike),
        };
        result.unwrap_or_else(|refusal| refusal)
    }

    fn throttled(&self, left: SignedDuration) -> Answer {
        Answer::throttled(left)
    }

    fn says(&self, fault: Fault) -> Answer {
        match (fault, &self.0) {
            (Fault::TokenDead, Call::Token(_)) => Answer::bad_assertion("the grant has ended"),
            (fault, _) => Answer::of(fault),
        }
    }

    fn stamped(&self, _app: &App, answer: Answer) -> Answer {
        answer
    }
}

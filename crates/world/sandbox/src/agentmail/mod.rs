//! `AgentMail` as the sandbox plays it: the inboxes of the brands, what shoppers wrote into them, and what was answered.
//!
//! Letters follow from the seed. Replies and labels are acts in the books, so a restarted inbox is the same inbox. An
//! idempotency key lives 24 hours of world time; after that the same request is another mail, as with the vendor.

mod answer;
mod call;
mod hurry;
mod labels;
mod list;
mod mail;
mod push;
mod reply;
mod request;
mod state;

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, State as Shared},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use homeostat_vendors::agentmail::REQUEST_BYTES_MAX;
use jiff::SignedDuration;

use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    line::Line,
    options::AGENTMAIL_KEY,
};
use answer::Answer;
pub(crate) use call::CLASSES;
use call::Call;
pub(crate) use hurry::hurry;
pub(crate) use push::news;
use request::Request;
pub(crate) use state::{State, VENDOR};

/// One request, with whatever befalls it.
pub(crate) async fn serve(
    Shared(app): Shared<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(body) = to_bytes(body, REQUEST_BYTES_MAX).await else {
        return Answer::too_large().into_response();
    };
    let parsed = Request::parse(&method, &uri, &headers, &body);
    let found = parsed.and_then(|request| {
        request.authorise(AGENTMAIL_KEY)?;
        let call = Call::resolve(&request)?;
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

impl faults::Task for Task {
    type Answer = Answer;

    fn class(&self) -> Class {
        self.call.class()
    }

    fn object(&self) -> &str {
        self.call.object()
    }

    /// Limits are the organisation's, and there is one.
    fn limit(&self) -> &str {
        VENDOR
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        let now = app.now();
        let result = match &self.call {
            Call::WhoAmI => Ok(Answer::identity()),
            Call::List(listing) => list::messages(app, listing, now.world, strike),
            Call::Message { inbox, id } => mail::answer(app, inbox, id, now.world, strike),
            Call::Thread(wanted) => list::thread(app, wanted, now.world, strike),
            Call::Reply(wanted) => reply::answer(app, wanted, &self.request, now, strike),
            Call::Labels(change) => labels::answer(app, change, &self.request, now, strike),
        };
        result.unwrap_or_else(|refusal| refusal)
    }

    fn throttled(&self, left: SignedDuration) -> Answer {
        Answer::throttled(left)
    }

    fn says(&self, fault: Fault) -> Answer {
        Answer::of(fault, self.call.class().writes)
    }

    fn stamped(&self, _app: &App, answer: Answer) -> Answer {
        answer
    }
}

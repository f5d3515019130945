//! Meta's Marketing API as the sandbox plays it: campaigns, insights, accounts, status and budget
//! changes, creations, an account's spending limit, batches.

mod call;
mod create;
mod insights;
mod limit;
mod objects;
mod push;
mod state;
mod write;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;

use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    graph::{Answer, Request},
    line::Line,
    options::{META_APP_SECRET, META_TOKEN},
};

pub(crate) use call::CLASSES;
use call::Call;
pub(crate) use push::news;
pub(crate) use state::State;

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
    let parsed = Request::parse(&path, &method, &uri, &headers, &body);
    let found = parsed.and_then(|request| {
        request.authorise(META_TOKEN, META_APP_SECRET)?;
        let world = Arc::clone(&app.meta().world);
        let call = Call::resolve(&world, &request)?;
        let (object, account) = call.about(&world);
        Ok(Arc::new(Task {
            object: object.to_owned(),
            account: account.to_owned(),
            request,
            call,
        }))
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
    object: String,
    account: String,
}

impl faults::Task for Task {
    type Answer = Answer;

    fn class(&self) -> Class {
        self.call.class()
    }

    fn object(&self) -> &str {
        &self.object
    }

    fn limit(&self) -> &str {
        &self.account
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        carry_out(app, &self.request, &self.call, strike)
    }

    fn throttled(&self, left: SignedDuration) -> Answer {
        Answer::throttled(&self.account, left)
    }

    fn says(&self, fault: Fault) -> Answer {
        Answer::of(fault)
    }

    fn stamped(&self, app: &App, answer: Answer) -> Answer {
        match app.meta().count_call() {
            Some(percent) => answer.with_usage(&self.account, percent),
            None => answer,
        }
    }
}

/// Does what a call asks for. Touches the disk when it changes something.
fn carry_out(app: &App, request: &Request, call: &Call, strike: Option<Strike>) -> Answer {
    let now = app.now();
    let result = match call {
        Call::Account(at) => objects::account(&mut app.meta(), *at, now.world, request),
        Call::Campaign(at) => objects::campaign(&app.meta(), *at, now.world, request),
        Call::Campaigns(account) => {
            objects::campaigns(&app.meta(), *account, now.world, request, strike)
        }
        Call::Insights(scope) => insights::answer(app, *scope, now.world, request, strike),
        Call::Write(write) => write::answer(app, write, request, strike),
        Call::Batch(parts) => Ok(batch(app, parts, strike)),
    };
    result.unwrap_or_else(|refusal| refusal)
}

/// Each part by itself; the outer reply is 200 whatever became of them.
fn batch(app: &App, parts: &[call::Part], strike: Option<Strike>) -> Answer {
    let null_first = strike.is_some_and(|strike| strike.fault == Fault::NullPart);
    let each = parts.iter().enumerate().map(|(nth, part)| {
        let answer = match part {
            Ok((request, call)) => carry_out(app, request, call, None),
            Err(refusal) => refusal.clone(),
        };
        if nth == 0 && null_first {
            return serde_json::Value::Null;
        }
        answer.as_part()
    });
    Answer::ok(each.collect())
}

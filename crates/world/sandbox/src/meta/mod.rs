//! Meta's Marketing API as the sandbox plays it: campaigns, insights, accounts, status and budget
//! changes, batches.

mod answer;
mod call;
mod insights;
mod list;
mod objects;
mod request;
mod state;
mod strike;
mod write;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};

use crate::{app::App, faults::Strike, line::Line};

use answer::Answer;
use call::Call;
use request::Request;
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
        request.authorise()?;
        let call = Call::resolve(&app.meta().world, &request)?;
        Ok((request, call))
    });
    let answer = match found {
        Ok((request, call)) => strike::answer(&app, &line, request, call).await,
        Err(refusal) => refusal,
    };
    answer.into_response()
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
        Call::Write { campaign, change } => {
            write::answer(app, *campaign, *change, now, request, strike)
        }
        Call::Batch(parts) => Ok(batch(app, parts, strike)),
    };
    result.unwrap_or_else(|refusal| refusal)
}

/// Each part by itself; the outer reply is 200 whatever became of them.
fn batch(app: &App, parts: &[call::Part], strike: Option<Strike>) -> Answer {
    let null_first = strike.is_some_and(|strike| strike.fault == crate::faults::Fault::NullPart);
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

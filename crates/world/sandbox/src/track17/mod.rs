//! 17TRACK as the sandbox plays it: registrations with their quota, and parcels as their carriers tell of them.
//!
//! What a carrier tells is worked out from the trade when somebody asks, so it is the same in every life of the
//! world. Registrations and stops are acts in the books.
//!
//! Its habits are the vendor's: a batch of which some items are refused, no information for some minutes after a
//! registration, carriers that are asked every few hours only, three calls a second of real time, a quota, parcels
//! that expire and then arrive, or arrive and are then reported broken, and words that nobody has documented.

mod answer;
mod call;
mod habit;
mod hurry;
mod info;
mod limit;
mod list;
mod push;
mod register;
mod state;
mod stop;
mod tell;
#[cfg(test)]
mod told;
mod view;

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;

use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    line::Line,
    options::TRACK17_KEY,
};

use answer::Answer;
pub(crate) use call::CLASSES;
use call::Call;
pub(crate) use hurry::{hurry, parcels};
pub(crate) use push::news;
pub(crate) use state::{State, VENDOR};

/// The versions in the path that it answers to.
const VERSIONS: [&str; 2] = ["v2.2", "v2.4"];

/// One request, with whatever befalls it.
pub(crate) async fn serve(
    Shared(app): Shared<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> Response {
    let answer = match admit(&app, &path, &method, &headers, &body) {
        Ok(call) => faults::answer(&app, &line, Arc::new(call)).await,
        Err(refusal) => refusal,
    };
    answer.into_response()
}

/// The call, when it may be made.
fn admit(
    app: &App,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
    body: &str,
) -> Result<Call, Answer> {
    let (version, name) = path.split_once('/').ok_or_else(Answer::no_such_path)?;
    if method != Method::POST || !VERSIONS.contains(&version) || !call::is_known(name) {
        return Err(Answer::no_such_path());
    }
    let key = headers.get("17token").map(|key| key.as_bytes());
    if key != Some(TRACK17_KEY.as_bytes()) {
        return Err(Answer::bad_key());
    }
    let (now, second) = (app.now().world, app.world_ms(1_000));
    if let Some(left) = app.track17().limit.take(now, second) {
        return Err(Answer::too_many(left));
    }
    Call::read(name, body)
}

impl faults::Task for Call {
    type Answer = Answer;

    fn class(&self) -> Class {
        Call::class(self)
    }

    fn object(&self) -> &str {
        self.first()
    }

    fn limit(&self) -> &str {
        VENDOR
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        let now = app.now();
        app.trade(now.world, |trade| app.track17().learn(trade));
        match self {
            Self::Register(items) => register::answer(app, items, now, strike),
            Self::Stop(items) => stop::answer(app, items, now, strike),
            Self::Info(items) => info::answer(app, items, now.world, strike),
            Self::List(asked) => list::answer(app, asked, now.world, strike),
            Self::Quota => Answer::ok(limit::quota(&app.track17(), now.world)),
        }
    }

    fn throttled(&self, left: SignedDuration) -> Answer {
        Answer::too_many(left)
    }

    fn says(&self, fault: Fault) -> Answer {
        Answer::of(fault)
    }

    fn stamped(&self, _: &App, answer: Answer) -> Answer {
        answer
    }
}

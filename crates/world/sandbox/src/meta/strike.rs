//! One request with the fault that befalls it, if any.

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use jiff::SignedDuration;

use super::{answer::Answer, call::Call, carry_out, request::Request};
use crate::{
    app::App,
    faults::{Fault, Strike},
    line::Line,
};

/// The reply; on a cut line it never leaves.
pub(crate) async fn answer(app: &Arc<App>, line: &Line, request: Request, call: Call) -> Answer {
    let (world, percent) = {
        let mut meta = app.meta();
        (Arc::clone(&meta.world), meta.count_call())
    };
    let (object, account) = call.about(&world);
    let left = app.desk().throttled(account, app.now().wall);
    if let Some(left) = left {
        return throttled(app, account, left);
    }
    let strike = app.desk().strike(call.class(), object);
    let account = account.to_owned();
    let answer = match strike {
        None => act(app, request, call, None).await,
        Some(strike) => befall(app, line, request, call, strike, &account).await,
    };
    match percent {
        Some(percent) => answer.with_usage(&account, percent),
        None => answer,
    }
}

async fn befall(
    app: &Arc<App>,
    line: &Line,
    request: Request,
    call: Call,
    strike: Strike,
    account: &str,
) -> Answer {
    let lost = |line: &Line| {
        line.cut();
        Answer::outage()
    };
    match strike.fault {
        Fault::LoseRequest => lost(line),
        Fault::LoseReply => {
            act(app, request, call, Some(strike)).await;
            lost(line)
        }
        Fault::LandLate => {
            land_late(app, request, call, strike).await;
            lost(line)
        }
        Fault::Slow => {
            wait(app, strike.after_ms).await;
            act(app, request, call, Some(strike)).await
        }
        Fault::ErrorAfter => {
            act(app, request, call, Some(strike)).await;
            Answer::outage()
        }
        Fault::Throttle => {
            let span = SignedDuration::from_millis(i64::try_from(strike.after_ms).unwrap_or(0));
            let until = app.now().wall.plus(span);
            app.desk().throttle(account, until);
            throttled(app, account, span)
        }
        Fault::ErrorBefore => Answer::outage(),
        Fault::ThrottleAccount => Answer::throttled_account(),
        Fault::UnavailableText => Answer::unavailable_text(),
        Fault::TokenDead => Answer::bad_token(Some(463)),
        Fault::Blocked => Answer::blocked(),
        Fault::PartialPause
        | Fault::StaleStatus
        | Fault::EmptyPage
        | Fault::MovingInsights
        | Fault::NullPart => act(app, request, call, Some(strike)).await,
    }
}

/// The estimate is in minutes of the world, as everything the vendor says is.
fn throttled(app: &App, account: &str, left: SignedDuration) -> Answer {
    let ms = left
        .as_millis()
        .max(0)
        .saturating_mul(i128::from(app.clock.speed()));
    let minutes = (ms + 59_999) / 60_000;
    Answer::throttled(account, u64::try_from(minutes.max(1)).unwrap_or(u64::MAX))
}

/// In a task of its own: a client that hangs up drops the request, but not the act.
async fn act(app: &Arc<App>, request: Request, call: Call, strike: Option<Strike>) -> Answer {
    let done = app.off_thread(move |app| carry_out(app, &request, &call, strike));
    done.await.unwrap_or_else(Answer::outage)
}

/// The act lands after the client has given up; it is under way whether or not someone waits.
async fn land_late(app: &Arc<App>, request: Request, call: Call, strike: Strike) {
    let late = Arc::clone(app);
    let landed = app.late.spawn(async move {
        if wait(&late, strike.after_ms).await {
            act(&late, request, call, Some(strike)).await;
        }
    });
    let _ended = landed.await;
}

/// Waits real time; `false` when the sandbox stops before that.
async fn wait(app: &App, ms: u64) -> bool {
    tokio::select! {
        () = pause(Duration::from_millis(ms)) => true,
        () = app.stop.cancelled() => false,
    }
}

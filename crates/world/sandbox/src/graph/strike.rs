//! One request with the fault that befalls it, if any.

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use jiff::SignedDuration;

use super::answer::Answer;
use crate::{
    app::App,
    faults::{Class, Fault, Strike},
    line::Line,
};

/// One call of a face: what it is about, and what it does when nothing stops it.
pub(crate) trait Task: Send + Sync + 'static {
    /// The kind of call, as fault orders name it.
    fn class(&self) -> Class;

    /// The object that it is about, as fault orders name it.
    fn object(&self) -> &str;

    /// Whose limit of calls it uses. Throttling one leaves the others alone.
    fn limit(&self) -> &str;

    /// Does what is asked for. May touch the disk.
    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer;

    /// The refusal of a call over the limit, with the vendor's estimate.
    fn throttled(&self, regain_minutes: u64) -> Answer;

    /// The answer with the state of the limits on it.
    fn stamped(&self, app: &App, answer: Answer) -> Answer;
}

/// The reply; on a cut line it never leaves.
pub(crate) async fn answer<T: Task>(app: &Arc<App>, line: &Line, task: Arc<T>) -> Answer {
    let left = app.desk().throttled(task.limit(), app.now().wall);
    if let Some(left) = left {
        return task.throttled(minutes(app, left));
    }
    let strike = app.desk().strike(task.class(), task.object());
    let answer = match strike {
        None => act(app, &task, None).await,
        Some(strike) => befall(app, line, &task, strike).await,
    };
    task.stamped(app, answer)
}

async fn befall<T: Task>(app: &Arc<App>, line: &Line, task: &Arc<T>, strike: Strike) -> Answer {
    let lost = |line: &Line| {
        line.cut();
        Answer::outage()
    };
    match strike.fault {
        Fault::LoseRequest => lost(line),
        Fault::LoseReply => {
            act(app, task, Some(strike)).await;
            lost(line)
        }
        Fault::LandLate => {
            land_late(app, task, strike).await;
            lost(line)
        }
        Fault::Slow => {
            wait(app, strike.after_ms).await;
            act(app, task, Some(strike)).await
        }
        Fault::HoldReply => {
            let answer = act(app, task, Some(strike)).await;
            wait(app, strike.after_ms).await;
            answer
        }
        Fault::ErrorAfter => {
            act(app, task, Some(strike)).await;
            Answer::outage()
        }
        Fault::Throttle => {
            let span = SignedDuration::from_millis(i64::try_from(strike.after_ms).unwrap_or(0));
            let until = app.now().wall.plus(span);
            app.desk().throttle(task.limit(), until);
            task.throttled(minutes(app, span))
        }
        Fault::ErrorBefore => Answer::outage(),
        Fault::ThrottleAccount => Answer::throttled_account(),
        Fault::UnavailableText => Answer::unavailable_text(),
        Fault::TokenDead => Answer::bad_token(Some(463)),
        Fault::Blocked => Answer::blocked(),
        Fault::IdentityMissing => Answer::identity_missing(),
        Fault::Challenge => Answer::challenge(),
        Fault::PartialPause
        | Fault::StaleStatus
        | Fault::EmptyPage
        | Fault::MovingInsights
        | Fault::NullPart
        | Fault::CapInMinor
        | Fault::TooHeavy
        | Fault::SilentBlock
        | Fault::NewLayout => act(app, task, Some(strike)).await,
    }
}

/// The estimate is in minutes of the world, as everything the vendor says is.
fn minutes(app: &App, left: SignedDuration) -> u64 {
    let ms = left
        .as_millis()
        .max(0)
        .saturating_mul(i128::from(app.clock.speed()));
    u64::try_from(((ms + 59_999) / 60_000).max(1)).unwrap_or(u64::MAX)
}

/// In a task of its own: a client that hangs up drops the request, but not the act.
async fn act<T: Task>(app: &Arc<App>, task: &Arc<T>, strike: Option<Strike>) -> Answer {
    let task = Arc::clone(task);
    let done = app.off_thread(move |app| task.carry_out(app, strike));
    done.await.unwrap_or_else(Answer::outage)
}

/// The act lands after the client has given up; it is under way whether or not someone waits.
async fn land_late<T: Task>(app: &Arc<App>, task: &Arc<T>, strike: Strike) {
    let (late, task) = (Arc::clone(app), Arc::clone(task));
    let landed = app.late.spawn(async move {
        if wait(&late, strike.after_ms).await {
            act(&late, &task, Some(strike)).await;
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

//! One request with the fault that befalls it, if any.

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use jiff::SignedDuration;

use super::{Class, Fault, Strike};
use crate::{app::App, line::Line};

/// One call of a face: what it is about, and what it does when nothing stops it.
pub(crate) trait Task: Send + Sync + 'static {
    /// What goes back.
    type Answer: Send + 'static;

    /// The kind of call, as fault orders name it.
    fn class(&self) -> Class;

    /// The object that it is about, as fault orders name it.
    fn object(&self) -> &str;

    /// Whose limit of calls it uses. Throttling one leaves the others alone.
    fn limit(&self) -> &str;

    /// Does what is asked for. May touch the disk.
    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Self::Answer;

    /// The refusal of a call over the limit, which ends after this much of the world's time.
    fn throttled(&self, left: SignedDuration) -> Self::Answer;

    /// How this vendor words a fault that leaves it unsaid what was done, or that nothing was.
    fn says(&self, fault: Fault) -> Self::Answer;

    /// The answer with the state of the limits on it.
    fn stamped(&self, app: &App, answer: Self::Answer) -> Self::Answer;
}

/// The reply; on a cut line it never leaves.
pub(crate) async fn answer<T: Task>(app: &Arc<App>, line: &Line, task: Arc<T>) -> T::Answer {
    let left = app.desk().throttled(task.limit(), app.now().wall);
    if let Some(left) = left {
        return task.throttled(of_the_world(app, left));
    }
    let strike = app.desk().strike(task.class(), task.object());
    let answer = match strike {
        None => act(app, &task, None).await,
        Some(strike) => befall(app, line, &task, strike).await,
    };
    task.stamped(app, answer)
}

async fn befall<T: Task>(app: &Arc<App>, line: &Line, task: &Arc<T>, strike: Strike) -> T::Answer {
    let lost = |line: &Line| {
        line.cut();
        task.says(Fault::ErrorBefore)
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
            task.says(Fault::ErrorAfter)
        }
        Fault::Throttle => {
            let span = SignedDuration::from_millis(i64::try_from(strike.after_ms).unwrap_or(0));
            let until = app.now().wall.plus(span);
            app.desk().throttle(task.limit(), until);
            task.throttled(of_the_world(app, span))
        }
        said @ (Fault::ErrorBefore
        | Fault::ThrottleAccount
        | Fault::UnavailableText
        | Fault::TokenDead
        | Fault::Blocked
        | Fault::IdentityMissing
        | Fault::Challenge
        | Fault::InProgress) => task.says(said),
        Fault::PartialPause
        | Fault::StaleStatus
        | Fault::EmptyPage
        | Fault::MovingInsights
        | Fault::NullPart
        | Fault::CapInMinor
        | Fault::TooHeavy
        | Fault::SilentBlock
        | Fault::NewLayout
        | Fault::SettleLater
        | Fault::SettleBadly
        | Fault::StaleIndex
        | Fault::PartialAnswer
        | Fault::NewWord
        | Fault::AnswerAgain => act(app, task, Some(strike)).await,
    }
}

/// What the vendor says of times is in the world's.
fn of_the_world(app: &App, left: SignedDuration) -> SignedDuration {
    app.world_ms(u64::try_from(left.as_millis()).unwrap_or(0))
}

/// In a task of its own: a client that hangs up drops the request, but not the act.
async fn act<T: Task>(app: &Arc<App>, task: &Arc<T>, strike: Option<Strike>) -> T::Answer {
    let doing = Arc::clone(task);
    let done = app.off_thread(move |app| doing.carry_out(app, strike));
    done.await.unwrap_or_else(|| task.says(Fault::ErrorBefore))
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

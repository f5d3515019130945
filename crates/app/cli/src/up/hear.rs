//! What becomes of kinds: a death is buried and its work rescued, trouble is told to people.

use std::path::Path;

use homeostat_alerts::{AlertId, Cause, Severity, Spool};
use homeostat_clock::{Entropy, wall};
use homeostat_liveness::{Evidence, Host, processes};
use homeostat_operator::config::Settings;
use homeostat_store::Db;
use homeostat_supervisor::{
    crash_loop::{Alert, Ending, Stage, shared::Shared},
    guard::LastEnd,
    kinds::{Event, Kinds, State as Stands, View},
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    alone,
    enable::NOT_ENABLED,
    roles::{NO_ROOM, SUPERVISOR_NAME},
};
use crate::{failure::chain, ui};

/// A kind that keeps ending.
const CRASH_LOOP: &str = "crash_loop";
/// Several at once.
const SHARED: &str = "crash_loop_shared";
/// The supervisor ended and was started again.
const RESTARTED: (&str, &str) = ("supervisor_restarted", "supervisor");
/// The owner's configuration cannot be used.
const BROKEN: (&str, &str) = ("config_broken", "homeostat.toml");
/// All kinds that are one subject.
const MANY: &str = "several kinds";

/// What listening needs.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) kinds: Kinds,
    pub(super) spool: Spool,
    pub(super) db: watch::Receiver<Option<Db>>,
    pub(super) entropy: Entropy,
    pub(super) stop: CancellationToken,
}

/// Listens until stopped, and then to what was said before.
pub(super) async fn hear(listening: Listening, mut heard: mpsc::UnboundedReceiver<Event>) {
    let Listening {
        kinds,
        spool,
        db,
        entropy,
        stop,
    } = listening;
    loop {
        let event = tokio::select! {
            biased;
            Some(event) = heard.recv() => event,
            () = stop.cancelled() => return,
        };
        match event {
            Event::Started { name, process } => {
                tracing::info!(name, pid = process.pid, "started");
            }
            Event::Ready { name } => tracing::info!(name, "ready"),
            Event::Ended {
                name,
                process,
                cause,
            } => {
                if cause.ending != Ending::Planned {
                    tracing::warn!(name, ending = %cause.ending, said = cause.last_words, "ended");
                }
                let db = db.borrow().clone();
                if let (Some(db), Ok(pid)) = (db, u32::try_from(process.pid)) {
                    // A task of its own: the database may be the next to fall.
                    tokio::spawn(bury(db, entropy.clone(), pid));
                }
            }
            Event::WantsAlone { name } => alone::start(&kinds, &name),
            Event::Alert(alert) => tell(&spool, &alert),
            Event::Shared(shared) => tell_shared(&spool, &shared),
            Event::SharedOver(_) => over(&spool, SHARED, MANY),
        }
    }
}

fn tell(spool: &Spool, alert: &Alert) {
    let kind = &alert.kind;
    let said = alert.cause.as_ref().map_or_else(String::new, |cause| {
        let words = match cause.last_words.as_str() {
            "" => String::new(),
            words => format!("; it said: {words}"),
        };
        format!("{}{words}", cause.ending)
    });
    let (severity, text) = match alert.stage {
        Stage::Resolved => return over(spool, CRASH_LOOP, kind),
        Stage::Looping => {
            let runs = alert.unhealthy;
            let text = format!(
                "{kind} ended {runs} times in a row: {said}. It is started again after growing waits."
            );
            (Severity::Warning, text)
        }
        Stage::Quarantined => {
            let text = format!(
                "{kind} is left alone after {} bad ends in a row: {said}. It is tried again by itself, at once when the \
                 file of its program changes; `homeostat deploy` takes up a change of homeostat.toml. `homeostat processes \
                 start {kind}` tries now.",
                alert.unhealthy
            );
            (Severity::Critical, text)
        }
    };
    raise(spool, severity, CRASH_LOOP, kind, text);
}

/// One alert in place of those of its kinds.
fn tell_shared(spool: &Spool, shared: &Shared) {
    let names: Vec<&str> = shared.kinds.iter().map(String::as_str).collect();
    let text = format!(
        "{} kinds went into quarantine within a minute, so they have one cause: {}. `homeostat processes` says of \
         each how it ended.",
        names.len(),
        names.join(", ")
    );
    raise(spool, Severity::Critical, SHARED, MANY, text);
    for name in names {
        over(spool, CRASH_LOOP, name);
    }
}

/// Closes what a former supervisor told of kinds that are not declared any more, or that it has no bad ends
/// of: nobody else would.
pub(super) fn close_what_is_over(spool: &Spool, kinds: &Kinds, settings: &Settings) {
    let views = kinds.views();
    let loops = |name: &str| {
        views
            .iter()
            .any(|view| view.name == name && view.unhealthy > 0)
    };
    for alert in spool.list().alerts.iter().filter(|alert| alert.is_open()) {
        let subject = alert.subject.as_str();
        let stands = match alert.code.as_str() {
            CRASH_LOOP => loops(subject),
            SHARED => views.iter().any(is_left_alone),
            NO_ROOM => subject == SUPERVISOR_NAME || settings.daemons.contains_key(subject),
            NOT_ENABLED => is_declared(settings, subject),
            _ => true,
        };
        if !stands {
            over(spool, &alert.code, subject);
        }
    }
}

fn is_left_alone(view: &View) -> bool {
    matches!(view.state, Stands::Quarantined { .. })
}

fn is_declared(settings: &Settings, section: &str) -> bool {
    let job = section.strip_prefix("jobs.");
    job.is_some_and(|name| settings.jobs.contains_key(name))
}

/// Tells of an end of the supervisor before this one that nobody asked for.
pub(super) fn tell_of_the_last_end(spool: &Spool, guard_dir: &Path) {
    let Some(LastEnd { why, restart }) = LastEnd::find(guard_dir) else {
        return;
    };
    let text = format!(
        "The supervisor was started again (restart {restart} of its guard): {why}. Its kinds were ended and started again with it."
    );
    raise(spool, Severity::Warning, RESTARTED.0, RESTARTED.1, text);
    LastEnd::forget(guard_dir);
}

/// This supervisor lives.
pub(super) fn supervisor_is_well(spool: &Spool) {
    over(spool, RESTARTED.0, RESTARTED.1);
}

/// Tells of a configuration that cannot be used, and of what is used in its place; or that all is well.
pub(super) fn tell_of_the_config(spool: &Spool, kept: &Path, broken: Option<String>) {
    let (code, subject) = BROKEN;
    let Some(why) = broken else {
        return over(spool, code, subject);
    };
    let text = format!(
        "The configuration cannot be used: {why}. The system goes on with the one from before, kept in {}. Mend the \
         file; `homeostat deploy` takes it up.",
        kept.display()
    );
    raise(spool, Severity::Critical, code, subject, text);
}

/// Raises an alert, and says so at the terminal.
pub(super) fn raise(spool: &Spool, severity: Severity, code: &str, subject: &str, text: String) {
    ui::note(&format!("ALERT {code}: {}", ui::printable(&text)));
    let cause = Cause {
        severity,
        code: code.to_owned(),
        subject: subject.to_owned(),
        text,
    };
    if let Err(error) = spool.raise(&cause, wall()) {
        // It is told from memory all the same.
        tracing::warn!(
            error = chain(&error),
            code,
            subject,
            "an alert could not be kept"
        );
    }
}

/// Closes an alert, if it was open.
pub(super) fn over(spool: &Spool, code: &str, subject: &str) {
    match spool.resolve(&AlertId::of(code, subject), wall()) {
        Ok(true) => ui::note(&format!("over: {code} of {subject}")),
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(
                error = chain(&error),
                code,
                subject,
                "could not be noted as over"
            );
        }
    }
}

/// Ends the epoch of a dead child and gives its work back. The scheduler's death watch is the net under
/// this, so a failure here is only slower.
async fn bury(db: Db, entropy: Entropy, pid: u32) {
    let Ok(host) = Host::this() else { return };
    let lives = match processes(&db, true).await {
        Ok(lives) => lives,
        Err(error) => return tracing::warn!(%error, "cannot look for the dead child's epoch"),
    };
    let ours = |p: &&homeostat_liveness::Process| {
        p.host == host.name && i64::from(p.pid) == i64::from(pid)
    };
    // Whoever was taken for dead on a guess is proven dead now.
    let open = |p: &&homeostat_liveness::Process| {
        p.state == "live" || p.ended_by.as_deref() == Some(Evidence::Guess.as_str())
    };
    for process in lives.iter().filter(ours).filter(open) {
        let done =
            homeostat_queue::rescue(&db, process.id, Evidence::Waitpid, &entropy, None).await;
        if let Err(error) = done {
            tracing::warn!(%error, epoch = %process.id, "rescue is left to the scheduler");
        }
    }
}

#[cfg(test)]
mod tests {
    use homeostat_liveness::{Epoch, EpochOptions, declare_dead};
    use homeostat_testkit::Database;

    use super::*;

    /// Its parent has seen the end of one that was given up on a guess. Red when only the living are buried.
    #[tokio::test]
    async fn a_guess_is_proven_by_the_parent() {
        let base = Database::fresh().await;
        let (db, entropy) = (base.db(), Entropy::from_seed(1));
        let options = EpochOptions::here("worker", "test", base.dir()).unwrap();
        let epoch = Epoch::begin(&db, &options, &entropy).await.unwrap();
        declare_dead(&db, epoch.id(), Evidence::Guess, None)
            .await
            .unwrap();
        // It finds that its life is over, and lets go of its lock.
        epoch.check_now();
        epoch.ended().await;
        drop(epoch);
        let row = async || {
            processes(&db, true)
                .await
                .unwrap()
                .remove(0)
                .ended_by
                .unwrap()
        };
        assert_eq!(row().await, "guess");
        bury(db.clone(), entropy, std::process::id()).await;
        assert_eq!(row().await, "waitpid");
    }
}

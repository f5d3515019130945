//! Whether the declared jobs can run at all: a kind has room for its jobs only while its preflight says yes.
//!
//! ```text
//!   closed ─ preflight ─┬─ yes ─▶ open ─── what it is made of has changed ──┐
//!      ▲                └─ no ──▶ told by field, looked at again ───────────┤
//!      └────────────────────────────────────────────────────────────────────┘
//! ```
//! Its jobs wait in the queue meanwhile, and spend nothing. Daemons are looked at before each start by their
//! keepers. *Crash points.* Nothing is remembered: the next supervisor looks again.

use std::{sync::Arc, time::Duration};

use homeostat_alerts::{Severity, Spool};
use homeostat_clock::{Stopwatch, pause};
use homeostat_operator::config::Settings;
use homeostat_subprocess::Declared;
use homeostat_supervisor::{
    jobs::Jobs,
    mechanism::Tree,
    preflight::{self, fingerprint},
    spawn::Spawner,
};
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::hear;
use crate::programs;

/// A declared kind cannot run.
pub(super) const NOT_ENABLED: &str = "not_enabled";
/// Between two looks whether what it is made of has changed.
const LOOK: Duration = Duration::from_secs(1);
/// A preflight that said no is asked again after this, since the reason may be somewhere else.
const AGAIN: Duration = Duration::from_secs(60);

/// Where the looks are taken.
#[derive(Debug, Clone)]
pub(super) struct Enabling {
    pub(super) jobs: Arc<Jobs>,
    pub(super) tree: Tree,
    pub(super) spawner: Spawner,
    pub(super) spool: Spool,
    pub(super) stop: CancellationToken,
    pub(super) one_at_a_time: Arc<Mutex<()>>,
}

impl Enabling {
    /// Closes all declared kinds, and opens each that can run. `ceiling_mb` is what one may have at most.
    pub(super) fn keep(&self, settings: &Settings, ceiling_mb: u64) -> Vec<JoinHandle<()>> {
        let mut kept = Vec::new();
        for declared in settings.declared() {
            let first = "its preflight is not over".to_owned();
            self.jobs.close(&declared.queue_name(), first);
            let enabling = self.clone();
            kept.push(tokio::spawn(async move {
                let stop = enabling.stop.clone();
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = enabling.watch(declared, ceiling_mb) => {}
                }
            }));
        }
        kept
    }

    async fn watch(self, mut declared: Declared, ceiling_mb: u64) {
        let kind = declared.queue_name();
        let section = format!("jobs.{}", declared.kind.name);
        // A daemon may have the same name, and its preflight a leaf by that.
        declared.kind.name = format!("job-{}", declared.kind.name);
        let mut told = None;
        loop {
            let made_of = fingerprint(&declared.kind);
            let refused = match programs::over(declared.memory_mb, ceiling_mb) {
                Some(why) => Some(why),
                None => self.check(&declared).await,
            };
            if told.as_ref() != Some(&refused) {
                self.tell((&kind, &section), refused.as_deref());
                told = Some(refused.clone());
            }
            let watch = Stopwatch::start();
            let is_due = || refused.is_some() && watch.elapsed() > AGAIN;
            while fingerprint(&declared.kind) == made_of && !is_due() {
                pause(LOOK).await;
            }
        }
    }

    /// One after another: together they would take memory that nobody has promised.
    async fn check(&self, declared: &Declared) -> Option<String> {
        let _one = self.one_at_a_time.lock().await;
        let checked = preflight::check(&declared.kind, &self.tree, &self.spawner).await;
        checked.err().map(|refused| programs::named(&refused))
    }

    fn tell(&self, (kind, section): (&str, &str), refused: Option<&str>) {
        let Some(why) = refused else {
            self.jobs.open(kind);
            return hear::over(&self.spool, NOT_ENABLED, section);
        };
        let why = format!("{section}.{why}");
        let text = format!("{why}. Jobs of {kind} wait in the queue until that is mended.");
        self.jobs.close(kind, why);
        hear::raise(&self.spool, Severity::Critical, NOT_ENABLED, section, text);
    }
}

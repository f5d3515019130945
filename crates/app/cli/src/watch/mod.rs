//! `homeostat watch`: the dead-man's switch. Silence is the signal.
//!
//! ```text
//!   canary ─touches─▶ beat ◀─looks at its mtime─ watch ─▶ its own spool ─▶ its own sinks
//!                                                  └─while it is fresh─▶ --url, whose owner judges us
//! ```
//! It shares nothing with what it watches but the file: its own process, unit, environment, spool and
//! sinks; no database, no configuration, no PATH. A silence is one alert however long it lasts and
//! however often the watch is started again: what was told is in its spool. Crash points: killed
//! anywhere, the next watch judges the same file and finds the same spool; without one it speaks from
//! memory, and once more after a restart. What it cannot do: notice its own death. That is for init,
//! by the watchdog, and for whoever is behind `--url`.

mod judge;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use homeostat_alerts::{
    AlertId, Cause, Deliverer, DelivererOptions, Ping, Severity, Sink, SinkSettings, Spool,
    sinks::build,
};
use homeostat_clock::{Stopwatch, pause, wall};
use homeostat_model::RuntimeTime;
use homeostat_supervisor::notify::Notifier;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::judge::{Beat, Judge, Verdict};
use crate::{
    alerts::variable,
    failure::{Failure, chain},
    run::stop_signal,
    ui,
    up::options::duration,
};

/// The code of its alert.
const CODE: &str = "silence";
/// Between two looks, at most; a short limit is looked at more often.
const LOOK_MAX: Duration = Duration::from_secs(5);
const LOOK_MIN: Duration = Duration::from_millis(50);
/// How long a ping may take, and between two of them.
const PING_LIMIT: Duration = Duration::from_secs(10);
const PING_EVERY: Duration = Duration::from_secs(30);

/// What to watch, and whom to tell.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file whose age is judged, such as the canary's beat
    #[arg(long, value_name = "PATH")]
    file: PathBuf,
    /// Older than this is silence, such as 3m
    #[arg(long, value_name = "DUR", value_parser = duration)]
    max_age: Duration,
    /// Whom to tell, as in the configuration: 'file = "/var/log/alerts.jsonl"'; repeatable
    #[arg(long = "sink", value_name = "TOML", required = true)]
    sinks: Vec<String>,
    /// Where it remembers what it said; absent, it forgets when it ends
    #[arg(long, env = "STATE_DIRECTORY", value_name = "DIR")]
    spool: Option<PathBuf>,
    /// Asked for while the beat is fresh; whoever answers there judges our silence
    #[arg(
        long,
        env = "HOMEOSTAT_WATCH_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    url: Option<String>,
}

/// Watches until told to stop.
pub(crate) async fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    let sinks = sinks(&args.sinks)?;
    for sink in &sinks {
        if let Err(bad) = sink.preflight() {
            // The others work, and it may come to work.
            tracing::warn!(sink = sink.name(), %bad, "cannot be told anything yet");
        }
    }
    let url = args.url.as_deref();
    let ping =
        url.map(|url| Ping::new(url, PING_LIMIT).map_err(|e| Failure::Usage(format!("--url {e}"))));
    let ping = ping.transpose()?.map(Arc::new);
    let spool = spool(args.spool.as_deref());
    let deliverer = Deliverer::new(spool.clone(), sinks, DelivererOptions::new(wall));
    let stop = CancellationToken::new();
    let delivering = tokio::spawn(deliverer.run(stop.clone()));
    let watch = Watch {
        file: &args.file,
        max_age: args.max_age,
        spool: spool.clone(),
        ping,
    };
    let said = tokio::select! {
        // First, so that a stop is heard from the first look on.
        biased;
        () = stop_signal() => ExitCode::SUCCESS,
        said = watch.watch() => said,
    };
    Notifier::from_environment().say("STOPPING=1");
    stop.cancel();
    let _ = delivering.await;
    if as_json {
        let open = spool
            .list()
            .alerts
            .iter()
            .any(|a| a.code == CODE && a.is_open());
        ui::json(&json!({ "silent": open }));
    }
    Ok(said)
}

/// A sink as it is written on the command line: the inside of a TOML table.
fn sinks(written: &[String]) -> Result<Vec<Arc<dyn Sink>>, Failure> {
    #[derive(Deserialize)]
    struct One {
        sink: SinkSettings,
    }
    let bad =
        |index: usize, why: String| Failure::Usage(format!("--sink (number {}): {why}", index + 1));
    let read = |(index, text): (usize, &String)| {
        let table = text.trim().trim_start_matches('{').trim_end_matches('}');
        let one: One = toml::from_str(&format!("sink = {{ {table} }}"))
            .map_err(|e| bad(index, e.message().to_owned()))?;
        build(&one.sink, &variable).map_err(|e| bad(index, e.to_string()))
    };
    written.iter().enumerate().map(read).collect()
}

/// Its own spool. A disk that fails must not silence it.
fn spool(dir: Option<&Path>) -> Spool {
    let Some(dir) = dir else {
        return Spool::in_memory();
    };
    Spool::open(dir).unwrap_or_else(|error| {
        tracing::warn!(
            error = chain(&error),
            "what was said is remembered in memory only"
        );
        Spool::in_memory()
    })
}

struct Watch<'a> {
    file: &'a Path,
    max_age: Duration,
    spool: Spool,
    ping: Option<Arc<Ping>>,
}

impl Watch<'_> {
    async fn watch(&self) -> ExitCode {
        let (notifier, running) = (Notifier::from_environment(), Stopwatch::start());
        let every = (self.max_age / 10).clamp(LOOK_MIN, LOOK_MAX);
        let one_at_a_time = Arc::new(Semaphore::new(1));
        let (mut judge, mut pinged) = (Judge::new(self.max_age), None::<Stopwatch>);
        loop {
            let verdict = judge.look(self.beat(), running.elapsed());
            self.speak(verdict);
            let due = pinged.is_none_or(|last| last.elapsed() >= PING_EVERY.min(self.max_age / 3));
            if let (Verdict::Fresh, true, Some(ping)) = (verdict, due, &self.ping) {
                pinged = Some(Stopwatch::start());
                let (ping, turn) = (ping.clone(), one_at_a_time.clone());
                tokio::spawn(async move {
                    // One that still hangs is one ping less, and nothing else.
                    let Ok(_turn) = turn.try_acquire() else {
                        return;
                    };
                    if let Err(error) = ping.ping().await {
                        tracing::warn!(%error, "the ping did not arrive");
                    }
                });
            }
            // Said after a look, so that a watch that hangs is started again.
            notifier.say("READY=1\nWATCHDOG=1");
            pause(every).await;
        }
    }

    /// When the beat was touched, and how old that is by the wall clock.
    fn beat(&self) -> Option<Beat> {
        let modified = std::fs::metadata(self.file).and_then(|meta| meta.modified());
        let at = RuntimeTime(Timestamp::try_from(modified.ok()?).ok()?);
        Some(Beat {
            stamp: at.0.as_nanosecond(),
            age: Duration::try_from(wall().since(at)).unwrap_or(Duration::ZERO),
        })
    }

    fn speak(&self, verdict: Verdict) {
        let subject = self.file.display().to_string();
        let spoken = match verdict {
            Verdict::Unknown | Verdict::StillSilent => return,
            Verdict::Fresh => {
                let resolved = self.spool.resolve(&AlertId::of(CODE, &subject), wall());
                if matches!(resolved, Ok(true)) {
                    tracing::info!(file = subject, "the beat is back");
                }
                resolved.map(drop)
            }
            Verdict::Silent(age) => {
                tracing::error!(file = subject, age_s = age.as_secs(), "silence");
                let text = format!(
                    "no beat for {} s, {} s are allowed: work does not get done from end to end. \
                     Look at `homeostat status` and `homeostat alerts`",
                    age.as_secs(),
                    self.max_age.as_secs()
                );
                let cause = Cause {
                    severity: Severity::Critical,
                    code: CODE.to_owned(),
                    subject,
                    text,
                };
                self.spool.raise(&cause, wall()).map(drop)
            }
        };
        if let Err(error) = spoken {
            tracing::warn!(error = chain(&error), "kept in memory only");
        }
    }
}

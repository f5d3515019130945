//! `homeostat alerts`: what somebody must look at and who was told; a test of the way there.
//!
//! Files alone are read: there may be no database, and that may be what the alerts are about.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use homeostat_alerts::{
    Alert, AlertId, Cause, Deliverer, DelivererOptions, Delivery, Error, Severity, Sink, Spool,
    Stage, deliveries, notice::owed,
};
use homeostat_clock::{Stopwatch, pause, wall};
use homeostat_operator::config::Config;
use serde::Serialize;
use serde_json::json;

use crate::{
    alerts,
    failure::{Failure, chain},
    state::State,
    ui,
};

/// Width of what a person reads.
const WIDTH: usize = 100;
/// How long the one who delivers may take over the test.
const TEST_PATIENCE: Duration = Duration::from_secs(30);
const TEST_LOOK: Duration = Duration::from_millis(200);

/// List them, or test the way to the sinks.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also those that are over
    #[arg(long)]
    all: bool,
    /// Where they lie; absent, in the directory of the system that is up or was up last
    #[arg(long, global = true, env = "HOMEOSTAT_ALERTS_DIR", value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The configuration with the sinks; absent, that of the system
    #[arg(long, global = true, env = "HOMEOSTAT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Raise and resolve a test alert, and see that every sink takes both
    Test,
}

/// Answers.
pub(crate) async fn run(args: &Args, root: &Path, as_json: bool) -> Result<ExitCode, Failure> {
    let dir = match &args.dir {
        // A question makes no directory: a name that is wrong would look like a system without trouble.
        Some(dir) if !dir.is_dir() => {
            let text = format!(
                "--dir: there is no directory {}; make it first",
                dir.display()
            );
            return Err(Failure::Usage(text));
        }
        Some(dir) => dir.clone(),
        None => State::current(root)?.alerts_dir(),
    };
    let kept = State::current(root).ok().map(|state| state.config());
    let file = args.config.clone().or(kept.filter(|path| path.exists()));
    let config = match file {
        Some(file) => Config::read(Some(&file)).map(Some),
        None => Ok(None),
    };
    match args.word {
        Some(Word::Test) => {
            let config = config?;
            let written = config.map(|c| c.settings.alerts.sinks).unwrap_or_default();
            test(&alerts::spool(&dir)?, alerts::sinks(&written)?, as_json).await
        }
        None => {
            // A configuration that is broken is no reason not to list; it may be the alert.
            let sinks = config.map_err(Failure::from).and_then(|config| {
                let written = config.map(|c| c.settings.alerts.sinks).unwrap_or_default();
                alerts::sinks(&written)
            });
            list(&alerts::spool(&dir)?, sinks, args.all, as_json)
        }
    }
}

/// One sink's part of an alert.
#[derive(Debug, Serialize)]
struct Part {
    sink: String,
    delivered: bool,
    told: Option<Stage>,
    told_at: Option<homeostat_model::RuntimeTime>,
    failures: u32,
    last_error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    alert: Alert,
    open: bool,
    sinks: Vec<Part>,
}

fn list(
    spool: &Spool,
    sinks: Result<Vec<Arc<dyn Sink>>, Failure>,
    all: bool,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let listing = spool.list();
    let told = deliveries(spool).map_err(|e| Failure::Environment(chain(&e)))?;
    let mut troubles: Vec<String> = listing.troubles.iter().map(|e| chain(e)).collect();
    let sinks = sinks.map_err(|error| troubles.push(error.to_string())).ok();
    let over = listing.alerts.iter().filter(|a| !a.is_open()).count();
    let row = |alert: Alert| Row {
        open: alert.is_open(),
        sinks: parts(&alert, sinks.as_deref(), told.get(&alert.id)),
        alert,
    };
    let shown = listing.alerts.into_iter().filter(|a| all || a.is_open());
    let rows: Vec<Row> = shown.map(row).collect();
    if as_json {
        ui::json(&json!({ "alerts": rows, "resolved": over, "troubles": troubles }));
        return Ok(ExitCode::SUCCESS);
    }
    for row in &rows {
        show(row);
    }
    match (rows.is_empty(), over) {
        (true, 0) => ui::line("No alert is open."),
        (true, over) => ui::line(&format!("No alert is open; {over} are over (--all).")),
        (false, over) if over > 0 && !all => ui::line(&format!("{over} more are over (--all).")),
        (false, _) => {}
    }
    if sinks.is_some_and(|sinks| sinks.is_empty()) {
        ui::line("Nobody is told: the configuration has no alerts.sinks.");
    }
    for trouble in troubles {
        ui::note(&ui::printable(&trouble));
    }
    Ok(ExitCode::SUCCESS)
}

/// How far each sink has come: those of the configuration, else those that were told something.
fn parts(
    alert: &Alert,
    sinks: Option<&[Arc<dyn Sink>]>,
    told: Option<&BTreeMap<String, Delivery>>,
) -> Vec<Part> {
    let of = |name: &str, delivery: Option<&Delivery>| Part {
        sink: name.to_owned(),
        delivered: owed(alert, delivery.and_then(|d| d.told.as_ref())).is_none(),
        told: delivery.and_then(|d| d.told.map(|told| told.stage)),
        told_at: delivery.and_then(|d| d.told_at),
        failures: delivery.map_or(0, |d| d.failures),
        last_error: delivery.and_then(|d| d.last_error.clone()),
    };
    match sinks {
        Some(sinks) => {
            let known = |sink: &Arc<dyn Sink>| told.and_then(|told| told.get(sink.key()));
            sinks.iter().map(|s| of(s.name(), known(s))).collect()
        }
        None => {
            let told = told.into_iter().flat_map(BTreeMap::values);
            told.map(|d| of(&d.sink, Some(d))).collect()
        }
    }
}

fn show(row: &Row) {
    let alert = &row.alert;
    let at = |at: homeostat_model::RuntimeTime| at.0.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let head = match alert.resolved_at {
        None => format!("{} {}: {}", alert.severity, alert.code, alert.subject),
        Some(_) => format!("over     {}: {}", alert.code, alert.subject),
    };
    ui::line(&ui::printable(&head));
    let seen = times(alert.times_seen);
    let mut when = format!("since {}, seen {seen}", at(alert.raised_at));
    if let Some(end) = alert.resolved_at {
        when = format!("from {} to {}, seen {seen}", at(alert.raised_at), at(end));
    }
    for line in wrapped(&alert.cause, WIDTH - 2).iter().chain([&when]) {
        ui::line(&format!("  {line}"));
    }
    for part in &row.sinks {
        let mut text = match part.delivered {
            true => format!("told      {}", part.sink),
            false => format!("not told  {}", part.sink),
        };
        if let (false, Some(why)) = (part.delivered, &part.last_error) {
            text += &format!(", tried {}: {why}", times(part.failures.into()));
        }
        for line in wrapped(&text, WIDTH - 2) {
            ui::line(&format!("  {line}"));
        }
    }
    ui::line("");
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

/// Lines of at most so many characters, broken between words where there are any.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for line in text.lines() {
        for word in ui::printable(line).split(' ') {
            let mut word: Vec<char> = word.chars().collect();
            loop {
                let last = lines.last_mut().map_or(0, |l| l.chars().count());
                let room = width.saturating_sub(last + usize::from(last > 0));
                let fits = word.len() <= room;
                if !fits && last > 0 {
                    lines.push(String::new());
                    continue;
                }
                let rest = word.split_off(word.len().min(room));
                if let Some(line) = lines.last_mut() {
                    if last > 0 {
                        line.push(' ');
                    }
                    line.extend(word);
                }
                if rest.is_empty() {
                    break;
                }
                word = rest;
            }
        }
        lines.push(String::new());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Raises and resolves at once: what is owed is both, one after the other.
async fn test(
    spool: &Spool,
    sinks: Vec<Arc<dyn Sink>>,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    if sinks.is_empty() {
        return Err(Failure::Usage(
            "homeostat.toml: alerts.sinks: there is none to test; add one, such as { file = \"/var/log/alerts.jsonl\" }"
                .into(),
        ));
    }
    let cause = Cause {
        severity: Severity::Warning,
        code: "test".to_owned(),
        // A test of its own: what became of an earlier one says nothing of today.
        subject: format!("homeostat alerts test {}", wall().0.as_millisecond()),
        text: "nothing is wrong; somebody looks whether alerts arrive".to_owned(),
    };
    let broken = |e: Error| Failure::Environment(chain(&e));
    let id = spool.raise(&cause, wall()).map_err(broken)?;
    spool.resolve(&id, wall()).map_err(broken)?;
    let own = Deliverer::new(spool.clone(), sinks.clone(), DelivererOptions::new(wall));
    match own.once().await {
        Ok(()) => {}
        Err(Error::Busy { .. }) => until_told(spool, &sinks, &id).await?,
        Err(error) => return Err(broken(error)),
    }
    let told = deliveries(spool).map_err(broken)?;
    let alert = spool.list().alerts.into_iter().find(|a| a.id == id);
    let parts = alert.map(|alert| parts(&alert, Some(&sinks), told.get(&id)));
    let parts = parts.unwrap_or_default();
    let arrived = parts.iter().all(|part| part.delivered);
    if as_json {
        ui::json(&json!({ "alert": id, "arrived": arrived, "sinks": parts }));
    } else {
        for part in &parts {
            let why = part.last_error.as_deref().unwrap_or("no word in time");
            ui::line(&match part.delivered {
                true => format!("arrived      {}", part.sink),
                false => format!("NOT ARRIVED  {}: {}", part.sink, ui::printable(why)),
            });
        }
    }
    Ok(match arrived {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Another process delivers: waits until it has, or has failed.
async fn until_told(spool: &Spool, sinks: &[Arc<dyn Sink>], id: &AlertId) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    while watch.elapsed() < TEST_PATIENCE {
        let told = deliveries(spool).map_err(|e| Failure::Environment(chain(&e)))?;
        let alert = spool.list().alerts.into_iter().find(|a| a.id == *id);
        let settled = alert.is_none_or(|alert| {
            let parts = parts(&alert, Some(sinks), told.get(id));
            parts.iter().all(|p| p.delivered || p.failures > 0)
        });
        if settled {
            return Ok(());
        }
        pause(TEST_LOOK).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_texts_are_broken_between_words_and_long_words_within() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("a\nb\u{7}", 9), ["a", "b\u{fffd}"]);
        assert_eq!(wrapped("", 9), Vec::<String>::new());
    }
}

//! How the pages learn what the database does not know: the supervisor is asked as `homeostat processes` asks it, and
//! the files of alerts are read as `homeostat alerts` reads them.
//!
//! *Limits.* Whoever runs this role alone names neither a supervisor nor a directory, and the pages say so.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use homeostat_alerts::{Alert, Delivery, Spool, deliveries, notice::owed};
use homeostat_console::host::{self, Host, HostView};
use homeostat_model::RuntimeTime;
use homeostat_operator::config::Config;
use homeostat_supervisor::{
    budget::{Entry, Stray},
    crash_loop::Class,
    kinds::{State as Stands, View},
    mechanism::used_mb,
    process::{Process, Stat},
};
use jiff::Timestamp;
use tokio::{runtime::Handle, time::timeout};

use crate::{
    alerts,
    control::{self, Answer, Ask, Member, Report, Row},
    failure::{Failure, chain},
};

/// A page does not wait longer for the supervisor, which answers within a moment or hangs.
const ANSWER_MAX: Duration = Duration::from_secs(3);
/// Ticks in which the kernel tells times of processes: the same for user space on every machine that we run on.
const TICKS_A_SECOND: u64 = 100;

/// Where things are found on this machine.
#[derive(Debug)]
pub(super) struct Machine {
    /// The supervisor's socket.
    supervisor: Option<PathBuf>,
    /// The spool of alerts.
    alerts: Option<PathBuf>,
    /// Who is told of alerts, by name and key; none: the configuration cannot be used.
    sinks: Option<Vec<(String, String)>>,
    runtime: Handle,
}

impl Machine {
    /// None when neither is named: then this role runs alone.
    pub(super) fn found(
        supervisor: Option<PathBuf>,
        alerts: Option<PathBuf>,
        config: &Config,
    ) -> Option<Arc<dyn Host>> {
        if supervisor.is_none() && alerts.is_none() {
            return None;
        }
        // Without the variables of its environment a sink cannot be built; what was told is listed all the same.
        let sinks = alerts::sinks(&config.settings.alerts.sinks).ok();
        let named = |sinks: Vec<Arc<dyn homeostat_alerts::Sink>>| {
            let both = sinks.iter();
            let both = both.map(|sink| (sink.name().to_owned(), sink.key().to_owned()));
            both.collect()
        };
        Some(Arc::new(Self {
            supervisor,
            alerts,
            sinks: sinks.map(named),
            runtime: Handle::current(),
        }))
    }

    fn report(&self, socket: &Path) -> Result<Report, String> {
        let asked = control::ask(socket, &Ask::Processes);
        // We are on a thread that may wait.
        let answer = self.runtime.block_on(timeout(ANSWER_MAX, asked));
        let late = "it does not answer; its guard replaces it when it hangs";
        match answer
            .map_err(|_| late.to_owned())?
            .map_err(|e: Failure| e.to_string())?
        {
            Answer::Processes(report) => Ok(*report),
            Answer::Refused(why) => Err(why),
            Answer::Done | Answer::Kind(_) => Err("it answers something else".into()),
        }
    }

    fn alerts(&self, dir: &Path) -> Result<host::Alerts, String> {
        // A question makes no directory.
        if !dir.is_dir() {
            return Err(format!("there is no directory {}", dir.display()));
        }
        let spool = Spool::open(dir).map_err(|e| chain(&e))?;
        let told = deliveries(&spool).map_err(|e| chain(&e))?;
        let listing = spool.list();
        Ok(host::Alerts {
            sinks: self.sinks.as_ref().map(Vec::len),
            troubles: listing.troubles.iter().map(|e| chain(e)).collect(),
            all: listing
                .alerts
                .into_iter()
                .map(|alert| {
                    let told = self.told(&alert, told.get(&alert.id));
                    seen(alert, told)
                })
                .collect(),
        })
    }

    /// How far each sink has come: those of the configuration, else those that were told something.
    fn told(&self, alert: &Alert, told: Option<&BTreeMap<String, Delivery>>) -> Vec<host::Told> {
        let of = |name: &str, delivery: Option<&Delivery>| host::Told {
            sink: name.to_owned(),
            is_up_to_date: owed(alert, delivery.and_then(|d| d.told.as_ref())).is_none(),
            at: delivery.and_then(|d| d.told_at),
            failures: delivery.map_or(0, |d| d.failures),
            last_error: delivery.and_then(|d| d.last_error.clone()),
        };
        match &self.sinks {
            Some(sinks) => {
                let known = |key: &String| told.and_then(|told| told.get(key));
                let sinks = sinks.iter();
                sinks.map(|(name, key)| of(name, known(key))).collect()
            }
            None => {
                let told = told.into_iter().flat_map(BTreeMap::values);
                told.map(|d| of(&d.sink, Some(d))).collect()
            }
        }
    }
}

impl Host for Machine {
    fn look(&self) -> HostView {
        let socket = self.supervisor.as_deref();
        HostView {
            tree: socket.map(|socket| self.report(socket).map(tree)),
            alerts: self.alerts.as_deref().map(|dir| self.alerts(dir)),
        }
    }
}

fn seen(alert: Alert, told: Vec<host::Told>) -> host::Alert {
    host::Alert {
        is_critical: alert.severity == homeostat_alerts::Severity::Critical,
        raised_at: alert.raised_at,
        seen_at: alert.seen_at,
        resolved_at: alert.resolved_at,
        times_seen: alert.times_seen,
        code: alert.code,
        subject: alert.subject,
        text: alert.cause,
        told,
    }
}

/// The supervisor's answer in the words of the pages.
fn tree(report: Report) -> host::Tree {
    let boot = boot();
    let all = Stat::all().unwrap_or_default();
    // Of what the guard keeps, all that came of it: a database server is many processes.
    let whole = |one: &Member| {
        let of = all.iter().filter(|stat| {
            stat.is_alive() && (stat.process.pid == one.pid || stat.parent == one.pid)
        });
        match used_mb(&of.cloned().collect::<Vec<_>>()) {
            0 => one.memory_mb,
            mb => mb,
        }
    };
    let member = |one: &Member, memory_mb| host::Member {
        name: one.name.clone(),
        pid: one.pid,
        since: Process::of(one.pid).and_then(|process| started(process, boot)),
        memory_mb,
    };
    let refused = report.waiting.iter();
    let refused = refused.map(|one| (one.kind.clone(), one.refusal.to_string()));
    host::Tree {
        mechanism: report.mechanism.to_string(),
        guard: report.guard.as_ref().map(|one| member(one, one.memory_mb)),
        held: report
            .held
            .iter()
            .map(|one| member(one, whole(one)))
            .collect(),
        supervisor: report
            .supervisor
            .as_ref()
            .map(|one| member(one, one.memory_mb)),
        jobs: report
            .jobs
            .iter()
            .filter_map(|one| {
                Some(host::LoneJob {
                    job: one.job,
                    kind: one.kind.clone(),
                    since: from_ms(one.since_ms)?,
                    deadline: from_ms(one.deadline_ms)?,
                    reserved_mb: one.mb,
                })
            })
            .collect(),
        waiting: refused.chain(report.not_enabled).collect(),
        memory: memory(report.memory),
        kinds: report
            .kinds
            .into_iter()
            .map(|row| kind(row, boot))
            .collect(),
    }
}

fn kind(row: Row, boot: Option<i64>) -> host::Kind {
    let Row {
        view,
        processes,
        memory_mb,
    } = row;
    let stands = stands(&view);
    let (last_end, last_words) = view
        .cause
        .map(|cause| (cause.ending.to_string(), cause.last_words))
        .unzip();
    host::Kind {
        stands,
        // Zero: nothing was ever told of it.
        since: (view.since_ms > 0)
            .then(|| from_ms(view.since_ms))
            .flatten(),
        pid: view.process.map(|process| process.pid),
        started: view.process.and_then(|process| started(process, boot)),
        restarts: view.restarts,
        bad_ends: view.unhealthy,
        last_end,
        last_words,
        progress: view.progress,
        name: view.name,
        processes,
        memory_mb,
    }
}

fn stands(view: &View) -> host::Stands {
    let at = |ms| from_ms(ms).unwrap_or(RuntimeTime(Timestamp::UNIX_EPOCH));
    match view.state {
        Stands::Starting => host::Stands::Starting,
        Stands::Running => host::Stands::Running,
        Stands::Stopping => host::Stands::Stopping,
        Stands::Waiting { until_ms } => host::Stands::Waiting {
            until: at(until_ms),
        },
        Stands::Gated => host::Stands::Gated,
        Stands::Quarantined { class, probe_at_ms } => host::Stands::Quarantined {
            needs_change: class == Class::Configuration,
            probe_at: at(probe_at_ms),
        },
        Stands::Stopped => host::Stands::Stopped,
    }
}

fn memory(memory: control::Memory) -> host::Memory {
    let granted = |one: Entry| host::Holder {
        what: one.what,
        pid: one.process.pid,
        mb: one.mb,
    };
    let stray = |one: Stray| host::Holder {
        what: one.command,
        pid: one.process.pid,
        mb: one.mb,
    };
    host::Memory {
        host_mb: memory.host_mb,
        granted_mb: memory.ceiling_mb,
        held: memory.held,
        others: memory.others.into_iter().map(granted).collect(),
        strays: memory.strays.into_iter().map(stray).collect(),
        limiter: memory.limiter.to_string(),
        refused: memory.refused.map(|refusal| refusal.to_string()),
    }
}

fn from_ms(ms: i64) -> Option<RuntimeTime> {
    Timestamp::from_millisecond(ms).ok().map(RuntimeTime)
}

/// When the kernel began to count, in seconds since 1970.
fn boot() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.trim().parse().ok()
}

fn started(process: Process, boot: Option<i64>) -> Option<RuntimeTime> {
    let after_ms = process.start_ticks.checked_mul(1_000)? / TICKS_A_SECOND;
    let at_ms = boot?
        .checked_mul(1_000)?
        .checked_add(i64::try_from(after_ms).ok()?)?;
    from_ms(at_ms)
}

#[cfg(test)]
mod tests {
    use homeostat_supervisor::crash_loop::{Cause, Ending};

    use super::*;

    #[test]
    fn a_quarantine_is_told_with_its_cause() {
        let view = View {
            name: "worker-ads".into(),
            state: Stands::Quarantined {
                class: Class::Configuration,
                probe_at_ms: 1_781_000_000_000,
            },
            process: None,
            since_ms: 0,
            restarts: 9,
            unhealthy: 2,
            progress: None,
            cause: Some(Cause {
                ending: Ending::Exited(78),
                last_words: "no such field".into(),
            }),
        };
        let row = Row {
            view,
            processes: 0,
            memory_mb: 0,
        };
        let kind = kind(row, None);
        let probe_at = from_ms(1_781_000_000_000).unwrap();
        let needs_change = true;
        assert_eq!(
            kind.stands,
            host::Stands::Quarantined {
                needs_change,
                probe_at
            }
        );
        assert_eq!(kind.since, None);
        assert_eq!(kind.last_end.as_deref(), Some("exited with code 78"));
    }

    #[test]
    fn a_process_began_when_the_kernel_says() {
        let process = Process {
            pid: 7,
            start_ticks: 250,
        };
        let at = started(process, Some(1_700_000_000)).unwrap();
        assert_eq!(at.0.as_millisecond(), 1_700_000_002_500);
        assert_eq!(started(process, None), None);
        assert!(boot().is_some(), "this machine says when it booted");
    }
}

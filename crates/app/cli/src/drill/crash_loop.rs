//! `homeostat drill crash-loop`: a kind that exits after ten seconds, and one whose command is not there.
//! Twelve hours of each in simulated time, by the very decisions that rule the real ones; and a minute of
//! both on a real system, with the alerts that a person would get, and the mending.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::ExitCode, time::Duration};

use homeostat_clock::{Entropy, Stopwatch, pause};
use homeostat_supervisor::crash_loop::{Ending, Policy, Run, Simulated, simulate};
use rand::Rng;
use serde::Serialize;

use super::stage::{Stage, row};
use crate::{control::Report, failure::Failure, ui};

const HOURS: u32 = 12;
/// Promised of each case: starts in twelve hours, and the unhealthy run at which a person hears of it.
const UNHEALTHY: (u64, u32) = (60, 3);
const CONFIGURATION: (u64, u32) = (15, 2);
/// Names of the two kinds, and of one that does well beside them.
const FLAKY: &str = "flaky";
const MISSING: &str = "missing";
/// The command that is not there.
const COMMAND: &str = "homeostat-drill-missing";
const KINDS_MIN: usize = 10;

/// How it is played.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Real seconds
    #[arg(long, default_value_t = 60, value_name = "S")]
    seconds: u64,
    /// How long the kind lives that exits with 1
    #[arg(long, default_value = "10", value_name = "S", hide = true)]
    lives_s: String,
    /// The law on how soon a person hears of a command that is not there, from the exec of `up`
    #[arg(long, default_value_t = 2.0, value_name = "S", hide = true)]
    alert_max_s: f64,
}

#[derive(Debug, Serialize)]
struct Answered {
    cases: Vec<Case>,
    failed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Case {
    class: &'static str,
    starts_12h: u64,
    alerts_12h: u64,
    alert_at_run: Option<u32>,
    simulated_alert_after_s: Option<f64>,
    alert_after_s: Option<f64>,
    /// The run that the first alert of the real system names.
    told_at_run: Option<u32>,
    alerts_real: u64,
    recovered_after_fix_s: Option<f64>,
    starts_real: u64,
    others_affected: u64,
}

/// Plays it; exit code 1 when a promise was broken.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let (mut cases, ended_well) = real(options).await?;
    for case in &mut cases {
        let seen = simulated(case.class, &entropy);
        case.starts_12h = seen.starts;
        case.alerts_12h = seen.alerts;
        case.alert_at_run = seen.alert_at_run;
        case.simulated_alert_after_s = seen
            .alert_after_ms
            .map(|ms| seconds(Duration::from_millis(ms)));
    }
    let broken = |case| broken(case, options.alert_max_s);
    let mut failed: Vec<String> = cases.iter().flat_map(broken).collect();
    if !ended_well {
        failed.push("`up` did not end well".to_owned());
    }
    let answered = Answered { cases, failed };
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// What of the promises of a case does not hold.
fn broken(case: &Case, alert_max_s: f64) -> Vec<String> {
    let ((starts_max, alert_at), alert_max_s) = match case.class {
        "unhealthy" => (UNHEALTHY, f64::INFINITY),
        _ => (CONFIGURATION, alert_max_s),
    };
    let in_time = |after_s: f64| after_s <= alert_max_s;
    let checks = [
        (case.starts_12h <= starts_max, "starts_12h"),
        (case.alerts_12h == 1, "alerts_12h"),
        (case.alert_at_run == Some(alert_at), "alert_at_run"),
        (case.told_at_run == Some(alert_at), "told_at_run"),
        (case.alerts_real == 1, "alerts_real"),
        (case.alert_after_s.is_some_and(in_time), "alert_after_s"),
        (
            case.recovered_after_fix_s.is_some(),
            "recovered_after_fix_s",
        ),
        (case.others_affected == 0, "others_affected"),
    ];
    let broken = checks.into_iter().filter(|(holds, _)| !holds);
    broken
        .map(|(_, field)| format!("{}: {field}", case.class))
        .collect()
}

fn simulated(class: &str, entropy: &Entropy) -> Simulated {
    let mut chance = entropy.child(class).rng();
    let unchanged = |_| "same".to_owned();
    let (run, ending) = match class {
        "unhealthy" => {
            let uptime = Duration::from_secs(10);
            (
                Run {
                    uptime,
                    ready: true,
                    worked: true,
                },
                Ending::Exited(1),
            )
        }
        _ => (
            Run::NONE,
            Ending::NotStartable("command not found".to_owned()),
        ),
    };
    let behaves = move |_, _| (run.clone(), ending.clone());
    simulate(&Policy::default(), HOURS, behaves, unchanged, || {
        chance.next_u64()
    })
}

/// Both kinds on a real system.
async fn real(options: &Options) -> Result<(Vec<Case>, bool), Failure> {
    let place = tempfile::tempdir().map_err(|e| Failure::environment(&e))?;
    let config = config(place.path(), &options.lives_s);
    let mut stage = Stage::new(&config)?;
    let path = format!("{}:/usr/bin:/bin", place.path().display());
    // The figures count from the exec of `up`, which starts both.
    let since = Stopwatch::start();
    stage.start(&["env", &format!("PATH={path}")], &[])?;
    let told = until_told(&stage, options.seconds, &since).await?;
    let seen = stage.reported("both kinds", |report| {
        let of = |name| row(report, name).map(|row| row.view.restarts + 1);
        Some((of(FLAKY)?, of(MISSING)?))
    });
    let (flaky_starts, missing_starts) = seen.await?;
    let mended = Stopwatch::start();
    fs::write(place.path().join("mended"), "").map_err(|e| Failure::environment(&e))?;
    put_command(place.path())?;
    let mut healed = [None, None];
    while healed.contains(&None) && mended.elapsed() < Duration::from_secs(90) {
        for (at, name) in [FLAKY, MISSING].into_iter().enumerate() {
            if healed[at].is_none() && place.path().join(format!("{name}-works")).exists() {
                healed[at] = Some(seconds(mended.elapsed()));
            }
        }
        pause(Duration::from_millis(5)).await;
    }
    stage.all_at_work(KINDS_MIN).await?;
    let others_affected = stage.reported("the others", |r| Some(others_affected(r)));
    let others_affected = others_affected.await?;
    let alerts = stage.alerts()?;
    let opened = |name: &str| {
        let of_it = alerts.iter().filter(|alert| alert.subject == name);
        of_it.map(|alert| alert.times_opened).sum()
    };
    let ended_well = stage.stop().await;
    let case = |class, at: usize, starts_real| Case {
        class,
        starts_12h: 0,
        alerts_12h: 0,
        alert_at_run: None,
        simulated_alert_after_s: None,
        alert_after_s: told[at].as_ref().map(|told| told.after_s),
        told_at_run: told[at].as_ref().and_then(|told| told.run),
        alerts_real: opened([FLAKY, MISSING][at]),
        recovered_after_fix_s: healed[at],
        starts_real,
        others_affected,
    };
    let cases = vec![
        case("unhealthy", 0, flaky_starts),
        case("configuration", 1, missing_starts),
    ];
    Ok((cases, ended_well))
}

/// Restarts of the kinds that do well.
fn others_affected(report: &Report) -> u64 {
    let others = report
        .kinds
        .iter()
        .filter(|row| ![FLAKY, MISSING].contains(&row.view.name.as_str()));
    others.map(|row| row.view.restarts).sum()
}

/// The first alert about a kind.
#[derive(Debug, Clone, Copy)]
struct Told {
    after_s: f64,
    run: Option<u32>,
}

/// Waits until a person was told of both kinds, and for so many seconds at least.
async fn until_told(
    stage: &Stage,
    least_s: u64,
    since: &Stopwatch,
) -> Result<[Option<Told>; 2], Failure> {
    let limit = Duration::from_secs(least_s);
    let mut told = [None, None];
    while told.iter().any(Option::is_none) || since.elapsed() < limit {
        let alerts = stage.alerts()?;
        for (told, name) in told.iter_mut().zip([FLAKY, MISSING]) {
            let alert = alerts.iter().find(|alert| alert.subject == name);
            if let (None, Some(alert)) = (&told, alert) {
                // "flaky ended 3 times in a row: …"
                let run = alert.cause.split(' ').find_map(|word| word.parse().ok());
                let after_s = seconds(since.elapsed());
                *told = Some(Told { after_s, run });
            }
        }
        if since.elapsed() > limit + Duration::from_secs(60) {
            break;
        }
        pause(Duration::from_millis(20)).await;
    }
    Ok(told)
}

fn config(place: &Path, lives_s: &str) -> String {
    let place = place.display();
    format!(
        r#"
[daemons.{FLAKY}]
command = "/bin/sh"
args = ["-c", "if test -e {place}/mended; then echo > {place}/{FLAKY}-works; exec sleep 1000000; fi; sleep {lives_s}; exit 1"]

[daemons.{MISSING}]
command = "{COMMAND}"

[daemons.steady]
command = "/bin/sh"
args = ["-c", "exec sleep 1000000"]
"#
    )
}

/// Puts the command where it is looked for, whole.
fn put_command(place: &Path) -> Result<(), Failure> {
    let script = format!(
        "#!/bin/sh\necho > {}/{MISSING}-works\nexec sleep 1000000\n",
        place.display()
    );
    let beside = place.join("part");
    let put = || {
        fs::write(&beside, script)?;
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o755))?;
        fs::rename(&beside, place.join(COMMAND))
    };
    put().map_err(|e| Failure::environment(&e))
}

fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e3).round() / 1e3
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let text = |value: Option<f64>| value.map_or_else(|| "never".to_owned(), |s| format!("{s} s"));
    let rows = answered.cases.iter().map(|case| {
        vec![
            case.class.to_owned(),
            case.starts_12h.to_string(),
            text(case.alert_after_s),
            text(case.recovered_after_fix_s),
            case.others_affected.to_string(),
        ]
    });
    let header = [
        "class",
        "starts in 12 h",
        "alert after",
        "mended after",
        "others affected",
    ];
    ui::table(&header, rows.collect(), "no case was played");
    for failed in &answered.failed {
        ui::line(&format!("broken: {failed}"));
    }
}

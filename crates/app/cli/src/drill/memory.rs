//! `homeostat drill memory`: a host with less memory than is asked for. Who is inside what was promised
//! to them lives, who is over dies, who does not fit is refused with the figures, and no job is lost.
//!
//! ```text
//!   host      1312 MB to grant   command before `up` 224 ── ends ──▶ command meanwhile 64, one of 512 refused
//!   up        1088 MB, having asked for all: our roles 576, and for what is declared 512:
//!               modest 96 · greedy 128, and dies of it · small 2 × 64 · hog 512, waits in the queue
//!   deploy    128 MB beside it: refused while the first command runs, done after it, in the middle of the jobs
//! ```
//! How much the host has to give is lowered by the setting that an owner has for that, so the ceiling is one
//! of promises, which is the one that admission knows; the limits of the leaves are the kernel's own and as
//! they always are. The file of grants is the drill's. Each figure is read where an owner reads it: in
//! `processes`, in the alerts, in the answer of `exec`. What became of jobs is judged by the log of the
//! database and by what their command wrote. *Limits.* The machine must have what the host is said to have.

mod host;

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use homeostat_clock::pause;
use homeostat_supervisor::{
    budget::{Budget, Ledger},
    crash_loop::Ending,
    jobs::Waiting,
    mechanism::Limiter,
};
use serde::{Deserialize, Serialize};

use super::{
    stage::{Stage, row},
    witness::Witness,
};
use crate::{
    control::Report,
    deploy::STANDBY_MB,
    failure::{Failure, chain},
    ui,
    up::{ROLE_MB, role_mb},
};
use host::{Figures, Host};

const MODEST: &str = "modest";
const GREEDY: &str = "greedy";
const HOG: &str = "job.hog";
const SMALL: &str = "job.small";
/// Supervisor, pages, sandbox, scheduler, five worker groups.
const ROLES: u64 = 9;
/// Of the commands: before `up`, meanwhile, and of one that does not fit.
const BEFORE_MB: u64 = 96 + STANDBY_MB;
const BESIDE_MB: u64 = 64;
const TOO_MUCH_MB: u64 = 512;
/// What is left for what is declared, and what `greedy` would take.
const DECLARED_MB: u64 = 512;
const GREEDY_EATS_MB: u64 = 512;
/// What a command inside its memory takes, beside the program itself.
const EATEN_MB: u64 = 24;
/// Between two looks at the database.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// How much is played.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Jobs that fit
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000))]
    jobs: u64,
}

#[derive(Debug, Serialize)]
struct Answered {
    killed_inside_reservation: u64,
    greedy_killed: Vec<String>,
    refusals: Vec<Figures>,
    deployed: bool,
    jobs_lost: u64,
    mechanism: Limiter,
    not_run: Vec<String>,
}

/// What of the laws does not hold.
type Broken = Vec<String>;

/// Plays it; exit code 1 when a law was broken.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let (answered, broken) = play(options).await?;
    for law in &broken {
        ui::note(&format!("broken: {law}"));
    }
    tell(&answered, json);
    Ok(match broken.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

async fn play(options: &Options) -> Result<(Answered, Broken), Failure> {
    let place = tempfile::tempdir().map_err(|e| Failure::environment(&e))?;
    let wrote = place.path().join("small");
    let mut stage = Stage::new(&config(&wrote)?)?;
    let budget_mb = budget(BEFORE_MB + (ROLES - 1) * ROLE_MB + role_mb("sandbox") + DECLARED_MB)?;
    let host = Host::new(&stage, budget_mb)?;
    let before = host.eat(BEFORE_MB, EATEN_MB).await?;
    let env = host.settings();
    let words: Vec<&str> = std::iter::once("env")
        .chain(env.iter().map(String::as_str))
        .collect();
    stage.start(&words, &[])?;
    let began = stage
        .reported("every kind but greedy at work", lives)
        .await?;
    ui::note("all that fits is at work; more is asked for");
    let mut refused = vec![host.refused(&["deploy"]).await?];
    let mut killed = before.ends_badly().await?;
    let beside = host.eat(BESIDE_MB, EATEN_MB).await?;
    let too_much = TOO_MUCH_MB.to_string();
    let command = ["exec", "--memory", &too_much, "--", "true"];
    refused.push(host.refused(&command).await?);
    let greedy = until_told(&stage).await?;
    let mut jobs = Jobs::enqueued(&host, &stage, options.jobs).await?;
    let before = stage.reported("an answer", |report| Some(report.clone()));
    killed += killed_since(&began, &before.await?);
    ui::note("another version is put in the place of this one, in the middle of the jobs");
    let deployed = host.deploy().await?;
    let began = stage
        .reported("every kind of the new version at work", lives)
        .await?;
    jobs.until_done(&stage).await?;
    let after = stage
        .reported("hog waiting", |report| {
            // Not for a machine that is short of memory at the moment.
            let is_hog = |w: &Waiting| w.kind == HOG && !w.refusal.pressed;
            let all = report.waiting.iter().any(is_hog) && !dead_of_memory(report).is_empty();
            all.then(|| report.clone())
        })
        .await?;
    killed += beside.ends_badly().await?;
    killed += jobs.killed().await? + killed_since(&began, &after);
    let lost = jobs.lost(&wrote).await?;
    let answered = Answered {
        killed_inside_reservation: killed,
        greedy_killed: dead_of_memory(&after),
        refusals: refusals(&after, refused),
        deployed,
        jobs_lost: lost,
        mechanism: after.memory.limiter,
        not_run: not_run(after.memory.limiter),
    };
    let mut broken = broken(&answered, &after);
    if !greedy {
        broken.push("the alert of greedy does not name its memory".to_owned());
    }
    if !stage.stop().await {
        broken.push("`up` did not end well".to_owned());
    }
    Ok((answered, broken))
}

/// The smallest budget of which so much can be granted.
fn budget(grantable_mb: u64) -> Result<u64, Failure> {
    let found = Budget::find().map_err(|e| Failure::Environment(chain(&e)))?;
    let fits = |mb: &u64| Ledger::new(*mb).ceiling_mb() >= grantable_mb;
    let needed = (grantable_mb..).find(fits).unwrap_or(u64::MAX);
    match needed <= found.mb() {
        true => Ok(needed),
        false => Err(Failure::Environment(format!(
            "the drill plays a host of {needed} MB; this one has {} MB",
            found.mb()
        ))),
    }
}

fn config(wrote: &Path) -> Result<String, Failure> {
    let program = std::env::current_exe().map_err(|e| Failure::environment(&e))?;
    let script = format!(
        "read -r line; echo \"$line\" >> '{}'; echo \"$line\"",
        wrote.display()
    );
    // A text of TOML is written like one of JSON.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (program, script) = (text(&program.to_string_lossy()), text(&script));
    Ok(format!(
        r#"
[daemons.{MODEST}]
command = {program}
args = ["drill", "eat", "{EATEN_MB}"]
memory_mb = 96

[daemons.{GREEDY}]
command = {program}
args = ["drill", "eat", "{GREEDY_EATS_MB}"]
memory_mb = 128

[jobs.small]
command = "/bin/sh"
args = ["-c", {script}]
memory_mb = 64
concurrency = 2

[jobs.hog]
command = "/bin/cat"
memory_mb = 512
"#
    ))
}

/// The processes of all who are inside what was promised to them, once they are there.
fn lives(report: &Report) -> Option<BTreeMap<String, i32>> {
    row(report, "worker-jobs")?;
    row(report, MODEST)?;
    let inside = report.kinds.iter().filter(|row| row.view.name != GREEDY);
    let pids = inside.map(|row| {
        let process = row.view.process.filter(|_| row.view.is_ready())?;
        Some((row.view.name.clone(), process.pid))
    });
    let mut all: BTreeMap<String, i32> = pids.collect::<Option<_>>()?;
    all.insert("supervisor".to_owned(), report.supervisor.as_ref()?.pid);
    Some(all)
}

/// Deaths of any of these, however it is that they died.
fn killed_since(began: &BTreeMap<String, i32>, after: &Report) -> u64 {
    let restarts = |name: &str| row(after, name).map_or(1, |row| row.view.restarts);
    let supervisor = after.supervisor.as_ref().map(|member| member.pid);
    let died = began.iter().map(|(name, pid)| match name.as_str() {
        "supervisor" => u64::from(supervisor != Some(*pid)),
        name => restarts(name),
    });
    died.sum()
}

fn dead_of_memory(report: &Report) -> Vec<String> {
    let of_memory = report.kinds.iter().filter(|row| {
        let cause = row.view.cause.as_ref();
        cause.is_some_and(|cause| cause.ending == Ending::OutOfMemory)
    });
    of_memory.map(|row| row.view.name.clone()).collect()
}

/// Waits for the alert of `greedy`; says whether it names why.
async fn until_told(stage: &Stage) -> Result<bool, Failure> {
    let words = Ending::OutOfMemory.to_string();
    let alert = stage.until("an alert of greedy", async || {
        pause(LOOK).await;
        let alerts = stage.alerts().ok()?;
        alerts.into_iter().find(|alert| alert.subject == GREEDY)
    });
    Ok(alert.await?.cause.contains(&words))
}

/// Of the supervisor at its start, of the jobs, of the commands.
fn refusals(after: &Report, commands: Vec<Figures>) -> Vec<Figures> {
    let of_supervisor = after.memory.refused.iter();
    let of_jobs = after.waiting.iter().map(|waiting| &waiting.refusal);
    let mut all: Vec<Figures> = of_supervisor.chain(of_jobs).map(Figures::from).collect();
    all.extend(commands);
    all
}

fn not_run(limiter: Limiter) -> Vec<String> {
    let mut not_run = Vec::new();
    if limiter == Limiter::None {
        let why = "nothing limits memory on this machine; who is over was looked for once a second";
        not_run.push(format!("limits of the kernel: {why}"));
    }
    not_run
}

fn broken(answered: &Answered, after: &Report) -> Broken {
    let refused: Vec<&str> = answered.refusals.iter().map(|r| r.what.as_str()).collect();
    let has_figures = |r: &Figures| r.asked_mb > r.free_mb;
    let memory = &after.memory;
    let checks = [
        (
            answered.killed_inside_reservation == 0,
            "killed_inside_reservation",
        ),
        (answered.greedy_killed == [GREEDY], "greedy_killed"),
        (answered.deployed, "the new version was not deployed"),
        (answered.jobs_lost == 0, "jobs_lost"),
        (
            matches!(refused[..], [up, HOG, deploy, "exec true"]
                if up.starts_with("up ") && deploy.starts_with("deploy ")),
            "refusals: not the four that do not fit",
        ),
        (
            answered.refusals.iter().all(has_figures),
            "refusals: the figures",
        ),
        (
            memory.reserved_mb <= memory.ceiling_mb,
            "more is reserved than there is",
        ),
    ];
    let broken = checks.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, law)| law.to_owned()).collect()
}

/// The jobs that fit, and the one that does not.
struct Jobs {
    witness: Witness,
    small: Vec<i64>,
    hog: i64,
}

impl Jobs {
    async fn enqueued(host: &Host, stage: &Stage, count: u64) -> Result<Self, Failure> {
        let hog = host.enqueue(HOG, "{}").await?;
        let mut small = Vec::new();
        for n in 0..count {
            small.push(host.enqueue(SMALL, &format!(r#"{{"n":{n}}}"#)).await?);
        }
        Ok(Self {
            witness: Witness::of(&stage.state.cluster())?,
            small,
            hog,
        })
    }

    /// So many events of the small ones say this.
    async fn events(&mut self, that: &str) -> Result<u64, Failure> {
        let ids: Vec<String> = self.small.iter().map(i64::to_string).collect();
        let sql = format!(
            "SELECT count(*) FROM homeostat.event
             WHERE entity = 'job' AND entity_id = ANY (string_to_array($1, ',')) AND {that}"
        );
        let n = self.witness.number(&sql, &[&ids.join(",")]).await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    fn count(&self) -> u64 {
        u64::try_from(self.small.len()).unwrap_or(u64::MAX)
    }

    async fn until_done(&mut self, stage: &Stage) -> Result<(), Failure> {
        let wanted = self.count();
        let look = async || {
            pause(LOOK).await;
            let done = self.events("to_state = 'done'").await.ok()?;
            (done >= wanted).then_some(())
        };
        stage.until("all small jobs done", look).await
    }

    /// Attempts of them that came to nothing. What was given back for the deploy is none.
    async fn killed(&mut self) -> Result<u64, Failure> {
        let ids: Vec<String> = self.small.iter().map(i64::to_string).collect();
        let sql = "SELECT coalesce(sum(attempts_used), 0)::bigint FROM homeostat.job
                   WHERE id::text = ANY (string_to_array($1, ','))";
        let n = self.witness.number(sql, &[&ids.join(",")]).await?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Those that were not done exactly once, by the log and by what they wrote; and the large one, unless it
    /// is in the queue as it was.
    async fn lost(&mut self, wrote: &Path) -> Result<u64, Failure> {
        #[derive(Deserialize)]
        struct Line {
            n: u64,
        }
        let once = "entity_id IN (SELECT entity_id FROM homeostat.event
                        WHERE entity = 'job' AND to_state = 'done' GROUP BY entity_id HAVING count(*) = 1)
                    AND to_state = 'done'";
        let by_log = self.events(once).await?;
        let text = fs::read_to_string(wrote).map_err(|e| Failure::environment(&e))?;
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        for line in text.lines() {
            let line: Line = serde_json::from_str(line).map_err(|e| Failure::environment(&e))?;
            *times.entry(line.n).or_default() += 1;
        }
        let count = self.count();
        let by_hand = (0..count).filter(|n| times.get(n) == Some(&1)).count();
        let waits = "SELECT count(*) FROM homeostat.job
                     WHERE id = $1::bigint AND state = 'ready' AND fence = 0 AND attempts_used = 0";
        let waits = self.witness.number(waits, &[&self.hog.to_string()]).await?;
        let done = by_log.min(u64::try_from(by_hand).unwrap_or(0));
        Ok(count.saturating_sub(done) + u64::from(waits != 1))
    }
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = answered.refusals.iter().map(|refused| {
        vec![
            refused.what.clone(),
            format!("{} MB", refused.asked_mb),
            format!("{} MB", refused.free_mb),
        ]
    });
    ui::table(
        &["refused", "asked", "free"],
        rows.collect(),
        "nothing was refused",
    );
    ui::line(&format!(
        "killed inside what was promised: {}; killed over it: {}; deployed in between: {}; jobs lost: {}; limiter: {}",
        answered.killed_inside_reservation,
        answered.greedy_killed.join(", "),
        if answered.deployed { "yes" } else { "no" },
        answered.jobs_lost,
        answered.mechanism
    ));
    for why in &answered.not_run {
        ui::line(&format!("not played: {why}"));
    }
}

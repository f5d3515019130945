//! `homeostat drill hang`: what does not end by itself. A command that ignores the request to end, with
//! children in sessions of their own; a worker that says that it lives while a handler blocks it; a
//! worker that is stopped and missed; one that is stopped and wakes with a result nobody waits for.
//!
//! ```text
//!   blocked   deadline ── TERM ── 2 s ── KILL of the leaf ── nothing lives ─▶ overrun, survivors
//!   wedged    timeout ── 5 s ── the worker says so ── ABORT ── rescued ─▶ done elsewhere
//!   stopped   STOP ── 10 s of silence ── ABORT, KILL ── rescued ─▶ done elsewhere
//!   woken     STOP ── deadline of the job ─▶ done elsewhere ── CONT ─▶ the late result is refused
//! ```
//! Processes are judged by `/proc`, results by the rows of the log.

use std::{fs, process::ExitCode, time::Duration};

use homeostat_clock::{Stopwatch, wall};
use homeostat_subprocess::Running;
use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    processes,
    stage::Stage,
    times::ms,
    witness::{NoAnswer, Witness},
    work::WEDGE_TIMEOUT,
};
use crate::{failure::Failure, ui};

/// The kinds of the drills that are worked on here.
const KINDS: [&str; 3] = ["drill.brief", "drill.wedge", "drill.work"];
/// Two workers, so that there is an elsewhere.
const WORKERS: &str = "2";
/// Our roles and groups, the group of declared jobs, and the two workers.
const KINDS_MIN: usize = 10;
/// How long the command may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// The grace, the kill, and a quarter of that for the machine.
const OVERRUN_MAX: Duration = Duration::from_millis(2_500);
/// The command and its three.
const PROCESSES: usize = 4;
/// What a worker says of a result that came too late.
const REFUSED: &str = "a stale result changed nothing";
/// A worker may be done before it is stopped; so often it is tried.
const TRIES: u32 = 10;
/// Jobs that were taken from who held them.
const TAKEN: usize = 3;

#[derive(Debug, Default, Serialize)]
struct Answered {
    deadline_overrun_ms: f64,
    survivors: usize,
    ended_by_deadline: bool,
    noticed_s: f64,
    wedged_noticed_s: f64,
    stopped_noticed_s: f64,
    jobs_running_elsewhere: usize,
    late_results: usize,
    stale_results_accepted: i64,
    failed: Vec<String>,
}

/// Whether this claim of a job stands.
const CLAIMED: &str = "SELECT count(*) FROM homeostat.job
    WHERE id = $1::bigint AND state = 'running' AND fence = $2::bigint";

/// A claim of a job.
#[derive(Debug, Deserialize)]
struct Claim {
    fence: i64,
    owner: i64,
    pid: u32,
}

/// A system with somebody who looks at its rows.
struct Scene {
    stage: Stage,
    witness: Witness,
}

/// Plays it; exit code 1 when something was left, taken twice, or not taken at all.
pub(crate) async fn run(json: bool) -> Result<ExitCode, Failure> {
    // A number that no other process sleeps for.
    let sleep = format!("1{:09}", std::process::id());
    let mut stage = Stage::new(&config(&sleep))?;
    let mut more = vec!["--drill-workers", WORKERS];
    more.extend(KINDS.iter().flat_map(|kind| ["--drill-kind", *kind]));
    stage.start(&[], &more)?;
    stage.all_at_work(KINDS_MIN).await?;
    let witness = Witness::of(&stage.state.cluster())?;
    let mut scene = Scene { stage, witness };
    let mut answered = Answered::default();
    scene.blocked(&sleep, &mut answered).await?;
    ui::note("the command that would not end has ended");
    let wedged = scene.wedged(&mut answered).await?;
    ui::note("the wedged worker was noticed");
    let stopped = scene.stopped(&mut answered).await?;
    ui::note("the stopped worker was noticed");
    let woken = scene.woken(&mut answered).await?;
    ui::note("the woken worker was refused");
    let jobs = [wedged, stopped, woken];
    answered.noticed_s = answered.wedged_noticed_s.max(answered.stopped_noticed_s);
    for (job, claim) in &jobs {
        answered.jobs_running_elsewhere += usize::from(scene.done_elsewhere(*job, claim).await?);
    }
    answered.stale_results_accepted = scene.stale(&jobs).await?;
    answered.failed = failed(&answered);
    if !scene.stage.stop().await {
        answered.failed.push("`up` did not end well".to_owned());
    }
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// A command that ignores TERM, as do its three children in sessions of their own.
fn config(sleep: &str) -> String {
    let deadline_s = DEADLINE.as_secs();
    format!(
        r#"
[jobs.stubborn]
command = "/bin/sh"
args = ["-c", "trap '' TERM; for i in 1 2 3; do setsid sleep {sleep} & done; while :; do wait; done"]
timeout_s = {deadline_s}
memory_mb = 32
"#
    )
}

/// What broke a law.
fn failed(answered: &Answered) -> Vec<String> {
    let laws = [
        (
            answered.deadline_overrun_ms <= ms(OVERRUN_MAX),
            "deadline_overrun_ms",
        ),
        (answered.survivors == 0, "survivors"),
        (answered.ended_by_deadline, "ended_by_deadline"),
        (
            answered.jobs_running_elsewhere == TAKEN,
            "jobs_running_elsewhere",
        ),
        (answered.late_results > 0, "late_results"),
        (
            answered.stale_results_accepted == 0,
            "stale_results_accepted",
        ),
    ];
    let broken = laws.iter().filter(|(holds, _)| !holds);
    broken.map(|(_, name)| (*name).to_owned()).collect()
}

impl Scene {
    async fn blocked(&mut self, sleep: &str, answered: &mut Answered) -> Result<(), Failure> {
        let job = self.enqueue("job.stubborn", &json!({})).await?;
        let run_dir = self.stage.state.run_dir();
        let sleepers = || processes::running(0, &["sleep", sleep]);
        let (said, all) = self
            .stage
            .until("the stubborn command and its three", async || {
                let said = Running::all(&run_dir).ok()?;
                let said = said.into_iter().find(|said| said.job == job)?;
                let mut all = processes::tree(said.process.pid.unsigned_abs());
                all.extend(sleepers());
                all.sort_unstable();
                all.dedup();
                (sleepers().len() + 1 == PROCESSES && all.len() >= PROCESSES).then_some((said, all))
            })
            .await?;
        let deadline_ms = said.since_ms + i64::try_from(DEADLINE.as_millis()).unwrap_or(i64::MAX);
        let alive = || all.iter().filter(|pid| processes::lives(**pid)).count();
        let id = job.to_string();
        let (witness, stage) = (&mut self.witness, &self.stage);
        // Whoever gets the job next must find nobody: who lives when the claim is given up is left over.
        let (over_ms, survivors) = stage
            .until("the end of all of it, or of its claim", async || {
                let given_up = is(
                    witness
                        .number(CLAIMED, &[&id, &said.fence.to_string()])
                        .await,
                    0,
                );
                let alive = alive();
                let over_ms = wall().0.as_millisecond() - deadline_ms;
                (given_up.is_some() || alive == 0).then_some((over_ms, alive))
            })
            .await?;
        answered.deadline_overrun_ms = over_ms as f64;
        answered.survivors = survivors;
        self.left(job, said.fence).await?;
        answered.ended_by_deadline = self.was_timeout(job).await?;
        Ok(())
    }

    async fn wedged(&mut self, answered: &mut Answered) -> Result<(i64, Claim), Failure> {
        let file = self.stage.state.run_dir().join("drill-wedge");
        let job = self
            .enqueue("drill.wedge", &json!({ "file": file }))
            .await?;
        let claim = self.claimed(job).await?;
        let watch = Stopwatch::start();
        self.dies(claim.pid, "the end of the wedged worker").await?;
        let noticed = watch.elapsed().saturating_sub(WEDGE_TIMEOUT);
        answered.wedged_noticed_s = noticed.as_secs_f64();
        self.done(job).await?;
        Ok((job, claim))
    }

    async fn stopped(&mut self, answered: &mut Answered) -> Result<(i64, Claim), Failure> {
        let task = json!({ "name": "stopped", "holds_ms": [600_000] });
        let job = self.enqueue("drill.work", &task).await?;
        let claim = self.claimed(job).await?;
        processes::signal(claim.pid, Signal::STOP);
        let watch = Stopwatch::start();
        self.dies(claim.pid, "the end of the stopped worker")
            .await?;
        answered.stopped_noticed_s = watch.elapsed().as_secs_f64();
        self.done(job).await?;
        Ok((job, claim))
    }

    /// The stopped worker is woken while somebody else has its job in hand, so that only the fence tells the
    /// two results apart.
    async fn woken(&mut self, answered: &mut Answered) -> Result<(i64, Claim), Failure> {
        for _ in 0..TRIES {
            let task = json!({ "name": "woken", "holds_ms": [400, 400] });
            let job = self.enqueue("drill.brief", &task).await?;
            let claim = self.claimed(job).await?;
            processes::signal(claim.pid, Signal::STOP);
            let before = self.refusals();
            if self.is_over(job).await? {
                processes::signal(claim.pid, Signal::CONT);
                continue;
            }
            self.taken(job, claim.fence).await?;
            processes::signal(claim.pid, Signal::CONT);
            let refused = self
                .stage
                .until("the woken worker's late result", async || {
                    let refused = self.refusals() - before;
                    // Missed and ended meanwhile, it has none.
                    (refused > 0 || !processes::lives(claim.pid)).then_some(refused)
                })
                .await?;
            self.done(job).await?;
            if refused > 0 {
                answered.late_results = refused;
                return Ok((job, claim));
            }
        }
        let text = "no worker was stopped with a job in hand and woken in time";
        Err(Failure::Law(text.to_owned()))
    }

    async fn enqueue(&mut self, kind: &str, args: &Value) -> Result<i64, Failure> {
        let sql = "homeostat.enqueue($1, $2::jsonb)";
        Ok(self.witness.number(sql, &[kind, &args.to_string()]).await?)
    }

    /// Who has the job in hand, once its work has begun.
    async fn claimed(&mut self, job: i64) -> Result<Claim, Failure> {
        let run_dir = self.stage.state.run_dir();
        let (witness, id) = (&mut self.witness, job.to_string());
        let begun = format!("\"begun\":{job},");
        let look = async || {
            let sql = "SELECT j.fence, j.owner, p.pid FROM homeostat.job j
                       JOIN homeostat.process p ON p.id = j.owner
                       WHERE j.id = $1::bigint AND j.state = 'running'";
            let claims: Vec<Claim> = witness.rows(sql, &[&id]).await.ok()?;
            let claim = claims.into_iter().next()?;
            let file = run_dir.join(format!("{}.json", claim.owner));
            let has_begun = fs::read_to_string(file).is_ok_and(|text| text.contains(&begun));
            has_begun.then_some(claim)
        };
        self.stage
            .until(&format!("job {job} under way"), look)
            .await
    }

    /// Waits until the job is no more in the hands of this claim.
    async fn left(&mut self, job: i64, fence: i64) -> Result<(), Failure> {
        let (id, fence) = (job.to_string(), fence.to_string());
        let witness = &mut self.witness;
        let look = async || is(witness.number(CLAIMED, &[&id, &fence]).await, 0);
        let what = format!("job {job} in other hands");
        self.stage.until(&what, look).await
    }

    /// Whether the job was given back because its time was over: the supervisor's end of it, and not a later
    /// net that took it from a worker that still waited.
    async fn was_timeout(&mut self, job: i64) -> Result<bool, Failure> {
        let sql = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'job' AND entity_id = $1 AND from_state = 'running' AND cause = 'timeout'
                     AND data ->> 'last_error' LIKE '%was ended by signal%'";
        Ok(self.witness.number(sql, &[&job.to_string()]).await? > 0)
    }

    /// Waits until somebody has claimed the job after this claim.
    async fn taken(&mut self, job: i64, fence: i64) -> Result<(), Failure> {
        let (id, fence) = (job.to_string(), fence.to_string());
        let sql = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'job' AND entity_id = $1 AND to_state = 'running' AND fence > $2::bigint";
        let witness = &mut self.witness;
        let look = async || is(witness.number(sql, &[&id, &fence]).await, 1);
        let what = format!("somebody else at job {job}");
        self.stage.until(&what, look).await
    }

    async fn done(&mut self, job: i64) -> Result<(), Failure> {
        let id = job.to_string();
        let witness = &mut self.witness;
        let look = async || is(witness.number(DONE, &[&id]).await, 1);
        self.stage.until(&format!("job {job} done"), look).await
    }

    /// Whether the job has ended already.
    async fn is_over(&mut self, job: i64) -> Result<bool, Failure> {
        Ok(self.witness.number(DONE, &[&job.to_string()]).await? > 0)
    }

    async fn dies(&self, pid: u32, what: &str) -> Result<(), Failure> {
        let look = async || (!processes::lives(pid)).then_some(());
        self.stage.until(what, look).await
    }

    /// How often a worker said that it came too late.
    fn refusals(&self) -> usize {
        let said = |name: &str| {
            let log = self.stage.state.log_dir().join(name);
            fs::read_to_string(log).unwrap_or_default()
        };
        let logs = ["worker-drill.log", "worker-drill-2.log"];
        logs.iter()
            .map(|log| said(log).matches(REFUSED).count())
            .sum()
    }

    /// Whether somebody else than its first owner did the job.
    async fn done_elsewhere(&mut self, job: i64, first: &Claim) -> Result<bool, Failure> {
        let (id, owner) = (job.to_string(), first.owner.to_string());
        let sql = "SELECT count(*) FROM homeostat.event
                   WHERE entity = 'job' AND entity_id = $1 AND to_state = 'done' AND owner <> $2::bigint";
        Ok(self.witness.number(sql, &[&id, &owner]).await? == 1)
    }

    /// Results beyond the first, and those of a claim that was not the last.
    async fn stale(&mut self, jobs: &[(i64, Claim)]) -> Result<i64, Failure> {
        let ids: Vec<String> = jobs.iter().map(|(job, _)| job.to_string()).collect();
        let sql = "SELECT coalesce(sum(done.n - 1 + done.former), 0) FROM (
                       SELECT count(*) AS n, count(*) FILTER (WHERE (d.data -> 'result' ->> 'fence')::bigint
                           IS DISTINCT FROM (SELECT max(r.fence) FROM homeostat.event r
                               WHERE r.entity = 'job' AND r.entity_id = d.entity_id AND r.to_state = 'running')) AS former
                       FROM homeostat.event d
                       WHERE d.entity = 'job' AND d.to_state = 'done' AND d.entity_id = ANY (string_to_array($1, ','))
                       GROUP BY d.entity_id) done";
        Ok(self.witness.number(sql, &[&ids.join(",")]).await?)
    }
}

const DONE: &str = "SELECT count(*) FROM homeostat.event
                    WHERE entity = 'job' AND entity_id = $1 AND to_state = 'done'";

/// Whether this is the answer; without one it is asked again.
fn is(answer: Result<i64, NoAnswer>, wanted: i64) -> Option<()> {
    answer.is_ok_and(|n| n == wanted).then_some(())
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = [
        (
            "overrun of a deadline",
            format!("{} ms", answered.deadline_overrun_ms),
        ),
        ("survivors", answered.survivors.to_string()),
        (
            "wedged worker noticed after",
            format!("{:.1} s", answered.wedged_noticed_s),
        ),
        (
            "stopped worker noticed after",
            format!("{:.1} s", answered.stopped_noticed_s),
        ),
        (
            "jobs done elsewhere",
            format!("{} of {TAKEN}", answered.jobs_running_elsewhere),
        ),
        ("late results", answered.late_results.to_string()),
        (
            "of them accepted",
            answered.stale_results_accepted.to_string(),
        ),
    ];
    let rows = rows.into_iter().map(|(what, n)| vec![what.to_owned(), n]);
    ui::table(&["what", "seen"], rows.collect(), "nothing was played");
    for law in &answered.failed {
        ui::line(&format!("failed: {law}"));
    }
}

//! A command of the owner's is a job like any other: it has its time, and is ended from outside when that
//! is over, whatever it does against it.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::{
    budget::Ledger,
    jobs::{Jobs, listen},
    mechanism::{Tree, probe},
    process::Process,
};
use homeostat_testkit::Database;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::Value;
use sqlx::AssertSqlSafe;

/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers with its args, and with what it found in its environment.
const ECHO: &str = r#"
    args=$(cat)
    echo '{"progress": {"page": 1}}'
    echo "reading $args" >&2
    printf '{"got": %s, "secret": "%s"}' "$args" "$DATABASE_URL"
"#;
/// Hears no TERM, and neither does its child in a session of its own.
const STUBBORN: &str = r#"
    trap "" TERM
    setsid sh -c 'echo $$ > $words; exec sleep 1000' &
    echo '{"progress": "begun"}' >&2
    echo "on my way" >&2
    echo $$ > $words
    wait
"#;

/// A database, a configuration that declares jobs, and a pipe in which they speak.
struct Ground {
    database: Database,
    words: BufReader<File>,
}

/// A role in a process of its own. Dropped, it is killed.
struct Role(Child);

impl Drop for Role {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Ground {
    /// Declares jobs: the name, the script, and more lines of the section.
    async fn new(jobs: &[(&str, &str, &str)]) -> Self {
        let database = Database::fresh().await;
        let mut text = String::new();
        for (name, script, more) in jobs {
            text += &format!(
                "[jobs.{name}]\ncommand = \"sh\"\nargs = [\"-c\", '''{script}''']\n\
                 env = [\"PATH\", \"words\"]\nmemory_mb = 16\n{more}\n"
            );
        }
        text += "[[brand]]\nid = \"a\"\ncurrency = \"EUR\"\ntime_zone = \"Europe/Berlin\"\n\
                 target_cpa = \"20\"\nmeta_account = \"act_1\"\n";
        std::fs::write(database.dir().join("homeostat.toml"), text).unwrap();
        let path = database.dir().join("words");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        // Also open for writing, so that it never ends.
        let file = File::options().read(true).write(true).open(&path).unwrap();
        Self {
            words: BufReader::new(file),
            database,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.database.dir().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
        command
            .arg("--state-dir")
            .arg(self.path("state"))
            .env("DATABASE_URL", self.database.url())
            .env("HOMEOSTAT_CONFIG", self.path("homeostat.toml"))
            .env("HOMEOSTAT_RUN_DIR", self.path("run"))
            .env("HOMEOSTAT_LOG_DIR", self.path("log"))
            .env("words", self.path("words"))
            // A worker must be able to speak to vendors, and has nothing to say to them here.
            .env("HOMEOSTAT_META_URL", "http://127.0.0.1:1")
            .env("META_ACCESS_TOKEN", "unused")
            .env("META_APP_SECRET", "unused")
            .env("AD_LIBRARY_TOKEN", "unused")
            .env_remove("HOMEOSTAT_SUPERVISOR");
        command
    }

    /// A worker that has registered its kinds, with nobody above it.
    async fn worker(&self, kind: &str) -> Role {
        self.worker_below(kind, &[]).await
    }

    async fn worker_below(&self, kind: &str, env: &[(&str, &Path)]) -> Role {
        std::fs::create_dir_all(self.path("run")).unwrap();
        let child = self
            .command()
            .envs(env.iter().copied())
            .args(["run", "worker", "--kind", "job.*", "--job-beat-s", "1"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let worker = Role(child);
        let known = format!("SELECT 1 AS n FROM homeostat.job_kind WHERE name = '{kind}'");
        self.wait_for(&known).await;
        worker
    }

    /// Who finds the dead.
    fn scheduler(&self) -> Role {
        let mut command = self.command();
        command.args(["run", "scheduler"]).stdin(Stdio::null());
        Role(command.spawn().unwrap())
    }

    fn enqueue(&self, kind: &str, args: &str) -> i64 {
        let mut command = self.command();
        command.args(["enqueue", kind, args, "--json"]);
        let done = command.stderr(Stdio::inherit()).output().unwrap();
        let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
        answer["job"].as_i64().unwrap()
    }

    /// Waits for a row of a query with columns as JSON.
    async fn wait_for(&self, query: &str) -> Value {
        let watch = Stopwatch::start();
        let sql = format!("SELECT to_jsonb(q) FROM ({query}) q");
        loop {
            let row: Option<Value> = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
                .fetch_optional(self.database.db().pool())
                .await
                .unwrap();
            if let Some(row) = row {
                return row;
            }
            assert!(watch.elapsed() < PATIENCE, "never: {query}");
            tokio::task::yield_now().await;
        }
    }

    /// Waits for the job's last event.
    async fn outcome(&self, job: i64, state: &str) -> Value {
        let event = format!(
            "SELECT data FROM homeostat.event WHERE entity = 'job' AND entity_id = '{job}' AND to_state = '{state}'"
        );
        self.wait_for(&event).await["data"].clone()
    }

    async fn failed(&self, job: i64) -> Value {
        let row = format!("SELECT * FROM homeostat.job WHERE id = {job} AND state = 'failed'");
        self.wait_for(&row).await
    }

    async fn sql(&self, statement: &str) {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(self.database.db().pool())
            .await
            .unwrap();
    }

    /// Waits for so many processes to tell their number.
    fn processes(&mut self, n: usize) -> Vec<Process> {
        let mut said = |_| {
            let mut line = String::new();
            self.words.read_line(&mut line).unwrap();
            Process::of(line.trim().parse().unwrap()).unwrap()
        };
        (0..n).map(&mut said).collect()
    }
}

/// Red when `verdict` of the subprocess crate has another meaning for a code, and when a line of
/// progress counts as the result.
#[tokio::test]
async fn a_declared_command_gets_json_and_answers_with_json_and_a_code() {
    let jobs = [
        ("echo", ECHO, ""),
        ("busy", "echo come back >&2; exit 75", ""),
        ("broken", "echo no licence >&2; exit 78", ""),
        ("talker", "echo hello", ""),
        (
            "absent",
            "",
            "preflight = [\"/bin/true\"]\ndir = \"/nonexistent\"",
        ),
    ];
    let ground = Ground::new(&jobs).await;
    let _worker = ground.worker("job.talker").await;
    let absent = ground.enqueue("job.absent", "{}");
    let echo = ground.enqueue("job.echo", r#"{"n": 3}"#);
    let done = ground.outcome(echo, "done").await;
    let result = serde_json::json!({"got": {"n": 3}, "secret": ""});
    assert_eq!(done["result"], result, "{done}");
    let log = std::fs::read_to_string(ground.path(&format!("log/jobs/{echo}-1.log"))).unwrap();
    assert!(log.starts_with("reading {\"n\":3}"), "{log}");

    let busy = ground.enqueue("job.busy", "{}");
    let row = format!("SELECT * FROM homeostat.job WHERE id = {busy} AND snoozes = 1");
    let row = ground.wait_for(&row).await;
    assert_eq!(
        (&row["state"], &row["attempts_used"]),
        (&"ready".into(), &0.into())
    );
    assert!(row["last_error"].as_str().unwrap().contains("come back"));

    let broken = ground.failed(ground.enqueue("job.broken", "{}")).await;
    assert_eq!(broken["attempts_used"], 1, "no other attempt helps");
    let error = broken["last_error"].as_str().unwrap();
    assert_eq!(error, "configuration: exit code 78: no licence");

    let talker = ground.enqueue("job.talker", "{}");
    ground
        .sql(&format!(
            "UPDATE homeostat.job SET attempts_used = 2 WHERE id = {talker}"
        ))
        .await;
    let error = ground.failed(talker).await["last_error"].clone();
    assert!(error.as_str().unwrap().contains("\"hello\\n\""), "{error}");

    // A kind that cannot run holds up nobody and spends nothing.
    let row = format!("SELECT * FROM homeostat.job WHERE id = {absent}");
    let row = ground.wait_for(&row).await;
    assert_eq!((&row["state"], &row["fence"]), (&"ready".into(), &0.into()));
    assert_eq!(
        std::fs::read_dir(ground.path("log/jobs")).unwrap().count(),
        4
    );
}

/// The seven-day incident. Red without `() = &mut due` in the supervisor's `see_through`, and when only
/// the command itself is signalled.
#[tokio::test]
async fn a_command_past_its_deadline_is_ended_with_all_that_came_of_it() {
    let mut ground = Ground::new(&[("hang", STUBBORN, "timeout_s = 1")]).await;
    let _worker = ground.worker("job.hang").await;
    let job = ground.enqueue("job.hang", "{}");
    // Its last attempt.
    ground
        .sql(&format!(
            "UPDATE homeostat.job SET attempts_used = 2 WHERE id = {job}"
        ))
        .await;
    let all = ground.processes(2);
    let row = ground.failed(job).await;
    let alive: Vec<_> = all.iter().filter(|p| p.is_alive()).collect();
    assert!(alive.is_empty(), "{alive:?}");
    assert_eq!(
        (&row["last_cause"], &row["timeouts"]),
        (&"timeout".into(), &1.into())
    );
    assert_eq!(row["progress"], "begun");
    let error = row["last_error"].as_str().unwrap();
    let said = "took longer than its 1 s and was ended by signal; ignored TERM and were killed: ";
    assert!(error.starts_with(said), "{error}");
    assert!(
        error.contains("sleep (") && error.ends_with("on my way"),
        "{error}"
    );
    assert!(!ground.path(&format!("run/jobs/{job}.json")).exists());
}

/// The tree of a supervisor that is this process. Gone with the test.
struct Wood(Tree);

impl Drop for Wood {
    fn drop(&mut self) {
        let _ = self.0.kill_all(&[], PATIENCE);
        self.0.remove();
    }
}

/// Under a supervisor: without room the job waits with its figures, and a worker that is killed takes what
/// it began with it, although nobody follows. Red without `self.kill` in the supervisor's `see_through`.
#[tokio::test]
async fn a_supervisor_above_admits_the_command_and_ends_it_with_its_worker() {
    let mut ground = Ground::new(&[("long", STUBBORN, "timeout_s = 600")]).await;
    let name = format!("law-{}", std::process::id());
    let wood = Wood(Tree::create(&name, probe().best()).unwrap());
    // 85 MB, of which a neighbour has 80.
    let ledger = Arc::new(Mutex::new(Ledger::new(100)));
    ledger.lock().unwrap().reserve("neighbour", 80).unwrap();
    let peaks = ground.path("peaks.json");
    let jobs = Arc::new(Jobs::new(wood.0.clone(), ledger.clone(), &peaks, || {
        homeostat_clock::wall().0.as_millisecond()
    }));
    let socket = ground.path("supervisor.sock");
    let (listener, serving) = (listen(&socket).unwrap(), jobs.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let jobs = serving.clone();
            tokio::spawn(async move { jobs.serve_one(stream).await });
        }
    });
    let above = [("HOMEOSTAT_SUPERVISOR", socket.as_path())];
    let worker = ground.worker_below("job.long", &above).await;
    let job = ground.enqueue("job.long", "{}");
    let waits = until(|| jobs.waiting().pop()).await;
    assert_eq!(
        (waits.kind.as_str(), waits.refusal.free_mb),
        ("job.long", 5)
    );
    let row = format!("SELECT * FROM homeostat.job WHERE id = {job}");
    assert_eq!(ground.wait_for(&row).await["fence"], 0, "left in the queue");

    ledger.lock().unwrap().release("neighbour");
    until(|| jobs.list().pop()).await;
    let all = ground.processes(2);
    assert_eq!(jobs.list()[0].job, job);
    drop(worker);
    until(|| jobs.list().is_empty().then_some(())).await;
    assert_eq!(all.iter().filter(|p| p.is_alive()).count(), 0);
}

/// Waits for something of this process that tasks of it bring about.
async fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let watch = Stopwatch::start();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(watch.elapsed() < PATIENCE, "it never happened");
        tokio::task::yield_now().await;
    }
}

/// Red without `end_leftovers` of the subprocess crate, and without its `CalledOff`.
#[tokio::test]
async fn nothing_outlives_a_killed_worker_s_successor_or_a_person_s_word() {
    let mut ground = Ground::new(&[("long", STUBBORN, "timeout_s = 600")]).await;
    let first = ground.worker("job.long").await;
    let job = ground.enqueue("job.long", "{}");
    let orphans = ground.processes(2);
    drop(first);
    let _scheduler = ground.scheduler();
    let _second = ground.worker("job.long").await;
    let again = ground.processes(2);
    let beat = "SELECT b.* FROM homeostat.job_beat b JOIN homeostat.job j ON j.id = b.job AND j.fence = b.fence \
                WHERE j.state = 'running'";
    assert_eq!(ground.wait_for(beat).await["job"], job);
    assert_eq!(orphans.iter().filter(|p| p.is_alive()).count(), 0);
    assert_eq!(again.iter().filter(|p| p.is_alive()).count(), 2);
    ground
        .sql(&format!(
            "UPDATE homeostat.job SET cancel_requested = true WHERE id = {job}"
        ))
        .await;
    ground.outcome(job, "cancelled").await;
    assert_eq!(again.iter().filter(|p| p.is_alive()).count(), 0);
}

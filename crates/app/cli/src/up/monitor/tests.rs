//! One look at workers and commands that are real processes: whose worker is ended, and whose is not.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    process::{Child, Command as Program, Stdio},
    time::SystemTime,
};

use homeostat_testkit::Database;
use rustix::process::{Pid, kill_process};
use serde_json::json;

use super::*;

/// How long one attempt of each kind may take.
const KINDS: [(&str, Duration); 2] = [
    ("short", Duration::from_secs(60)),
    ("long", Duration::from_secs(10_800)),
];

/// A job in the hands of a worker. All times are seconds ago.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    kind: &'static str,
    claimed: i64,
    command: Option<Said>,
    /// Its log was written to.
    logged: Option<u64>,
    /// Its worker is none of ours, or no longer the one that has this number.
    other: Option<Other>,
    ended: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Other {
    Host,
    Process,
}

/// What the running file says.
#[derive(Clone, Copy)]
struct Said {
    began: i64,
    lives: bool,
    beat: i64,
    progress: Option<i64>,
}

const fn job(name: &'static str, claimed: i64, command: Option<Said>, ended: bool) -> Case {
    Case {
        name,
        kind: "short",
        claimed,
        command,
        logged: None,
        other: None,
        ended,
    }
}

const fn said(began: i64, lives: bool, beat: i64, progress: Option<i64>) -> Option<Said> {
    Some(Said {
        began,
        lives,
        beat,
        progress,
    })
}

/// A command that stands still since it began two hours ago, though its worker looks after it.
const HANGS: Case = job("hangs", 7_200, said(7_200, true, 0, None), true);

const CASES: [Case; 13] = [
    job("claimed a while ago", 200, None, false),
    job("never spawned", 400, None, true),
    job("goes on", 7_200, said(7_200, true, 0, Some(100)), false),
    job(
        "goes on alone",
        7_200,
        said(7_200, true, 7_000, Some(100)),
        false,
    ),
    HANGS,
    Case {
        name: "hangs, and its log does not",
        logged: Some(100),
        ended: false,
        ..HANGS
    },
    job("died just now", 7_200, said(7_200, false, 100, None), false),
    job("died", 7_200, said(7_200, false, 1_000, None), true),
    // The file is of the claim before: it says nothing of this one.
    job(
        "never spawned again",
        400,
        said(7_200, true, 0, Some(0)),
        true,
    ),
    job(
        "claimed again a while ago",
        200,
        said(7_200, true, 0, None),
        false,
    ),
    Case {
        name: "has its time still",
        kind: "long",
        ended: false,
        ..HANGS
    },
    Case {
        name: "of another host",
        other: Some(Other::Host),
        ended: false,
        ..HANGS
    },
    Case {
        name: "of another process",
        other: Some(Other::Process),
        ended: false,
        ..HANGS
    },
];

/// Has the file open, if it is to be the worker whose file that is, and says that it has.
fn worker(file: &Path, has_it: bool) -> Child {
    fs::write(file, "{}").unwrap();
    let script = match has_it {
        true => "exec 9< \"$0\"; echo here; exec sleep 1000",
        false => "echo here; exec sleep 1000",
    };
    let mut child = Program::new("sh")
        .args(["-c", script])
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    assert_eq!(line, "here\n");
    child
}

/// A process that was there.
fn dead() -> Process {
    let mut child = Program::new("sleep").arg("1000").spawn().unwrap();
    let process = Process::of(child.id().cast_signed()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    process
}

impl Case {
    /// Puts the job with its worker and its command where they are looked for.
    async fn set(&self, id: i64, database: &Database, watched: &Watched) -> Child {
        let file = watched.run_dir.join(format!("{id}.json"));
        let worker = worker(&file, self.other != Some(Other::Process));
        let host = match self.other {
            Some(Other::Host) => "elsewhere".to_owned(),
            Some(Other::Process) | None => Host::this().unwrap().name,
        };
        sqlx::query(
            "INSERT INTO homeostat.process (id, kind, host, boot_id, pid, lock_key, version, run_dir)
             OVERRIDING SYSTEM VALUE VALUES ($1, 'worker', $2, 'b', $3, $1, 'test', '/')",
        )
        .bind(id)
        .bind(host)
        .bind(worker.id().cast_signed())
        .execute(database.db().pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO homeostat.job (id, kind, args, state, priority, created_at, run_at, give_up_at, fence, owner,
                 claimed_at, deadline, timeout_ms, attempts_max, snoozes_max, interruptions_max)
             OVERRIDING SYSTEM VALUE VALUES ($1, $2, '{}', 'running', 0, now(), now(), now() + '1 d', 1, $1,
                 now() - $3 * interval '1 s', now() + '1 d', 1000, 3, 1, 1)",
        )
        .bind(id)
        .bind(self.kind)
        .bind(self.claimed)
        .execute(database.db().pool())
        .await
        .unwrap();
        self.tell(id, watched);
        worker
    }

    /// Writes the running file and the log.
    fn tell(&self, id: i64, watched: &Watched) {
        let now_ms = wall().0.as_millisecond();
        if let Some(said) = self.command {
            let process = match said.lives {
                true => Process::of(std::process::id().cast_signed()).unwrap(),
                false => dead(),
            };
            let running = Running {
                job: id,
                fence: 1,
                kind: self.kind.to_owned(),
                process,
                since_ms: now_ms - said.began * 1_000,
                beat_ms: now_ms - said.beat * 1_000,
                progress_ms: said.progress.map(|s| now_ms - s * 1_000),
                progress: said.progress.map(|_| json!({})),
            };
            let path = watched.run_dir.join(format!("jobs/{id}.json"));
            fs::write(path, serde_json::to_vec(&running).unwrap()).unwrap();
        }
        if let Some(s) = self.logged {
            let log = fs::File::create(watched.logs.join(format!("{id}-1.log"))).unwrap();
            let then = SystemTime::from(wall().0) - Duration::from_secs(s);
            log.set_modified(then).unwrap();
        }
    }
}

/// Red when the file of a former claim, the log, the kind's own deadline, the host, or the open file of the
/// epoch is not looked at; and when the worker is not ended.
#[tokio::test]
async fn only_the_workers_of_dead_jobs_are_ended() {
    let database = Database::fresh().await;
    let watched = Watched {
        limits: MonitorSettings::default(),
        kinds: KINDS.map(|(name, limit)| (name.to_owned(), limit)).into(),
        run_dir: database.dir().join("run"),
        logs: database.dir().join("log"),
    };
    fs::create_dir_all(watched.run_dir.join("jobs")).unwrap();
    fs::create_dir_all(&watched.logs).unwrap();
    let mut workers = Vec::new();
    for (id, case) in (1..).zip(CASES) {
        workers.push(case.set(id, &database, &watched).await);
    }
    look(&database.db(), &watched).await.unwrap();
    for (mut worker, case) in workers.into_iter().zip(CASES) {
        // Whom nobody killed before ends by this.
        let pid = Pid::from_raw(worker.id().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let by = worker.wait().unwrap().signal();
        let wanted = if case.ended { 9 } else { 15 };
        assert_eq!(by, Some(wanted), "{}", case.name);
    }
}

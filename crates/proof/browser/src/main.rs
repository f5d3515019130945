//! Keeps a picture of each page of the console: of two brands in the sandbox, once some campaigns were paused and a worker
//! was killed. `homeostat-screenshots PROGRAM DIR`.
#![expect(clippy::print_stderr, reason = "a command line tool")]

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use homeostat_browser::{Look, Screen, pages};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A world hour passes in 3 s.
const SPEED: &str = "1200";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [program, dir] = args.as_slice() else {
        eprintln!("usage: homeostat-screenshots PROGRAM DIR");
        return ExitCode::from(2);
    };
    match keep_all(program, dir).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("no pictures: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn keep_all(program: &Path, dir: &Path) -> Outcome<()> {
    let system = System::begin(program)?;
    let screen = Screen::open().await?;
    let first = screen
        .at(&format!("{}/", system.address), Look::DESK)
        .await?;
    let pause = "document.querySelectorAll('#p-events .badge.paused').length > 1";
    let back = "document.querySelector('#p-strip')?.textContent.includes('auto-recovered in')";
    for (waited_for, what) in [(pause, "two pauses"), (back, "a recovery")] {
        if !first.until(waited_for).await? {
            return Err(format!("{what} was not told of").into());
        }
        if waited_for == pause {
            system.kill("worker-decide")?;
        }
    }
    fs::create_dir_all(dir)?;
    for place in pages(&screen, &system.address).await? {
        let address = format!("{}{}", system.address, place.path);
        for (look, form) in [(Look::DESK, "desk"), (Look::PHONE.dark(), "phone")] {
            let page = screen.at(&address, look).await?;
            let file = dir.join(format!("{}-{form}.webp", place.name));
            page.keep(&file, look == Look::DESK).await?;
            page.close().await?;
            eprintln!("{}", file.display());
        }
    }
    screen.close().await?;
    Ok(())
}

/// A whole system of its own. It ends with this, as with its terminal.
struct System {
    program: PathBuf,
    state: tempfile::TempDir,
    process: Child,
    address: String,
}

impl System {
    fn begin(program: &Path) -> Outcome<Self> {
        let state = tempfile::tempdir()?;
        let mut process = command(program, state.path())
            .args(["up", "--speed", SPEED, "--for", "10m"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(process.stderr.take().ok_or("no stderr")?).lines();
        let address = loop {
            let line = said.next().ok_or("the system did not begin")??;
            if let Some((_, address)) = line.split_once("pages at ") {
                break address.trim_end_matches('/').to_owned();
            }
        };
        // It must not wait for a reader.
        std::thread::spawn(move || said.map_while(Result::ok).for_each(drop));
        Ok(Self {
            program: program.to_owned(),
            state,
            process,
            address,
        })
    }

    /// Kills the process of a role.
    fn kill(&self, kind: &str) -> Outcome<()> {
        let answer = command(&self.program, self.state.path())
            .args(["status", "--json"])
            .output()?;
        let status: Value = serde_json::from_slice(&answer.stdout)?;
        let processes = status["processes"].as_array().ok_or("no processes")?;
        let one = processes.iter().find(|process| process["kind"] == kind);
        let pid = one.and_then(|one| one["pid"].as_i64());
        let pid = Pid::from_raw(i32::try_from(pid.ok_or("no such process")?)?);
        Ok(kill_process(pid.ok_or("no such process")?, Signal::KILL)?)
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // It may be over already.
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let _ = self.process.wait();
    }
}

fn command(program: &Path, state: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--state-dir")
        .arg(state)
        .env_remove("DATABASE_URL");
    command
}

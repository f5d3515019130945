//! A supervisor that starts two stubborn children and keeps its guard content, or does not.

use std::{error::Error, fs, path::PathBuf, time::Duration};

use homeostat_clock::wall;
use homeostat_supervisor::{
    guard::{Hold, Leash, STANDBY_VARIABLE, turns},
    mechanism::{LeafName, Tree},
    sockets::{Given, Held},
    spawn::{Bounds, Child, Request, Spawner},
    trampoline::Setup,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Hears no TERM, and has a child in a session of its own that hears none either.
const STUBBORN: &str = r#"trap "" TERM
    setsid sh -c 'echo "child" > $words; exec sleep 1000' &
    echo "child" > $words
    wait"#;

pub(crate) async fn run(behave: &str) -> Result<u8> {
    if let Some(code) = behave.strip_prefix("exit:") {
        return Ok(code.parse()?);
    }
    let Some((mut leash, tree)) = Leash::take()? else {
        return Ok(2);
    };
    let mut term = signal(SignalKind::terminate())?;
    let mut mute = signal(SignalKind::user_defined2())?;
    let mut turn = turns()?;
    let stands_by = std::env::var_os(STANDBY_VARIABLE).is_some();
    if behave == "deploy:refuses" && !stands_by && exists("refused")? && first("again")? {
        // The good version has a bad moment, just now.
        return Ok(2);
    }
    if stands_by && let Some(code) = stand_by(behave, &mut leash, &mut turn).await? {
        return Ok(code);
    }
    say("supervisor")?;
    if behave == "listen" {
        let held = listen()?;
        leash.keep(&held).await?;
    }
    let spawner = Spawner::start((PathBuf::from("/proc/self/exe"), Vec::new()))?;
    let _a = start(&spawner, &tree, &LeafName::new("worker-a")?).await?;
    let _b = start(&spawner, &tree, &LeafName::new("worker-b")?).await?;
    if behave == "overdue" {
        // Overdue, but for a moment of the guard's grace.
        let deadline = wall().0.as_millisecond() - 7_500;
        let _job = start(&spawner, &tree, &LeafName::of_job(7, deadline)).await?;
    }
    if behave == "hold" {
        let held = leash.hold(&hold()?).await?;
        say(&format!("held {} {}", held.process.pid, held.before))?;
    }
    if behave != "deploy:slow" || !first("slow")? {
        leash.ready().await?;
    }
    let mut beats = tokio::time::interval(Duration::from_millis(20));
    loop {
        tokio::select! {
            _ = term.recv(), if behave != "deaf" => return Ok(0),
            () = leash.guard_ended() => return Ok(1),
            _ = turn.recv() => return Ok(0),
            _ = beats.tick() => leash.beat().await?,
            // Alive, and its loop goes round no more.
            _ = mute.recv() => std::future::pending().await,
        }
    }
}

/// Waits for its turn, and may come to no good before or after; gives back with which code it ends then.
async fn stand_by(behave: &str, leash: &mut Leash, turn: &mut Signal) -> Result<Option<u8>> {
    match behave {
        "deploy:dies" => {
            leash.because("it has its reasons").await?;
            return Ok(Some(9));
        }
        "deploy:waits" => say("waits")?,
        _ => {
            say("standby")?;
            leash.standby().await?;
        }
    }
    tokio::select! {
        _ = turn.recv() => {}
        () = leash.guard_ended() => return Ok(Some(1)),
    }
    match behave {
        "deploy:fails" => Ok(Some(9)),
        "deploy:tells" => {
            say("its turn")?;
            turn.recv().await;
            leash.because("it has its reasons").await?;
            Ok(Some(9))
        }
        "deploy:refuses" => {
            first("refused")?;
            Ok(Some(3))
        }
        "deploy:hangs" => {
            let mut beats = tokio::time::interval(Duration::from_millis(20));
            loop {
                beats.tick().await;
                leash.beat().await?;
            }
        }
        _ => Ok(None),
    }
}

async fn start(spawner: &Spawner, tree: &Tree, name: &LeafName) -> Result<Child> {
    let bounds = || Bounds {
        memory_bytes: 1_000,
        log: None,
    };
    let leaf = tree.make_leaf(name)?;
    leaf.limit_memory(64)?;
    let request = Request {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), STUBBORN.into()],
        env: environment()?,
        setup: Setup::default(),
        leaf,
        sockets: Vec::new(),
        stdout: bounds(),
        stderr: bounds(),
    };
    Ok(spawner.spawn(request).await?)
}

/// What it was given, else a socket of its own, which answers nobody.
fn listen() -> Result<Held> {
    if let Some(given) = Given::from_environment().tcp("web")? {
        say(&format!("given {}", given.local_addr()?))?;
        return Ok(Held::listening("web", given.into())?);
    }
    let held = Held::tcp("web", "127.0.0.1:0".parse()?)?;
    let address = held.address().ok_or("no address")?;
    say(&format!("bound {address}"))?;
    Ok(held)
}

fn hold() -> Result<Hold> {
    Ok(Hold {
        name: "database".into(),
        program: "/bin/sleep".into(),
        args: vec!["1000".into()],
        env: environment()?,
        setup: Setup::default(),
        stop_signal: 15,
        log: "/dev/null".into(),
    })
}

fn environment() -> Result<Vec<(String, String)>> {
    let words = std::env::var("words")?;
    let path = "/usr/bin:/bin".to_owned();
    Ok(vec![("PATH".into(), path), ("words".into(), words)])
}

/// Whether something has happened in an earlier life.
fn exists(what: &str) -> Result<bool> {
    Ok(mark(what)?.exists())
}

/// Whether it happens for the first time, which is remembered.
fn first(what: &str) -> Result<bool> {
    let is_first = !exists(what)?;
    fs::write(mark(what)?, "")?;
    Ok(is_first)
}

fn mark(what: &str) -> Result<PathBuf> {
    let words = PathBuf::from(std::env::var("words")?);
    Ok(words.with_extension(what))
}

fn say(word: &str) -> Result<()> {
    Ok(fs::write(std::env::var("words")?, format!("{word}\n"))?)
}

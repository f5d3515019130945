//! A program of the tests: guard, supervisor, trampoline and children without the rest of the product.

mod child;
mod eater;
mod supervisor;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use homeostat_supervisor::{
    guard::{self, Options, Order, Right, Stage},
    mechanism::Mechanism,
    process::Process,
    spawn::Exit,
    trampoline,
};
use serde::{Deserialize, Serialize};

/// What a test asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Play {
    name: String,
    dir: PathBuf,
    binary: PathBuf,
    mechanism: Option<Mechanism>,
    heartbeat_ms: u64,
    stop_ms: u64,
    /// How the supervisor behaves.
    behave: String,
}

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let Some(word) = args.next() else {
        return ExitCode::from(2);
    };
    if word == trampoline::WORD {
        return trampoline::run(args);
    }
    if let Some(code) = child::play(&word.to_string_lossy()) {
        return code;
    }
    let play = args.next().unwrap_or_default();
    if word == "eat" {
        return eater::run(play.to_str().and_then(|mb| mb.parse().ok()));
    }
    if word == "order" {
        return order(&PathBuf::from(play));
    }
    let Ok(play) = serde_json::from_slice::<Play>(play.as_encoded_bytes()) else {
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return ExitCode::from(3);
    };
    if word == "guard" {
        return runtime.block_on(guarded(play));
    }
    match runtime.block_on(supervisor::run(&play.behave)) {
        Ok(code) => ExitCode::from(code),
        Err(_) => ExitCode::from(1),
    }
}

/// Orders this very program of the guard of a directory, from wherever it is run.
fn order(dir: &Path) -> ExitCode {
    let ordered = || {
        let order = Order {
            id: "from-within".to_owned(),
            by: Process::own().ok()?,
            binary: std::env::current_exe().ok()?,
            ready_limit_ms: 600_000,
        };
        Right::take(dir).ok()?.give(&order).ok()
    };
    let Some(ordered) = ordered() else {
        return ExitCode::from(3);
    };
    loop {
        match ordered.told() {
            Some(told) if told.stage == Stage::Done => return ExitCode::SUCCESS,
            Some(told) if told.stage.is_over() => return ExitCode::from(1),
            Some(_) | None => std::thread::yield_now(),
        }
    }
}

async fn guarded(play: Play) -> ExitCode {
    let Ok(text) = serde_json::to_string(&play) else {
        return ExitCode::from(2);
    };
    let args: Vec<OsString> = vec!["supervisor".into(), text.into()];
    let options = Options {
        mechanism: play.mechanism,
        heartbeat_limit: Duration::from_millis(play.heartbeat_ms),
        stop_limit: Duration::from_millis(play.stop_ms),
        healthy_after: Duration::ZERO,
        ..Options::new(&play.name, (play.dir, play.binary), args, || {
            homeostat_clock::wall().0.as_millisecond()
        })
    };
    match guard::run(&options).await {
        Ok(ended) => match ended.exit {
            Exit::Code(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
            Exit::Signal(_) => ExitCode::from(100),
        },
        Err(_) => ExitCode::from(101),
    }
}

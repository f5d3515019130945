//! `homeostat run sandbox`: the vendors, simulated, in a process of their own.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use homeostat_clock::{Anchor, WorldClock};
use homeostat_sandbox::{
    AD_LIBRARY_APP_SECRET, AD_LIBRARY_TOKEN, Error, FaultPlan, Handle, META_APP_SECRET, META_TOKEN,
    OpenError, Options, Preset, SPEED_MAX, WorldSource, serve,
};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::{
    failure::{Failure, chain},
    run::{signs, stop_signal},
    ui,
};

/// Simulated vendors over real HTTP, with their own clock and books
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Loopback address to listen on; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Directory of the world: its clock and its books. An empty one begins a new world
    #[arg(long, default_value = ".homeostat/sandbox", value_name = "DIR")]
    books: PathBuf,
    /// Seed of the world and of its faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// World seconds per real second, or max
    #[arg(long, default_value = "1440", value_name = "N|max", value_parser = speed)]
    speed: u32,
    /// How badly the vendors behave: none, mild or harsh
    #[arg(long, default_value = "none", value_name = "PRESET", value_parser = preset)]
    faults: Preset,
    /// A world of real ad results: CSV with campaign, date, spend, sales
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Also write what `--json` prints to this file, before anybody is told that we are ready
    #[arg(long, hide = true)]
    announce: Option<PathBuf>,
    /// End when standard input closes, which is how a parent's death is noticed
    #[arg(long, hide = true)]
    with_parent: bool,
}

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn run(args: Args, json: bool) -> Result<ExitCode, Failure> {
    let with_parent = args.with_parent;
    let announce = args.announce.clone();
    let options = options(args);
    let books = options.books_dir.display().to_string();
    let handle = serve(options).await.map_err(failure)?;
    let anchor = match handle.clock() {
        WorldClock::Scaled(anchor) => Some(anchor),
        WorldClock::System | WorldClock::Manual(_) => None,
    };
    if let Some(file) = announce {
        let text = announcement(&handle, anchor, &books).to_string();
        homeostat_files::replace(&file, text.as_bytes()).map_err(|e| Failure::environment(&e))?;
    }
    if json {
        ui::json(&announcement(&handle, anchor, &books));
    } else {
        for (vendor, url, token, secret) in vendors(&handle) {
            ui::line(&format!("{vendor:11} {url}"));
            ui::line(&format!("{:11} token {token}   app secret {secret}", ""));
        }
        let listen = handle.address();
        ui::line(&format!(
            "{:11} http://{listen}/clock   books {books}",
            "clock"
        ));
    }
    tokio::select! {
        () = stop_signal() => {}
        () = signs::give(|| signs::Sign::Here) => {}
        () = parent_gone(with_parent) => tracing::error!("the parent is gone; the sandbox ends"),
    }
    handle.shutdown().await.map_err(failure)?;
    Ok(ExitCode::SUCCESS)
}

fn options(args: Args) -> Options {
    let mut options = Options::new(args.books);
    options.listen = args.listen;
    options.seed = args.seed;
    options.speed = args.speed;
    options.faults = FaultPlan::preset(args.faults);
    options.world = args.world.map_or(WorldSource::Generated, WorldSource::Csv);
    options
}

/// Name, base URL, token and app secret of each vendor.
fn vendors(handle: &Handle) -> [(&'static str, String, &'static str, &'static str); 2] {
    [
        ("meta", handle.meta_url(), META_TOKEN, META_APP_SECRET),
        (
            "ad_library",
            handle.ad_library_url(),
            AD_LIBRARY_TOKEN,
            AD_LIBRARY_APP_SECRET,
        ),
    ]
}

/// What scripts and the parent read: one base URL per vendor and the documented credentials.
fn announcement(handle: &Handle, clock: Option<Anchor>, books: &str) -> Value {
    let mut said = json!({
        "listen": handle.address().to_string(),
        "clock": clock,
        "books": books,
        "credentials": {},
    });
    for (vendor, url, token, secret) in vendors(handle) {
        said[vendor] = json!(url);
        said["credentials"][vendor] = json!({"access_token": token, "app_secret": secret});
    }
    said
}

async fn parent_gone(watched: bool) {
    if !watched {
        return std::future::pending().await;
    }
    let mut nothing = [0; 1];
    // The parent never writes: this returns when its end of the pipe is gone.
    let _ended = tokio::io::stdin().read(&mut nothing).await;
}

fn failure(error: Error) -> Failure {
    let text = chain(&error);
    match error {
        Error::World(error) => match error {
            OpenError::Option { .. } | OpenError::AnotherWorld { .. } | OpenError::Csv(_) => {
                Failure::Usage(text)
            }
            OpenError::InUse(_) => Failure::TryAgain(text),
            OpenError::Io { .. } | OpenError::Damaged { .. } => Failure::Environment(text),
        },
        Error::Books(_) | Error::Listen { .. } | Error::Stopped(_) => Failure::Environment(text),
    }
}

/// `max`, or world seconds per real second.
pub(crate) fn speed(text: &str) -> Result<u32, String> {
    if text == "max" {
        return Ok(SPEED_MAX);
    }
    let number = text
        .parse()
        .ok()
        .filter(|speed| (1..=SPEED_MAX).contains(speed));
    number.ok_or_else(|| format!("{text:?} must be max or 1 to {SPEED_MAX}"))
}

fn preset(text: &str) -> Result<Preset, String> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_or_named() {
        assert_eq!(speed("max"), Ok(SPEED_MAX));
        assert_eq!(speed("60"), Ok(60));
        assert!(speed("0").is_err() && speed("7201").is_err() && speed("fast").is_err());
    }
}

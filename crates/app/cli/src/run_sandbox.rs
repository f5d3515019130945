//! `homeostat run sandbox`: the vendors, simulated, in a process of their own.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, process::ExitCode};

use homeostat_clock::{Anchor, WorldClock};
use homeostat_sandbox::{
    AD_LIBRARY_APP_SECRET, AD_LIBRARY_TOKEN, AGENTMAIL_KEY, AGENTMAIL_WEBHOOK_SECRET, Error,
    FaultPlan, Handle, META_APP_SECRET, META_TOKEN, OpenError, Options, Preset, REVOLUT_CLIENT_ID,
    REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY, REVOLUT_REFRESH_TOKEN, REVOLUT_WEBHOOK_SECRET,
    SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET, SHOPIFY_TOKEN, SPEED_MAX, TRACK17_KEY, WebhookFaults,
    WorldSource, serve,
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
    /// A world of one's own: rates of the generated one where the name ends in .toml (docs/world.toml has
    /// every field), else real ad results: CSV with campaign, date, spend, sales
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Tell by webhooks what changes, below http://HOST:PORT/webhooks/; how reliably, --faults says
    #[arg(long, value_name = "URL")]
    webhooks: Option<String>,
    /// Share of webhooks that are missing, sent twice, late, and forged, in percent, in place of what --faults says
    #[arg(long, value_name = "PERCENT", hide = true, value_parser = clap::value_parser!(u8).range(0..=100))]
    webhook_faults: Option<u8>,
    /// Conversations that a crowd begins within the world's second hour, a third of them hostile
    #[arg(long, default_value_t = 0, hide = true, value_name = "N")]
    conversations: u32,
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
        for (vendor, url, credentials) in vendors(&handle) {
            ui::line(&format!("{vendor:11} {url}"));
            for (name, _, value) in credentials {
                let first = value.lines().next().unwrap_or_default();
                let more = if value.lines().count() > 1 {
                    " …"
                } else {
                    ""
                };
                ui::line(&format!("{:11} {name} {first}{more}", ""));
            }
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
    options.webhooks = args.webhooks;
    options.webhook_faults = match args.webhook_faults {
        Some(percent) => WebhookFaults::all(f64::from(percent) / 100.0),
        None => WebhookFaults::preset(args.faults),
    };
    options.conversations = args.conversations;
    options.world = args
        .world
        .map_or(WorldSource::Generated, WorldSource::of_file);
    options
}

/// What makes digests of the sandbox's people, none of whom is real.
const IDENTITY_KEYS: &str = "1:6a1f0c52d9e84b37a05c7e19f2b8463d915e70ca48fb2d63087ea4c91b5f3d26";

/// A documented credential: what its vendor calls it, the variable that a role finds it in, and its value.
type Credential = (&'static str, &'static str, &'static str);

const META: &[Credential] = &[
    ("access_token", "META_ACCESS_TOKEN", META_TOKEN),
    ("app_secret", "META_APP_SECRET", META_APP_SECRET),
];
const AD_LIBRARY: &[Credential] = &[
    ("access_token", "AD_LIBRARY_TOKEN", AD_LIBRARY_TOKEN),
    ("app_secret", "AD_LIBRARY_APP_SECRET", AD_LIBRARY_APP_SECRET),
];
const SHOPIFY: &[Credential] = &[
    ("access_token", "SHOPIFY_TOKEN", SHOPIFY_TOKEN),
    ("client_id", "SHOPIFY_CLIENT_ID", SHOPIFY_CLIENT_ID),
    (
        "client_secret",
        "SHOPIFY_CLIENT_SECRET",
        SHOPIFY_CLIENT_SECRET,
    ),
];
const TRACK17: &[Credential] = &[("key", "TRACK17_KEY", TRACK17_KEY)];
const AGENTMAIL: &[Credential] = &[
    ("key", "AGENTMAIL_KEY", AGENTMAIL_KEY),
    (
        "webhook_secret",
        "AGENTMAIL_WEBHOOK_SECRET",
        AGENTMAIL_WEBHOOK_SECRET,
    ),
];
const REVOLUT: &[Credential] = &[
    ("client_id", "REVOLUT_CLIENT_ID", REVOLUT_CLIENT_ID),
    ("issuer", "REVOLUT_ISSUER", REVOLUT_ISSUER),
    (
        "refresh_token",
        "REVOLUT_REFRESH_TOKEN",
        REVOLUT_REFRESH_TOKEN,
    ),
    ("private_key", "REVOLUT_PRIVATE_KEY", REVOLUT_PRIVATE_KEY),
    (
        "webhook_secret",
        "REVOLUT_WEBHOOK_SECRET",
        REVOLUT_WEBHOOK_SECRET,
    ),
];

/// Every vendor that the sandbox plays: its name, where, and its credentials.
fn vendors(handle: &Handle) -> [(&'static str, String, &'static [Credential]); 6] {
    [
        ("meta", handle.meta_url(), META),
        ("ad_library", handle.ad_library_url(), AD_LIBRARY),
        ("shopify", handle.shops_url(), SHOPIFY),
        ("track17", handle.track17_url(), TRACK17),
        ("agentmail", handle.agentmail_url(), AGENTMAIL),
        ("revolut", handle.revolut_url(), REVOLUT),
    ]
}

/// What scripts and the parent read: one base URL per vendor, the documented credentials, and what a role
/// finds in its environment to speak to all of them.
fn announcement(handle: &Handle, clock: Option<Anchor>, books: &str) -> Value {
    let listen = handle.address().to_string();
    let mut environment = BTreeMap::from([
        ("IDENTITY_KEYS", IDENTITY_KEYS.to_owned()),
        ("HOMEOSTAT_META_URL", handle.meta_url()),
        ("HOMEOSTAT_AD_LIBRARY_URL", handle.ad_library_url()),
        ("HOMEOSTAT_SANDBOX_URL", format!("http://{listen}")),
    ]);
    let mut said = json!({
        "listen": listen,
        "clock": clock,
        "books": books,
        "credentials": {},
    });
    for (vendor, url, credentials) in vendors(handle) {
        said[vendor] = json!(url);
        for (name, variable, value) in credentials {
            said["credentials"][vendor][*name] = json!(value);
            environment.insert(variable, (*value).to_owned());
        }
    }
    said["environment"] = json!(environment);
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
            OpenError::Option { .. }
            | OpenError::AnotherWorld { .. }
            | OpenError::Csv(_)
            | OpenError::Recipe(_) => Failure::Usage(text),
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

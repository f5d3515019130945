//! `homeostat run web`: the system in a browser, two questions for machines, and the door for what vendors tell.
//!
//! ```text
//!   held socket, or one of our own ──▶ one loop that accepts ──▶ a task per connection ──▶ routes
//!                                        └─ READY, WATCHDOG
//! ```
//! *Who is authoritative.* The database; this process keeps nothing. It has no epoch, since it claims
//! nothing and does nothing, and must also live while the database does not: there is no row of it.
//! *Crash points.* Killed anywhere it takes with it the requests that it had begun; with a held socket
//! those that wait are served by the next one. *Limits.* While there is no token, whoever is on this machine
//! may look and change; elsewhere a token is needed (see the console's `access`).

mod host;
mod machine;
mod ready;
mod routes;
mod server;
mod webhooks;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use homeostat_clock::{Entropy, WorldClock};
use homeostat_console::{Console, Desks, Door, Tries, has_admin};
use homeostat_model::WorldTime;
use homeostat_operator::{config::Config, webhooks::Webhooks};
use homeostat_store::{Db, DbOptions};
use homeostat_supervisor::{notify::Notifier, sockets::Given};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::{host::Hosts, machine::Machine};
use super::{Asked, end_with_parent};
use crate::{
    failure::{Failure, chain},
    ui,
};

/// The name of its socket, where the supervisor holds one.
pub(crate) const SOCKET: &str = "web";
const CONNECTIONS_MAX: u32 = 4;

/// Where to serve, and what
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The database. The pages say when it does not answer
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// The configuration; absent, the demonstration brands
    #[arg(long, env = "HOMEOSTAT_CONFIG")]
    config: Option<PathBuf>,
    /// Where the clock of the system's world is kept; absent, or while there is none, world time is this machine's
    #[arg(long, env = "HOMEOSTAT_WORLD_CLOCK_FILE", hide = true)]
    world_clock_file: Option<PathBuf>,
    /// Where to listen when no socket was given; port 0 picks a free one [default: web.listen]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The socket of the supervisor above; absent, the pages show what the database knows
    #[arg(long, env = "HOMEOSTAT_SUPERVISOR", hide = true)]
    supervisor: Option<PathBuf>,
    /// Where alerts are kept; absent, the pages do not show them
    #[arg(long, env = "HOMEOSTAT_ALERTS_DIR", hide = true)]
    alerts_dir: Option<PathBuf>,
    /// End when standard input closes, which is how a parent's death is noticed
    #[arg(long, hide = true)]
    with_parent: bool,
}

/// Serves until told to stop, and then to the end of what is under way.
pub(crate) async fn run(args: Args, as_json: bool) -> Result<(), Failure> {
    // First, so that a socket that was given is nobody else's.
    let given = Given::from_environment().tcp(SOCKET);
    let config = Config::read(args.config.as_deref())?;
    let db = Db::lazy(&args.database_url, &options())?;
    let mut asked = Asked::new()?;
    if args.with_parent {
        end_with_parent();
    }
    let given = given.map_err(|e| Failure::Environment(format!("LISTEN_FDS: {}", chain(&e))))?;
    let is_held = given.is_some();
    let listener = match given {
        Some(given) => from_std(given).map_err(|e| Failure::environment(&e))?,
        None => bind(args.listen.unwrap_or(config.settings.web.listen)).await?,
    };
    let address = listener
        .local_addr()
        .map_err(|e| Failure::environment(&e))?;
    let origin = config.settings.web.origin.clone();
    // Behind a proxy everybody comes from this machine.
    let is_loopback = address.ip().is_loopback() && origin.is_none();
    match &origin {
        Some(origin) => guarded(&db, &format!("web.origin: {origin}")).await?,
        None if is_loopback => {}
        None => guarded(&db, &format!("--listen: {address}")).await?,
    }
    announce(address, is_held, as_json);
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        asked.wait().await;
        tracing::info!("asked to stop");
        token.cancel();
    });
    let file = args.world_clock_file;
    let webhooks = Webhooks::from_environment(&config)?;
    let console = Console {
        desks: Desks::new(db.clone(), Arc::new(move || world_now(file.as_deref()))),
        db,
        draw: Entropy::from_system,
        host: Machine::found(args.supervisor, args.alerts_dir, &config),
        config: Arc::new(config),
        stop: stop.clone(),
        is_loopback,
        door: Door::default(),
        tries: Tries::default(),
    };
    let routes = routes::all(console, webhooks, Hosts::of(address, origin.as_ref()));
    server::serve(listener, routes, &stop, &Notifier::from_environment()).await;
    Ok(())
}

/// Others than this machine's own people can reach us there, and `place` says by which setting: they are let in by tokens
/// alone, so there must be one.
async fn guarded(db: &Db, place: &str) -> Result<(), Failure> {
    match has_admin(db).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::Usage(format!(
            "{place} can be reached by others, and nobody could log in; make a token first: \
             `homeostat tokens create NAME --role admin`"
        ))),
        Err(error) => Err(Failure::Environment(format!(
            "{place} can be reached by others, and whether anybody needs a token cannot be asked: {}",
            chain(&error)
        ))),
    }
}

/// World time by the clock that the system keeps; its world may begin after us, or anew.
fn world_now(file: Option<&Path>) -> WorldTime {
    let anchor = file.and_then(|file| std::fs::read_to_string(file).ok());
    super::world_clock(anchor.as_deref())
        .unwrap_or(WorldClock::System)
        .now()
}

fn options() -> DbOptions {
    DbOptions {
        application_name: "homeostat web".into(),
        connections_max: CONNECTIONS_MAX,
        // The longest that anybody waits for the answer whether it is there.
        acquire_timeout: ready::READY_LIMIT / 2,
        fresh_plans: true,
        // Whoever asked is answered by then, or is gone.
        statement_timeout: Duration::from_secs(10),
        ..DbOptions::default()
    }
}

fn from_std(listener: std::net::TcpListener) -> std::io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|e| {
        let cause = chain(&e);
        Failure::Environment(format!("cannot listen on {address}: {cause}; see --listen"))
    })
}

/// What scripts and the parent read.
fn announce(address: SocketAddr, is_held: bool, as_json: bool) {
    if as_json {
        ui::json(&json!({ "listen": address.to_string(), "held": is_held }));
    } else {
        ui::line(&format!("http://{address}/"));
    }
}

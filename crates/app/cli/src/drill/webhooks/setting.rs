//! What is written down before anything starts: the brand of the drill, its world, and the sandbox that plays it.

use std::{fs, path::Path, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    drill::{plant::spawn, stage::Stage},
    failure::Failure,
};

/// World seconds per real second. The reconciliation asks for parcels that were not asked for within ten minutes of the
/// world, and a drill cannot wait for real ones.
pub(super) const SPEED: u32 = 60;
pub(super) const BRAND: &str = "aurora";
/// The account at the bank that the brand pays from.
pub(super) const ACCOUNT: &str = "7b1c9d20-0000-4000-8000-000000000001";
/// Whom it pays, and where.
pub(super) const SUPPLIER: (&str, &str) = (
    "5a6db0c0-0001-4001-8001-00000000000b",
    "5a6db0c0-0001-4001-8002-00000000000c",
);

/// A small shop whose customers write a lot: few parcels are asked for in few calls, and there are letters ahead.
const WORLD: &str = "
[letters]
where_is_it = 10
changed_mind = 30
question = 30
thanks = 30
change_address = 0
invoice = 0

[shops.aurora]
orders_per_day = 5.0
";

/// Starts the world. Gives back its base URL too.
pub(super) async fn open_world(
    stage: &Stage,
    door: &str,
    trouble: u8,
    announced: &Path,
) -> Result<(Child, String), Failure> {
    let broken = |e: std::io::Error| Failure::environment(&e);
    let log = stage.state.log_dir().join("drill-sandbox.log");
    let log = fs::File::create(log).map_err(broken)?;
    let world = stage.dir().join("world.toml");
    fs::write(&world, WORLD).map_err(broken)?;
    let mut command = Command::new(std::env::current_exe().map_err(broken)?);
    command
        .args(["run", "sandbox", "--json", "--seed", "1"])
        .args(["--speed", &SPEED.to_string(), "--webhooks", door])
        .args(["--webhook-faults", &trouble.to_string()])
        .arg("--world")
        .arg(world)
        .arg("--books")
        .arg(stage.state.books_dir())
        .stdout(Stdio::piped())
        .stderr(log);
    let mut world = spawn(&mut command)?;
    let mut line = String::new();
    if let Some(stdout) = world.stdout.take() {
        let read = BufReader::new(stdout).read_line(&mut line).await;
        read.map_err(broken)?;
    }
    let said: Value = serde_json::from_str(&line)
        .map_err(|e| Failure::Environment(format!("the sandbox announced {line:?}: {e}")))?;
    fs::write(announced, &line).map_err(broken)?;
    let listen = said["listen"].as_str().unwrap_or_default();
    Ok((world, format!("http://{listen}")))
}

/// One brand with all that vendors tell of, which changes nothing by itself.
pub(super) fn config(door: &str) -> String {
    let (counterparty, account) = SUPPLIER;
    format!(
        r#"
loop_minutes = 30
[web]
listen = "{door}"

[[brand]]
id = "{BRAND}"
currency = "EUR"
time_zone = "Europe/Berlin"
target_cpa = "20.00"
meta_account = "act_1001"
autonomy = "shadow"

[brand.caps]
hour = "250"
day = "1000"
month = "20000"
lifetime = "200000"

[brand.shop]
language = "de"
country = "DE"

[brand.service]
inbox = "support@{BRAND}.example"

[brand.payouts]
account = "{ACCOUNT}"

[[brand.payouts.suppliers]]
name = "Weberei Lindner"
counterparty = "{counterparty}"
account = "{account}"
cost_percent = 25
since = "2026-02-23"
"#
    )
}

//! The system of the drill: a sandbox that tells by webhooks, and `up` with a door at an address that is known before.

use std::{
    collections::BTreeMap, fs, net::TcpListener, path::Path, process::Stdio, time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use homeostat_sandbox::{
    AGENTMAIL_WEBHOOK_SECRET, META_APP_SECRET, REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_SECRET,
    TRACK17_KEY,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{
    Answered, States,
    judge::{Judge, Truth},
};
use crate::{
    drill::{http, plant::spawn, stage::Stage, witness::Witness},
    failure::Failure,
};

/// World seconds per real second.
pub(super) const SPEED: u32 = 1;
const BRAND: &str = "aurora";
/// Web, scheduler, the supervisor and the groups.
const KINDS_MIN: usize = 6;
/// What takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks at what nothing wakes us for.
const LOOK: Duration = Duration::from_millis(50);
/// The jobs that read all of a brand's vendors back.
const READ_BACK: [&str; 2] = ["sense.meta", "sense.shop"];
/// The one that does the same and tells of drift, where there is one.
const RECONCILE: &str = "guard.reconcile";

/// Everything that was started.
pub(super) struct Scene {
    stage: Stage,
    witness: Witness,
    world: Child,
    /// `http://host:port` of the sandbox, and of the door.
    pub(super) sandbox: String,
    pub(super) door: String,
}

/// What the sandbox told by webhooks.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    taken: BTreeMap<String, u64>,
    missing: u64,
    duplicated: u64,
    reordered: u64,
    forged: u64,
    forged_taken: u64,
    retried: u64,
    lost: u64,
    waiting: usize,
    forged_hashes: Vec<String>,
}

impl Told {
    pub(super) fn tell(&self, answered: &mut Answered) {
        answered.sent = self.taken.values().sum();
        answered.missing = self.missing;
        answered.duplicated = self.duplicated;
        answered.reordered = self.reordered;
        answered.forged += self.forged;
        answered.retried = self.retried;
        answered.lost = self.lost;
    }
}

impl Scene {
    /// Starts all of it, and waits until the vendors were read once.
    pub(super) async fn open(trouble: u8) -> Result<Self, Failure> {
        let broken = |e: std::io::Error| Failure::environment(&e);
        let mut stage = Stage::new("")?;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let door = free.map_err(broken)?;
        fs::write(stage.config_file(), config(&door.to_string())).map_err(broken)?;
        let door = format!("http://{door}");
        let announced = stage.dir().join("sandbox.json");
        let (world, sandbox) = open_world(&stage, &door, trouble, &announced).await?;
        // An owner has these in the environment; here everybody may know them.
        let secrets = [
            ("META_APP_SECRET", META_APP_SECRET),
            ("SHOPIFY_WEBHOOK_SECRET", SHOPIFY_CLIENT_SECRET),
            ("TRACK17_KEY", TRACK17_KEY),
            ("AGENTMAIL_WEBHOOK_SECRET", AGENTMAIL_WEBHOOK_SECRET),
            ("REVOLUT_WEBHOOK_SECRET", REVOLUT_WEBHOOK_SECRET),
        ]
        .map(|(name, value)| format!("{name}={value}"));
        let before: Vec<&str> = std::iter::once("env")
            .chain(secrets.iter().map(String::as_str))
            .collect();
        let speed = SPEED.to_string();
        let file = announced.to_string_lossy();
        stage.start(&before, &["--speed", &speed, "--sandbox", &file])?;
        stage.all_at_work(KINDS_MIN).await?;
        let witness = Witness::of(&stage.state.cluster())?;
        let mut scene = Self {
            stage,
            witness,
            world,
            sandbox,
            door,
        };
        scene.read_back(&READ_BACK, &mut Judge::default()).await?;
        Ok(scene)
    }

    /// What we believe: campaigns by their id, orders by theirs.
    pub(super) async fn beliefs(&mut self) -> Result<States, Failure> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
            state: String,
        }
        let sql = "SELECT id, state FROM homeostat.campaign WHERE brand = $1
                   UNION ALL SELECT vendor_id, state || ' ' || refunded_micros FROM homeostat.shop_order
                   WHERE brand = $1";
        let rows: Vec<Row> = self.witness.rows(sql, &[BRAND]).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.state)).collect())
    }

    /// What is so at the vendors now.
    pub(super) async fn truth(&mut self) -> Result<Truth, Failure> {
        #[derive(Deserialize)]
        struct Books {
            acts: Vec<Act>,
        }
        #[derive(Deserialize)]
        struct Act {
            act: String,
            object: String,
            to: String,
        }
        #[derive(Deserialize)]
        struct Orders {
            orders: Vec<Order>,
        }
        #[derive(Deserialize)]
        struct Order {
            order: String,
            state: String,
            refunded_micros: i64,
        }
        let mut truth = Truth::default();
        let books: Books = http::get(&self.sandbox, "/books?vendor=meta").await?;
        for campaign in self.campaigns().await? {
            let mut acts = books.acts.iter().rev();
            let last = acts.find(|act| act.act == "set_status" && act.object == campaign);
            // All of them run at the world's beginning.
            let state = last.map_or("ACTIVE", |act| act.to.as_str());
            truth.is(campaign, state.to_owned());
        }
        let path = format!("/books/orders?brand={BRAND}");
        let told: Orders = http::get(&self.sandbox, &path).await?;
        for order in told.orders {
            truth.is(
                order.order,
                format!("{} {}", order.state, order.refunded_micros),
            );
        }
        Ok(truth)
    }

    /// The campaigns of the brand, which the sandbox numbers.
    pub(super) async fn campaigns(&mut self) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
        }
        let sql = "SELECT id FROM homeostat.campaign WHERE brand = $1 ORDER BY id";
        let rows: Vec<Row> = self.witness.rows(sql, &[BRAND]).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Waits until the sandbox has nothing to tell any more, and nobody looks because of it.
    pub(super) async fn all_told(&mut self, judge: &mut Judge) -> Result<Told, Failure> {
        let watch = Stopwatch::start();
        loop {
            let told: Told = http::get(&self.sandbox, "/_webhooks").await?;
            let looks = self.looks_open().await?;
            // What happened last is in the outbox within a moment.
            if told.waiting == 0 && looks == 0 && watch.elapsed() > Duration::from_secs(1) {
                return Ok(told);
            }
            patient(&watch, "the end of what the sandbox tells")?;
            judge.look(self).await?;
            pause(LOOK).await;
        }
    }

    /// One reconciliation: the job of that name, or the looks that it is made of.
    pub(super) async fn reconcile(&mut self, judge: &mut Judge) -> Result<(), Failure> {
        let known = "SELECT count(*) FROM homeostat.job_kind WHERE name = $1";
        match self.number(known, &[RECONCILE]).await? {
            0 => self.read_back(&READ_BACK, judge).await,
            _ => self.read_back(&[RECONCILE], judge).await,
        }
    }

    async fn read_back(&mut self, kinds: &[&str], judge: &mut Judge) -> Result<(), Failure> {
        let mut jobs = Vec::new();
        for kind in kinds {
            let args = json!({ "brand": BRAND }).to_string();
            let sql = "homeostat.enqueue($1, $2::jsonb)";
            let job = self.stage.until("the kind of a look", async || {
                self.witness.number(sql, &[kind, &args]).await.ok()
            });
            jobs.push(job.await?.to_string());
        }
        let watch = Stopwatch::start();
        let open = "SELECT count(*) FROM homeostat.job WHERE id = ANY (string_to_array($1, ',')::bigint[])";
        while self.number(open, &[&jobs.join(",")]).await? > 0 {
            patient(&watch, "the end of the looks")?;
            judge.look(self).await?;
            pause(LOOK).await;
        }
        judge.look(self).await
    }

    async fn looks_open(&mut self) -> Result<i64, Failure> {
        let sql =
            "SELECT count(*) FROM homeostat.job WHERE kind LIKE 'sense.%' AND state <> 'failed'";
        self.number(sql, &[]).await
    }

    /// Forgeries of the sandbox that left a row, or were called taken.
    pub(super) async fn accepted(&mut self, told: &Told) -> Result<u64, Failure> {
        let sql = "SELECT count(*) FROM homeostat.webhook
                   WHERE encode(body_hash, 'hex') = ANY (string_to_array($1, ','))";
        let rows = self.number(sql, &[&told.forged_hashes.join(",")]).await?;
        Ok(told.forged_taken.max(u64::try_from(rows).unwrap_or(0)))
    }

    /// Rows of a delivery with this body.
    pub(super) async fn rows_of(&mut self, body: &str) -> Result<u64, Failure> {
        let sql = "SELECT count(*) FROM homeostat.webhook WHERE body_hash = sha256(convert_to($1, 'UTF8'))";
        Ok(u64::try_from(self.number(sql, &[body]).await?).unwrap_or(0))
    }

    /// Rows of deliveries so far, and jobs that looked at a vendor for whatever reason.
    pub(super) async fn kept(&mut self) -> Result<(i64, i64), Failure> {
        let rows = self
            .number("SELECT count(*) FROM homeostat.webhook", &[])
            .await?;
        let looks =
            "SELECT count(*) FROM homeostat.event WHERE entity = 'job' AND from_state IS NULL
                     AND data ->> 'kind' LIKE 'sense.%'";
        Ok((rows, self.number(looks, &[]).await?))
    }

    async fn number(&mut self, select: &str, texts: &[&str]) -> Result<i64, Failure> {
        Ok(self.witness.number(&format!("({select})"), texts).await?)
    }

    /// Orders of the brand that were not touched yet, the first placed first.
    pub(super) async fn orders(&mut self) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            vendor_id: String,
        }
        let sql = "SELECT vendor_id FROM homeostat.shop_order WHERE brand = $1 AND state = 'PAID'
                   AND total_micros > 2000000 ORDER BY placed_at LIMIT 400";
        let rows: Vec<Row> = self.witness.rows(sql, &[BRAND]).await?;
        Ok(rows.into_iter().map(|row| row.vendor_id).collect())
    }

    /// Ends everything. Gives back whether `up` ended well.
    pub(super) async fn close(mut self) -> bool {
        let is_well = self.stage.stop().await;
        let _ = self.world.kill().await;
        is_well
    }
}

/// Nothing is waited for without end.
fn patient(watch: &Stopwatch, what: &str) -> Result<(), Failure> {
    match watch.elapsed() > PATIENCE {
        true => Err(Failure::Law(format!("never came: {what}"))),
        false => Ok(()),
    }
}

async fn open_world(
    stage: &Stage,
    door: &str,
    trouble: u8,
    announced: &Path,
) -> Result<(Child, String), Failure> {
    let broken = |e: std::io::Error| Failure::environment(&e);
    let log = stage.state.log_dir().join("drill-sandbox.log");
    let log = fs::File::create(log).map_err(broken)?;
    let mut command = Command::new(std::env::current_exe().map_err(broken)?);
    command
        .args(["run", "sandbox", "--json", "--seed", "1"])
        .args(["--speed", &SPEED.to_string(), "--webhooks", door])
        .args(["--webhook-faults", &trouble.to_string(), "--books"])
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

/// One brand with a shop, which changes nothing by itself and hardly looks by itself.
fn config(door: &str) -> String {
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
"#
    )
}

//! The system of the drill: a sandbox that tells by webhooks, and `up` with a door at an address that is known before.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
    time::Duration,
};

use homeostat_clock::{Anchor, Stopwatch, WorldClock, pause};
use homeostat_queue::{disable_schedule, schedules};
use homeostat_sandbox::{
    AGENTMAIL_WEBHOOK_SECRET, META_APP_SECRET, REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_SECRET,
    TRACK17_KEY, WebhookFaults,
};
use homeostat_store::{Db, DbOptions};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Child;

use super::{
    Answered,
    books::{self, States},
    judge::Judge,
    setting::{BRAND, SPEED, config, open_world},
};
use crate::{
    drill::{http, stage::Stage, witness::Witness},
    failure::Failure,
    ui,
};

/// Web, scheduler, the supervisor and the groups.
const KINDS_MIN: usize = 6;
/// What takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at what nothing wakes us for.
const LOOK: Duration = Duration::from_millis(50);
/// The jobs that read all of a brand's vendors back. What parcels there are, the shop says.
const READ_BACK: [&[&str]; 2] = [
    &["sense.meta", "sense.shop", "sense.inbox", "sense.bank"],
    &["sense.parcels"],
];
/// The one that compares a little of what the vendors say with what we believe.
const RECONCILE: &str = "guard.reconcile";
/// It asks for no parcel that was asked for within this, in world seconds.
const FRESH_FOR_S: i64 = 600;

/// Everything that was started.
pub(super) struct Scene {
    stage: Stage,
    witness: Witness,
    world: Child,
    clock: WorldClock,
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
    /// Things of which some delivery never came.
    pub(super) untold: BTreeSet<String>,
}

impl Told {
    pub(super) fn tell(&self, answered: &mut Answered) {
        answered.sent = self.taken.values().sum();
        answered.sent_by_vendor.clone_from(&self.taken);
        answered.missing = self.missing;
        answered.duplicated = self.duplicated;
        answered.reordered = self.reordered;
        answered.forged += self.forged;
        answered.retried = self.retried;
        answered.lost = self.lost;
    }
}

impl Scene {
    /// Starts all of it, and waits until the vendors were read once and nobody looks by himself any more.
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
        let anchor: Anchor = http::get(&sandbox, "/clock").await?;
        let witness = Witness::of(&stage.state.cluster())?;
        let mut scene = Self {
            stage,
            witness,
            world,
            clock: WorldClock::Scaled(anchor),
            sandbox,
            door,
        };
        scene.disable_schedules().await?;
        scene.read_all_back(&mut Judge::default()).await?;
        Ok(scene)
    }

    /// As a person may.
    async fn disable_schedules(&mut self) -> Result<(), Failure> {
        let refused = |e: homeostat_queue::Error| Failure::environment(&e);
        let db = Db::connect(self.witness.url(), &DbOptions::default()).await?;
        for one in schedules(&db).await.map_err(refused)? {
            if one.brand.is_some() {
                let done = disable_schedule(&db, &one.name, "only webhooks are to tell").await;
                done.map_err(refused)?;
            }
        }
        db.close().await;
        let watch = Stopwatch::start();
        while self.looks_open().await? > 0 {
            patient(&watch, "the end of the first looks")?;
            pause(LOOK).await;
        }
        Ok(())
    }

    /// What we believe.
    pub(super) async fn beliefs(&mut self) -> Result<States, Failure> {
        books::beliefs(&mut self.witness).await
    }

    /// What is so at the vendors now.
    pub(super) async fn truth(&mut self) -> Result<States, Failure> {
        let campaigns = self.campaigns().await?;
        books::truth(&self.sandbox, &campaigns).await
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

    /// From now on every delivery is missing; only forgeries are sent, where there are any.
    pub(super) async fn silence(&mut self, is_troubled: bool) -> Result<(), Failure> {
        let faults = WebhookFaults {
            missing: 1.0,
            forged: f64::from(u8::from(is_troubled)),
            ..WebhookFaults::all(0.0)
        };
        let _set: Value = http::post(&self.sandbox, "/_webhooks", &json!(faults)).await?;
        Ok(())
    }

    /// Waits until the sandbox has nothing to tell any more, and nobody looks or thinks because of it.
    pub(super) async fn all_told(&mut self, judge: &mut Judge) -> Result<Told, Failure> {
        let watch = Stopwatch::start();
        loop {
            let told: Told = http::get(&self.sandbox, "/_webhooks").await?;
            let looks = self.looks_open().await?;
            // What happened last is in the outbox within a moment.
            if told.waiting == 0 && looks == 0 && watch.elapsed() > Duration::from_secs(1) {
                judge.look(self).await?;
                return Ok(told);
            }
            patient(&watch, "the end of what the sandbox tells")?;
            judge.look(self).await?;
            pause(LOOK).await;
        }
    }

    /// One reconciliation: passes until each parcel had its turn, then each look once. Gives back the passes.
    pub(super) async fn reconcile(&mut self, judge: &mut Judge) -> Result<usize, Failure> {
        let read_s = "SELECT ceil(extract(epoch FROM max(coalesce(read_at, registered_at))))
                      FROM homeostat.shipment WHERE brand = $1";
        let read_s = self.number(read_s, &[BRAND]).await?;
        let watch = Stopwatch::start();
        while self.clock.now().0.as_second() <= read_s + FRESH_FOR_S {
            patient(&watch, "ten minutes of the world")?;
            pause(LOOK).await;
        }
        let unread =
            "SELECT count(*) FROM homeostat.shipment WHERE brand = $1 AND registered_at IS NOT NULL
                      AND coalesce(read_at, registered_at) <= to_timestamp($2::double precision)";
        let mut passes = 0;
        loop {
            self.read_back(&[RECONCILE], judge).await?;
            passes += 1;
            let left = self.number(unread, &[BRAND, &read_s.to_string()]).await?;
            if left == 0 {
                break;
            }
            patient(&watch, "the turn of each parcel")?;
        }
        self.read_all_back(judge).await?;
        Ok(passes)
    }

    async fn read_all_back(&mut self, judge: &mut Judge) -> Result<(), Failure> {
        for kinds in READ_BACK {
            self.read_back(kinds, judge).await?;
        }
        Ok(())
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
        let sql = "SELECT count(*) FROM homeostat.job
                   WHERE kind LIKE ANY ('{sense.%,guard.%,decide.%}') AND state <> 'failed'";
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

    /// Ends everything. Gives back whether `up` ended well.
    pub(super) async fn close(mut self) -> bool {
        let is_well = self.stage.stop().await;
        if !is_well {
            ui::note(&self.stage.said());
        }
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

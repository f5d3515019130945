//! The sandbox over real HTTP, with a clock that stands, and the house's own actuator on it.

use std::{sync::Arc, time::Duration};

use homeostat_clock::WorldClock;
use homeostat_operator::{
    Operator,
    actuators::{Deed, pause_campaign::PauseCampaign},
    config::Config,
    limits,
};
use homeostat_sandbox::{Act, BRANDS, Handle, META_TOKEN, ORIGIN, Options, serve};
use homeostat_store::Db;
use homeostat_vendors::meta;
use tempfile::TempDir;

use crate::stage::{BRAND, Stage};

/// A sandbox, and the operator who works on it.
pub(crate) struct Vendor {
    pub(crate) handle: Handle,
    pub(crate) operator: Operator,
    pub(crate) pause: Arc<PauseCampaign>,
    _dir: TempDir,
}

impl Vendor {
    pub(crate) async fn new(db: &Db, seed: u64) -> Self {
        let dir = TempDir::new().unwrap();
        let mut options = Options::new(dir.path());
        options.clock = Some(WorldClock::manual(ORIGIN));
        options.seed = seed;
        let handle = serve(options).await.unwrap();
        let mut config = Config::read(None).unwrap();
        config.settings.meta.call_timeout_ms = 30_000;
        let operator = Operator {
            db: db.clone(),
            clock: handle.clock(),
            config: Arc::new(config),
            meta: client(&handle, Duration::from_secs(20)),
            ad_library: None,
            partners: homeostat_operator::Partners::default(),
        };
        let pause = Arc::new(PauseCampaign::new(&operator));
        Self {
            handle,
            operator,
            pause,
            _dir: dir,
        }
    }

    /// An actuator whose client waits only so long for an answer.
    pub(crate) fn hasty<D: Deed>(&self, timeout: Duration) -> Arc<D> {
        let meta = client(&self.handle, timeout);
        Arc::new(D::new(&Operator {
            meta,
            ..self.operator.clone()
        }))
    }

    /// A stage whose brand acts on this vendor.
    pub(crate) async fn stage(seed: u64) -> (Stage, Self) {
        let mut stage = Stage::new().await;
        let vendor = Self::new(&stage.ctx.db, seed).await;
        stage.limits = limits(vendor.operator.config.brand(BRAND).unwrap());
        (stage, vendor)
    }

    /// Orders one fault for the next call of a kind.
    pub(crate) async fn order(&self, on: &str, fault: &str) {
        let body = format!(r#"{{"on":"{on}","fault":"{fault}"}}"#);
        self.post_fault(body).await;
    }

    /// The next call of a kind lands so late that nobody waits for it any more.
    pub(crate) async fn order_late(&self, on: &str, after_ms: u32) {
        let body = format!(r#"{{"on":"{on}","fault":"land_late","after_ms":{after_ms}}}"#);
        self.post_fault(body).await;
    }

    pub(crate) async fn post_fault(&self, body: String) {
        let url = format!("http://{}/_faults", self.handle.address());
        let reply = reqwest::Client::new()
            .post(url)
            .body(body.clone())
            .send()
            .await
            .unwrap();
        assert!(
            reply.status().is_success(),
            "{body}: {}",
            reply.text().await.unwrap()
        );
    }

    /// Acts that changed the world.
    pub(crate) fn applied(&self) -> Vec<Act> {
        self.handle
            .acts()
            .into_iter()
            .filter(|act| act.applied)
            .collect()
    }
}

fn client(handle: &Handle, timeout: Duration) -> meta::Client {
    let mut wanted = meta::Config::new(META_TOKEN.into());
    wanted.endpoint.base_url = handle.meta_url();
    wanted.endpoint.call_timeout = timeout;
    meta::Client::new(wanted).unwrap()
}

/// The nth campaign of the brand.
pub(crate) fn campaign(nth: u64) -> String {
    (BRANDS[0].campaigns_from + nth).to_string()
}

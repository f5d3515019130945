//! The taps of one process: one towards Postgres, one towards the vendors, and its commands.

use std::sync::Arc;

use super::{Ground, Played, Strike};
use crate::{
    errand::Errand,
    fault::Fault,
    http::HttpTap,
    pg::Tap,
    plant::{Behind, Plant},
    strike::{Point, Progress},
    trouble::Trouble,
};

/// The taps of one process.
#[derive(Debug, Clone)]
pub(super) struct Taps {
    pub(super) pg: Arc<Tap>,
    pub(super) http: Arc<HttpTap>,
    pub(super) errand: Arc<Errand>,
}

impl Taps {
    pub(super) fn new(ground: &Ground, plant: &Plant) -> Self {
        Self {
            pg: Arc::new(Tap::new(ground.cluster.admin())),
            http: Arc::new(HttpTap::new()),
            errand: Arc::new(Errand::in_dir(plant.dir().to_owned())),
        }
    }

    pub(super) fn behind(&self) -> Behind {
        Behind {
            pg: Some(self.pg.clone()),
            http: Some(self.http.clone()),
            ..Behind::default()
        }
    }

    pub(super) fn arm(&self, strike: Option<&Strike>) -> Result<(), Trouble> {
        let (mut pg, mut http) = (None, None);
        if let Some(Strike { fault, spot, .. }) = strike {
            match *fault {
                Fault::Pg(fault) => pg = Some((spot.clone(), fault)),
                Fault::Http(fault) => http = Some((spot.clone(), fault)),
                Fault::Run(fault) => self.errand.arm(spot, fault)?,
            }
        }
        self.pg.strikes.arm(pg);
        self.http.arm(http);
        Ok(())
    }

    pub(super) fn progress(&self, fault: Fault) -> Progress {
        match fault {
            Fault::Pg(_) => self.pg.strikes.progress(),
            Fault::Http(_) => self.http.progress(),
            Fault::Run(_) => self.errand.progress(),
        }
    }

    pub(super) fn struck_at(&self) -> Option<Point> {
        self.pg
            .strikes
            .struck_at()
            .or_else(|| self.http.struck_at())
            .or_else(|| self.errand.struck_at())
    }

    pub(super) fn let_go(&self) {
        self.http.done();
        self.errand.let_go();
        self.pg.let_go();
    }

    /// Notes everything that was said to Postgres and to vendors, and what was run.
    pub(super) fn record(&self, played: &mut Played) {
        played.points = self.pg.strikes.points();
        played.calls = self.http.points();
        played.runs = self.errand.points();
    }
}

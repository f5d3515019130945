//! The taps of one process: one towards Postgres, one towards the vendors.

use std::sync::Arc;

use super::{Ground, Strike};
use crate::{
    fault::Fault,
    http::HttpTap,
    pg::Tap,
    plant::Behind,
    strike::{Point, Progress},
};

/// The taps of one process.
#[derive(Debug, Clone)]
pub(super) struct Taps {
    pub(super) pg: Arc<Tap>,
    pub(super) http: Arc<HttpTap>,
}

impl Taps {
    pub(super) fn new(ground: &Ground) -> Self {
        Self {
            pg: Arc::new(Tap::new(ground.cluster.admin())),
            http: Arc::new(HttpTap::new()),
        }
    }

    pub(super) fn behind(&self) -> Behind {
        Behind {
            pg: Some(self.pg.clone()),
            http: Some(self.http.clone()),
        }
    }

    pub(super) fn arm(&self, strike: Option<&Strike>) {
        let (mut pg, mut http) = (None, None);
        match strike {
            None => {}
            Some(Strike {
                fault: Fault::Pg(fault),
                spot,
            }) => {
                pg = Some((spot.clone(), *fault));
            }
            Some(Strike {
                fault: Fault::Http(fault),
                spot,
            }) => http = Some((spot.clone(), *fault)),
        }
        self.pg.strikes.arm(pg);
        self.http.arm(http);
    }

    pub(super) fn progress(&self, fault: Fault) -> Progress {
        match fault {
            Fault::Pg(_) => self.pg.strikes.progress(),
            Fault::Http(_) => self.http.progress(),
        }
    }

    pub(super) fn struck_at(&self) -> Option<Point> {
        self.pg
            .strikes
            .struck_at()
            .or_else(|| self.http.struck_at())
    }

    pub(super) fn let_go(&self) {
        self.http.done();
        self.pg.let_go();
    }

    /// Everything that was said to Postgres, and to vendors.
    pub(super) fn points(&self) -> (Vec<Point>, Vec<Point>) {
        (self.pg.strikes.points(), self.http.points())
    }
}

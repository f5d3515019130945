//! What is answered to which path. Who serves it adds what all answers have in common: limits, headers, names of hosts.

use std::{io, sync::Arc};

use axum::{
    Router,
    http::header,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use homeostat_clock::Entropy;
use homeostat_operator::config::{Brand, Config};
use homeostat_store::Db;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use crate::{
    access::{self, Door, Tries},
    assets::{Asset, SCRIPT, STYLE},
    board,
    brief::Brief,
    changes,
    controls::Controls,
    incidents,
    lists::{
        Listed, decisions::Decisions, events::Events, jobs::Jobs, receipts::Receipts, runs::Runs,
        schedules::Schedules,
    },
    live, metrics,
    money::MoneyBoard,
    operations::Board,
    paths::Paths,
    processes::{Processes, host::Host},
    receipt::{Decision, Receipt},
    records::{job::JobRecord, run::RunRecord, schedule::ScheduleRecord},
    replay::Replay,
    stream::Desks,
};

/// For a year: a changed file has another name.
const KEPT: &str = "public, max-age=31536000, immutable";

/// What pages are made from.
#[derive(Debug, Clone)]
pub struct Console {
    /// The database.
    pub db: Db,
    /// The brands.
    pub config: Arc<Config>,
    /// News.
    pub desks: Desks,
    /// Draws a root of chance from the system: one for each secret and each act.
    pub draw: fn() -> io::Result<Entropy>,
    /// Streams end when this is cancelled.
    pub stop: CancellationToken,
    /// Only who is on this machine can reach us: it is our address, and no proxy passes others on (`web.origin`).
    pub is_loopback: bool,
    /// Whether anybody needs a token, as far as is known.
    pub door: Door,
    /// To log in.
    pub tries: Tries,
    /// Looks at this machine beside the database; none: nobody can.
    pub host: Option<Arc<dyn Host>>,
}

/// Pages, files, streams and the API.
pub fn routes(console: Console) -> Router {
    paths()
        .into_router()
        .fallback(board::missing)
        .layer(from_fn_with_state(console.clone(), access::seated))
        .with_state(console)
}

/// Every path that is routed, such as `/api/v1/jobs/{id}`.
pub fn routed() -> Vec<String> {
    paths().routed()
}

/// All that is answered to.
pub(crate) fn paths() -> Paths {
    boards()
        .merge(incidents::routes())
        .merge(changes::routes())
        .merge(access::login::routes())
        .merge(live::routes())
        .merge(metrics::routes())
        .page(&STYLE.path, get(|| async { file(&STYLE) }))
        .page(&SCRIPT.path, get(|| async { file(&SCRIPT) }))
        .documented()
}

fn boards() -> Paths {
    use board::routes as of;
    Paths::default()
        .merge(of::<Board>("How a brand is now: the first screen."))
        .merge(of::<Brief>(
            "What was done, spent and refused on a day, and what needs a person.",
        ))
        .merge(of::<Receipt>(
            "One act: why it was done, what allowed it, and what came of it.",
        ))
        .merge(of::<MoneyBoard>(
            "What is promised, spent and unknown, and where each sum came from.",
        ))
        .merge(of::<Listed<Jobs>>("Live jobs, in the order of their ids."))
        .merge(of::<Listed<Runs>>("Runs of pipelines, the latest first."))
        .merge(of::<Listed<Schedules>>(
            "All schedules, and when each fires next.",
        ))
        .merge(of::<Listed<Receipts>>(
            "Acts on the world, the latest first.",
        ))
        .merge(of::<Decision>(
            "One decision: why it was proposed, and what the envelope said.",
        ))
        .merge(of::<Listed<Decisions>>(
            "What policies proposed, the latest first.",
        ))
        .merge(of::<Listed<Events>>("The journal, the latest event first."))
        .merge(of::<JobRecord>("One job, live or done."))
        .merge(of::<RunRecord>("One run of a pipeline, with its phases."))
        .merge(of::<ScheduleRecord>("One schedule, with what it did."))
        .merge(of::<Controls>(
            "Mode, proposals that wait, policies, and what is left alone.",
        ))
        .merge(of::<Processes>(
            "All processes, their memory, alerts, and those that ended.",
        ))
        .merge(of::<Replay>("Any one thing as it was at a past instant."))
}

impl Console {
    /// The brand of this name; absent, the first.
    pub(crate) fn brand(&self, id: Option<&str>) -> Option<&Brand> {
        match id {
            None => self.config.brands.first(),
            Some(id) => self.config.brands.iter().find(|one| one.id.as_str() == id),
        }
    }

    /// The zone of the first brand, in which lists tell their times.
    pub(crate) fn zone(&self) -> TimeZone {
        let first = self.config.brands.first();
        first.map_or(TimeZone::UTC, |brand| brand.zone.clone())
    }
}

fn file(asset: &'static Asset) -> Response {
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, KEPT),
    ];
    (headers, asset.text).into_response()
}

//! The first screen: is it well, is it earning, can it overspend, what did it just do?

mod instruments;
pub(crate) mod money;
mod news;
mod outages;
mod readings;
mod revenue;
mod state;

use askama::Template;
use homeostat_model::{RuntimeTime, WorldTime};
use homeostat_operator::config::Brand;
use homeostat_store::{Db, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    board::{self, Trouble},
    frame::Frame,
    pages::OperationsPage,
    routes::Console,
    status::StatusError,
};

pub use instruments::{Instrument, Key};
pub use money::{Gauge, Part, Total};
pub use news::Row;
pub use outages::Strip;
pub use readings::Readings;
pub use state::State;

/// Everything on the screen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Operations")]
pub struct Board {
    /// In one sentence.
    pub state: State,
    /// The last 60 minutes.
    pub strip: Strip,
    /// Earning, campaigns, pipelines, decisions.
    pub instruments: Vec<Instrument>,
    /// Settled, held, unknown, by currency.
    pub totals: Vec<Total>,
    /// A window each.
    pub gauges: Vec<Gauge>,
    /// What the gauges leave open.
    pub money_note: String,
    /// Newest first.
    pub events: Vec<Row>,
}

/// Two clocks: the system's own, and the world's that the brand lives in.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Of processes, events and money.
    pub runtime: RuntimeTime,
    /// Of campaigns and windows.
    pub world: WorldTime,
}

/// Why a board cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// The database does not answer, or holds what it must not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, told by the queue.
    #[error(transparent)]
    Queue(#[from] homeostat_queue::Error),
    /// The same, of the system as it stands.
    #[error(transparent)]
    Status(#[from] StatusError),
}

/// Looks at everything once.
///
/// # Errors
/// When the database does not answer.
pub async fn look(
    db: &Db,
    readings: &Readings,
    brand: &Brand,
    now: Now,
) -> Result<Board, BoardError> {
    let deaths = outages::since_an_hour(db, now.runtime).await?;
    let windows = money::windows(db, brand, now.world).await?;
    Ok(Board {
        state: state::look(db, &deaths, now, &brand.zone).await?,
        strip: outages::strip(&deaths, now.runtime, &brand.zone),
        instruments: instruments::look(db, readings, brand, now).await?,
        totals: money::totals(&windows, brand.currency),
        gauges: windows
            .iter()
            .filter(|one| money::is_of_the_brand(one))
            .map(money::gauge)
            .collect(),
        money_note: money::note(&windows),
        events: news::look(db, brand).await?,
    })
}

/// Which brand; absent, the first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    brand: Option<String>,
}

impl board::Board for Board {
    const PATH: &'static str = "/";
    const API: &'static str = "/operations";
    const TAB: &'static str = "/";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let brand = console.brand(ask.brand.as_deref());
        let brand = brand.ok_or_else(|| Trouble::input("brand", "there is none of this name"))?;
        let (readings, now) = (console.desks.readings(), console.desks.now());
        Ok(look(&console.db, readings, brand, now).await?)
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        OperationsPage { frame, board: self }.render()
    }

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }
}

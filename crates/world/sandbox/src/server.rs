//! Starting and stopping: the listener, the routes, the handle.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{any, get, post},
};
use homeostat_clock::{Anchor, Entropy, WorldClock};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    ad_library, agentmail, alive,
    app::App,
    books::{Act, Books, BooksError},
    faults::{Desk, Order},
    hurry,
    line::{CutListener, Line},
    meta,
    options::Options,
    revolut, shopify, track17, truth,
    webhooks::{self, Place, Tally, WebhookFaults},
    world::trade::Trade,
    world_file::{self, OpenError},
};

/// A sandbox that cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its world cannot be opened.
    #[error(transparent)]
    World(#[from] OpenError),
    /// Its books cannot be used.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The address cannot be bound.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The server stopped by itself.
    #[error("the sandbox's server stopped")]
    Stopped(#[source] io::Error),
}

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Handle {
    address: SocketAddr,
    app: Arc<App>,
    served: JoinHandle<io::Result<()>>,
    acts: watch::Receiver<u64>,
    _stop: DropGuard,
}

/// Opens or begins the world in `options.books_dir` and serves it.
///
/// # Errors
/// An option out of range, a directory with another world or in use, damaged books, or an address
/// that cannot be bound. Nothing runs then.
pub async fn serve(options: Options) -> Result<Handle, Error> {
    let told = told(&options)?;
    let opened = world_file::open(&options)?;
    let books = Books::open(&options.books_dir, "meta")?;
    let shopify = shopify::State::new(Books::open(&options.books_dir, shopify::VENDOR)?);
    // Who expects a crowd has bought room for its parcels.
    let track17 = track17::State::new(Books::open(&options.books_dir, track17::VENDOR)?)
        .with_more(options.conversations as usize);
    let agentmail = agentmail::State::new(Books::open(&options.books_dir, agentmail::VENDOR)?);
    let revolut = revolut::State::new(Books::open(&options.books_dir, revolut::VENDOR)?);
    let so_far = [
        &books,
        &shopify.books,
        &track17.books,
        &agentmail.books,
        &revolut.books,
    ];
    let so_far: usize = so_far.iter().map(|books| books.acts().len()).sum();
    let hurried = agentmail.hurried();
    let (acts_sender, acts) = watch::channel(so_far as u64);
    let stop = CancellationToken::new();
    tokio::spawn(alive::sign(options.books_dir.clone(), stop.clone()));
    let file = opened.file;
    let app = Arc::new(App {
        clock: options.clock.unwrap_or(WorldClock::Scaled(file.anchor)),
        meta: Mutex::new(meta::State::new(opened.world, books)),
        ad_library: ad_library::State::new(file.seed, &opened.recipe.competitors),
        shopify: Mutex::new(shopify),
        track17: Mutex::new(track17),
        agentmail: Mutex::new(agentmail),
        revolut: Mutex::new(revolut),
        webhooks: Mutex::new(Tally {
            is_on: told.is_some(),
            ..Tally::default()
        }),
        trade: Mutex::new(
            Trade::with_crowd(file.seed, opened.recipe, options.conversations)
                .with_hurried(hurried),
        ),
        webhook_faults: Mutex::new(options.webhook_faults),
        desk: Mutex::new(Desk::new(file.faults, file.seed, file.lives)),
        acts: acts_sender,
        late: TaskTracker::new(),
        stop: stop.clone(),
        _lock: opened.lock,
    });
    if let Some(place) = told {
        let entropy = Entropy::from_seed(file.seed).child("webhooks");
        let told = webhooks::tell(app.clone(), place, entropy);
        tokio::spawn(told);
    }
    let failed = |source| Error::Listen {
        address: options.listen,
        source,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<Line>();
    let server = axum::serve(CutListener(listener), service)
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    Ok(Handle {
        address,
        app,
        served: tokio::spawn(server.into_future()),
        acts,
        _stop: stop.drop_guard(),
    })
}

/// Who is told by webhooks.
fn told(options: &Options) -> Result<Option<Place>, OpenError> {
    let wrong = |field| move |problem| OpenError::Option { field, problem };
    options
        .webhook_faults
        .check()
        .map_err(wrong("webhook_faults"))?;
    let place = options.webhooks.as_deref().map(Place::parse).transpose();
    place.map_err(wrong("webhooks"))
}

impl Handle {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of Meta's sandbox; the version follows, as in `{base}/v26.0/act_1001`.
    pub fn meta_url(&self) -> String {
        format!("http://{}/meta", self.address)
    }

    /// The base URL of the archive of ads, as in `{base}/v26.0/ads_archive`.
    pub fn ad_library_url(&self) -> String {
        format!("http://{}/ad_library", self.address)
    }

    /// The base URL of the shops; the name of a brand follows.
    pub fn shops_url(&self) -> String {
        format!("http://{}/shopify", self.address)
    }

    /// The base URL of a shop by the name of its brand; the path of its Admin API follows.
    pub fn shopify_url(&self, brand: &str) -> String {
        format!("http://{}/shopify/{brand}", self.address)
    }

    /// The base URL of 17TRACK; the version follows.
    pub fn track17_url(&self) -> String {
        format!("http://{}/track17", self.address)
    }

    /// The base URL of `AgentMail`; `/v0/` follows.
    pub fn agentmail_url(&self) -> String {
        format!("http://{}/agentmail", self.address)
    }

    /// The base URL of Revolut's bank; `/api/1.0/` follows.
    pub fn revolut_url(&self) -> String {
        format!("http://{}/revolut", self.address)
    }

    /// The world's clock.
    pub fn clock(&self) -> WorldClock {
        self.app.clock.clone()
    }

    /// All acts in Meta's books.
    pub fn acts(&self) -> Vec<Act> {
        self.acts_of("meta")
    }

    /// All acts in a vendor's books; none where there is no such vendor.
    pub fn acts_of(&self, vendor: &str) -> Vec<Act> {
        self.app.acts_of(vendor, 0).unwrap_or_default()
    }

    /// Waits until all books together hold at least `n` acts.
    ///
    /// # Errors
    /// When the sandbox stops before that.
    pub async fn acts_reached(&mut self, n: u64) -> Result<(), Error> {
        let reached = self.acts.wait_for(|acts| *acts >= n).await;
        reached
            .map(|_| ())
            .map_err(|error| Error::Stopped(io::Error::other(error)))
    }

    /// Stops: no new connections, open requests are cut or answered, late requests that have not
    /// landed are lost.
    ///
    /// # Errors
    /// When the server had already stopped by itself.
    pub async fn shutdown(self) -> Result<(), Error> {
        self.app.stop.cancel();
        self.app.late.close();
        self.app.late.wait().await;
        let served = self.served.await.map_err(io::Error::other);
        served.and_then(|end| end).map_err(Error::Stopped)
    }
}

fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/clock", get(clock))
        .route("/books", get(books))
        .route("/books/spend", get(truth::spend))
        .route("/books/letters", get(truth::letters))
        .route("/books/orders", get(truth::orders))
        .route("/books/parcels", get(truth::parcels))
        .route("/books/payments", get(truth::payments))
        .route("/_webhooks", get(webhooks_so_far).post(order_webhooks))
        .route("/_hurry", post(hurry::serve))
        .route("/_faults", get(faults).post(order_fault))
        .route("/meta/{*path}", get(meta::serve).post(meta::serve))
        .route("/ad_library/{*path}", get(ad_library::serve))
        .route("/shopify/{*path}", any(shopify::serve))
        .route("/track17/{*path}", any(track17::serve))
        .route("/agentmail/{*path}", any(agentmail::serve))
        .route("/revolut/{*path}", any(revolut::serve))
        .with_state(app)
}

async fn clock(State(app): State<Arc<App>>) -> Json<Anchor> {
    let anchor = match &app.clock {
        WorldClock::Scaled(anchor) => *anchor,
        clock @ (WorldClock::System | WorldClock::Manual(_)) => Anchor {
            origin: clock.now(),
            wall: homeostat_clock::wall(),
            speed: 1,
        },
    };
    Json(anchor)
}

#[derive(Debug, Deserialize)]
struct Since {
    /// Number of the last act already known.
    #[serde(default)]
    after: u64,
    /// Whose books; absent, Meta's.
    vendor: Option<String>,
}

async fn books(
    State(app): State<Arc<App>>,
    Query(since): Query<Since>,
) -> (StatusCode, Json<Value>) {
    let vendor = since.vendor.as_deref().unwrap_or("meta");
    match app.acts_of(vendor, since.after) {
        Some(acts) => (
            StatusCode::OK,
            Json(json!({"vendor": vendor, "acts": acts})),
        ),
        None => {
            let problem = format!("vendor: {vendor:?} keeps no books here");
            (StatusCode::BAD_REQUEST, Json(json!({"error": problem})))
        }
    }
}

async fn faults(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.desk().to_json())
}

async fn webhooks_so_far(State(app): State<Arc<App>>) -> Json<Tally> {
    Json(app.webhooks().clone())
}

/// What befalls webhooks from now on; those that wait are not touched.
async fn order_webhooks(State(app): State<Arc<App>>, body: String) -> (StatusCode, Json<Value>) {
    let faults: Result<WebhookFaults, String> =
        serde_json::from_str(&body).map_err(|e| e.to_string());
    match faults.and_then(|faults| faults.check().map(|()| faults)) {
        Ok(faults) => {
            *app.webhook_faults() = faults;
            (StatusCode::OK, Json(json!(faults)))
        }
        Err(problem) => (StatusCode::BAD_REQUEST, Json(json!({"error": problem}))),
    }
}

async fn order_fault(State(app): State<Arc<App>>, body: String) -> (StatusCode, Json<Value>) {
    let order: Result<Order, String> = serde_json::from_str(&body).map_err(|e| e.to_string());
    match order.and_then(|order| app.desk().order(order)) {
        Ok(()) => (StatusCode::OK, Json(app.desk().to_json())),
        Err(problem) => (StatusCode::BAD_REQUEST, Json(json!({"error": problem}))),
    }
}

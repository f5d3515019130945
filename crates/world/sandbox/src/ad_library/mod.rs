//! Meta's archive of ads as the sandbox plays it: pages whose ads start and stop over world time.
//!
//! It only answers, so it keeps no books. Its habits are the archive's: commercial ads show in the
//! EU only and for a year after their end, pages are short and go on, lists that would be empty are
//! absent, an ad may come twice, and now and then one that has ended is still shown as running. The
//! same archive has a [public page](web).

mod archive;
mod draw;
mod search;
mod web;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;

use crate::{
    app::App,
    faults::{self, Class, Fault, Strike},
    graph::{Answer, Request},
    line::Line,
    options::{AD_LIBRARY_APP_SECRET, AD_LIBRARY_TOKEN},
    world::recipe::Competitors,
};

use archive::Archive;
use search::Search;

/// The archive's kinds of calls.
pub(crate) const CLASSES: &[Class] = &[search::SEARCH, search::PAGES, web::WEB];

/// Whose limit of calls is used: the app's, since the archive belongs to no account.
const LIMIT: &str = "ad_library";

/// Everything a search may find, and how often it was searched.
#[derive(Debug)]
pub(crate) struct State {
    archive: Archive,
    calls: AtomicU64,
}

impl State {
    /// The archive of a seed.
    pub(crate) fn new(seed: u64, paces: &Competitors) -> Self {
        Self {
            archive: draw::archive(seed, paces),
            calls: AtomicU64::new(0),
        }
    }
}

/// One request, with whatever befalls it.
pub(crate) async fn serve(
    Shared(app): Shared<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(path): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Some(place) = path.strip_prefix("page/") {
        return web::serve(&app, &line, place, &uri).await;
    }
    let parsed = Request::parse(&path, &Method::GET, &uri, &headers, "");
    let found = parsed.and_then(|request| {
        request.authorise(AD_LIBRARY_TOKEN, AD_LIBRARY_APP_SECRET)?;
        if request.path != ["ads_archive"] {
            return Err(Answer::unknown_path(&request.path.join("/")));
        }
        let search = Search::read(&request)?;
        Ok(Arc::new(Task { request, search }))
    });
    let answer = match found {
        Ok(task) => faults::answer(&app, &line, task).await,
        Err(refusal) => refusal,
    };
    answer.into_response()
}

/// A request with its search understood.
struct Task {
    request: Request,
    search: Search,
}

impl faults::Task for Task {
    type Answer = Answer;

    fn class(&self) -> Class {
        self.search.class()
    }

    /// The words, or the first page.
    fn object(&self) -> &str {
        self.search.object()
    }

    fn limit(&self) -> &str {
        LIMIT
    }

    fn carry_out(&self, app: &App, strike: Option<Strike>) -> Answer {
        let now = app.now().world;
        let archive = &app.ad_library.archive;
        let found = search::answer(archive, &self.search, &self.request, now, strike);
        found.unwrap_or_else(|refusal| refusal)
    }

    fn throttled(&self, _: SignedDuration) -> Answer {
        Answer::throttled_app()
    }

    fn says(&self, fault: Fault) -> Answer {
        Answer::of(fault)
    }

    fn stamped(&self, app: &App, answer: Answer) -> Answer {
        let calls = app.ad_library.calls.fetch_add(1, Ordering::Relaxed) + 1;
        answer.with_app_usage((calls / 1_000).min(90))
    }
}

//! The stream of a screen: each panel that has changed, as one event. A reader that is slow skips boards; what it has
//! not been sent is not kept for it.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::get,
};
use futures_util::{
    StreamExt,
    stream::{self, Stream},
};
use homeostat_clock::pause;
use homeostat_store::StoreError;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    access::{self, Proof},
    board::Trouble,
    openapi::Operation,
    pages::panels,
    paths::Paths,
    routes::Console,
    stream::News,
};

pub(crate) const PATH: &str = "/live";
/// Between two looks whether who reads may still read: so long a stream outlives a session.
const JUDGED_EVERY: Duration = Duration::from_secs(60);
/// Between two looks whether the database is back.
const BACK_EVERY: Duration = Duration::from_secs(1);

/// Which brand; absent, the first.
#[derive(Debug, Deserialize, JsonSchema)]
struct Which {
    brand: Option<String>,
}

pub(crate) fn routes() -> Paths {
    let operation = Operation::text::<Which>(
        PATH,
        "text/event-stream",
        "The first screen as it changes: events `panel` and `notice`.",
    );
    Paths::default().api(operation, get(live))
}

async fn live(
    State(console): State<Console>,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Response {
    let Some(brand) = console.brand(which.brand.as_deref()) else {
        return Trouble::Missing("brand: there is none of this name".into()).told();
    };
    let panels = panels_of(console.desks.listen(brand), console.stop.clone());
    let proof = Proof::of(&headers);
    let left = unwelcome(JUDGED_EVERY, async move || {
        let known = access::know(&console, &proof).await?;
        Ok(access::is_welcome(&console, &proof, &known))
    });
    Sse::new(panels.take_until(left)).into_response()
}

/// Returns when who reads may read no more. Who cannot be judged stays: it was judged before.
async fn unwelcome(every: Duration, is_welcome: impl AsyncFn() -> Result<bool, StoreError>) {
    loop {
        pause(every).await;
        if let Ok(false) = is_welcome().await {
            return;
        }
    }
}

/// While nobody can say who reads: says why nothing comes, and has the page loaded again once somebody can. The browser
/// then asks anew, and is judged.
pub(crate) fn until_back(console: Console, proof: Proof) -> Response {
    let stop = console.stop.clone();
    let away = "The database does not answer. What is shown is from before. It goes on by itself.";
    let first = stream::iter(notice(away).ok().map(Ok::<_, Infallible>));
    let back = stream::once(async move {
        while access::know(&console, &proof).await.is_err() {
            pause(BACK_EVERY).await;
        }
        Ok(Event::default()
            .event("panel")
            .data(json!({ "id": "", "html": "" }).to_string()))
    });
    let both = first.chain(back).take_until(stop.cancelled_owned());
    Sse::new(both).into_response()
}

/// The panels that changed, with each board that this reader comes to.
fn panels_of(
    news: watch::Receiver<News>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let reader = Reader {
        news,
        shown: BTreeMap::new(),
        is_away: false,
        waiting: Vec::new(),
    };
    stream::unfold((reader, stop), |(mut reader, stop)| async move {
        tokio::select! {
            () = stop.cancelled() => None,
            event = reader.next() => Some((Ok(event?), (reader, stop))),
        }
    })
}

struct Reader {
    news: watch::Receiver<News>,
    /// What it has of each panel.
    shown: BTreeMap<&'static str, String>,
    is_away: bool,
    waiting: Vec<Event>,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            self.news.changed().await.ok()?;
            let news = self.news.borrow_and_update().clone();
            match news {
                News::Nothing => {}
                News::Board(board) => {
                    if std::mem::take(&mut self.is_away) {
                        self.waiting.extend(notice(""));
                    }
                    for (id, html) in panels(&board).unwrap_or_default() {
                        if self.shown.get(id) != Some(&html) {
                            let panel = json!({ "id": id, "html": html });
                            self.shown.insert(id, html);
                            self.waiting
                                .extend(Event::default().event("panel").json_data(panel));
                        }
                    }
                }
                News::Away(reason) if !self.is_away => {
                    self.is_away = true;
                    let text = format!(
                        "The database does not answer: {reason}. What is shown is from before. It goes on by itself."
                    );
                    self.waiting.extend(notice(&text));
                }
                News::Away(_) => {}
            }
        }
    }
}

fn notice(text: &str) -> Result<Event, axum::Error> {
    Event::default().event("notice").json_data(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::operations::Board;

    const BOARDS: usize = 10_000;

    fn board(n: usize) -> News {
        let mut board = Board::default();
        board.state.title = format!("board {n} of {BOARDS}");
        News::Board(Arc::new(board))
    }

    /// Red when a stream outlives what opened it, or when an outage ends it.
    #[tokio::test]
    async fn who_may_read_no_more_is_sent_no_more_and_an_outage_is_waited_out() {
        let away = || Err(StoreError::Unreachable(sqlx::Error::PoolTimedOut));
        let looks = std::cell::Cell::new(0);
        let left = unwelcome(Duration::from_millis(1), async || {
            looks.set(looks.get() + 1);
            match looks.get() {
                1 => Ok(true),
                2 => away(),
                _ => Ok(false),
            }
        });
        let panels = stream::pending::<Event>().take_until(left);
        assert_eq!(panels.count().await, 0);
        assert_eq!(looks.get(), 3);
    }

    /// Red when boards queue up for a reader, or when it is sent an old one after a new one.
    #[tokio::test]
    async fn who_reads_slowly_skips_boards_and_has_nothing_kept_for_it() {
        let (desk, news) = watch::channel(News::Nothing);
        let mut reader = Reader {
            news,
            shown: BTreeMap::new(),
            is_away: false,
            waiting: Vec::new(),
        };
        desk.send_replace(board(0));
        assert!(reader.next().await.is_some());
        let (panels, mut sent) = (1 + reader.waiting.len(), 0);
        for n in 1..=BOARDS {
            desk.send_replace(board(n));
        }
        drop(desk);
        while reader.next().await.is_some() {
            sent += 1;
            assert!(reader.waiting.len() < panels);
        }
        // The rest of the first board, and of the newest one the panel that differs.
        assert_eq!(sent, panels - 1 + 1);
        let last = format!("board {BOARDS} of {BOARDS}");
        assert!(reader.shown["p-state"].contains(&last));
    }
}

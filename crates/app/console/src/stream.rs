//! News of the first screen: one task makes the board of a brand that somebody looks at, and each reader is sent the
//! panels that changed.
//!
//! ```text
//!   a reader comes ─▶ the brand's desk ─ looks 4 times a second ─▶ watch (the newest board) ─▶ panels that differ
//!                         └ nobody listens any more ─▶ it stops                        └ a slow reader skips boards
//! ```
//! *Who is authoritative.* The database. *Limits.* A `watch` keeps one board, so a reader that does not read holds a
//! board and what the kernel buffers for it, and nothing grows. An outage is told as a notice and waited out.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use homeostat_model::WorldTime;
use homeostat_operator::config::Brand;
use homeostat_store::{Db, journal::last_event};
use tokio::sync::watch;

use crate::operations::{self, Board, Now, Readings};

/// Between two looks whether there is news.
const LOOK: Duration = Duration::from_millis(250);
/// What changes by the clock alone is made anew this often.
const AT_LEAST: Duration = Duration::from_secs(5);
/// A look that takes longer is an outage.
const LOOK_MAX: Duration = Duration::from_secs(5);

/// What a reader is told.
#[derive(Debug, Clone)]
pub enum News {
    /// Nothing is known yet.
    Nothing,
    /// The newest board.
    Board(Arc<Board>),
    /// Why there is none.
    Away(String),
}

/// Tells world time.
pub type Clock = Arc<dyn Fn() -> WorldTime + Send + Sync>;

/// All desks.
#[derive(Clone)]
pub struct Desks {
    db: Db,
    clock: Clock,
    open: Arc<Mutex<HashMap<String, watch::Sender<News>>>>,
    readings: Arc<Readings>,
}

impl fmt::Debug for Desks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desks").finish_non_exhaustive()
    }
}

impl Desks {
    /// None is open yet.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            open: Arc::default(),
            readings: Arc::default(),
        }
    }

    /// Both clocks now.
    pub fn now(&self) -> Now {
        Now {
            runtime: homeostat_clock::wall(),
            world: (self.clock)(),
        }
    }

    /// What is held of the ads' readings, for the desks and the page alike.
    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    /// News of a brand from now on; its desk is opened where it is closed.
    pub fn listen(&self, brand: &Brand) -> watch::Receiver<News> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = open.get(brand.id.as_str()) {
            let mut news = desk.subscribe();
            // Its page may be older than the newest board.
            news.mark_changed();
            return news;
        }
        let (desk, news) = watch::channel(News::Nothing);
        open.insert(brand.id.to_string(), desk.clone());
        tokio::spawn(self.clone().work(brand.clone(), desk));
        news
    }

    async fn work(self, brand: Brand, desk: watch::Sender<News>) {
        let (mut seen, mut made) = (None, Stopwatch::start());
        loop {
            let last = tokio::time::timeout(LOOK_MAX, last_event(&self.db)).await;
            match last {
                Ok(Ok(last)) if seen == Some(last) && made.elapsed() < AT_LEAST => {}
                Ok(Ok(last)) => {
                    // Also where it fails: the next look then waits for its time.
                    made = Stopwatch::start();
                    let board = operations::look(&self.db, &self.readings, &brand, self.now());
                    let news = match tokio::time::timeout(LOOK_MAX, board).await {
                        Ok(Ok(board)) => {
                            seen = Some(last);
                            News::Board(Arc::new(board))
                        }
                        Ok(Err(error)) => News::Away(error.to_string()),
                        Err(_) => News::Away("it takes too long to answer".into()),
                    };
                    desk.send_replace(news);
                }
                Ok(Err(error)) => drop(desk.send_replace(News::Away(error.to_string()))),
                Err(_) => drop(desk.send_replace(News::Away("it takes too long to answer".into()))),
            }
            pause(LOOK).await;
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if desk.receiver_count() == 0 {
                // Under the lock: nobody comes to a desk that closes.
                open.remove(brand.id.as_str());
                return;
            }
        }
    }
}

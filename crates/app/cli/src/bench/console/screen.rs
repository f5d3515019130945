//! Many who look at the first screen at once. One of them reads; the others have been sent the screen and read no more,
//! as a browser in the background does.

use std::time::Duration;

use homeostat_clock::Stopwatch;
use homeostat_effects::{Author, Cause, set_mode};
use homeostat_model::Mode;
use homeostat_store::Db;
use reqwest::Response;
use tokio::time::timeout;

use super::visitor;
use crate::failure::{Failure, chain};

/// Longest wait for a panel.
const PATIENCE: Duration = Duration::from_secs(30);

/// Open streams.
#[derive(Debug)]
pub(super) struct Streams {
    reader: Stream,
    others: Vec<Stream>,
}

#[derive(Debug)]
struct Stream {
    response: Response,
    /// What has come and was not asked for yet.
    text: String,
}

impl Streams {
    /// Opens them, and waits until each has been sent the screen.
    pub(super) async fn open(at: &str, count: usize) -> Result<Self, Failure> {
        let mut all = Vec::with_capacity(count);
        for _ in 0..count.max(1) {
            // A client each: a pool would share connections.
            let ask = visitor::client()?
                .get(format!("http://{at}/live"))
                .send()
                .await;
            let response = ask.and_then(Response::error_for_status).map_err(lost)?;
            let text = String::new();
            let mut stream = Stream { response, text };
            stream.until("p-state").await?;
            all.push(stream);
        }
        let reader = all
            .pop()
            .ok_or_else(|| Failure::Environment("no stream".into()))?;
        let others = all;
        Ok(Self { reader, others })
    }

    pub(super) fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// How long a change takes from its commit to the stream, in milliseconds.
    pub(super) async fn event_to_screen(
        mut self,
        db: &Db,
        count: usize,
    ) -> Result<Vec<f64>, Failure> {
        let mut took = Vec::with_capacity(count);
        for n in 0..count {
            let mode = if n % 2 == 0 { Mode::Safe } else { Mode::Normal };
            let mark = format!("mark-{n}-of-the-bench");
            let author = Author::Person("bench".into());
            let changed = set_mode(db, mode, Cause::Person, &author, &mark).await;
            changed.map_err(|e| Failure::environment(&e))?;
            let watch = Stopwatch::start();
            self.reader.until(&mark).await?;
            took.push(watch.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok(took)
    }
}

impl Stream {
    /// Reads until a word has come.
    async fn until(&mut self, word: &str) -> Result<(), Failure> {
        loop {
            if let Some(at) = self.text.find(word) {
                self.text.drain(..at + word.len());
                return Ok(());
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await;
            let silent = |_| Failure::Law(format!("{word:?} did not come to the screen"));
            let chunk = chunk.map_err(silent)?.map_err(lost)?;
            let chunk = chunk.ok_or_else(|| Failure::Law("a stream ended".into()))?;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

fn lost(error: reqwest::Error) -> Failure {
    Failure::Law(format!("a stream: {}", chain(&error)))
}

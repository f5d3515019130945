//! Which of several servers takes writes now, and the way there.
//!
//! ```text
//!   every host is asked, side by side ──none──▶ pause ──▶ again
//!     ▲        │ writable, of the cluster that is known, on its latest timeline
//!     │        ▼
//!     │   the pool and all other sessions go there
//!     │        │ a session of our own stays on it, and asks once a second
//!     └────────┴ it ends (at once) · no answer (2 s) · read-only now · another is on a later timeline (5 s)
//! ```
//! *Who is authoritative.* Each server about itself: whether it takes writes, which cluster it is of, and on
//! which timeline it writes. Each new session asks, so one that was opened on a hunch of yesterday is refused:
//! on a standby the liveness lock could be taken, and would mean nothing.
//!
//! *Two that take writes.* Perhaps nobody has fenced the old primary. A promotion starts a timeline, so the later
//! one is the successor: it is looked for also while the old one seems well, and a process that has seen it never
//! goes back.
//!
//! *What local time is for.* When to ask again, and which sessions of the pool are older than the last move:
//! those are not lent out again.
//!
//! *Crash points.* Nothing is kept. A session that ends during a statement fails as on one server, and a commit
//! whose answer was lost stays ambiguous: the successor tells by its rows. While no server takes writes, callers
//! fail as with a server that is down, transiently.
//!
//! *Limits.* What a standby had not received is lost with its primary; see `docs/designs/0011`. A process that
//! starts while two take writes knows only what answers it. A statement under way on a host that fell silent
//! waits until the kernel gives up.

use std::{io, sync::Arc, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinSet},
    time::timeout,
};

use crate::timeline::{Line, refused};

/// A host that does not answer a question within this does not answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long the others may still object when one takes writes.
const SECOND_OPINION: Duration = Duration::from_millis(250);
/// Seconds between two looks for a successor of a primary that seems well.
const SUCCESSOR_EVERY_S: u32 = 5;
/// One that takes writes is found within this, if there is one.
const FOUND: Duration = Duration::from_secs(5);
/// Between two rounds while none takes writes.
const AGAIN: Duration = Duration::from_millis(100);

/// The servers, and which of them is the primary as far as this process knows.
#[derive(Debug, Clone)]
pub(crate) struct Primary(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    hosts: Vec<PgConnectOptions>,
    known: watch::Sender<Known>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    host: usize,
    /// Absent until one was found.
    line: Option<Line>,
    /// Since the last time that it was another one, and how often that was.
    moved: Option<Stopwatch>,
    moves: u64,
    /// The last one that was seen to be begun.
    begun: Option<Line>,
}

/// Looks after the primary until the last handle is gone.
#[derive(Debug)]
pub(crate) struct Seeker(AbortHandle);

impl Drop for Seeker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Primary {
    /// None of them is known to be it.
    pub(crate) fn new(hosts: Vec<PgConnectOptions>) -> Self {
        let known = watch::Sender::new(Known::default());
        Self(Arc::new(Shared { hosts, known }))
    }

    /// How to connect to it.
    pub(crate) fn options(&self) -> PgConnectOptions {
        let host = self.0.known.borrow().host;
        self.0.hosts.get(host).cloned().unwrap_or_default()
    }

    /// Returns once one was found.
    pub(crate) async fn until_known(&self) {
        // We hold the sender.
        let _ = self
            .0
            .known
            .subscribe()
            .wait_for(|known| known.line.is_some())
            .await;
    }

    /// How often it has become another one.
    pub(crate) fn moves(&self) -> u64 {
        self.0.known.borrow().moves
    }

    /// Returns when that is no longer so often.
    pub(crate) async fn moved(&self, moves: u64) {
        // We hold the sender.
        let mut known = self.0.known.subscribe();
        let _ = known.wait_for(|known| known.moves != moves).await;
    }

    /// Whether a session that is so old was opened on a primary of the past.
    pub(crate) fn has_moved_within(&self, age: Duration) -> bool {
        let moved = self.0.known.borrow().moved;
        moved.is_some_and(|moved| moved.elapsed() < age)
    }

    /// Refuses a session that must not be worked on, and sees to it that its timeline is begun.
    ///
    /// # Errors
    /// Transient: the server takes no writes, or is no successor of the one that is known.
    pub(crate) async fn admit(&self, session: &mut PgConnection) -> Result<(), sqlx::Error> {
        let line = Line::of(session).await?;
        // Of two that take writes the wrong one may have been dialled before anybody has looked.
        self.until_known().await;
        self.refuse_the_past(&line)?;
        let is_begun = self.0.known.borrow().begun.as_ref() == Some(&line);
        if !is_begun && line.begin(session).await? {
            let begun = Some(line.clone());
            self.0.known.send_modify(|known| known.begun = begun);
        }
        // While it was begun another one may have been found.
        self.refuse_the_past(&line)
    }

    fn refuse_the_past(&self, line: &Line) -> Result<(), sqlx::Error> {
        match &self.0.known.borrow().line {
            Some(known) if !known.is_followed_by(line) => {
                Err(refused("it writes on a timeline of the past"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A session with the primary that is known.
    pub(crate) async fn session(
        &self,
        shape: impl Fn(PgConnectOptions) -> PgConnectOptions,
    ) -> Result<PgConnection, sqlx::Error> {
        if timeout(FOUND, self.until_known()).await.is_err() {
            return Err(self.why().await);
        }
        let mut session = shape(self.options()).connect().await?;
        self.admit(&mut session).await?;
        Ok(session)
    }

    /// Finds it, for a single session.
    pub(crate) async fn once(&self) -> Result<PgConnection, sqlx::Error> {
        let Some(mut found) = self.look().await else {
            return Err(self.why().await);
        };
        found.line.begin(&mut found.session).await?;
        Ok(found.session)
    }

    /// Why there is none, host by host. It may be there by now.
    pub(crate) async fn why(&self) -> sqlx::Error {
        let mut said = Vec::new();
        let mut asked = self.ask_all();
        while let Some(answer) = asked.join_next().await {
            let Ok((host, answer)) = answer else { continue };
            let what = match answer {
                Ok(_) => "takes writes".to_owned(),
                Err(error) => error.to_string(),
            };
            said.push((host, format!("{}: {what}", self.name(host))));
        }
        said.sort();
        let said: Vec<String> = said.into_iter().map(|(_, what)| what).collect();
        refused(format!(
            "no host of the list took writes: {}",
            said.join("; ")
        ))
    }

    fn name(&self, host: usize) -> String {
        let name = |one: &PgConnectOptions| match one.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", one.get_host(), one.get_port()),
        };
        self.0.hosts.get(host).map(name).unwrap_or_default()
    }

    /// Keeps the pool, and everybody who asks, at the primary.
    pub(crate) fn seek(&self, pool: PgPool) -> Seeker {
        Seeker(tokio::spawn(self.clone().run(pool)).abort_handle())
    }

    async fn run(self, pool: PgPool) {
        loop {
            let found = tokio::select! {
                found = self.find() => found,
                () = pool.close_event() => return,
            };
            self.go_to(&found, &pool);
            let host = self.name(found.host);
            let why = tokio::select! {
                why = self.stay(found) => why,
                () = pool.close_event() => return,
            };
            tracing::warn!(why, host, "lost the primary");
        }
    }

    /// Asks until one takes writes.
    async fn find(&self) -> Found {
        loop {
            if let Some(found) = self.look().await {
                return found;
            }
            pause(AGAIN).await;
        }
    }

    /// Asks all once.
    async fn look(&self) -> Option<Found> {
        let mut asked = self.ask_all();
        let mut found: Vec<Found> = Vec::new();
        loop {
            let answer = match found.is_empty() {
                true => asked.join_next().await,
                false => timeout(SECOND_OPINION, asked.join_next())
                    .await
                    .unwrap_or_default(),
            };
            let Some(answer) = answer else { break };
            if let Ok((host, Ok((session, line)))) = answer {
                found.push(Found {
                    host,
                    line,
                    session,
                });
            }
        }
        let lines: Vec<(usize, &Line)> = found.iter().map(|one| (one.host, &one.line)).collect();
        let known = self.0.known.borrow().line.clone();
        let best = choose(known.as_ref(), &lines)?;
        found.into_iter().find(|one| one.host == best)
    }

    fn ask_all(&self) -> JoinSet<(usize, Answer)> {
        let hosts = self.0.hosts.iter().cloned().enumerate();
        hosts
            .map(|(host, options)| async move {
                let asked = timeout(ANSWER, async {
                    let mut session = options.connect().await?;
                    let line = Line::of(&mut session).await?;
                    Ok((session, line))
                });
                (host, asked.await.unwrap_or_else(|_| Err(silent())))
            })
            .collect()
    }

    /// From now on everybody goes there.
    fn go_to(&self, found: &Found, pool: &PgPool) {
        let is_new = self.0.known.send_if_modified(|known| {
            let line = Some(&found.line);
            let is_new = known.host != found.host || known.line.as_ref() != line;
            // The first one is no move.
            if is_new && known.line.is_some() {
                known.moved = Some(Stopwatch::start());
                known.moves += 1;
            }
            if is_new {
                // Also where its number is one that was begun before, by a server that is lost.
                known.begun = None;
            }
            known.host = found.host;
            known.line = line.cloned();
            is_new
        });
        pool.set_connect_options(self.options());
        if is_new {
            let (host, timeline) = (self.name(found.host), found.line.timeline);
            tracing::info!(host, timeline, "the primary");
        }
    }

    /// Returns, with the reason, when it is the primary no more. The question takes a second to answer, so that
    /// somebody is always listening when the session ends.
    async fn stay(&self, mut found: Found) -> String {
        let mut seconds: u32 = 0;
        loop {
            let asked = sqlx::query!("SELECT pg_sleep(1)").execute(&mut found.session);
            match timeout(ANSWER + Duration::from_secs(1), asked).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return silent().to_string(),
            }
            match timeout(ANSWER, Line::of(&mut found.session)).await {
                Ok(Ok(line)) if line == found.line => {}
                Ok(Ok(_)) => return "it is on another timeline".to_owned(),
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return silent().to_string(),
            }
            seconds = seconds.wrapping_add(1);
            if seconds.is_multiple_of(SUCCESSOR_EVERY_S)
                && let Some(other) = self.look().await
                && other.line != found.line
            {
                return format!("{} is on a later timeline", self.name(other.host));
            }
        }
    }
}

type Answer = Result<(PgConnection, Line), sqlx::Error>;

/// A server that takes writes.
struct Found {
    host: usize,
    line: Line,
    session: PgConnection,
}

/// The primary, of those that take writes: a successor of the one that is known, on the latest timeline; the
/// first that is named, if it cannot be told.
fn choose(known: Option<&Line>, writable: &[(usize, &Line)]) -> Option<usize> {
    let follows = |line: &Line| known.is_none_or(|known| known.is_followed_by(line));
    let mut all: Vec<_> = writable.iter().filter(|(_, line)| follows(line)).collect();
    all.sort_by_key(|(host, line)| (std::cmp::Reverse(line.timeline), *host));
    all.first().map(|(host, _)| *host)
}

fn silent() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(identity: &str, timeline: i64) -> Line {
        Line {
            identity: identity.to_owned(),
            timeline,
        }
    }

    #[test]
    fn the_latest_timeline_of_the_known_cluster_is_the_primary() {
        let (old, new, other) = (line("a", 1), line("a", 2), line("b", 9));
        assert_eq!(choose(None, &[]), None);
        assert_eq!(choose(None, &[(1, &new), (0, &new)]), Some(0));
        assert_eq!(choose(None, &[(0, &old), (1, &new)]), Some(1));
        assert_eq!(choose(Some(&old), &[(0, &old)]), Some(0));
        assert_eq!(choose(Some(&old), &[(0, &other), (1, &new)]), Some(1));
        assert_eq!(
            choose(Some(&new), &[(0, &old)]),
            None,
            "a primary of the past"
        );
        assert_eq!(choose(Some(&new), &[(0, &other)]), None, "another cluster");
    }
}

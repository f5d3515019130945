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

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::{
    task::{AbortHandle, JoinSet},
    time::timeout,
};

/// A host that does not answer a question within this does not answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long the others may still object when one takes writes.
const SECOND_OPINION: Duration = Duration::from_millis(250);
/// Seconds between two looks for a successor of a primary that seems well.
const SUCCESSOR_EVERY_S: u32 = 5;
/// Between two rounds while none takes writes.
const AGAIN: Duration = Duration::from_millis(100);

/// The servers, and which of them is the primary as far as this process knows.
#[derive(Debug, Clone)]
pub(crate) struct Primary(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    hosts: Vec<PgConnectOptions>,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    host: usize,
    line: Option<Line>,
    /// Since the last time that it was another one.
    moved: Option<Stopwatch>,
}

/// A history that is written: the cluster's identity, and which of its timelines.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    identity: String,
    timeline: i64,
}

impl Line {
    /// Whether a process that knows this history may go on with another one.
    fn is_followed_by(&self, next: &Self) -> bool {
        next.identity == self.identity && next.timeline >= self.timeline
    }
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
    /// None of them is known to be it. Which one is asked first makes no difference: it is asked.
    pub(crate) fn new(hosts: Vec<PgConnectOptions>) -> Self {
        let known = Known {
            host: 0,
            line: None,
            moved: None,
        };
        Self(Arc::new(Shared {
            hosts,
            known: Mutex::new(known),
        }))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        let known = self.0.known.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    /// How to connect to it.
    pub(crate) fn options(&self) -> PgConnectOptions {
        let host = self.known().host;
        self.0.hosts.get(host).cloned().unwrap_or_default()
    }

    /// Whether a session that is so old was opened on a primary of the past.
    pub(crate) fn has_moved_within(&self, age: Duration) -> bool {
        let known = self.known();
        known.moved.is_some_and(|moved| moved.elapsed() < age)
    }

    /// Refuses a session that must not be worked on.
    ///
    /// # Errors
    /// Transient: the server takes no writes, or is no successor of the one that is known.
    pub(crate) async fn admit(&self, session: &mut PgConnection) -> Result<(), sqlx::Error> {
        let line = line_of(session).await?;
        let known = self.known();
        match &known.line {
            Some(known) if !known.is_followed_by(&line) => Err(refused("a timeline of the past")),
            Some(_) | None => Ok(()),
        }
    }

    /// A session with the primary that is known.
    pub(crate) async fn session(
        &self,
        options: &PgConnectOptions,
    ) -> Result<PgConnection, sqlx::Error> {
        let mut session = options.connect().await?;
        self.admit(&mut session).await?;
        Ok(session)
    }

    /// Finds it, for a single session.
    pub(crate) async fn once(&self) -> Result<PgConnection, sqlx::Error> {
        match self.look().await {
            Some(found) => Ok(found.session),
            None => Err(self.why().await),
        }
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
            let why = tokio::select! {
                why = self.stay(found) => why,
                () = pool.close_event() => return,
            };
            tracing::warn!(why, host = self.name(self.known().host), "lost the primary");
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
        let best = choose(self.known().line.as_ref(), &lines)?;
        found.into_iter().find(|one| one.host == best)
    }

    fn ask_all(&self) -> JoinSet<(usize, Answer)> {
        let hosts = self.0.hosts.iter().cloned().enumerate();
        hosts
            .map(|(host, options)| async move {
                let asked = timeout(ANSWER, async {
                    let mut session = options.connect().await?;
                    let line = line_of(&mut session).await?;
                    Ok((session, line))
                });
                (host, asked.await.unwrap_or_else(|_| Err(silent())))
            })
            .collect()
    }

    /// From now on everybody goes there.
    fn go_to(&self, found: &Found, pool: &PgPool) {
        let mut known = self.known();
        let is_new = known.host != found.host || known.line.as_ref() != Some(&found.line);
        if is_new {
            // The first one is no move: what the pool has was admitted.
            known.moved = known.line.is_some().then(Stopwatch::start);
        }
        known.host = found.host;
        known.line = Some(found.line.clone());
        drop(known);
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
            match timeout(ANSWER, line_of(&mut found.session)).await {
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

/// The history that a server writes on.
async fn line_of(session: &mut PgConnection) -> Result<Line, sqlx::Error> {
    // A server in recovery says that it is read-only, and must not be asked what it writes.
    let row = sqlx::query!(
        r#"SELECT system_identifier::text AS "identity!",
                  CASE WHEN current_setting('transaction_read_only') = 'off' THEN
                      -- The first eight hex digits of the log being written: also right before the first checkpoint.
                      ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
                  END AS timeline
           FROM pg_control_system()"#
    )
    .fetch_one(session)
    .await?;
    match row.timeline {
        Some(timeline) => Ok(Line {
            identity: row.identity,
            timeline,
        }),
        None => Err(refused("it takes no writes")),
    }
}

fn refused(why: impl Into<String>) -> sqlx::Error {
    let why: String = why.into();
    sqlx::Error::Io(io::Error::new(io::ErrorKind::NotConnected, why))
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

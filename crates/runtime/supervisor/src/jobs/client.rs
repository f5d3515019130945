//! The worker's side. Each step is a value, and dropping it gives back what the step had: room, or the
//! leaf with all that runs in it.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use homeostat_model::{Classify, Fault};
use tokio::net::UnixStream;

use super::{Ask, Ended, Jobs, Say, Wire, place};
use crate::{
    Error,
    budget::Refusal,
    mechanism::{Leaf, LeafName, Reference, Tree},
};

/// Where room is asked for.
#[derive(Debug, Clone)]
pub enum Door {
    /// At the socket of the supervisor above us.
    Supervisor(PathBuf),
    /// Of our own, where nobody is above us.
    Own(Arc<Jobs>),
}

/// A connection that asks for room.
#[derive(Debug)]
pub struct Client(Wire);

/// Room for one job, held for as long as this lives.
#[derive(Debug)]
pub struct Room {
    wire: Wire,
    mb: u64,
}

/// A job that may be spawned. Dropped, all of its leaf is killed.
#[derive(Debug)]
pub struct Begun {
    wire: Wire,
    tree: Reference,
    leaf: LeafName,
}

/// Why there is no room, or no beginning.
#[derive(Debug, thiserror::Error)]
pub enum NoRoom {
    /// It does not fit now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The supervisor says no.
    #[error("{0}")]
    NotBegun(String),
    /// There is nobody to ask, or nobody who answers in our words.
    #[error("the supervisor does not answer")]
    NoAnswer(#[from] io::Error),
}

impl Classify for NoRoom {
    fn fault(&self) -> Fault {
        match self {
            Self::Refused(_) | Self::NotBegun(_) | Self::NoAnswer(_) => Fault::Transient,
        }
    }
}

impl Door {
    /// Asks for room for one job of a kind.
    ///
    /// # Errors
    /// When there is none, with the figures; or when nobody answers.
    pub async fn room(&self, kind: &str, mb: u64) -> Result<Room, NoRoom> {
        let client = match self {
            Self::Supervisor(path) => Client::connect(path).await?,
            Self::Own(jobs) => Client::within(jobs)?,
        };
        client.room(kind, mb).await
    }
}

impl Client {
    /// Connects to a supervisor.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(path: &std::path::Path) -> io::Result<Self> {
        Ok(Self(Wire::over(place::connect(path).await?)))
    }

    /// Speaks to jobs of this very process.
    ///
    /// # Errors
    /// When the system has no socket to give.
    pub fn within(jobs: &Arc<Jobs>) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let jobs = jobs.clone();
        tokio::spawn(async move { jobs.serve_one(theirs).await });
        Ok(Self(Wire::over(ours)))
    }

    /// Asks for room for one job of a kind.
    ///
    /// # Errors
    /// When there is none, with the figures; or when nobody answers.
    pub async fn room(mut self, kind: &str, mb: u64) -> Result<Room, NoRoom> {
        let kind = kind.to_owned();
        self.0.say(&Ask::Room { kind, mb }).await?;
        match answer(&mut self.0).await? {
            Say::Granted { mb } => Ok(Room { wire: self.0, mb }),
            Say::Refused(refusal) => Err(refusal.into()),
            Say::NotBegun { why } => Err(NoRoom::NotBegun(why)),
            other => Err(unexpected(&other).into()),
        }
    }
}

impl Room {
    /// How much was granted.
    pub fn mb(&self) -> u64 {
        self.mb
    }

    /// Begins a job. Its deadline runs from now on.
    ///
    /// # Errors
    /// When it may not begin, since a later claim of it runs; or no leaf could be made.
    pub async fn begin(mut self, job: i64, fence: i64, limit: Duration) -> Result<Begun, NoRoom> {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let begin = Ask::Begin {
            job,
            fence,
            limit_ms,
        };
        self.wire.say(&begin).await?;
        match answer(&mut self.wire).await? {
            Say::Begun { tree, leaf } => Ok(Begun {
                wire: self.wire,
                tree,
                leaf: LeafName::new(&leaf).map_err(io::Error::other)?,
            }),
            Say::NotBegun { why } => Err(NoRoom::NotBegun(why)),
            other => Err(unexpected(&other).into()),
        }
    }
}

impl Begun {
    /// The leaf to spawn into.
    ///
    /// # Errors
    /// When somebody is in it already, or it was ended since.
    pub fn leaf(&self) -> Result<Leaf, Error> {
        Tree::attach(&self.tree)?.made_leaf(&self.leaf)
    }

    /// Has the supervisor end what is left, and hears how.
    ///
    /// # Errors
    /// When the supervisor is gone: then its guard ends all of its tree, us included.
    pub async fn end(mut self) -> io::Result<Ended> {
        self.wire.say(&Ask::End {}).await?;
        match answer(&mut self.wire).await? {
            Say::Ended(ended) => Ok(ended),
            other => Err(unexpected(&other)),
        }
    }
}

async fn answer(wire: &mut Wire) -> io::Result<Say> {
    let said = wire.hear().await?;
    said.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn unexpected(said: &Say) -> io::Error {
    io::Error::other(format!("it answered {said:?}"))
}

//! What all subprocess kinds of a worker share, and the worker of each.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use homeostat_model::chain;
use homeostat_queue::{
    Admission, Context, Error as QueueError, Failure, NamedWorker, NoRoom, Outcome, Registry, Room,
};
use homeostat_supervisor::{Error, jobs::Door, preflight::look, spawn::Spawner};
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Declared, attempt, log::Logs, own::Own};

/// A supervisor that does not answer within this has no room.
const ANSWER: Duration = Duration::from_secs(2);

/// Where things are.
#[derive(Debug, Clone)]
pub struct Places {
    /// The supervisor's socket; none when nobody is above us.
    pub supervisor: Option<PathBuf>,
    /// Each attempt's log goes to `jobs/` below it.
    pub log_dir: PathBuf,
    /// Each running job's sign of life goes to `jobs/` below it.
    pub run_dir: PathBuf,
    /// Between two signs of life.
    pub beat: Duration,
    /// The wall clock, in milliseconds since 1970.
    pub now_ms: fn() -> i64,
}

impl Places {
    /// With a sign of life every 30 s.
    pub fn new(
        supervisor: Option<PathBuf>,
        (log_dir, run_dir): (PathBuf, PathBuf),
        now_ms: fn() -> i64,
    ) -> Self {
        Self {
            supervisor,
            log_dir,
            run_dir,
            beat: Duration::from_secs(30),
            now_ms,
        }
    }
}

/// Why no command can be run here.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The means of the supervisor.
    #[error(transparent)]
    Supervisor(#[from] Error),
    /// No thread, or a directory that cannot be used.
    #[error("commands cannot be run here")]
    System(#[from] io::Error),
}

/// What the kinds of a worker share.
#[derive(Debug)]
pub struct Host {
    pub(crate) door: Door,
    pub(crate) spawner: Spawner,
    pub(crate) logs: Logs,
    pub(crate) run_dir: PathBuf,
    pub(crate) beat: Duration,
    pub(crate) now_ms: fn() -> i64,
    tasks: TaskTracker,
    own: Option<Own>,
}

impl Host {
    /// Finds the supervisor, or is its own.
    ///
    /// # Errors
    /// When the machine has no thread, no tree or no directory for it.
    pub fn open(places: Places) -> Result<Arc<Self>, HostError> {
        let us = PathBuf::from("/proc/self/exe");
        let spawner = Spawner::start((us, Vec::new()))?;
        let (door, own) = match places.supervisor {
            Some(socket) => (Door::Supervisor(socket), None),
            None => {
                let (own, jobs) = Own::start(&places.run_dir, places.now_ms)?;
                (Door::Own(jobs), Some(own))
            }
        };
        Ok(Arc::new(Self {
            door,
            spawner,
            logs: Logs::new(&places.log_dir),
            run_dir: places.run_dir,
            beat: places.beat,
            now_ms: places.now_ms,
            tasks: TaskTracker::new(),
            own,
        }))
    }

    /// Registers a kind with its worker and its admission.
    ///
    /// # Errors
    /// When the kind has a worker already.
    pub fn register(
        self: &Arc<Self>,
        registry: &mut Registry,
        declared: Declared,
    ) -> Result<(), QueueError> {
        let (name, defaults) = (declared.queue_name(), declared.defaults());
        let worker = Arc::new(Subprocess {
            declared: Arc::new(declared),
            host: self.clone(),
            refused: Mutex::new(None),
        });
        registry.add_named(name.clone(), defaults, worker.clone())?;
        registry.admit(&name, worker)
    }

    /// Waits until every command is ended whose job was dropped. Call it after the pool has stopped.
    pub async fn close(self: Arc<Self>) {
        self.tasks.close();
        self.tasks.wait().await;
        if self.own.is_some() {
            let ended = tokio::task::spawn_blocking(move || {
                if let Some(own) = &self.own {
                    own.end();
                }
            });
            let _ = ended.await;
        }
    }
}

/// The worker of one declared kind, and who asks for its room.
#[derive(Debug)]
pub struct Subprocess {
    declared: Arc<Declared>,
    host: Arc<Host>,
    /// Why its jobs were left in the queue when last asked.
    refused: Mutex<Option<String>>,
}

impl Subprocess {
    /// A kind that cannot run is not begun: its jobs wait for somebody to mend it, which is seen at the
    /// next look.
    async fn ask(&self) -> Result<Room, String> {
        look(&self.declared.kind).map_err(|e| chain(&e))?;
        let (kind, mb) = (self.declared.queue_name(), self.declared.memory_mb);
        match timeout(ANSWER, self.host.door.room(&kind, mb)).await {
            Ok(Ok(room)) => Ok(Room::new(room)),
            Ok(Err(error)) => Err(chain(&error)),
            Err(_) => Err("the supervisor does not answer".into()),
        }
    }

    /// Says each reason once.
    fn tell(&self, reason: Option<&String>) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.as_ref() == reason {
            return;
        }
        let kind = self.declared.queue_name();
        match reason {
            Some(reason) => tracing::warn!(kind, reason, "its jobs are left in the queue"),
            None => tracing::info!(kind, "its jobs are done again"),
        }
        *refused = reason.cloned();
    }
}

#[async_trait::async_trait]
impl Admission for Subprocess {
    async fn room(&self, _: &str) -> Result<Room, NoRoom> {
        let asked = self.ask().await;
        self.tell(asked.as_ref().err());
        asked.map_err(NoRoom)
    }
}

#[async_trait::async_trait]
impl NamedWorker for Subprocess {
    /// The attempt is a task of its own: when the pool drops the job, it ends the command before it goes.
    async fn work(&self, args: Value, context: &Context) -> Result<Outcome, Failure> {
        let gone = CancellationToken::new();
        let _dropped = gone.clone().drop_guard();
        let attempt = attempt::run(
            self.host.clone(),
            self.declared.clone(),
            args,
            context.clone(),
            gone,
        );
        match self.host.tasks.spawn(attempt).await {
            Ok(done) => done,
            Err(error) => Err(Failure::error(format!("the attempt broke: {error}"))),
        }
    }
}

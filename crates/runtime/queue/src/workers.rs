//! The workers of a process, at work: its pool, the listener that wakes it, and the recovery pass
//! before its first claim.
//!
//! Stopping is planned: running jobs get their grace, what is left is given back. Dropping a
//! [`Workers`] asks for the same without waiting for it.

use std::sync::Arc;

use homeostat_clock::Entropy;
use homeostat_liveness::Epoch;
use homeostat_store::{Db, Listener};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Error, Pool, PoolHandle, PoolOptions, Registry, Stopped, recovery_pass};

/// A started pool with what it needs around it.
#[derive(Debug)]
pub struct Workers {
    handle: PoolHandle,
    pool: JoinHandle<Result<Stopped, Error>>,
    stop: DropGuard,
    listener: JoinHandle<()>,
    listening: DropGuard,
}

impl Workers {
    /// Registers the kinds, brings back what earlier lives left behind (L9), and starts to work.
    /// From then on jobs of these kinds can be enqueued.
    ///
    /// # Errors
    /// When an option or a kind's bound cannot be used, or the database does not answer.
    pub async fn start(
        db: &Db,
        epoch: &Epoch,
        registry: Registry,
        options: PoolOptions,
        entropy: &Entropy,
    ) -> Result<Self, Error> {
        Self::launch(db, epoch, registry, options, entropy, None).await
    }

    /// [`Workers::start`], with jobs that are to run alone left to another process, as
    /// [`Pool::with_alone_elsewhere`] says.
    ///
    /// # Errors
    /// As [`Workers::start`].
    pub async fn start_with_alone_elsewhere(
        db: &Db,
        epoch: &Epoch,
        registry: Registry,
        options: PoolOptions,
        entropy: &Entropy,
        wanted: Arc<Notify>,
    ) -> Result<Self, Error> {
        Self::launch(db, epoch, registry, options, entropy, Some(wanted)).await
    }

    async fn launch(
        db: &Db,
        epoch: &Epoch,
        registry: Registry,
        options: PoolOptions,
        entropy: &Entropy,
        alone_elsewhere: Option<Arc<Notify>>,
    ) -> Result<Self, Error> {
        registry.register(db).await?;
        let does_nothing_else = options.alone;
        let (listener, wake) = Listener::new(db, &[Pool::CHANNEL]);
        let (mut pool, handle) = Pool::new(db, epoch, registry, entropy, options, wake)?;
        if let Some(wanted) = alone_elsewhere {
            pool = pool.with_alone_elsewhere(wanted);
        }
        if !does_nothing_else {
            recovery_pass(db, entropy, None).await?;
        }
        let (stop, listening) = (CancellationToken::new(), CancellationToken::new());
        Ok(Self {
            handle,
            pool: tokio::spawn(pool.run(stop.clone())),
            stop: stop.drop_guard(),
            listener: tokio::spawn(listener.run(listening.clone())),
            listening: listening.drop_guard(),
        })
    }

    /// What they have done so far.
    pub fn handle(&self) -> &PoolHandle {
        &self.handle
    }

    /// Works until `stop` is cancelled, or until the epoch ends.
    ///
    /// # Errors
    /// When the pool broke.
    pub async fn until(self, stop: &CancellationToken) -> Result<Stopped, Error> {
        let Self {
            mut pool,
            stop: own_stop,
            ..
        } = self;
        let done = tokio::select! {
            () = stop.cancelled() => {
                drop(own_stop);
                (&mut pool).await
            }
            done = &mut pool => done,
        };
        drop(self.listening);
        let _ = self.listener.await;
        done.unwrap_or_else(|error| Err(Error::Broken(format!("the pool died: {error}"))))
    }

    /// Claims no more, waits for what runs, and gives the rest back.
    ///
    /// # Errors
    /// When the pool broke.
    pub async fn stop(self) -> Result<Stopped, Error> {
        let at_once = CancellationToken::new();
        at_once.cancel();
        self.until(&at_once).await
    }
}

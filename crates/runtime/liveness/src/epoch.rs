//! One life of one process.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use homeostat_clock::Entropy;
use homeostat_model::{Classify, Fault, ProcessId};
use homeostat_store::{Db, StoreError};
use rand::Rng;
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
};

use crate::{
    Error, Evidence, Host, RunningFile,
    keeper::{Keeper, Pulse, Standing},
    rows,
    running::Unnamed,
};

/// A claim or a call needs a ping that is no older than this.
const PULSE_AGE_MAX: Duration = Duration::from_secs(5);

/// What an epoch says about its process.
#[derive(Debug, Clone)]
pub struct EpochOptions {
    /// The role: `worker`, `scheduler`, `web`, ….
    pub kind: String,
    /// Where it runs.
    pub host: Host,
    /// The program's version.
    pub version: String,
    /// Where the running file goes. Created when missing.
    pub run_dir: PathBuf,
    /// Somebody sees to it that another life of this role follows an unplanned end.
    pub comes_back: bool,
}

impl EpochOptions {
    /// A process of this role on this host, that nobody brings back. The processes of a host share the
    /// `run_dir`: there they see who died.
    ///
    /// # Errors
    /// When the kernel does not tell who this host is.
    pub fn here(kind: &str, version: &str, run_dir: &Path) -> Result<Self, Error> {
        Ok(Self {
            kind: kind.to_owned(),
            host: Host::this()?,
            version: version.to_owned(),
            run_dir: run_dir.to_owned(),
            comes_back: false,
        })
    }
}

/// A cheap handle to the life of this process. When the last one is dropped without
/// [`Epoch::end`], the process looks dead to everybody else.
#[derive(Debug, Clone)]
pub struct Epoch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    id: ProcessId,
    lock_key: i64,
    running: RunningFile,
    standing: watch::Sender<Standing>,
    pulse: Arc<Pulse>,
    probe: Arc<Notify>,
    keeper: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Epoch {
    /// Begins a life: takes the advisory lock on a connection of its own, locks the running file,
    /// and inserts the row. The entropy must be the system's: a seeded one repeats lock keys from life
    /// to life, which is refused.
    ///
    /// # Errors
    /// When the database does not answer or `run_dir` cannot be written.
    pub async fn begin(db: &Db, options: &EpochOptions, entropy: &Entropy) -> Result<Self, Error> {
        let lock_key = lock_key(entropy);
        let moves = db.moves();
        let mut connection = Keeper::connect(db).await?;
        if !rows::lock(&mut connection, lock_key).await? {
            return Err(Error::LockTaken(lock_key));
        }
        let broken = |source| Error::RunningFile {
            path: options.run_dir.clone(),
            source,
        };
        std::fs::create_dir_all(&options.run_dir).map_err(broken)?;
        let run_dir = std::fs::canonicalize(&options.run_dir).map_err(broken)?;
        let unnamed = Unnamed::create(&run_dir, lock_key)?;
        let begun = rows::begin(
            &mut connection,
            options,
            &run_dir.to_string_lossy(),
            lock_key,
        )
        .await;
        let id = match begun {
            Ok(id) => id,
            Err(error) => {
                // With the row there after all, the file that nobody locks is the proof of our end.
                match error.fault() {
                    Fault::UnknownOutcome => {}
                    Fault::Permanent | Fault::Transient => unnamed.discard(),
                }
                return Err(error.into());
            }
        };
        let running = unnamed.name(id, lock_key)?;
        let (standing, _) = watch::channel(Standing::Sound);
        let pulse = Arc::new(Pulse::default());
        let probe = Arc::new(Notify::new());
        let keeper = Keeper {
            db: db.clone(),
            id,
            lock_key,
            standing: standing.clone(),
            pulse: pulse.clone(),
            probe: probe.clone(),
        };
        let keeper = tokio::spawn(keeper.run(connection, moves)).abort_handle();
        tracing::info!(epoch = %id, kind = %options.kind, "epoch begun");
        let inner = Inner {
            db: db.clone(),
            id,
            lock_key,
            running,
            standing,
            pulse,
            probe,
            keeper,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The row in `homeostat.process`.
    pub fn id(&self) -> ProcessId {
        self.0.id
    }

    /// The advisory lock's key.
    pub fn lock_key(&self) -> i64 {
        self.0.lock_key
    }

    /// The list of attempts under way, for whoever has to clean up after us.
    pub fn running(&self) -> &RunningFile {
        &self.0.running
    }

    /// Whether this process may claim work and call vendors: its lock is held, its row is live, and
    /// both were seen a moment ago.
    pub fn is_sound(&self) -> bool {
        matches!(*self.0.standing.borrow(), Standing::Sound) && self.0.pulse.age() < PULSE_AGE_MAX
    }

    /// Returns, with the reason, once the epoch is over: the process must exit.
    pub async fn ended(&self) -> String {
        let mut standing = self.0.standing.subscribe();
        let over = standing.wait_for(|s| matches!(s, Standing::Ended(_))).await;
        match over.as_deref() {
            Ok(Standing::Ended(reason)) => reason.clone(),
            Ok(Standing::Sound | Standing::Doubtful) | Err(_) => {
                "the epoch's keeper stopped".into()
            }
        }
    }

    /// Returns once the epoch is sound (`true`) or in doubt (`false`), for loops that wait on it.
    pub async fn until_sound(&self, sound: bool) {
        let mut standing = self.0.standing.subscribe();
        let _ = standing
            .wait_for(|s| matches!(s, Standing::Sound) == sound)
            .await;
    }

    /// Has the keeper ping now instead of at its next second.
    pub fn check_now(&self) {
        self.0.probe.notify_one();
    }

    /// The planned end of a life, after its work was given back. Anything still claimed is found by
    /// recovery. A failure leaves a row that others will find dead.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end(&self, reason: &str) -> Result<(), StoreError> {
        self.0.keeper.abort();
        let mut connection = self.0.db.pool().acquire().await?;
        rows::end(&mut connection, self.0.id, Evidence::Planned, reason, None).await?;
        self.0
            .standing
            .send_replace(Standing::Ended(reason.to_owned()));
        self.0.running.remove();
        tracing::info!(epoch = %self.0.id, reason, "epoch ended");
        Ok(())
    }
}

/// 63 random bits, never zero.
fn lock_key(entropy: &Entropy) -> i64 {
    let bits = entropy.child("liveness.lock_key").rng().next_u64() >> 1;
    i64::try_from(bits).unwrap_or(i64::MAX).max(1)
}

//! A private Postgres cluster for one machine, run as our child.
//!
//! Who is authoritative: the flock on `<dir>/lock` says which of our processes owns the directory;
//! the processes whose working directory is `<dir>/data` are the servers that use it (Postgres
//! changes into its data directory, so this also finds backends that outlived their postmaster).
//!
//! ```text
//! lock ─ held elsewhere → AlreadyRunning, nothing touched
//!  └─ initdb into data.new, rename          crash before the rename: data.new is thrown away
//!      └─ leftovers in data? ask to stop, wait, kill; only then a stale postmaster.pid goes
//!          └─ start, wait until it answers   crash of ours: the server lives on as a leftover
//!   a server that its keeper still runs is attached to instead
//! ```
//! As root the server runs as an unprivileged user, in a fallback directory where that user cannot
//! reach ours. It listens on a socket in a directory only that user (and root) can enter.

mod binaries;
mod error;
mod keeper;
mod leftovers;
mod owner;
mod programs;
mod server;

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::{FlockOperation, flock};

use binaries::Binaries;
pub use error::EmbeddedError;
pub use keeper::{Keeper, ServerCommand};
use owner::Owner;
pub use programs::ServerPrograms;
use server::{Parts, Server};

/// Where the cluster lives.
#[derive(Debug, Clone)]
pub struct EmbeddedOptions {
    /// The directory of the cluster. It is created when missing.
    pub dir: PathBuf,
    /// Durable settings on. Only throw-away clusters of tests turn this off.
    pub durable: bool,
}

/// A running cluster that we own.
#[derive(Debug)]
pub struct Embedded {
    server: Server,
    // Held for life; the kernel drops the flock with the process.
    _lock: File,
}

impl Embedded {
    /// Takes the directory, makes the cluster where it is missing, and starts the server.
    ///
    /// # Errors
    /// Named for what a person has to do: install Postgres, stop the other instance, free the path.
    pub async fn start(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        Self::start_with(options, None).await
    }

    /// As [`Self::start`], but the server is the keeper's child. Attaches to one that it keeps already.
    ///
    /// # Errors
    /// As for [`Embedded::start`].
    pub async fn start_kept(
        options: &EmbeddedOptions,
        keeper: Arc<dyn Keeper>,
    ) -> Result<Self, EmbeddedError> {
        Self::start_with(options, Some(keeper)).await
    }

    async fn start_with(
        options: &EmbeddedOptions,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> Result<Self, EmbeddedError> {
        let owner = Owner::choose(&options.dir)?;
        let dir = owner.base(&options.dir);
        create_private_dir(&dir, &owner)?;
        let lock = lock(&dir)?;
        let data = dir.join("data");
        let binaries = Binaries::find(cluster_major(&data))?;
        if !data.join("PG_VERSION").exists() {
            server::init(&binaries, &owner, &dir, &data).await?;
        }
        if !keeper.as_deref().is_some_and(|k| keeper::is_kept(&data, k)) {
            leftovers::clear(&data, &server::socket_dir(&dir)).await?;
        }
        let parts = Parts {
            binaries: &binaries,
            owner: &owner,
            dir: &dir,
            data: &data,
            durable: options.durable,
        };
        let server = Server::start(&parts, keeper).await?;
        Ok(Self {
            server,
            _lock: lock,
        })
    }

    /// Where the cluster of these options listens when somebody else runs it.
    ///
    /// # Errors
    /// As for [`Embedded::start`], without touching anything.
    pub fn url_for(options: &EmbeddedOptions) -> Result<String, EmbeddedError> {
        let base = Owner::choose(&options.dir)?.base(&options.dir);
        Ok(server::url(&server::socket_dir(&base), "homeostat"))
    }

    /// The server program that would run a new cluster.
    ///
    /// # Errors
    /// [`EmbeddedError::NoBinaries`] when there is none.
    pub fn version() -> Result<String, EmbeddedError> {
        Binaries::find(None).map(|binaries| binaries.program("postgres").display().to_string())
    }

    /// Whether a cluster was ever made under these options.
    pub fn exists(options: &EmbeddedOptions) -> bool {
        Owner::choose(&options.dir)
            .is_ok_and(|owner| owner.base(&options.dir).join("data/PG_VERSION").exists())
    }

    /// Where to connect: the database `homeostat` over a private socket.
    pub fn url(&self) -> String {
        self.url_of("homeostat")
    }

    /// The URL of another database of this cluster.
    pub fn url_of(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// The postmaster's process id.
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// Whether the server has ended by now.
    pub fn has_ended(&mut self) -> bool {
        self.server.has_ended()
    }

    /// Returns when the server has ended, with what it said last.
    pub async fn ended(&mut self) -> EmbeddedError {
        self.server.ended().await
    }

    /// Starts the server again after it ended. Leftovers of the old one are cleared first.
    ///
    /// # Errors
    /// As for [`Embedded::start`].
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.server.restart().await
    }

    /// A fast shutdown: sessions are cut, everything is written.
    ///
    /// # Errors
    /// When the server neither stops nor dies.
    pub async fn stop(mut self) -> Result<(), EmbeddedError> {
        self.server.stop().await
    }
}

/// The major version that made the cluster, so that the same one runs it.
fn cluster_major(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

fn create_private_dir(dir: &Path, owner: &Owner) -> Result<(), EmbeddedError> {
    use std::os::unix::fs::{PermissionsExt, chown};
    let broken = |source| EmbeddedError::Directory {
        path: dir.to_owned(),
        source,
    };
    fs::create_dir_all(dir).map_err(broken)?;
    if let Some((uid, gid)) = owner.ids() {
        chown(dir, Some(uid), Some(gid)).map_err(broken)?;
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(broken)
}

fn lock(dir: &Path) -> Result<File, EmbeddedError> {
    let path = dir.join("lock");
    let broken = |source| EmbeddedError::Directory {
        path: path.clone(),
        source,
    };
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .map_err(broken)?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        let mut holder = String::new();
        // The number is a courtesy; the lock alone decides.
        let _ = file.read_to_string(&mut holder);
        return Err(EmbeddedError::AlreadyRunning {
            dir: dir.to_owned(),
            pid: holder.trim().into(),
        });
    }
    file.set_len(0)
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(broken)?;
    Ok(file)
}

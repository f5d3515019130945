//! Before a kind is enabled: can it run at all, in the very environment that it will run in?
//!
//! ```text
//!   resolve command ─ interpreter ─ directory ─▶ preflight command, as the kind's own child ─▶ ready
//! ```
//! Everything here is a failure of configuration: it is told by field, and the kind is not started at
//! all, while the others are. *Crash points.* A preflight command is a child in a leaf of its own, so
//! one that hangs is ended like any other and one that is cut off is cleaned up like any other.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use homeostat_model::{Classify, Fault};
use sha2::{Digest, Sha256};

use crate::{
    deadline, files,
    mechanism::{LeafName, Tree},
    resolve::{Unresolved, resolve},
    spawn::{Bounds, Exit, NotSpawned, Request, Spawner},
    trampoline::Setup,
};

/// How much of what it says is kept for the reason.
const WORDS_BYTES: usize = 4_096;
/// How long its pipes are read after its end.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long it may take to obey TERM when its time is over.
const GRACE: Duration = Duration::from_millis(500);

/// A kind as it will be run.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// The program, absolute or to be found on the `PATH` of `env`.
    pub command: String,
    /// Arguments.
    pub args: Vec<OsString>,
    /// The whole environment.
    pub env: Vec<(String, String)>,
    /// User, limits, directory.
    pub setup: Setup,
    /// A command that exits with 0 when the kind can work, with its arguments.
    pub preflight: Option<(String, Vec<OsString>)>,
    /// How long that command may take.
    pub preflight_limit: Duration,
}

impl Kind {
    /// The search path that it will have.
    pub fn path(&self) -> Option<&str> {
        let found = self.env.iter().rev().find(|(name, _)| name == "PATH");
        found.map(|(_, path)| path.as_str())
    }
}

/// Why a kind cannot be enabled.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its command.
    #[error(transparent)]
    Command(#[from] Unresolved),
    /// Its directory.
    #[error("dir: {0} is no directory")]
    Directory(PathBuf),
    /// The command of its preflight.
    #[error("preflight: {0}")]
    Preflight(Unresolved),
    /// Its preflight said no.
    #[error("preflight: ended with {exit}: {words}")]
    Failed {
        /// How.
        exit: Exit,
        /// The last it said.
        words: String,
    },
    /// Its preflight did not end in time.
    #[error("preflight: took longer than {limit_ms} ms: {words}")]
    TooSlow {
        /// The limit.
        limit_ms: u128,
        /// The last it said.
        words: String,
    },
    /// No statement about the kind: the machine starts no process now.
    #[error("the preflight could not be made")]
    NotMade(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Classify for Refused {
    fn fault(&self) -> Fault {
        match self {
            Self::Command(_) | Self::Directory(_) | Self::Preflight(_) | Self::Failed { .. } => {
                Fault::Permanent
            }
            Self::TooSlow { .. } | Self::NotMade(_) => Fault::Transient,
        }
    }
}

/// Looks only: command, interpreter, directory, and the same of the preflight command. Returns the
/// absolute path of the command.
///
/// # Errors
/// When the kind could not run, by field.
pub fn look(kind: &Kind) -> Result<PathBuf, Refused> {
    let program = resolve(&kind.command, kind.path())?;
    if let Some(dir) = kind.setup.dir.as_ref().filter(|dir| !dir.is_dir()) {
        return Err(Refused::Directory(dir.clone()));
    }
    if let Some((command, _)) = &kind.preflight {
        resolve(command, kind.path()).map_err(Refused::Preflight)?;
    }
    Ok(program)
}

/// What a kind is made of: changes with its command, arguments, environment and set-up, with the file
/// that its command leads to, and when that begins or ceases to be one that can be run. It says
/// nothing of the values it was made from.
pub fn fingerprint(kind: &Kind) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        // Each part with its length, so that no two lists look the same.
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    };
    add(kind.command.as_bytes());
    for arg in &kind.args {
        add(arg.as_encoded_bytes());
    }
    for (name, value) in &kind.env {
        add(name.as_bytes());
        add(value.as_bytes());
    }
    add(format!("{:?}{:?}", kind.setup, kind.preflight).as_bytes());
    match look(kind) {
        Ok(program) => {
            add(program.as_os_str().as_encoded_bytes());
            add(files::mark(&program)
                .map_or_else(String::new, |mark| format!("{mark:?}"))
                .as_bytes());
        }
        Err(refused) => add(refused.to_string().as_bytes()),
    }
    let bytes = <[u8; 32]>::from(hash.finalize());
    bytes[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Looks, and runs the preflight command as the kind itself would be run. Returns the absolute path of
/// the kind's command.
///
/// # Errors
/// When the kind could not run, by field.
pub async fn check(kind: &Kind, tree: &Tree, spawner: &Spawner) -> Result<PathBuf, Refused> {
    let program = look(kind)?;
    let Some((command, args)) = &kind.preflight else {
        return Ok(program);
    };
    let command = resolve(command, kind.path()).map_err(Refused::Preflight)?;
    run(kind, command, args, tree, spawner).await?;
    Ok(program)
}

async fn run(
    kind: &Kind,
    program: PathBuf,
    args: &[OsString],
    tree: &Tree,
    spawner: &Spawner,
) -> Result<(), Refused> {
    let not_made = |error: Box<dyn std::error::Error + Send + Sync>| Refused::NotMade(error);
    let name = LeafName::new(&format!("preflight-{}", kind.name));
    let leaf = name.and_then(|name| tree.make_leaf(&name));
    let leaf = leaf.map_err(|e| not_made(e.into()))?;
    let bounds = || Bounds {
        memory_bytes: WORDS_BYTES,
        log: None,
    };
    let request = Request {
        program,
        args: args.to_vec(),
        env: kind.env.clone(),
        setup: kind.setup.clone(),
        leaf,
        sockets: Vec::new(),
        stdout: bounds(),
        stderr: bounds(),
    };
    let spawned = spawner.spawn(request).await;
    let mut child = spawned.map_err(|e: NotSpawned| not_made(e.into()))?;
    child.let_go();
    let ended = tokio::time::timeout(kind.preflight_limit, child.ended()).await;
    // Whatever it left behind goes with it, also when it ended well.
    let leaf = child.leaf().clone();
    let cleared = tokio::task::spawn_blocking(move || deadline::end(&leaf, GRACE)).await;
    cleared
        .map_err(|e| not_made(e.into()))?
        .map_err(|e| not_made(e.into()))?;
    let was_slow = ended.is_err();
    let exit = child.ended().await.map_err(|e| not_made(e.into()))?;
    let (out, err) = child.output(PATIENCE).await;
    let words = if err.bytes.is_empty() {
        out.bytes
    } else {
        err.bytes
    };
    let words = String::from_utf8_lossy(&words).trim().to_owned();
    if was_slow {
        let limit_ms = kind.preflight_limit.as_millis();
        return Err(Refused::TooSlow { limit_ms, words });
    }
    match exit {
        Exit::Code(0) => Ok(()),
        exit => Err(Refused::Failed { exit, words }),
    }
}

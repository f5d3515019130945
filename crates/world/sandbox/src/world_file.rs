//! `world.json`: what makes a restarted sandbox the same world.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use homeostat_clock::{Anchor, wall};
use serde::{Deserialize, Serialize};

use crate::{
    alive,
    faults::FaultPlan,
    options::{Options, SPEED_MAX, WorldSource},
    world::{self, CsvError, ORIGIN, World},
};

const FORMAT: u32 = 1;
const CSV_COPY: &str = "world.csv";

/// The kept part of a world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorldFile {
    format: u32,
    pub(crate) seed: u64,
    pub(crate) anchor: Anchor,
    pub(crate) faults: FaultPlan,
    /// Whether `world.csv` beside it is the world.
    recorded: bool,
    /// Lives so far; each draws its own faults.
    pub(crate) lives: u64,
}

/// A world that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// An option is out of range.
    #[error("{field}: {problem}")]
    Option {
        /// The option.
        field: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The directory holds another world.
    #[error(
        "{field}: the world in {dir} was started with {there}, asked for {asked}; use the same or \
         an empty directory"
    )]
    AnotherWorld {
        /// The option that differs.
        field: &'static str,
        /// The directory.
        dir: PathBuf,
        /// What it was.
        there: String,
        /// What was asked.
        asked: String,
    },
    /// Another sandbox is running on the directory.
    #[error("another sandbox is running on {0}; stop it or use another directory")]
    InUse(PathBuf),
    /// The directory cannot be used.
    #[error("{path} cannot be used")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// `world.json` makes no sense.
    #[error("{path} is damaged: {problem}; use an empty directory")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file of results cannot be played.
    #[error(transparent)]
    Csv(#[from] CsvError),
}

/// An opened world. The lock lasts as long as this.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) file: WorldFile,
    pub(crate) world: World,
    pub(crate) lock: File,
}

/// Opens the world of a directory, or begins one there.
///
/// Another fault plan or speed is taken over: at a new speed the clock goes on from where it is.
pub(crate) fn open(options: &Options) -> Result<Opened, OpenError> {
    check(options)?;
    let dir = &options.books_dir;
    fs::create_dir_all(dir).map_err(at(dir))?;
    let lock = lock(dir)?;
    let path = dir.join("world.json");
    let file = match fs::read(&path) {
        Ok(bytes) => resume(options, &path, &bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => begin(options)?,
        Err(error) => return Err(at(&path)(error)),
    };
    let world = if file.recorded {
        let text = world::load(&dir.join(CSV_COPY))?;
        world::parse(&text, file.seed)?
    } else {
        world::generate(file.seed).map_err(|problem| OpenError::Option {
            field: "seed",
            problem,
        })?
    };
    let bytes = serde_json::to_vec_pretty(&file).map_err(io::Error::other);
    homeostat_files::replace(&path, &bytes.map_err(at(&path))?).map_err(at(&path))?;
    Ok(Opened { file, world, lock })
}

fn check(options: &Options) -> Result<(), OpenError> {
    if !(1..=SPEED_MAX).contains(&options.speed) {
        let problem = format!("{} must be 1 to {SPEED_MAX}", options.speed);
        return Err(OpenError::Option {
            field: "speed",
            problem,
        });
    }
    if !options.listen.ip().is_loopback() {
        let problem = format!(
            "{} must be a loopback address, since the sandbox's credentials are public",
            options.listen
        );
        return Err(OpenError::Option {
            field: "listen",
            problem,
        });
    }
    options.faults.check().map_err(|problem| OpenError::Option {
        field: "faults",
        problem,
    })
}

fn begin(options: &Options) -> Result<WorldFile, OpenError> {
    if let WorldSource::Csv(path) = &options.world {
        let text = world::load(path)?;
        // Parsed before it is kept, so that a bad file leaves the directory unused.
        world::parse(&text, options.seed)?;
        let copy = options.books_dir.join(CSV_COPY);
        homeostat_files::replace(&copy, text.as_bytes()).map_err(at(&copy))?;
    }
    Ok(WorldFile {
        format: FORMAT,
        seed: options.seed,
        anchor: Anchor {
            origin: ORIGIN,
            wall: wall(),
            speed: options.speed,
        },
        faults: options.faults.clone(),
        recorded: matches!(options.world, WorldSource::Csv(_)),
        lives: 1,
    })
}

fn resume(options: &Options, path: &Path, bytes: &[u8]) -> Result<WorldFile, OpenError> {
    let damaged = |problem: String| OpenError::Damaged {
        path: path.to_owned(),
        problem,
    };
    let mut file: WorldFile = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
    if file.format != FORMAT {
        return Err(damaged(format!("format {} is not {FORMAT}", file.format)));
    }
    let differs = |field, there: String, asked: String| OpenError::AnotherWorld {
        field,
        dir: options.books_dir.clone(),
        there,
        asked,
    };
    if file.seed != options.seed {
        let (there, asked) = (file.seed.to_string(), options.seed.to_string());
        return Err(differs("seed", there, asked));
    }
    let kind = |recorded| {
        if recorded {
            "a file of results"
        } else {
            "a generated world"
        }
    };
    let recorded = matches!(options.world, WorldSource::Csv(_));
    if file.recorded != recorded {
        return Err(differs(
            "world",
            kind(file.recorded).into(),
            kind(recorded).into(),
        ));
    }
    if let WorldSource::Csv(path) = &options.world
        && path.exists()
        && world::load(path)? != world::load(&options.books_dir.join(CSV_COPY))?
    {
        let asked = path.display().to_string();
        return Err(differs("world", "another file of results".into(), asked));
    }
    file.anchor = alive::after_absence(&options.books_dir, file.anchor);
    if file.anchor.speed != options.speed {
        let clock = homeostat_clock::WorldClock::Scaled(file.anchor);
        file.anchor = Anchor {
            origin: clock.now(),
            wall: wall(),
            speed: options.speed,
        };
    }
    file.faults = options.faults.clone();
    file.lives += 1;
    Ok(file)
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("lock");
    let file = File::create(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(OpenError::InUse(dir.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { path, source }
}

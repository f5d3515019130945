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
    world::{self, CsvError, ORIGIN, Recipe, RecipeError, World},
};

const FORMAT: u32 = 1;
const CSV_COPY: &str = "world.csv";
const RECIPE_COPY: &str = "world.toml";

/// The kept part of a world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorldFile {
    format: u32,
    pub(crate) seed: u64,
    pub(crate) anchor: Anchor,
    pub(crate) faults: FaultPlan,
    /// Whether `world.csv` beside it is the world.
    recorded: bool,
    /// Whether `world.toml` beside it has its rates.
    #[serde(default)]
    described: bool,
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
    /// The file of rates describes no world.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// An opened world. The lock lasts as long as this.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) file: WorldFile,
    pub(crate) world: World,
    pub(crate) recipe: Recipe,
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
    let recipe = if file.described {
        Recipe::parse(&Recipe::load(&dir.join(RECIPE_COPY))?)?
    } else {
        Recipe::default()
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
    Ok(Opened {
        file,
        world,
        recipe,
        lock,
    })
}

/// What the world of a directory was started with last.
pub(crate) fn options_of(dir: &Path) -> Result<Options, OpenError> {
    let path = dir.join("world.json");
    let bytes = fs::read(&path).map_err(at(&path))?;
    let file: WorldFile = serde_json::from_slice(&bytes).map_err(|e| OpenError::Damaged {
        path,
        problem: e.to_string(),
    })?;
    let mut options = Options::new(dir);
    options.seed = file.seed;
    options.speed = file.anchor.speed;
    options.faults = file.faults;
    options.world = match (file.recorded, file.described) {
        (true, _) => WorldSource::Csv(dir.join(CSV_COPY)),
        (false, true) => WorldSource::Recipe(dir.join(RECIPE_COPY)),
        (false, false) => WorldSource::Generated,
    };
    Ok(options)
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
    let mut seed = options.seed;
    let keep = |name: &str, text: &str| {
        let copy = options.books_dir.join(name);
        homeostat_files::replace(&copy, text.as_bytes()).map_err(at(&copy))
    };
    // Parsed before it is kept, so that a bad file leaves the directory unused.
    match &options.world {
        WorldSource::Generated => {}
        WorldSource::Csv(path) => {
            let text = world::load(path)?;
            world::parse(&text, seed)?;
            keep(CSV_COPY, &text)?;
        }
        WorldSource::Recipe(path) => {
            let text = Recipe::load(path)?;
            seed = Recipe::parse(&text)?.seed.unwrap_or(seed);
            keep(RECIPE_COPY, &text)?;
        }
    }
    Ok(WorldFile {
        format: FORMAT,
        seed,
        anchor: Anchor {
            origin: ORIGIN,
            wall: wall(),
            speed: options.speed,
        },
        faults: options.faults.clone(),
        recorded: matches!(options.world, WorldSource::Csv(_)),
        described: matches!(options.world, WorldSource::Recipe(_)),
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
    let kind = |recorded, described| match (recorded, described) {
        (true, _) => "a file of results",
        (false, true) => "a file of rates",
        (false, false) => "a generated world",
    };
    let there = kind(file.recorded, file.described);
    let asked = match &options.world {
        WorldSource::Generated => kind(false, false),
        WorldSource::Csv(_) => kind(true, false),
        WorldSource::Recipe(_) => kind(false, true),
    };
    if there != asked {
        return Err(differs("world", there.into(), asked.into()));
    }
    let seed = own_seed(options)?.unwrap_or(options.seed);
    if file.seed != seed {
        let (there, asked) = (file.seed.to_string(), seed.to_string());
        return Err(differs("seed", there, asked));
    }
    if is_another(options)? {
        let path = match &options.world {
            WorldSource::Csv(path) | WorldSource::Recipe(path) => path.display().to_string(),
            WorldSource::Generated => String::new(),
        };
        return Err(differs("world", there.replacen('a', "another", 1), path));
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

/// The seed in the file of rates, where there is one: the one that was asked for, or its copy when that is gone.
fn own_seed(options: &Options) -> Result<Option<u64>, OpenError> {
    let WorldSource::Recipe(path) = &options.world else {
        return Ok(None);
    };
    let copy = options.books_dir.join(RECIPE_COPY);
    let path = if path.exists() { path } else { &copy };
    Ok(Recipe::parse(&Recipe::load(path)?)?.seed)
}

/// Whether the file that was asked for is there and is not the one that was kept.
fn is_another(options: &Options) -> Result<bool, OpenError> {
    let dir = &options.books_dir;
    Ok(match &options.world {
        WorldSource::Csv(path) if path.exists() => {
            world::load(path)? != world::load(&dir.join(CSV_COPY))?
        }
        WorldSource::Recipe(path) if path.exists() => {
            Recipe::load(path)? != Recipe::load(&dir.join(RECIPE_COPY))?
        }
        WorldSource::Generated | WorldSource::Csv(_) | WorldSource::Recipe(_) => false,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(dir: &Path, file: &Path) -> Result<Opened, OpenError> {
        let mut options = Options::new(dir.join("world"));
        options.world = WorldSource::of_file(file.to_owned());
        open(&options)
    }

    #[test]
    fn a_described_world_is_the_same_when_it_is_opened_again_and_no_other() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path();
        let file = dir.join("mine.toml");
        fs::write(&file, "seed = 7\n[parcels]\nlost = 500").unwrap();
        let first = asked(dir, &file).unwrap();
        assert_eq!((first.file.seed, first.recipe.parcels.lost), (7, 500));
        drop(first);
        fs::write(&file, "seed = 7\n[parcels]\nlost = 1").unwrap();
        let error = asked(dir, &file).unwrap_err().to_string();
        assert!(error.contains("another file of rates"), "{error}");
        fs::remove_file(&file).unwrap();
        let again = asked(dir, &file).unwrap();
        assert_eq!((again.file.seed, again.recipe.parcels.lost), (7, 500));
        drop(again);
        let error = open(&Options::new(dir.join("world"))).unwrap_err();
        assert!(error.to_string().contains("a generated world"), "{error}");
    }

    #[test]
    fn a_file_that_describes_no_world_leaves_its_directory_unused() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path();
        let file = dir.join("mine.toml");
        fs::write(&file, "[parcels]\nlots = 5").unwrap();
        let error = asked(dir, &file).unwrap_err().to_string();
        assert!(error.contains("lots") && error.contains("lost"), "{error}");
        assert!(!dir.join("world").join("world.json").exists());
    }
}

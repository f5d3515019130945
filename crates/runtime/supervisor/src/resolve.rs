//! From the command of a kind to the absolute path that is run, or the reason why it cannot be.
//!
//! The incident behind this: a daemon that was started for twelve hours with a search path on which
//! its program was not. So the search is made once, here, with the very path that the kind will have,
//! and its failure names that path.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use homeostat_model::{Classify, Fault};
use rustix::fs::{Access, access};

/// The kernel reads this much of a script's first line.
const FIRST_LINE_BYTES: u64 = 256;

/// Why a command cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// Nothing was named.
    #[error("command: it is empty; give a program")]
    Empty,
    /// A path from a directory that nobody named.
    #[error(
        "command: {0:?} is relative; give an absolute path, or a bare name to be found on PATH"
    )]
    Relative(String),
    /// There is none.
    #[error("command: {program:?} is not found; {}", searched_in(.searched))]
    NotFound {
        /// As it was named.
        program: String,
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// It is there and may not be run.
    #[error("command: {0} is not executable by us; set its mode, or its owner")]
    NotExecutable(PathBuf),
    /// It cannot be looked at.
    #[error("command: {path} cannot be read: {why}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// A script whose first line names what is not there.
    #[error(
        "command: {script} is a script for {interpreter:?}, which is not found; {}",
        searched_in(.searched)
    )]
    NoInterpreter {
        /// The script.
        script: PathBuf,
        /// What it names.
        interpreter: String,
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
}

impl Classify for Unresolved {
    fn fault(&self) -> Fault {
        match self {
            // Somebody must change something; until then each try ends the same.
            Self::Empty
            | Self::Relative(_)
            | Self::NotFound { .. }
            | Self::NotExecutable(_)
            | Self::Unreadable { .. }
            | Self::NoInterpreter { .. } => Fault::Permanent,
        }
    }
}

/// Finds the program, and the interpreter if it is a script. `path` is the search path that the child
/// will have; none means that only absolute paths are found.
///
/// # Errors
/// When the child could not run, each with its reason.
pub fn resolve(program: &str, path: Option<&str>) -> Result<PathBuf, Unresolved> {
    let found = find(program, path)?;
    check_interpreter(&found, path)?;
    Ok(found)
}

fn find(program: &str, path: Option<&str>) -> Result<PathBuf, Unresolved> {
    if program.is_empty() {
        return Err(Unresolved::Empty);
    }
    if Path::new(program).is_absolute() {
        let candidate = PathBuf::from(program);
        return match look(&candidate) {
            Look::Runs => Ok(candidate),
            Look::NotExecutable => Err(Unresolved::NotExecutable(candidate)),
            Look::Absent => Err(Unresolved::NotFound {
                program: program.to_owned(),
                searched: Vec::new(),
            }),
        };
    }
    if program.contains('/') {
        return Err(Unresolved::Relative(program.to_owned()));
    }
    let mut searched = Vec::new();
    let mut not_executable = None;
    // A relative entry would mean another program in each directory, so it finds nothing.
    let entries = path.unwrap_or_default().split(':').map(Path::new);
    for dir in entries.filter(|dir| dir.is_absolute()) {
        let candidate = dir.join(program);
        match look(&candidate) {
            Look::Runs => return Ok(candidate),
            Look::NotExecutable => not_executable = not_executable.or(Some(candidate)),
            Look::Absent => {}
        }
        searched.push(dir.to_owned());
    }
    Err(match not_executable {
        Some(candidate) => Unresolved::NotExecutable(candidate),
        None => Unresolved::NotFound {
            program: program.to_owned(),
            searched,
        },
    })
}

enum Look {
    Runs,
    NotExecutable,
    Absent,
}

fn look(candidate: &Path) -> Look {
    match candidate.metadata() {
        Ok(meta) if meta.is_file() && access(candidate, Access::EXEC_OK).is_ok() => Look::Runs,
        Ok(_) => Look::NotExecutable,
        Err(_) => Look::Absent,
    }
}

/// Follows the first line of a script, through `env` too.
fn check_interpreter(script: &Path, path: Option<&str>) -> Result<(), Unresolved> {
    let line = match first_line(script) {
        Ok(Some(line)) => line,
        Ok(None) => return Ok(()),
        // One may run what one may not read, if it is no script.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
        Err(error) => {
            return Err(Unresolved::Unreadable {
                path: script.to_owned(),
                why: error.to_string(),
            });
        }
    };
    let missing = |interpreter: &str, searched| Unresolved::NoInterpreter {
        script: script.to_owned(),
        interpreter: interpreter.to_owned(),
        searched,
    };
    let mut words = line.split_whitespace();
    let interpreter = words.next().unwrap_or_default();
    if !matches!(look(Path::new(interpreter)), Look::Runs) {
        return Err(missing(interpreter, Vec::new()));
    }
    if Path::new(interpreter)
        .file_name()
        .is_none_or(|name| name != "env")
    {
        return Ok(());
    }
    // Options and assignments of env come before the program that it looks for.
    let Some(target) = words.find(|word| !word.starts_with('-') && !word.contains('=')) else {
        return Ok(());
    };
    match find(target, path) {
        Ok(_) | Err(Unresolved::Relative(_)) => Ok(()),
        Err(Unresolved::NotFound { searched, .. }) => Err(missing(target, searched)),
        Err(other) => Err(other),
    }
}

/// What follows `#!`; none when it is no script.
fn first_line(file: &Path) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(FIRST_LINE_BYTES)
        .read_to_end(&mut bytes)?;
    let Some(rest) = bytes.strip_prefix(b"#!") else {
        return Ok(None);
    };
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(Some(String::from_utf8_lossy(line).trim().to_owned()))
}

fn searched_in(dirs: &[PathBuf]) -> String {
    if dirs.is_empty() {
        return "there is no such file".to_owned();
    }
    let dirs: Vec<_> = dirs.iter().map(|dir| dir.display().to_string()).collect();
    format!("searched PATH: {}", dirs.join(":"))
}

//! The programs of Postgres, for servers that somebody else keeps: tests, drills.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{Binaries, EmbeddedError, Owner, create_private_dir};

/// Where the programs are, and the user that may run them below one directory.
#[derive(Debug, Clone)]
pub struct ServerPrograms {
    binaries: Binaries,
    owner: Owner,
}

impl ServerPrograms {
    /// The newest server that is installed.
    ///
    /// # Errors
    /// When there is none, or nobody who may run it: Postgres refuses root.
    pub fn find(below: &Path) -> Result<Self, EmbeddedError> {
        Ok(Self {
            binaries: Binaries::find(None)?,
            owner: Owner::choose(below)?,
        })
    }

    /// The path of one program.
    pub fn path(&self, name: &str) -> PathBuf {
        self.binaries.program(name)
    }

    /// A command of that user, with hardly an environment; the program need not be Postgres's own.
    pub fn command(&self, program: &Path, cwd: &Path) -> Command {
        self.owner.command(program, cwd)
    }

    /// Makes a directory that only that user can enter.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn create_dir(&self, dir: &Path) -> Result<(), EmbeddedError> {
        create_private_dir(dir, &self.owner)
    }
}

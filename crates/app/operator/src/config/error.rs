//! What is wrong with a configuration, and where.

use std::{io, path::PathBuf};

/// A configuration that cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A value is of the wrong type, or a key is unknown.
    #[error("homeostat.toml: {0}")]
    Shape(String),
    /// A value is not allowed.
    #[error("homeostat.toml: {field}: {problem}")]
    Field {
        /// The path of the field.
        field: String,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// A secret is missing from the environment.
    #[error("environment: {name} is not set; {purpose}")]
    Secret {
        /// The variable.
        name: &'static str,
        /// What it is for.
        purpose: &'static str,
    },
}

impl ConfigError {
    pub(super) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field {
            field: field.into(),
            problem: problem.into(),
        }
    }

    pub(super) fn shape(error: &figment::Error) -> Self {
        let place = error.path.join(".");
        Self::Shape(if place.is_empty() {
            error.kind.to_string()
        } else {
            format!("{place}: {}", error.kind)
        })
    }
}

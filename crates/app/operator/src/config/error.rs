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
    #[error("environment: neither {name} nor {name}_FILE is set; {purpose}")]
    Secret {
        /// The variable.
        name: String,
        /// What it is for.
        purpose: &'static str,
    },
    /// The file that should have a secret cannot be used.
    #[error("environment: {variable}: {problem}")]
    SecretFile {
        /// The variable that names the file.
        variable: String,
        /// Why, without what is in it.
        problem: String,
    },
}

impl ConfigError {
    pub(crate) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
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

//! Secrets: from the environment, or from a file that the environment names. They are never in the
//! configuration, never shown and never stored.

use std::{env, fs};

use secrecy::SecretString;

use crate::config::ConfigError;

/// A secret larger than this is another file, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// A secret that must be there: in the variable `name`, or in the file that `name`_FILE names.
///
/// # Errors
/// When it is in neither, or the file cannot be used.
pub(crate) fn required(name: &str, purpose: &'static str) -> Result<SecretString, ConfigError> {
    optional(name)?.ok_or_else(|| ConfigError::Secret {
        name: name.to_owned(),
        purpose,
    })
}

/// A secret that may be absent; an empty one is none.
///
/// # Errors
/// When the file that should have it cannot be used.
pub(crate) fn optional(name: &str) -> Result<Option<SecretString>, ConfigError> {
    if let Some(value) = non_empty(env::var(name).ok()) {
        return Ok(Some(value.into()));
    }
    let variable = format!("{name}_FILE");
    let Some(path) = non_empty(env::var(&variable).ok()) else {
        return Ok(None);
    };
    let unusable = |problem: String| ConfigError::SecretFile {
        variable: variable.clone(),
        problem,
    };
    let known = fs::metadata(&path).map_err(|error| unusable(format!("{path}: {error}")))?;
    if known.len() > FILE_BYTES_MAX {
        return Err(unusable(format!("{path} is larger than a secret")));
    }
    let text = fs::read_to_string(&path).map_err(|error| unusable(format!("{path}: {error}")))?;
    // Editors end files with a line end; no secret does.
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    match non_empty(Some(text)) {
        Some(value) => Ok(Some(value.into())),
        None => Err(unusable(format!("{path} is empty"))),
    }
}

fn non_empty(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty())
}

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
    read(name, &|variable| env::var(variable).ok())
}

fn read(
    name: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<SecretString>, ConfigError> {
    if let Some(value) = non_empty(environment(name)) {
        return Ok(Some(value.into()));
    }
    let variable = format!("{name}_FILE");
    let Some(path) = non_empty(environment(&variable)) else {
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment = |name: &str| {
            let mut found = pairs.iter().filter(|(known, _)| *known == name);
            found.next().map(|(_, value)| (*value).to_owned())
        };
        match read("KEY", &environment) {
            Ok(secret) => Ok(secret.map(|secret| secret.expose_secret().to_owned())),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_secret_is_in_its_variable_or_in_the_file_that_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "from a file\n").unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[("KEY", " ")]), Ok(None));
        assert_eq!(of(&[("KEY_FILE", path)]), Ok(Some("from a file".into())));
        let both = [("KEY", "itself"), ("KEY_FILE", path)];
        assert_eq!(of(&both), Ok(Some("itself".into())));
    }

    #[test]
    fn a_file_that_has_none_is_named_and_not_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        for (content, told) in [(String::new(), "is empty"), ("s".repeat(70_000), "larger")] {
            fs::write(file.path(), content).unwrap();
            let error = of(&[("KEY_FILE", path)]).unwrap_err();
            assert!(
                error.contains("KEY_FILE") && error.contains(told),
                "{error}"
            );
            assert!(!error.contains("sss"), "{error}");
        }
        assert!(
            of(&[("KEY_FILE", "/nowhere/at/all")])
                .unwrap_err()
                .contains("KEY_FILE")
        );
    }
}

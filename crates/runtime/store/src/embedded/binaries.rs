//! Finds the server programs of Postgres.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::EmbeddedError;

const MAJOR_MIN: u32 = 15;

/// The directory that holds `postgres` and `initdb`.
#[derive(Debug, Clone)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    /// The newest server found, or exactly `major` where a cluster asks for it.
    ///
    /// # Errors
    /// [`EmbeddedError::NoBinaries`] or [`EmbeddedError::WrongMajor`].
    pub(super) fn find(major: Option<u32>) -> Result<Self, EmbeddedError> {
        let mut found: Vec<(u32, PathBuf)> = candidates()
            .into_iter()
            .filter(|dir| dir.join("initdb").exists())
            .filter_map(|dir| Some((major_of(&dir)?, dir)))
            .filter(|(found, _)| *found >= MAJOR_MIN && major.is_none_or(|wanted| wanted == *found))
            .collect();
        found.sort_by_key(|(version, _)| *version);
        match (found.pop(), major) {
            (Some((_, dir)), _) => Ok(Self(dir)),
            (None, Some(major)) => Err(EmbeddedError::WrongMajor { major }),
            (None, None) => Err(EmbeddedError::NoBinaries),
        }
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// `PATH`, then where the distributions put servers: Debian, Red Hat, source builds, Homebrew.
fn candidates() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    for (parent, prefix, suffix) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
    ] {
        let Ok(entries) = Path::new(parent).read_dir() else {
            continue;
        };
        dirs.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
                .map(|entry| entry.path().join(suffix)),
        );
    }
    dirs.push("/usr/local/pgsql/bin".into());
    dirs.retain(|dir| dir.join("postgres").is_file());
    dirs
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` → 15.
fn major_of(dir: &Path) -> Option<u32> {
    let output = Command::new(dir.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    parse_major(&String::from_utf8_lossy(&output.stdout))
}

fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    number
        .chars()
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn versions_are_read() {
        assert_eq!(
            parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("something else"), None);
    }
}

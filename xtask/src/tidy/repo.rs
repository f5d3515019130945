//! The files of the checkout, read once for all rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use walkdir::{DirEntry, WalkDir};

use crate::source::Source;

/// Paths relative to the root, with their text where they have one.
#[derive(Debug, Default)]
pub(crate) struct Repo {
    files: BTreeMap<String, Option<String>>,
    /// Sources that their parent declares for tests only.
    tests: BTreeSet<String>,
}

impl Repo {
    /// Reads a checkout; leaves out what git and cargo keep for themselves.
    pub(crate) fn read(root: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut files = BTreeMap::new();
        for entry in WalkDir::new(root)
            .into_iter()
            .filter_entry(|entry| !is_foreign(entry))
        {
            let entry = entry?;
            if entry.file_type().is_file() {
                let path = entry
                    .path()
                    .strip_prefix(root)?
                    .to_string_lossy()
                    .into_owned();
                files.insert(path, String::from_utf8(std::fs::read(entry.path())?).ok());
            }
        }
        Ok(Self::new(files))
    }

    fn new(files: BTreeMap<String, Option<String>>) -> Self {
        let mut repo = Self {
            files,
            tests: BTreeSet::new(),
        };
        let mut tests = BTreeSet::new();
        for (path, text) in repo
            .rust()
            .filter(|(_, text)| text.contains("#[cfg(test)]"))
        {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let stem = name.trim_end_matches(".rs");
            let is_root = matches!(stem, "mod" | "lib" | "main");
            let folder = if is_root {
                folder.to_owned()
            } else {
                format!("{folder}/{stem}")
            };
            tests.extend(
                Source::parse(text)
                    .test_files()
                    .map(|name| format!("{folder}/{name}")),
            );
        }
        repo.tests = tests;
        repo
    }

    #[cfg(test)]
    pub(crate) fn from_files(files: &[(&str, &str)]) -> Self {
        let owned = |(path, text): &(&str, &str)| ((*path).into(), Some((*text).into()));
        Self::new(files.iter().map(owned).collect())
    }

    /// Every file with a text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every Rust source.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Every package manifest: the folder of the package and the parsed text.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts()
            .filter_map(|(path, text)| Some((path.strip_suffix("/Cargo.toml")?, text)))
            .filter(|(folder, _)| folder.starts_with("crates/") || *folder == "xtask")
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a Rust source holds nothing but tests.
    pub(crate) fn is_test(&self, path: &str) -> bool {
        let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let mut parents = stem
            .match_indices('/')
            .map(|(at, _)| &stem[..at])
            .chain([stem]);
        path.contains("/tests/")
            || path.starts_with("crates/proof/")
            || parents.any(|parent| self.tests.contains(parent))
    }

    /// Whether a file or a folder is there.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
    }
}

fn is_foreign(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_private = matches!(name.as_ref(), ".git" | ".homeostat" | ".sqlx");
    // Cargo marks its target folders, wherever they are.
    is_private || (entry.file_type().is_dir() && entry.path().join("CACHEDIR.TAG").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_exists_through_its_files() {
        let repo = Repo::from_files(&[("docs/states/job.md", "")]);
        assert!(repo.exists("docs/states") && repo.exists("docs/states/job.md"));
        assert!(!repo.exists("docs/state"));
    }

    #[test]
    fn modules_for_tests_are_known_with_all_below_them() {
        let repo = Repo::from_files(&[
            ("a/src/lib.rs", "#[cfg(test)]\nmod kit;\nmod b;"),
            ("a/src/b.rs", "#[cfg(test)]\nmod tests;"),
        ]);
        for path in [
            "a/src/kit.rs",
            "a/src/kit/x.rs",
            "a/src/kit/mod.rs",
            "a/src/b/tests.rs",
        ] {
            assert!(repo.is_test(path), "{path}");
        }
        assert!(!repo.is_test("a/src/b.rs") && !repo.is_test("a/src/tests.rs"));
    }

    #[test]
    fn build_output_is_left_out() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("a.rs", "x"),
            ("out/CACHEDIR.TAG", ""),
            ("out/b.rs", "x"),
            (".git/c.rs", "x"),
        ] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let repo = Repo::read(root.path()).unwrap();
        assert_eq!(repo.rust().collect::<Vec<_>>(), [("a.rs", "x")]);
    }
}

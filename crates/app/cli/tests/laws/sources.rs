//! The workspace's own source text.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The workspace's directory.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// Every Rust file of the crates: its path from the workspace's directory, and its text.
pub(crate) fn rust() -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    collect(&root.join("crates"), &root, &mut found);
    assert!(found.len() > 100, "only {} files were found", found.len());
    found
}

fn collect(dir: &Path, root: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, root, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Places whose code, comments aside, has this text.
pub(crate) fn places(needle: &str) -> Vec<String> {
    let mut places = Vec::new();
    for (name, text) in rust() {
        for (index, line) in text.lines().enumerate() {
            if line.contains(needle) && !line.trim_start().starts_with("//") {
                places.push(format!("{name}:{}", index + 1));
            }
        }
    }
    places
}

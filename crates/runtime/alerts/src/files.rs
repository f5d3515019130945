//! Files that are whole or not there, and what is done with one that is neither.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use homeostat_files::UNFINISHED;
use rustix::fs::OFlags;
use serde::{Serialize, de::DeserializeOwned};

use crate::Error;

/// No file of ours is longer.
const BYTES_MAX: u64 = 64 * 1024;
/// So many files are kept aside; the oldest go.
const ASIDE_MAX: usize = 20;

/// Creates a directory that only we may look into.
pub(crate) fn own_dir(dir: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700);
    builder.create(dir).map_err(|e| Error::file(dir, e))
}

/// Replaces a file by a value.
pub(crate) fn replace<T: Serialize>(path: &Path, value: &T) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(value).map_err(io::Error::other);
    let written = text.and_then(|mut bytes| {
        bytes.push(b'\n');
        homeostat_files::replace(path, &bytes)
    });
    written.map_err(|source| Error::file(path, source))
}

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Content<T> {
    Absent,
    Whole(T),
    Torn(String),
}

/// Reads a file without waiting for whoever might be at its other end.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Content<T>, Error> {
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Absent),
        Err(error) => return Err(Error::file(path, error)),
    };
    let meta = file.metadata().map_err(|e| Error::file(path, e))?;
    if !meta.is_file() || meta.len() > BYTES_MAX {
        return Ok(Content::Torn(format!(
            "{} bytes, or no plain file",
            meta.len()
        )));
    }
    let mut bytes = Vec::new();
    file.take(BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::file(path, e))?;
    Ok(match serde_json::from_slice(&bytes) {
        Ok(value) => Content::Whole(value),
        Err(error) => Content::Torn(error.to_string()),
    })
}

/// Moves a torn file out of the way. One that was replaced by a whole one meanwhile is put back.
pub(crate) fn set_aside(
    path: &Path,
    aside_dir: &Path,
    why: String,
    is_whole: impl Fn(&Path) -> bool,
) -> Error {
    let aside = aside_dir.join(path.file_name().unwrap_or_default());
    let moved = own_dir(aside_dir).and_then(|()| {
        fs::rename(path, &aside).map_err(|e| Error::file(path, e))?;
        if is_whole(&aside) {
            // A still newer one that lies there by now wins.
            let _ = fs::hard_link(&aside, path);
            let _ = fs::remove_file(&aside);
        }
        keep_newest(aside_dir);
        Ok(())
    });
    match moved {
        Ok(()) => Error::Torn {
            path: path.to_owned(),
            aside,
            why,
        },
        Err(error) => error,
    }
}

fn keep_newest(dir: &Path) {
    let age = |path: &PathBuf| path.metadata().and_then(|m| m.modified()).ok();
    let mut kept = names(dir, "").unwrap_or_default();
    kept.sort_by_key(age);
    let surplus = kept.len().saturating_sub(ASIDE_MAX);
    for path in kept.iter().take(surplus) {
        let _ = fs::remove_file(path);
    }
}

/// The files of a directory whose names end so, without those that are being written.
pub(crate) fn names(dir: &Path, end: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(dir, error)),
    };
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(end) && !name.starts_with('.')
    };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|e| e.path())
        .filter(is_ours)
        .collect();
    paths.sort();
    Ok(paths)
}

/// Removes what a writer left behind that died in the middle. Nobody writes for a minute.
pub(crate) fn sweep_unfinished(dir: &Path, is_old: impl Fn(std::time::SystemTime) -> bool) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let unfinished = entry.file_name().to_string_lossy().ends_with(UNFINISHED);
        let modified = entry.metadata().and_then(|m| m.modified());
        if unfinished && modified.is_ok_and(&is_old) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes a file that still holds this. It is looked at where nobody else replaces it, and put back
/// when it holds something else.
pub(crate) fn remove_if<T: DeserializeOwned + PartialEq>(
    path: &Path,
    value: &T,
) -> Result<(), Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.gone{UNFINISHED}"));
    match fs::rename(path, &beside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::file(path, error)),
    }
    if !matches!(read::<T>(&beside), Ok(Content::Whole(found)) if found == *value) {
        // A still newer one that lies there by now wins.
        let _ = fs::hard_link(&beside, path);
    }
    remove(&beside)
}

/// Removes a file; that it is gone already is as good.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

//! Files that are whole or not there, for everybody who keeps state beside the database.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

/// How the name of a file ends that is not whole yet. Whoever finds one that is old may remove it.
pub const UNFINISHED: &str = ".new";

/// Writes beside the place under a name that nobody else uses, syncs, and renames over it: a crash leaves
/// the old file or the new one, and so do two writers at once. Only its owner may read it. The directory
/// is made where it is missing.
///
/// # Errors
/// When the system takes no file there; the old one is untouched then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, true)
}

/// The same without the disk: other processes find the old file or the new one, whoever dies meanwhile; a
/// crash of the machine may leave either, or an empty one.
///
/// # Errors
/// As [`replace`].
pub fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, false)
}

fn write(path: &Path, bytes: &[u8], sync: bool) -> io::Result<()> {
    static NTH: AtomicU64 = AtomicU64::new(0);
    let dir = match path.parent() {
        Some(dir) if dir.as_os_str().is_empty() => Path::new("."),
        Some(dir) => dir,
        None => return Err(io::ErrorKind::InvalidInput.into()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (pid, nth) = (std::process::id(), NTH.fetch_add(1, Ordering::Relaxed));
    let beside = dir.join(format!(".{name}.{pid}.{nth}{UNFINISHED}"));
    let write = || {
        fs::create_dir_all(dir)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(bytes)?;
        if !sync {
            return fs::rename(&beside, path);
        }
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(dir)?.sync_all()
    };
    write().inspect_err(|_| {
        // Half a file on a full disk is the last thing that is needed there.
        let _ = fs::remove_file(&beside);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_replaced_is_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        // A directory in the place: the rename fails.
        let taken = dir.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert!(replace(&taken, b"three").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "no rest");
    }
}

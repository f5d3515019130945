//! Sockets at paths of any length: the kernel's own limit is about 100 bytes.

use std::{
    fs::File,
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

/// Shorter paths are used as they are.
const PATH_BYTES_MAX: usize = 100;

/// Connects to a socket.
///
/// # Errors
/// When nobody listens there.
pub async fn connect(path: &Path) -> io::Result<UnixStream> {
    let (short, _dir) = short(path)?;
    UnixStream::connect(short).await
}

/// Listens at a path, in place of whoever listened there before: see to it that nobody does. Only our
/// own user may connect where the directory says so.
///
/// # Errors
/// When the directory does not let us.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let (short, _dir) = short(path)?;
    UnixListener::bind(short)
}

/// The same place by a shorter name, which is good while the directory is held open.
fn short(path: &Path) -> io::Result<(PathBuf, Option<File>)> {
    if path.as_os_str().len() <= PATH_BYTES_MAX {
        return Ok((path.to_owned(), None));
    }
    let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
    let name = path.file_name().ok_or_else(invalid)?;
    let dir = File::open(path.parent().ok_or_else(invalid)?)?;
    let short = Path::new("/proc/self/fd")
        .join(dir.as_raw_fd().to_string())
        .join(name);
    Ok((short, Some(dir)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_path_may_be_longer_than_the_kernel_s_limit() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("d".repeat(60)).join("e".repeat(60));
        let path = dir.join("supervisor.sock");
        assert!(UnixListener::bind(&path).is_err(), "the limit is there");
        let listener = listen(&path).unwrap();
        let (there, here) = tokio::join!(connect(&path), listener.accept());
        there.unwrap();
        here.unwrap();
        drop(listener);
        listen(&path).unwrap();
    }
}

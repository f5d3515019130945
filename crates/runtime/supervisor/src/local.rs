//! Sockets of this machine by a path of any length: the kernel's names of them end at 107 bytes, so the
//! last part is looked up in its directory through a descriptor.

use std::{
    fs::{self, File},
    io,
    os::{
        fd::AsRawFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

use std::os::unix::fs::PermissionsExt;

/// Listens there, for processes of this user alone. What a predecessor left is replaced: a lock held by
/// the caller says that nobody else listens.
///
/// # Errors
/// When the path cannot be had.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    let (dir, name) = parts(path)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(short(&dir, &name))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Connects to whoever listens there.
///
/// # Errors
/// When nobody does.
pub fn connect(path: &Path) -> io::Result<UnixStream> {
    let (dir, name) = parts(path)?;
    let stream = UnixStream::connect(short(&dir, &name))?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

fn parts(path: &Path) -> io::Result<(File, PathBuf)> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        Some(_) | None => Path::new("."),
    };
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok((File::open(dir)?, name.into()))
}

fn short(dir: &File, name: &Path) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", dir.as_raw_fd())).join(name)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// Red with the path given to the kernel as it is.
    #[test]
    fn a_path_may_be_longer_than_the_kernel_s_names() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("d".repeat(120)).join("e".repeat(120));
        fs::create_dir_all(&deep).unwrap();
        let path = deep.join("socket");
        for _ in 0..2 {
            let listener = listen(&path).unwrap();
            let mut client = connect(&path).unwrap();
            client.set_nonblocking(false).unwrap();
            let (mut served, _) = listener.accept().unwrap();
            served.write_all(b"x").unwrap();
            client.read_exact(&mut [0]).unwrap();
        }
        let error = connect(&deep.join("nobody")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}

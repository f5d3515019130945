//! Listening sockets that outlive whoever serves them.
//!
//! ```text
//!   client ──▶ socket, bound once and held by the supervisor ──fd 3, 4 …──▶ child, and after it the next
//! ```
//! A child gets them by the protocol of systemd: descriptors from 3 on, `LISTEN_FDS` how many,
//! `LISTEN_FDNAMES` which, `LISTEN_PID` whose. Both ends are here: [`Held`], and [`Given`] for a child
//! that is a role of ours.
//!
//! *Who is authoritative.* The kernel: a connection that is made belongs to the socket and waits there,
//! also while nobody serves. *Crash points.* A child that dies takes with it what it had accepted, and
//! nothing else; a supervisor that dies takes its sockets too, but those that its guard keeps
//! ([`crate::guard`]). *Limits.* Whether reading blocks is a property of the socket and not of the child:
//! all children of one must agree. A path is for its owner's processes only.

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    os::{
        fd::OwnedFd,
        unix::{
            fs::{FileTypeExt, MetadataExt},
            net::UnixListener,
        },
    },
    path::{Path, PathBuf},
};

use listenfd::ListenFd;
use rustix::{
    fs::{Mode, fchmod},
    io::Errno,
    net::{
        AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with,
    },
};

use crate::{Error, mechanism::check_name};

/// The first of a child's descriptors that is a socket of ours.
pub(crate) const FIRST_FD: i32 = 3;
/// How many there are.
pub(crate) const COUNT_VARIABLE: &str = "LISTEN_FDS";
/// Whose they are.
pub(crate) const PID_VARIABLE: &str = "LISTEN_PID";
/// Their names, in order.
pub(crate) const NAMES_VARIABLE: &str = "LISTEN_FDNAMES";
/// Between two names.
pub(crate) const BETWEEN_NAMES: &str = ":";

/// So many connections wait while nobody serves; the kernel may allow fewer.
const BACKLOG: i32 = 1_024;

/// A socket that is bound and listens. Dropped, it refuses.
#[derive(Debug)]
pub struct Held {
    name: String,
    socket: OwnedFd,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Tcp(SocketAddr),
    /// The file that was made, known by more than its name.
    Unix {
        path: PathBuf,
        file: (u64, u64),
    },
}

impl Held {
    /// Binds an address; port 0 is any free port. `name` is how a child tells it from its others.
    ///
    /// # Errors
    /// When `name` is none, or the address cannot be had.
    pub fn tcp(name: &str, address: SocketAddr) -> Result<Self, Error> {
        check_name("socket", name)?;
        let bind = || {
            let listener = TcpListener::bind(address)?;
            listen(&listener, BACKLOG)?;
            let address = listener.local_addr()?;
            Ok((listener.into(), Place::Tcp(address)))
        };
        Self::of(name, address, bind())
    }

    /// One that somebody else has bound: an init, or a supervisor before this one.
    ///
    /// # Errors
    /// When `name` is none, or it is no TCP socket.
    pub fn listening(name: &str, socket: OwnedFd) -> io::Result<Self> {
        check_name("socket", name).map_err(io::Error::other)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        Ok(Self {
            name: name.to_owned(),
            socket: listener.into(),
            place: Place::Tcp(address),
        })
    }

    /// Binds a path, for processes of this user alone. What a predecessor left there is replaced.
    ///
    /// # Errors
    /// When `name` is none, when somebody listens there, or the path cannot be had.
    pub fn unix(name: &str, path: &Path) -> Result<Self, Error> {
        check_name("socket", name)?;
        let bound = bind_path(path).or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse if is_left_over(path) => {
                std::fs::remove_file(path)?;
                bind_path(path)
            }
            _ => Err(error),
        });
        Self::of(name, path.display(), bound)
    }

    fn of(
        name: &str,
        at: impl fmt::Display,
        bound: io::Result<(OwnedFd, Place)>,
    ) -> Result<Self, Error> {
        let (socket, place) = bound.map_err(|source| Error::Socket {
            name: name.to_owned(),
            at: at.to_string(),
            source,
        })?;
        Ok(Self {
            name: name.to_owned(),
            socket,
            place,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens, unless that is a path.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.place {
            Place::Tcp(address) => Some(*address),
            Place::Unix { .. } => None,
        }
    }

    /// The same socket, to give away.
    pub(crate) fn copy(&self) -> io::Result<OwnedFd> {
        self.socket.try_clone()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Place::Unix { path, file } = &self.place
            && file_at(path).is_ok_and(|now| now == *file)
        {
            // One that stays is found by the next who binds it.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn bind_path(path: &Path) -> io::Result<(OwnedFd, Place)> {
    let address = SocketAddrUnix::new(path)?;
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Before there is a file: it never exists with another mode.
    fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    bind(&socket, &address)?;
    listen(&socket, BACKLOG)?;
    let path = path.to_owned();
    let file = file_at(&path)?;
    Ok((socket, Place::Unix { path, file }))
}

fn file_at(path: &Path) -> io::Result<(u64, u64)> {
    let meta = std::fs::symlink_metadata(path)?;
    Ok((meta.dev(), meta.ino()))
}

/// Whether it is a socket that nobody listens on any more.
fn is_left_over(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket());
    is_socket && knock(path) == Err(Errno::CONNREFUSED)
}

/// Does not wait: one whose queue is full lives too.
fn knock(path: &Path) -> rustix::io::Result<()> {
    let address = SocketAddrUnix::new(path)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&socket, &address)
}

/// The child's end: what it was started with. Taken once, before anything else reads the environment.
pub struct Given {
    fds: ListenFd,
    names: Vec<String>,
}

impl Given {
    /// As the environment says, and gone from there: it is not for our own children.
    pub fn from_environment() -> Self {
        let names = std::env::var(NAMES_VARIABLE).unwrap_or_default();
        let fds = ListenFd::from_env();
        Self {
            fds,
            names: names.split(BETWEEN_NAMES).map(str::to_owned).collect(),
        }
    }

    /// Takes the socket of this name. The only one there is may have any name: other inits give theirs.
    ///
    /// # Errors
    /// When it is no listening TCP socket.
    pub fn tcp(&mut self, name: &str) -> io::Result<Option<TcpListener>> {
        match self.index(name) {
            Some(index) => self.fds.take_tcp_listener(index),
            None => Ok(None),
        }
    }

    /// As [`Self::tcp`], for a path.
    ///
    /// # Errors
    /// When it is no listening socket of a path.
    pub fn unix(&mut self, name: &str) -> io::Result<Option<UnixListener>> {
        match self.index(name) {
            Some(index) => self.fds.take_unix_listener(index),
            None => Ok(None),
        }
    }

    fn index(&self, name: &str) -> Option<usize> {
        let named = self.names.iter().position(|other| other == name);
        named.or_else(|| (self.fds.len() == 1).then_some(0))
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("names", &self.names).finish()
    }
}

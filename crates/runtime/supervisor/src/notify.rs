//! What a process says of itself by the sd_notify protocol: both ends of it.
//!
//! ```text
//!   child ──datagram, a word a line──▶ @socket of this child ──▶ Said: ready, watchdog, stopping …
//! ```
//! Each child has a socket of its own, so what is heard is about that child. Its address is a name that
//! the kernel chose and that is no file: nothing is left behind. The kernel writes the sender's user
//! under each datagram; only the child's user and ours are heard.
//!
//! *Who is authoritative.* Nobody here: a word is a claim of the child, and whoever keeps it decides what
//! a claim is worth. *Crash points.* A word that nobody took is lost with the supervisor; a child says
//! again that it is alive, and the next supervisor starts its children anew. *Limits.* Another process of
//! the same user that knows the name is heard too. A child in a network namespace of its own does not
//! reach us. What comes with a datagram beside its text (descriptors, numbers of other processes) is not
//! taken.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io::{self, IoSliceMut},
    mem::MaybeUninit,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rustix::{
    cmsg_space,
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
        SocketAddrUnix, SocketFlags, SocketType, bind, recvmsg, socket_with,
        sockopt::set_socket_passcred,
    },
    process::{Uid, getuid},
};
use tokio::io::{Interest, unix::AsyncFd};

/// The variable that names the socket.
pub const SOCKET_VARIABLE: &str = "NOTIFY_SOCKET";
/// How often a child must say that it is alive, in microseconds.
const WATCHDOG_VARIABLE: &str = "WATCHDOG_USEC";

/// How often its loop has gone round.
pub const TURNS: &str = "X_HOMEOSTAT_TURNS";
/// Whether it asks for a process beside it.
pub const ALONE: &str = "X_HOMEOSTAT_ALONE";

/// A datagram that is longer is not heard at all.
const DATAGRAM_BYTES_MAX: usize = 4_096;
/// What is kept of a status.
const STATUS_CHARS_MAX: usize = 200;

/// One thing that a child said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It can do its work.
    Ready,
    /// It is about to end.
    Stopping,
    /// It is alive.
    Watchdog,
    /// It knows that it is broken, and wants to be started again.
    WatchdogTrigger,
    /// What it is doing, for people: one line, cut at 200 characters.
    Status(String),
    /// How often the loop that does its work has gone round; a word of ours beyond the protocol.
    Turns(u64),
    /// It asks for a process beside it, for a job that is to run alone; a word of ours too.
    WantsAlone,
    /// Something that is of no use here.
    Other,
}

impl Said {
    fn parse(line: &str) -> Self {
        match line.split_once('=') {
            Some(("READY", "1")) => Self::Ready,
            Some(("STOPPING", "1")) => Self::Stopping,
            Some(("WATCHDOG", "1")) => Self::Watchdog,
            Some(("WATCHDOG", "trigger")) => Self::WatchdogTrigger,
            Some(("STATUS", text)) => {
                let plain = text.chars().filter(|c| !c.is_control());
                Self::Status(plain.take(STATUS_CHARS_MAX).collect())
            }
            Some((TURNS, n)) => n.parse().map_or(Self::Other, Self::Turns),
            Some((ALONE, "1")) => Self::WantsAlone,
            Some(_) | None => Self::Other,
        }
    }
}

/// The supervisor's end, for one child.
#[derive(Debug)]
pub struct Notifications {
    socket: AsyncFd<UnixDatagram>,
    address: String,
    speakers: [Uid; 2],
    /// Said in one datagram with what was returned last.
    more: Mutex<VecDeque<Said>>,
}

impl Notifications {
    /// Opens a socket for a child that runs as this user.
    ///
    /// # Errors
    /// When the kernel has none to give.
    pub fn bind(uid: u32) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
        // Before anybody can send: what was sent without credentials is never heard.
        set_socket_passcred(&socket, true)?;
        bind(&socket, &SocketAddrUnix::new_unnamed())?;
        let socket = UnixDatagram::from(socket);
        let address = socket.local_addr()?;
        let name = address.as_abstract_name().map(<[u8]>::to_vec);
        let name = name.and_then(|name| String::from_utf8(name).ok());
        let name = name.ok_or_else(|| io::Error::other("the kernel chose no name"))?;
        #[expect(
            deprecated,
            reason = "unsound only for handles that may be closed under it; this one is owned"
        )]
        let socket = AsyncFd::with_interest(socket, Interest::READABLE)?;
        Ok(Self {
            socket,
            address: format!("@{name}"),
            speakers: [Uid::from_raw(uid), getuid()],
            more: Mutex::default(),
        })
    }

    /// What [`SOCKET_VARIABLE`] must be for the child.
    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// All that the child needs in its environment. With a watchdog it is asked to say that it is alive
    /// within each such time; most say it twice as often.
    pub fn environment(&self, watchdog: Option<Duration>) -> Vec<(String, String)> {
        let mut all = vec![(SOCKET_VARIABLE.to_owned(), self.address())];
        if let Some(every) = watchdog {
            all.push((WATCHDOG_VARIABLE.to_owned(), every.as_micros().to_string()));
        }
        all
    }

    /// Waits for the next thing that the child says. May be dropped and called again.
    pub async fn next(&self) -> Said {
        loop {
            if let Some(said) = self.more().pop_front() {
                return said;
            }
            let Ok(mut ready) = self.socket.readable().await else {
                // The runtime ends, and we with it.
                return std::future::pending().await;
            };
            let heard = ready.try_io(|socket| {
                let heard = hear(socket.get_ref(), &self.speakers);
                // Whatever the kernel says, there is no more until it wakes us again.
                heard.map_err(|_| io::ErrorKind::WouldBlock.into())
            });
            if let Ok(Ok(Some(text))) = heard {
                let lines = text.lines().filter(|line| !line.is_empty());
                self.more().extend(lines.map(Said::parse));
            }
        }
    }

    fn more(&self) -> MutexGuard<'_, VecDeque<Said>> {
        self.more.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes one datagram; none when it is not to be heard.
fn hear(socket: &UnixDatagram, speakers: &[Uid]) -> io::Result<Option<String>> {
    let mut bytes = [0; DATAGRAM_BYTES_MAX];
    // Room for the sender's name alone: the kernel closes descriptors that come along.
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmCredentials(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let got = recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut bytes)],
        &mut beside,
        flags,
    )?;
    let sender = beside.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmCredentials(sender) => Some(sender.uid),
        _ => None,
    });
    let known = sender.is_some_and(|uid| speakers.contains(&uid));
    if !known || got.flags.contains(ReturnFlags::TRUNC) {
        return Ok(None);
    }
    Ok(Some(
        String::from_utf8_lossy(&bytes[..got.bytes]).into_owned(),
    ))
}

/// The child's end, and ours towards init: the way to whoever asked to be told, by
/// [`SOCKET_VARIABLE`]. It costs one datagram; nobody there is no failure of ours.
#[derive(Debug)]
pub struct Notifier(Option<(UnixDatagram, SocketAddr)>);

impl Notifier {
    /// As the environment says.
    pub fn from_environment() -> Self {
        Self::to(std::env::var_os(SOCKET_VARIABLE))
    }

    /// To this address: a path, or `@` and a name.
    pub fn to(address: Option<OsString>) -> Self {
        let open = || {
            let address = address?;
            let address = match address.as_bytes() {
                [b'@', name @ ..] => SocketAddr::from_abstract_name(name).ok()?,
                _ => SocketAddr::from_pathname(&address).ok()?,
            };
            Some((UnixDatagram::unbound().ok()?, address))
        };
        Self(open())
    }

    /// Says it, without waiting for anybody to listen.
    pub fn say(&self, words: &str) {
        if let Some((socket, address)) = &self.0 {
            let _ = socket.set_nonblocking(true);
            let _ = socket.send_to_addr(words.as_bytes(), address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_arrive_and_nobody_there_is_no_failure() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let init = UnixDatagram::bind(&path).unwrap();
        Notifier::to(Some(path.into())).say("READY=1");
        let mut heard = [0; 64];
        let count = init.recv(&mut heard).unwrap();
        assert_eq!(&heard[..count], b"READY=1");
        for nobody in [
            None,
            Some("/nonexistent/socket".into()),
            Some("@nobody-is-here".into()),
        ] {
            Notifier::to(nobody).say("READY=1");
        }
    }

    #[test]
    fn a_word_is_taken_exactly_or_as_something_else() {
        let status = |text: &str| Said::Status(text.to_owned());
        for (line, said) in [
            ("READY=1", Said::Ready),
            ("READY=0", Said::Other),
            ("READY", Said::Other),
            ("ready=1", Said::Other),
            ("STOPPING=1", Said::Stopping),
            ("WATCHDOG=1", Said::Watchdog),
            ("WATCHDOG=trigger", Said::WatchdogTrigger),
            ("MAINPID=1", Said::Other),
            ("STATUS=a=b\u{1b}[2J", status("a=b[2J")),
            ("STATUS=", status("")),
            ("=", Said::Other),
        ] {
            assert_eq!(Said::parse(line), said, "{line:?}");
        }
        let long = Said::parse(&format!("STATUS={}", "x".repeat(4_000)));
        assert_eq!(long, status(&"x".repeat(200)));
    }
}

//! Tells the init system that we are ready and still there, where it asked for that by
//! `NOTIFY_SOCKET`. It costs one datagram; nobody there is no failure of ours.

use std::{
    ffi::OsString,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
};

/// The variable that names init's socket.
pub(crate) const SOCKET: &str = "NOTIFY_SOCKET";

/// The way to init, where there is one.
#[derive(Debug)]
pub(crate) struct Notifier(Option<(UnixDatagram, SocketAddr)>);

impl Notifier {
    /// As the environment says.
    pub(crate) fn from_environment() -> Self {
        Self::to(std::env::var_os(SOCKET))
    }

    fn to(address: Option<OsString>) -> Self {
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
    pub(crate) fn say(&self, words: &str) {
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
}

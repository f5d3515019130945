//! The end of a process that is no child of ours.

use std::io;

#[cfg(target_os = "linux")]
pub(super) use linux::Exit;
#[cfg(not(target_os = "linux"))]
pub(super) use other::Exit;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::OwnedFd;

    use rustix::{
        event::{PollFd, PollFlags, Timespec, poll},
        process::{Pid, PidfdFlags, pidfd_open},
    };
    use tokio::io::{Interest, unix::AsyncFd};

    use super::io;

    /// A handle that stays true when the number is given to somebody else.
    #[derive(Debug)]
    pub(in super::super) struct Exit(AsyncFd<OwnedFd>);

    impl Exit {
        pub(in super::super) fn of(pid: u32) -> io::Result<Self> {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let pid = pid.ok_or(io::ErrorKind::InvalidData)?;
            let handle = pidfd_open(pid, PidfdFlags::NONBLOCK)?;
            #[expect(
                deprecated,
                reason = "unsound only for handles that may be closed under it; this one is owned"
            )]
            let handle = AsyncFd::with_interest(handle, Interest::READABLE)?;
            Ok(Self(handle))
        }

        pub(in super::super) fn is_over(&self) -> bool {
            let mut handles = [PollFd::new(self.0.get_ref(), PollFlags::IN)];
            matches!(poll(&mut handles, Some(&Timespec::default())), Ok(n) if n > 0)
        }

        /// Returns once it has ended, however often it is asked: readiness is never cleared.
        pub(in super::super) async fn wait(&self) -> io::Result<()> {
            self.0.readable().await.map(drop)
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use std::convert::Infallible;

    use super::io;

    /// There is none: only the parent learns of an end here.
    #[derive(Debug)]
    pub(in super::super) struct Exit(Infallible);

    impl Exit {
        pub(in super::super) fn of(_: u32) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in super::super) fn is_over(&self) -> bool {
            match self.0 {}
        }

        pub(in super::super) async fn wait(&self) -> io::Result<()> {
            match self.0 {}
        }
    }
}

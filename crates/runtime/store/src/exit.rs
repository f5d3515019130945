//! The end of a process that is no child of ours.

use std::io;

#[cfg(target_os = "linux")]
pub use linux::ProcessExit;
#[cfg(not(target_os = "linux"))]
pub use other::ProcessExit;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::OwnedFd;

    use rustix::{
        event::{PollFd, PollFlags, Timespec, poll},
        io::Errno,
        process::{Pid, PidfdFlags, pidfd_open},
    };
    use tokio::io::{Interest, unix::AsyncFd};

    use super::io;

    /// A handle that stays true when the number is given to somebody else.
    #[derive(Debug)]
    pub struct ProcessExit(AsyncFd<OwnedFd>);

    impl ProcessExit {
        /// Takes hold of the process that has this number now.
        ///
        /// # Errors
        /// `NotFound` when there is no such process; something else when this system cannot tell.
        pub fn of(pid: u32) -> io::Result<Self> {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let pid = pid.ok_or(io::ErrorKind::NotFound)?;
            let handle = match pidfd_open(pid, PidfdFlags::NONBLOCK) {
                Err(Errno::SRCH) => return Err(io::ErrorKind::NotFound.into()),
                opened => opened?,
            };
            #[expect(
                deprecated,
                reason = "unsound only for handles that may be closed under it; this one is owned"
            )]
            let handle = AsyncFd::with_interest(handle, Interest::READABLE)?;
            Ok(Self(handle))
        }

        /// Whether it has ended by now.
        pub fn is_over(&self) -> bool {
            let mut handles = [PollFd::new(self.0.get_ref(), PollFlags::IN)];
            matches!(poll(&mut handles, Some(&Timespec::default())), Ok(n) if n > 0)
        }

        /// Returns once it has ended, however often it is asked: readiness is never cleared.
        ///
        /// # Errors
        /// When the handle cannot be waited for.
        pub async fn wait(&self) -> io::Result<()> {
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
    pub struct ProcessExit(Infallible);

    impl ProcessExit {
        /// Refused: nobody but the parent can tell here.
        ///
        /// # Errors
        /// Always.
        pub fn of(_: u32) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        /// Whether it has ended by now.
        /// Never asked.
        pub fn is_over(&self) -> bool {
            match self.0 {}
        }

        /// Never returns.
        ///
        /// # Errors
        /// Never.
        pub async fn wait(&self) -> io::Result<()> {
            match self.0 {}
        }
    }
}

//! The new colour of a deploy until its turn: pages beside those of the old one, and nothing else.
//!
//! ```text
//!   pages ready ─ standby ─▶ guard ─ the old colour drains ─ its turn ─▶ goes on as any supervisor does
//!        └─ not ready: says why and ends; the old colour has noticed nothing
//! ```
//! *Crash points.* It writes nothing that the old colour reads, so its death at any step is none of its
//! business.

use std::sync::Arc;

use homeostat_supervisor::{guard::STANDBY_VARIABLE, sockets::Held};
use tokio::signal::unix::Signal;

use super::{
    link::{self, Link},
    roles::{Roles, WEB},
};
use crate::{failure::Failure, run::Asked};

/// Whether this supervisor is to stand by first.
pub(super) fn is_wanted() -> bool {
    std::env::var_os(STANDBY_VARIABLE).is_some()
}

/// Stands by until its turn; false when it was asked to stop before.
pub(super) async fn wait(
    roles: &Roles<'_>,
    pages: Option<&Arc<Held>>,
    link: &Link,
    (asked, turn): (&mut Asked, &mut Signal),
) -> Result<bool, Failure> {
    if let Some(socket) = pages {
        roles.start_web(socket.clone());
        let ready = link.beating(roles.until_ready(WEB));
        tokio::select! {
            biased;
            () = asked.wait() => return Ok(false),
            ready = ready => ready?,
        }
    }
    link.standby().await?;
    let mut beats = link::beats();
    loop {
        tokio::select! {
            biased;
            () = asked.wait() => return Ok(false),
            Some(()) = turn.recv() => return Ok(true),
            _ = beats.tick() => link.beat().await?,
        }
    }
}

//! The socket of the pages, which outlives supervisors: bound once, kept by the guard, given to the next.

use std::{io, net::SocketAddr, sync::Arc};

use homeostat_operator::config::Settings;
use homeostat_supervisor::sockets::{Given, Held};

use super::link::Link;
use crate::{
    failure::{Failure, chain},
    run::web,
    ui,
};

/// The socket that an earlier supervisor had, if this one was given it.
#[derive(Debug)]
pub(super) struct Before(Option<Held>);

impl Before {
    /// Taken before anything is started, whose it must not be.
    pub(super) fn take() -> Self {
        let given = Given::from_environment().tcp(web::SOCKET);
        let held = given.and_then(|given| {
            given
                .map(|given| Held::listening(web::SOCKET, given.into()))
                .transpose()
        });
        Self(held.unwrap_or_else(|error| {
            tracing::warn!(%error, "the socket that was given is none");
            None
        }))
    }

    /// The socket where the configuration wants the pages, if it wants any: that from before, else one that
    /// is bound now. Without one a system runs all the same, and says so.
    ///
    /// # Errors
    /// A version that takes over must have one: it would lose the pages of the one before.
    pub(super) fn or_bound(
        self,
        settings: &Settings,
        takes_over: bool,
    ) -> Result<Option<Arc<Held>>, Failure> {
        if !settings.web.enabled {
            return Ok(None);
        }
        let wanted = settings.web.listen;
        let held = match self.0.filter(|held| serves(held, wanted)) {
            Some(held) => Ok(held),
            None => Held::tcp(web::SOCKET, wanted),
        };
        match held {
            Ok(held) => Ok(Some(Arc::new(held))),
            Err(error) if takes_over => Err(Failure::Environment(format!(
                "web.listen: {}",
                chain(&error)
            ))),
            Err(error) => {
                let why = chain(&error);
                ui::note(&format!("web.listen: {why}; there are no pages"));
                Ok(None)
            }
        }
    }
}

/// Port 0 is any.
fn serves(held: &Held, wanted: SocketAddr) -> bool {
    held.address().is_some_and(|now| {
        now.ip() == wanted.ip() && (wanted.port() == 0 || now.port() == wanted.port())
    })
}

/// Has it kept from now on; or nobody waits there any more.
pub(super) async fn keep(socket: Option<&Held>, link: &Link) -> Result<(), Failure> {
    let kept: io::Result<()> = match socket {
        Some(held) => {
            if let Some(address) = held.address() {
                ui::note(&format!("pages at http://{address}"));
            }
            link.keep(held).await
        }
        None => link.forget(web::SOCKET).await,
    };
    kept.map_err(|e| Failure::TryAgain(format!("the guard is gone: {e}")))
}

//! The new colour of a deploy until its turn: pages beside those of the old one, and nothing else.
//!
//! ```text
//!   pages ready ─ standby ─▶ guard ─ the old colour drains ─ its turn ─▶ goes on as any supervisor does
//!        └─ not ready: says why and ends; the old colour has noticed nothing
//! ```
//! A version whose readiness could not be seen is given no turn: where the database does not answer it says so
//! and ends. *Crash points.* It writes nothing that the old colour reads, so its death at any step is none of
//! its business.

use std::{sync::Arc, time::Duration};

use homeostat_store::{Db, DbOptions};
use homeostat_supervisor::{guard::STANDBY_VARIABLE, sockets::Held};
use tokio::{signal::unix::Signal, time::timeout};

use super::{
    link::{self, Link},
    roles::{Roles, WEB},
};
use crate::{
    failure::{Failure, chain},
    run::Asked,
};

/// An answer of the database may take this long.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Whether this supervisor is to stand by first.
pub(super) fn is_wanted() -> bool {
    std::env::var_os(STANDBY_VARIABLE).is_some()
}

/// Stands by until its turn; false when it was asked to stop before.
pub(super) async fn wait(
    roles: &Roles<'_>,
    (pages, url): (Option<&Arc<Held>>, &str),
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
    link.beating(answers(url)).await?;
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

/// Whether the database answers this version.
async fn answers(url: &str) -> Result<(), Failure> {
    let ask = async {
        let db = Db::connect(url, &DbOptions::default()).await?;
        let now = db.now().await;
        db.close().await;
        now
    };
    let why = match timeout(ANSWER_MAX, ask).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => chain(&error),
        Err(_) => "no answer".to_owned(),
    };
    let text =
        format!("the database does not answer it, so it could not show that it works: {why}");
    Err(Failure::TryAgain(text))
}

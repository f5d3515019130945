//! What the vendors tell by themselves, once somebody gave an address to be told at: signed as each vendor signs, and as
//! unreliable as webhooks are.
//!
//! ```text
//!   the world from one instant to the next ──▶ news ──▶ mischief ──▶ outbox ──▶ POST {address}/webhooks/{vendor}
//!                                                          └ missing · twice · late, so in another order · a forgery beside it
//! ```
//! Vendors answer from their own tasks and never wait for this one. *Limits.* A subscription is not asked for, and is not
//! looked at. The world is read a moment late, so that an act that is being written down is not passed over. What
//! happens while the sandbox is away is told by nobody, nor is what does not fit into the outbox: `/_webhooks` counts it.

mod forge;
mod mischief;
mod news;
mod outbox;
mod post;
mod tally;

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Entropy, pause};

pub use self::mischief::WebhookFaults;
use self::outbox::Outbox;
pub(crate) use self::{
    news::{News, Vendor},
    post::Place,
    tally::Tally,
};
use crate::app::App;

/// Between two looks at the world.
const ROUND: Duration = Duration::from_millis(100);
/// How late the world is read, in real milliseconds.
const BEHIND_MS: u64 = 200;

/// Tells until stopped.
pub(crate) async fn tell(app: Arc<App>, place: Place, entropy: Entropy) {
    let settled = |app: &App| app.now().world.plus(-app.world_ms(BEHIND_MS));
    let mut since = settled(&app);
    let mut outbox = Outbox::new(place, entropy);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = pause(ROUND) => {}
        }
        let until = settled(&app);
        let found = app.off_thread(move |app| news::between(app, since, until));
        let Some(found) = found.await else {
            return;
        };
        since = until.max(since);
        outbox.take_in(&app, found);
        outbox.send_what_is_due(&app).await;
    }
}

//! The running world: its clock, its books, and everything the vendors' faces share.

use std::{
    fs::File,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use homeostat_clock::WorldClock;
use homeostat_model::{RuntimeTime, WorldTime};
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    ad_library, agentmail,
    books::{Act, Books},
    faults::Desk,
    meta, revolut, shopify, track17,
    webhooks::{Tally, WebhookFaults},
    world::trade::{Shop, Trade},
};

/// Shared by all requests.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) clock: WorldClock,
    pub(crate) meta: Mutex<meta::State>,
    pub(crate) ad_library: ad_library::State,
    pub(crate) shopify: Mutex<shopify::State>,
    pub(crate) track17: Mutex<track17::State>,
    pub(crate) agentmail: Mutex<agentmail::State>,
    pub(crate) revolut: Mutex<revolut::State>,
    /// Locked before `meta`, and before the states of the vendors that show it.
    pub(crate) trade: Mutex<Trade>,
    pub(crate) desk: Mutex<Desk>,
    /// What was told by webhooks so far.
    pub(crate) webhooks: Mutex<Tally>,
    /// What befalls them from now on.
    pub(crate) webhook_faults: Mutex<WebhookFaults>,
    /// Number of acts in the books, for whoever waits for one.
    pub(crate) acts: watch::Sender<u64>,
    /// Requests that land late.
    pub(crate) late: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// Held for as long as the world runs.
    pub(crate) _lock: File,
}

/// A vendor's state, which follows from its books.
pub(crate) trait Booked {
    /// Its books.
    fn books(&mut self) -> &mut Books;

    /// Brings the state up to an act that is in the books.
    fn follow(&mut self, act: &Act);
}

/// The two times of one instant: the world's, and the machine's for the books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant {
    pub(crate) world: WorldTime,
    pub(crate) wall: RuntimeTime,
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        Instant {
            world: self.clock.now(),
            wall: homeostat_clock::wall(),
        }
    }

    pub(crate) fn meta(&self) -> MutexGuard<'_, meta::State> {
        held(&self.meta)
    }

    pub(crate) fn shopify(&self) -> MutexGuard<'_, shopify::State> {
        held(&self.shopify)
    }

    pub(crate) fn track17(&self) -> MutexGuard<'_, track17::State> {
        held(&self.track17)
    }

    pub(crate) fn agentmail(&self) -> MutexGuard<'_, agentmail::State> {
        held(&self.agentmail)
    }

    pub(crate) fn revolut(&self) -> MutexGuard<'_, revolut::State> {
        held(&self.revolut)
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        held(&self.desk)
    }

    pub(crate) fn webhook_faults(&self) -> MutexGuard<'_, WebhookFaults> {
        held(&self.webhook_faults)
    }

    pub(crate) fn webhooks(&self) -> MutexGuard<'_, Tally> {
        held(&self.webhooks)
    }

    /// The trade of the shops, brought up to an instant. Meta's state is locked meanwhile, so nobody may
    /// hold it.
    pub(crate) fn trade<T>(&self, now: WorldTime, look: impl FnOnce(&Trade) -> T) -> T {
        self.change_trade(now, |trade| look(trade))
    }

    /// The same for whoever changes what lies ahead.
    pub(crate) fn change_trade<T>(
        &self,
        now: WorldTime,
        change: impl FnOnce(&mut Trade) -> T,
    ) -> T {
        let mut trade = held(&self.trade);
        trade.advance(&mut *self.meta(), now);
        change(&mut trade)
    }

    /// The shops as they always are, without what happens in them.
    pub(crate) fn shops(&self) -> Vec<Arc<Shop>> {
        held(&self.trade).shops.clone()
    }

    /// Writes an act into a vendor's books and brings its state up to it. Not on disk, not done: a
    /// restart must not forget what was confirmed.
    pub(crate) fn confirm<S: Booked>(&self, state: &mut S, act: Act) -> std::io::Result<()> {
        state.books().append(act.clone())?;
        state.follow(&act);
        self.acts.send_modify(|acts| *acts += 1);
        Ok(())
    }

    /// The acts in a vendor's books after the `after`th; `None` where there is no such vendor.
    pub(crate) fn acts_of(&self, vendor: &str, after: u64) -> Option<Vec<Act>> {
        let acts = |books: &Books| {
            let acts = books.acts().iter().filter(|act| act.n > after);
            acts.cloned().collect()
        };
        match vendor {
            "meta" => Some(acts(&self.meta().books)),
            shopify::VENDOR => Some(acts(&self.shopify().books)),
            track17::VENDOR => Some(acts(&self.track17().books)),
            agentmail::VENDOR => Some(acts(&self.agentmail().books)),
            revolut::VENDOR => Some(acts(&self.revolut().books)),
            _ => None,
        }
    }

    /// Real milliseconds as time of the world.
    pub(crate) fn world_ms(&self, real_ms: u64) -> SignedDuration {
        let ms = real_ms.saturating_mul(u64::from(self.clock.speed()));
        SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    /// Runs work that touches the disk away from the threads that serve.
    pub(crate) async fn off_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&app)).await.ok()
    }
}

/// The state is changed in one step after the books, so a panic elsewhere leaves it whole.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

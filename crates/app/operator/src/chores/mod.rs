//! The house's own chores, one file each; the queue has its own.

pub(crate) mod decisions;
mod ledger;
mod mode;
mod webhooks;

use homeostat_clock::WorldClock;
use homeostat_queue::Chore;

use crate::config::Config;

/// Every chore of the house. A new one adds its file and a line here.
pub fn all(config: &Config, clock: &WorldClock) -> Vec<Box<dyn Chore>> {
    vec![
        Box::new(decisions::ExpireDecisions),
        Box::new(decisions::ForgetKept),
        Box::new(ledger::WindowsAhead::new(config, clock)),
        Box::new(ledger::ComparePostings),
        Box::new(mode::SettleMode),
        Box::new(webhooks::ForgetWebhooks),
    ]
}

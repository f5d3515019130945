//! How many deliveries were refused. Whoever finds the address can send any number of them, so they leave no row, and
//! the log is told of the first, the second, the fourth, the eighth and so on.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{Vendor, WebhookError};

/// Counts of this process.
#[derive(Debug, Clone, Default)]
pub(super) struct Refused(Arc<[AtomicU64; Vendor::ALL.len()]>);

impl Refused {
    pub(super) fn count(&self, vendor: Vendor, error: &WebhookError) {
        let Some(count) = self.0.get(nth(vendor)) else {
            return;
        };
        let refused = count.fetch_add(1, Ordering::Relaxed) + 1;
        if refused.is_power_of_two() {
            let vendor = vendor.name();
            tracing::warn!(vendor, refused, %error, "webhooks are refused");
        }
    }

    pub(super) fn so_far(&self, vendor: Vendor) -> u64 {
        let count = self.0.get(nth(vendor));
        count.map_or(0, |count| count.load(Ordering::Relaxed))
    }
}

fn nth(vendor: Vendor) -> usize {
    match vendor {
        Vendor::Meta => 0,
        Vendor::Shopify => 1,
        Vendor::Track17 => 2,
        Vendor::AgentMail => 3,
        Vendor::Revolut => 4,
    }
}

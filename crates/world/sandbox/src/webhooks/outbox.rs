//! Deliveries that are to be sent, and when.

use std::{collections::BTreeMap, sync::Arc};

use homeostat_clock::Entropy;
use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::{
    News, Place,
    forge::{Forgery, forged, signed},
};
use crate::app::App;

/// What does not fit is lost.
const DELIVERIES_MAX: usize = 1_000;
/// Sent in one go, so that a world at full speed tells some fifty things a second at most.
const AT_ONCE_MAX: usize = 5;
/// Tries of a delivery, and how long after each the next one is, in real milliseconds.
const TRIES: [u64; 3] = [1_000, 3_000, 9_000];

/// What waits, the first due first.
#[derive(Debug)]
pub(super) struct Outbox {
    place: Place,
    entropy: Entropy,
    /// By when it is due and its number.
    waiting: BTreeMap<(RuntimeTime, u64), Delivery>,
    so_far: u64,
}

#[derive(Debug, Clone)]
struct Delivery {
    news: Arc<News>,
    forgery: Option<Forgery>,
    is_again: bool,
    tries: usize,
}

impl Outbox {
    pub(super) fn new(place: Place, entropy: Entropy) -> Self {
        Self {
            place,
            entropy,
            waiting: BTreeMap::new(),
            so_far: 0,
        }
    }

    /// Takes in what is to be told, each with what befalls it.
    pub(super) fn take_in(&mut self, app: &App, found: Vec<News>) {
        let (now, faults) = (app.now().wall, *app.webhook_faults());
        let mut tally = app.webhooks();
        for news in found {
            if self.waiting.len() >= DELIVERIES_MAX {
                tally.lost(&news.object);
                continue;
            }
            let key = format!("{}:{}", news.vendor.id(), news.name);
            let fate = faults.draw(&self.entropy.child(&key));
            let delivery = Delivery {
                news: Arc::new(news),
                forgery: None,
                is_again: false,
                tries: 0,
            };
            if fate.forgery.is_some() {
                let forgery = fate.forgery;
                self.put(
                    now,
                    Delivery {
                        forgery,
                        ..delivery.clone()
                    },
                );
            }
            if fate.is_missing {
                tally.missing(&delivery.news.object);
                continue;
            }
            tally.reordered += u64::from(fate.late_ms.is_some());
            if let Some(again_ms) = fate.again_ms {
                let again = Delivery {
                    is_again: true,
                    ..delivery.clone()
                };
                self.put(after(now, again_ms), again);
            }
            self.put(after(now, fate.late_ms.unwrap_or(0)), delivery);
        }
        tally.waiting = self.waiting.len();
    }

    pub(super) async fn send_what_is_due(&mut self, app: &App) {
        for _ in 0..AT_ONCE_MAX {
            let now = app.now().wall;
            let Some(first) = self
                .waiting
                .first_entry()
                .filter(|first| first.key().0 <= now)
            else {
                break;
            };
            let delivery = first.remove();
            self.send(app, delivery, now).await;
        }
        app.webhooks().waiting = self.waiting.len();
    }

    async fn send(&mut self, app: &App, delivery: Delivery, now: RuntimeTime) {
        let news = &delivery.news;
        let signed = match delivery.forgery {
            Some(how) => forged(news, how, now),
            None => signed(news, now),
        };
        let answered = self.place.post(&news.path(), &signed).await;
        let is_taken = matches!(answered, Ok(200));
        let mut tally = app.webhooks();
        if delivery.forgery.is_some() {
            tally.forged(hex::encode(Sha256::digest(signed.body.as_bytes())));
            tally.forged_taken += u64::from(is_taken);
            return;
        }
        match answered {
            Ok(200) if delivery.is_again => tally.duplicated += 1,
            Ok(200) => *tally.taken.entry(news.vendor.id()).or_default() += 1,
            // Whoever has no door for it, or takes it for a forgery, is not asked again.
            Ok(400..500) => tally.lost(&news.object),
            Ok(_) | Err(_) => match TRIES.get(delivery.tries) {
                Some(wait_ms) => {
                    tally.retried += 1;
                    let tries = delivery.tries + 1;
                    drop(tally);
                    self.put(after(now, *wait_ms), Delivery { tries, ..delivery });
                }
                None => tally.lost(&news.object),
            },
        }
    }

    fn put(&mut self, due: RuntimeTime, delivery: Delivery) {
        self.so_far += 1;
        self.waiting.insert((due, self.so_far), delivery);
    }
}

fn after(now: RuntimeTime, ms: u64) -> RuntimeTime {
    now.plus(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(0)))
}

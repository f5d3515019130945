//! `sense.inbox`: look into a brand's inbox, then have each letter decided.
//!
//! A full inbox is read in parts, each stored as soon as it is read: its letters are decided while the next are fetched.
//! A letter and the wish for its decision are one transaction, so none waits for a next look, and none is decided
//! twice: who finds a letter known wishes for nothing.

use std::time::Duration;

use homeostat_clock::Stopwatch;
use homeostat_effects::open_breaker;
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look_by},
    serve::DecideService,
};
use crate::{
    Operator,
    config::Brand,
    records::{letter, sensor},
    sensors::{
        Sensor,
        agentmail_inbox::{AgentmailInbox, Looked, Place, read_from},
        row_id,
    },
};

/// Look into one brand's inbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseInbox {
    /// The brand.
    pub brand: String,
}

impl Job for SenseInbox {
    const KIND: &'static str = "sense.inbox";

    fn defaults() -> KindDefaults {
        KindDefaults {
            // Somebody waits for an answer.
            priority: -5,
            give_up_after: Duration::from_secs(3_600),
            snoozes_max: 1_000,
            ..KindDefaults::default()
        }
    }
}

/// So long a look goes on in one go. A job that takes longer than a minute is ended.
const RUN: Duration = Duration::from_secs(20);
/// Between two parts of a long look.
const PAUSE: Duration = Duration::from_millis(100);
/// After a part that brought nothing.
const PAUSE_STUCK: Duration = Duration::from_secs(1);

/// The worker.
#[derive(Debug, Clone)]
pub struct Inboxes(pub Operator);

#[async_trait::async_trait]
impl Worker for Inboxes {
    type Job = SenseInbox;

    async fn work(&self, job: SenseInbox, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let saved: Option<Part> = context.progress()?;
        let at = saved
            .as_ref()
            .map_or_else(|| operator.clock.now(), |part| part.began_at);
        let watch = Stopwatch::start();
        let (mut place, mut letters) = (saved.map(|part| part.place), 0);
        loop {
            let reading = read_from(operator, brand, place, at);
            let looked = match look_by::<AgentmailInbox>(operator, brand, reading).await? {
                Seen::Reading(looked) => looked,
                Seen::NotNow(outcome) => return Ok(outcome),
            };
            let new = transact!(operator.db, |tx| -> Result<u32, LoopError> {
                record(&mut *tx, brand, &looked, at).await
            })?;
            letters += new;
            let Some(more) = looked.more else {
                return Ok(Outcome::Done(
                    serde_json::json!({ "letters": letters, "unreadable": looked.unreadable }),
                ));
            };
            if let Some(wait) = more.wait {
                let (vendor, why) = (AgentmailInbox::VENDOR, "throttled a read");
                open_breaker(&operator.db, vendor, wait.max(PAUSE), why, None).await?;
            }
            let part = Part {
                began_at: at,
                place: more.at,
            };
            context.save_progress(&part).await?;
            let is_over = watch.elapsed() >= RUN || context.is_cancelled();
            if new == 0 || more.wait.is_some() || is_over {
                let pause = if new == 0 { PAUSE_STUCK } else { PAUSE };
                return Ok(Outcome::Snooze {
                    wait: more.wait.unwrap_or_default().max(pause),
                    reason: format!("{letters} letters read, and there are more"),
                });
            }
            place = Some(part.place);
        }
    }
}

/// Writes the letters down and wishes for a decision on each that is new. How many those are.
async fn record(
    tx: &mut homeostat_store::PgConnection,
    brand: &Brand,
    looked: &Looked,
    at: WorldTime,
) -> Result<u32, LoopError> {
    let mut new = 0;
    for read in &looked.letters {
        if !letter::record(&mut *tx, brand.id.as_str(), read, at).await? {
            continue;
        }
        new += 1;
        if read.is_automatic {
            continue;
        }
        let how = Enqueue {
            brand: Some(brand.id.clone()),
            ..Enqueue::default()
        };
        let next = DecideService {
            letter: letter::id_of(brand.id.as_str(), &read.message),
        };
        enqueue_in(&mut *tx, &next, &how).await?;
    }
    if looked.more.is_none() {
        let id = row_id::<AgentmailInbox>(brand);
        sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?;
    }
    Ok(new)
}

/// Where a long look goes on. Its reading is as old as its first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    began_at: WorldTime,
    place: Place,
}

#[cfg(test)]
mod tests {
    use homeostat_control::refund::Intent;
    use homeostat_language::Language;
    use homeostat_queue::Registry;
    use homeostat_testkit::Database;

    use super::*;
    use crate::{
        config::Config,
        records::letter::{Reading, State},
    };

    /// Makes the kind known.
    struct Nobody;

    #[async_trait::async_trait]
    impl Worker for Nobody {
        type Job = DecideService;

        async fn work(&self, _: DecideService, _: &Context) -> Result<Outcome, Failure> {
            Ok(Outcome::done())
        }
    }

    fn letter(message: &str, is_automatic: bool) -> Reading {
        Reading {
            inbox: "support@aurora.example".into(),
            message: message.into(),
            thread: "t".into(),
            received_at: WorldTime("2026-01-01T00:00:00Z".parse().unwrap()),
            customer: None,
            language: Language::English,
            language_told: false,
            intents: Vec::new(),
            wants: Intent::Unclear,
            claim: None,
            orders_said: Vec::new(),
            parcels_said: Vec::new(),
            asked: None,
            has_evidence: false,
            wants_person: false,
            flags: Vec::new(),
            said: None,
            is_automatic,
        }
    }

    /// Answering a machine may begin a loop; a second job would answer twice.
    #[tokio::test]
    async fn each_new_letter_is_decided_once_and_a_machine_s_never() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut registry = Registry::new();
        registry.add(Nobody).unwrap();
        registry.register(&db).await.unwrap();
        let config = Config::read(None).unwrap();
        let brand = &config.brands[0];
        let looked = Looked {
            letters: vec![letter("<1@m>", false), letter("<2@m>", true)],
            ..Looked::default()
        };
        let at = WorldTime("2026-01-01T00:01:00Z".parse().unwrap());
        let mut connection = db.pool().acquire().await.unwrap();
        for expected in [2, 0] {
            let new = record(&mut connection, brand, &looked, at).await.unwrap();
            assert_eq!(new, expected);
        }
        let jobs = sqlx::query_scalar!(
            r#"SELECT args->>'letter' AS "letter!" FROM homeostat.job WHERE kind = 'decide.service'"#
        );
        let jobs = jobs.fetch_all(db.pool()).await.unwrap();
        assert_eq!(jobs, ["aurora:<1@m>"]);
        let machine = letter::find(&db, "aurora:<2@m>").await.unwrap().unwrap();
        assert_eq!((machine.state, machine.decision), (State::Ignored, None));
        let id = row_id::<AgentmailInbox>(brand);
        assert_eq!(sensor::as_of(&db, &id).await.unwrap(), Some(at));
    }
}

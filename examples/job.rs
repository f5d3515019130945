//! One job from its type to its end in the journal: it fails once, is put off once, and is done.
//!
//! ```sh
//! cargo run -p homeostat --example job
//! ```
//! Works in the database of `DATABASE_URL`, else in a private Postgres in a temporary directory.
#![expect(clippy::print_stdout, reason = "an example tells its story")]

use std::{
    error::Error,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use homeostat::{
    clock::Entropy,
    liveness::{Epoch, EpochOptions},
    queue::{
        Context, Enqueue, Failure, Job, KindDefaults, Outcome, PoolOptions, Registry, Worker,
        Workers, enqueue,
    },
    store::{
        Database, DbOptions,
        journal::{History, events},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a job is asked to do: its args, as a type.
#[derive(Debug, Serialize, Deserialize)]
struct Brew {
    cups: u32,
}

impl Job for Brew {
    const KIND: &'static str = "coffee.brew";

    /// Every kind is bounded. What is not said here has a default.
    fn defaults() -> KindDefaults {
        KindDefaults {
            attempts_max: 3,
            backoff: Duration::from_millis(100),
            ..KindDefaults::default()
        }
    }
}

/// Who does it.
#[derive(Default)]
struct Machine {
    tries: AtomicU32,
}

#[async_trait]
impl Worker for Machine {
    type Job = Brew;

    async fn work(&self, job: Brew, context: &Context) -> Result<Outcome, Failure> {
        print!("attempt {} of 3: ", context.attempt());
        match self.tries.fetch_add(1, Ordering::Relaxed) {
            0 => {
                println!("the machine is off, which costs an attempt");
                Err(Failure::error("the machine is off"))
            }
            1 => {
                println!("the water is cold, which costs nothing");
                Ok(Outcome::Snooze {
                    wait: Duration::from_millis(200),
                    reason: "the water is cold".into(),
                })
            }
            _ => {
                println!("{} cups", job.cups);
                Ok(Outcome::Done(json!({ "cups": job.cups })))
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let url = std::env::var("DATABASE_URL").ok();
    let database = Database::open(url, dir.path(), &DbOptions::default()).await?;
    let db = database.db();

    // One life of this process. Should it die, everybody else can tell, and its jobs come back.
    let entropy = Entropy::from_system()?;
    let here = EpochOptions::here("worker", "1.0.0", &dir.path().join("run"))?;
    let epoch = Epoch::begin(db, &here, &entropy).await?;
    let mut registry = Registry::new();
    registry.add(Machine::default())?;
    let workers = Workers::start(db, &epoch, registry, PoolOptions::default(), &entropy).await?;

    let job = enqueue(db, &Brew { cups: 2 }, &Enqueue::default())
        .await?
        .job;
    // Three results: the error, the snooze, the coffee.
    workers.handle().finished().at_least(3).await;
    workers.stop().await?;

    // A finished job has left its table. What happened to it is in the journal, for ever.
    println!("\nthe journal of job {job}:");
    let of_job = History {
        entity: Some("job".into()),
        entity_id: Some(job.to_string()),
        limit: 100,
        ..History::default()
    };
    for event in events(db, &of_job).await? {
        let from = event.from_state.as_deref().unwrap_or("-");
        let cause = event.cause.as_deref().unwrap_or("-");
        println!("  {from:<8} -> {:<8} {cause}", event.to_state);
    }

    epoch.end("the example is over").await?;
    Ok(database.close().await?)
}

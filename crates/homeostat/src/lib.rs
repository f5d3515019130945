//! What an engineer imports to build an autonomous operation: the pure core and the durable runtime.
//!
//! Jobs, pipelines and schedules are in [`queue`], acts on the world in [`effects`], the rules that
//! bound them in [`envelope`], policies in [`control`], the database and its journal in [`store`],
//! the life of a process in [`liveness`], time and chance in [`clock`], the words in [`model`].
//! Nothing here knows a vendor or a business; bring your own workers and actuators.
//!
//! The shortest program that does a job:
//!
//! ```no_run
//! use async_trait::async_trait;
//! use homeostat::{
//!     clock::Entropy,
//!     liveness::{Epoch, EpochOptions},
//!     queue::{Context, Enqueue, Failure, Job, Outcome, PoolOptions, Registry, Worker, Workers, enqueue},
//!     store::{Database, DbOptions},
//! };
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Greet {
//!     whom: String,
//! }
//!
//! impl Job for Greet {
//!     const KIND: &'static str = "greet";
//! }
//!
//! struct Greeter;
//!
//! #[async_trait]
//! impl Worker for Greeter {
//!     type Job = Greet;
//!
//!     async fn work(&self, job: Greet, _: &Context) -> Result<Outcome, Failure> {
//!         println!("hello, {}", job.whom);
//!         Ok(Outcome::done())
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // A database that you name, or a private Postgres in this directory.
//!     let state = std::path::Path::new("state");
//!     let url = std::env::var("DATABASE_URL").ok();
//!     let database = Database::open(url, &state.join("pg"), &DbOptions::default()).await?;
//!     let db = database.db();
//!
//!     // One life of this process; when it dies, its jobs come back.
//!     let entropy = Entropy::from_system()?;
//!     let here = EpochOptions::here("worker", "1.0.0", &state.join("run"))?;
//!     let epoch = Epoch::begin(db, &here, &entropy).await?;
//!
//!     let mut registry = Registry::new();
//!     registry.add(Greeter)?;
//!     let workers = Workers::start(db, &epoch, registry, PoolOptions::default(), &entropy).await?;
//!     enqueue(db, &Greet { whom: "world".into() }, &Enqueue::default()).await?;
//!     workers.handle().finished().at_least(1).await;
//!
//!     workers.stop().await?;
//!     epoch.end("done").await?;
//!     Ok(database.close().await?)
//! }
//! ```
//!
//! Longer ones are in the folder `examples`, one for each idea: a job to its end in the journal
//! (`job`), phases that survive a kill (`pipeline`), acts whose answers get lost (`effect`), a row
//! and a job in one transaction (`transactional_enqueue`), and a whole loop from another domain
//! (`greenhouse`). Each runs by itself: `cargo run -p homeostat --example job`.
//!
//! Invariant: re-exports only, and only of the rings `core` and `runtime`.

pub use homeostat_clock as clock;
pub use homeostat_control as control;
pub use homeostat_effects as effects;
pub use homeostat_envelope as envelope;
pub use homeostat_liveness as liveness;
pub use homeostat_model as model;
pub use homeostat_queue as queue;
pub use homeostat_store as store;

//! A run of three phases whose process is killed in the second: another process goes on there.
//!
//! ```sh
//! cargo run -p homeostat --example pipeline
//! ```
//! The program starts itself as a worker process, kills it with SIGKILL in the middle of a phase,
//! gives its work back on the proof of its death, and starts another one.
#![expect(clippy::print_stdout, reason = "an example tells its story")]

use std::{error::Error, future::pending, path::Path, process::ExitStatus, process::Stdio};

use async_trait::async_trait;
use homeostat::{
    clock::{Entropy, pause},
    liveness::{Epoch, EpochOptions, Evidence, processes},
    queue::{
        Context, Enqueue, Failure, Job, Outcome, Phase, Pipeline, PoolOptions, Registry, RunFilter,
        RunRow, Workers, enqueue, phases, rescue, runs,
    },
    store::{Database, Db, DbOptions},
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

/// What a run is asked to do. Enqueueing it starts one.
#[derive(Debug, Serialize, Deserialize)]
struct Digest {
    pages: usize,
}

impl Job for Digest {
    const KIND: &'static str = "digest";
}

/// Each phase leaves a checkpoint, which is what the next one takes. The compiler holds the types.
fn registry() -> Result<Registry, homeostat::queue::Error> {
    let digest = Pipeline::<Digest>::new(Digest::KIND)
        .then(Fetch)
        .then(Count)
        .then(Sum);
    let mut registry = Registry::new();
    registry.add_pipeline(digest)?;
    Ok(registry)
}

struct Fetch;

#[async_trait]
impl Phase for Fetch {
    const NAME: &'static str = "fetch";
    type Args = Digest;
    type Input = ();
    type Output = Vec<String>;

    async fn run(&self, args: Digest, _: (), _: &Context) -> Result<Outcome<Vec<String>>, Failure> {
        println!("fetch: {} pages", args.pages);
        let pages = (1..=args.pages).map(|n| "word ".repeat(10 * n));
        Ok(Outcome::Done(pages.collect()))
    }
}

struct Count;

#[async_trait]
impl Phase for Count {
    const NAME: &'static str = "count";
    type Args = Digest;
    type Input = Vec<String>;
    type Output = Vec<usize>;

    async fn run(
        &self,
        _: Digest,
        pages: Vec<String>,
        context: &Context,
    ) -> Result<Outcome<Vec<usize>>, Failure> {
        // What an earlier life has done of this phase.
        let saved: Option<Vec<usize>> = context.progress()?;
        let is_first_life = saved.is_none();
        let mut words = saved.unwrap_or_default();
        for page in pages.iter().skip(words.len()) {
            let here = page.split_whitespace().count();
            words.push(here);
            context.save_progress(&words).await?;
            println!("count: page {} has {here} words", words.len());
            if is_first_life && words.len() == 2 {
                println!("{HANGS}");
                pending::<()>().await;
            }
        }
        Ok(Outcome::Done(words))
    }
}

struct Sum;

#[async_trait]
impl Phase for Sum {
    const NAME: &'static str = "sum";
    type Args = Digest;
    type Input = Vec<usize>;
    type Output = usize;

    async fn run(
        &self,
        _: Digest,
        words: Vec<usize>,
        _: &Context,
    ) -> Result<Outcome<usize>, Failure> {
        let sum = words.iter().sum();
        println!("sum: {sum} words");
        Ok(Outcome::Done(sum))
    }
}

const HANGS: &str = "count: hangs";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("DATABASE_URL").ok();
    if let Some(run_dir) = std::env::args().nth(1) {
        return work(url, Path::new(&run_dir)).await;
    }
    let dir = tempfile::tempdir()?;
    let database = Database::open(url, dir.path(), &DbOptions::default()).await?;
    let db = database.db();
    registry()?.register(db).await?;
    enqueue(db, &Digest { pages: 4 }, &Enqueue::default()).await?;

    let (pid, status) = life(database.url(), &dir.path().join("run")).await?;
    println!("-- the first process: {status}");
    // We are its parent, so the kernel has told us: that is proof, and needs no grace.
    let processes = processes(db, false).await?;
    let dead = processes.iter().find(|process| process.pid == pid);
    let dead = dead.ok_or("the first process left no row")?.id;
    let entropy = Entropy::from_system()?;
    let rescued = rescue(db, dead, Evidence::Waitpid, &entropy, None).await?;
    println!("-- rescued: {} job", rescued.ready);

    let (_, status) = life(database.url(), &dir.path().join("run")).await?;
    println!("-- the second process: {status}");
    let run = run(db).await?;
    let from = run.resumed_from.unwrap_or_default();
    println!("\nrun {}, resumed from {from}; its checkpoints:", run.state);
    for phase in phases(db, run.id).await? {
        println!(
            "{}  {:<6} {}",
            phase.no,
            phase.name,
            shortened(&phase.output)
        );
    }
    Ok(database.close().await?)
}

/// One life of a worker process, to its end; it is killed when it says that it hangs.
async fn life(url: &str, run_dir: &Path) -> Result<(i32, ExitStatus), Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(run_dir)
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .spawn()?;
    let pid = i32::try_from(child.id().ok_or("it has ended")?)?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
        if line == HANGS {
            child.kill().await?;
        }
    }
    Ok((pid, child.wait().await?))
}

/// The worker process: works until the run has ended.
async fn work(url: Option<String>, run_dir: &Path) -> Result<(), Box<dyn Error>> {
    let database = Database::open(url, run_dir, &DbOptions::default()).await?;
    let db = database.db();
    let entropy = Entropy::from_system()?;
    let epoch = Epoch::begin(
        db,
        &EpochOptions::here("worker", "1.0.0", run_dir)?,
        &entropy,
    )
    .await?;
    let workers = Workers::start(db, &epoch, registry()?, PoolOptions::default(), &entropy).await?;
    while run(db).await?.state == "running" {
        pause(std::time::Duration::from_millis(20)).await;
    }
    workers.stop().await?;
    epoch.end("the run has ended").await?;
    Ok(database.close().await?)
}

async fn run(db: &Db) -> Result<RunRow, Box<dyn Error>> {
    let latest = runs(db, &RunFilter::default()).await?.into_iter().next();
    Ok(latest.ok_or("no run was started")?)
}

fn shortened(output: &serde_json::Value) -> String {
    let text: String = output.to_string().chars().take(40).collect();
    text
}

//! The jobs that are measured. They do nothing but say that they ran.

use std::{fs::File, io::Write as _, path::Path};

use homeostat_clock::wall;
use homeostat_queue::{Context, Error, Failure, Job, Outcome, Phase, Pipeline, Registry, Worker};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Does nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Noop {}

/// Says when its work began.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Stamp {}

/// Leaves its id in a file each time it runs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Mark {}

/// Runs until its process is killed; the next attempt ends at once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Hold {}

impl Job for Noop {
    const KIND: &'static str = "bench.noop";
}

impl Job for Stamp {
    const KIND: &'static str = "bench.stamp";
}

impl Job for Mark {
    const KIND: &'static str = "bench.mark";
}

impl Job for Hold {
    const KIND: &'static str = "bench.hold";
}

/// The pipeline of five phases that do nothing.
pub(super) const FIVE: &str = "bench.five";

/// What a run of five phases is asked to do: nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct FiveArgs {}

/// One of the five.
struct Nth<const N: usize>;

#[async_trait::async_trait]
impl<const N: usize> Phase for Nth<N> {
    const NAME: &'static str = ["one", "two", "three", "four", "five"][N];
    type Args = FiveArgs;
    type Input = ();
    type Output = ();

    async fn run(&self, _: FiveArgs, (): (), _: &Context) -> Result<Outcome<()>, Failure> {
        Ok(Outcome::Done(()))
    }
}

/// Microseconds since 1970 by this machine's clock, which all processes of a run share.
pub(super) fn now_micros() -> i64 {
    wall().0.as_microsecond()
}

struct DoNoop;
struct DoStamp;
struct DoMark(File);
struct DoHold;

#[async_trait::async_trait]
impl Worker for DoNoop {
    type Job = Noop;

    async fn work(&self, _: Noop, _: &Context) -> Result<Outcome, Failure> {
        Ok(Outcome::done())
    }
}

#[async_trait::async_trait]
impl Worker for DoStamp {
    type Job = Stamp;

    async fn work(&self, _: Stamp, _: &Context) -> Result<Outcome, Failure> {
        let started_micros = now_micros();
        Ok(Outcome::Done(json!({ "started_micros": started_micros })))
    }
}

#[async_trait::async_trait]
impl Worker for DoMark {
    type Job = Mark;

    /// One write, so that a kill leaves either the whole line or nothing.
    async fn work(&self, _: Mark, context: &Context) -> Result<Outcome, Failure> {
        let line = format!("{}\n", context.job());
        (&self.0)
            .write_all(line.as_bytes())
            .map_err(Failure::permanent)?;
        Ok(Outcome::done())
    }
}

#[async_trait::async_trait]
impl Worker for DoHold {
    type Job = Hold;

    async fn work(&self, _: Hold, context: &Context) -> Result<Outcome, Failure> {
        let started_micros = now_micros();
        crate::ui::line(&format!("hold {} {started_micros}", context.job()));
        if context.attempt() == 1 {
            context.stopping().await;
        }
        Ok(Outcome::done())
    }
}

/// The kinds; `marks` is where [`Mark`] leaves its ids.
pub(super) fn registry(marks: Option<&Path>) -> Result<Registry, Error> {
    let mut registry = Registry::new();
    registry.add(DoNoop)?;
    registry.add(DoStamp)?;
    registry.add(DoHold)?;
    let five = Pipeline::<FiveArgs>::new(FIVE)
        .then(Nth::<0>)
        .then(Nth::<1>);
    registry.add_pipeline(five.then(Nth::<2>).then(Nth::<3>).then(Nth::<4>))?;
    if let Some(path) = marks {
        let file = File::options().create(true).append(true).open(path);
        let file = file.map_err(|e| Error::Broken(format!("{}: {e}", path.display())))?;
        registry.add(DoMark(file))?;
    }
    Ok(registry)
}

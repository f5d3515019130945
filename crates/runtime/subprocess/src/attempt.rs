//! One attempt: spawned into the leaf that the supervisor made, fed, listened to, and ended.

use std::{sync::Arc, time::Duration};

use homeostat_model::{Classify, Fault, chain};
use homeostat_queue::{Context, Error as QueueError, Failure, Outcome};
use homeostat_supervisor::{
    jobs::{Begun, NoRoom, Room},
    resolve::resolve,
    spawn::{Bounds, Child, Pipe, Request},
};
use serde_json::Value;
use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{Interval, MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Declared, Host,
    running::RunningFile,
    said::Said,
    verdict::{End, verdict},
};

/// Progress is saved once in this time at most, the last that was made.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// A database that takes longer must not keep us from the command.
const SAVE_LIMIT: Duration = Duration::from_secs(5);
/// How long the pipes are read after the command's end, when somebody holds them open.
const PATIENCE: Duration = Duration::from_millis(200);
/// The kernel says how a killed command ended at once; this is for the case that it does not.
const EXIT_LIMIT: Duration = Duration::from_secs(5);
/// Of standard error this much is at hand for the reason of a failure.
const WORDS_BYTES: usize = 8 * 1024;
/// So many lines of it stand in the reason.
const LAST_LINES: usize = 5;

/// Why we stop looking at a command.
enum Stop {
    /// It ended.
    Exit,
    /// A person called the job off.
    CalledOff,
    /// The job is somebody else's by now.
    Stale,
    /// The pool dropped the job.
    Dropped,
}

/// A command under way.
struct Attempt {
    host: Arc<Host>,
    declared: Arc<Declared>,
    context: Context,
    mb: u64,
    said: Said,
    child: Child,
}

/// Runs the command and says what became of the job.
pub(crate) async fn run(
    host: Arc<Host>,
    declared: Arc<Declared>,
    args: Value,
    context: Context,
    gone: CancellationToken,
) -> Result<Outcome, Failure> {
    let room = match context.take_room::<Room>() {
        Some(room) => room,
        // Begun without being admitted, as a test may.
        None => match host
            .door
            .room(&declared.queue_name(), declared.memory_mb)
            .await
        {
            Ok(room) => room,
            Err(error) => return Ok(later(&error)),
        },
    };
    let mb = room.mb();
    let (job, fence) = (context.job().0, context.fence().0);
    let begun = room.begin(job, fence, declared.deadline).await;
    let begun = begun.map_err(|e| Failure::error(chain(&e)))?;
    let child = spawn(&host, &declared, &context, &begun).await?;
    let attempt = Attempt {
        host,
        declared,
        context,
        mb,
        said: Said::new(),
        child,
    };
    attempt.see_through(begun, args, gone).await
}

fn later(error: &NoRoom) -> Outcome {
    Outcome::Snooze {
        wait: Duration::from_secs(1),
        reason: chain(error),
    }
}

async fn spawn(
    host: &Host,
    declared: &Declared,
    context: &Context,
    begun: &Begun,
) -> Result<Child, Failure> {
    let kind = &declared.kind;
    let program = resolve(&kind.command, kind.path())?;
    let log = host.logs.open(context.job().0, context.attempt())?;
    let bounds = |memory_bytes, log| Bounds { memory_bytes, log };
    let request = Request {
        program,
        args: kind.args.clone(),
        env: kind.env.clone(),
        setup: kind.setup.clone(),
        leaf: begun.leaf()?,
        sockets: Vec::new(),
        stdout: bounds(WORDS_BYTES, None),
        stderr: bounds(WORDS_BYTES, Some(log)),
    };
    let spawned = host.spawner.spawn(request).await;
    spawned.map_err(|e| Failure::error(chain(&e)))
}

impl Attempt {
    async fn see_through(
        mut self,
        begun: Begun,
        args: Value,
        gone: CancellationToken,
    ) -> Result<Outcome, Failure> {
        let (out, err) = (self.said.clone(), self.said.clone());
        self.child.on_lines(Pipe::Stdout, move |l| out.on_stdout(l));
        self.child.on_lines(Pipe::Stderr, move |l| err.on_stderr(l));
        let mut progress = self.said.progress();
        // One that never reads is no error; its end ends this too.
        tokio::spawn(self.child.feeding(args.to_string().into_bytes()));
        let stop = self.watch(&mut progress, &gone).await;
        // Also of one that ended well nothing may be left, and nobody who holds its pipes.
        let ended = begun.end().await;
        let ended = ended.map_err(|e| Failure::error(format!("the supervisor is gone: {e}")))?;
        let exit = timeout(EXIT_LIMIT, self.child.ended()).await;
        let exit = exit.map_err(Failure::error)?.map_err(Failure::error)?;
        let Self {
            host,
            declared,
            context,
            mb,
            said,
            child,
        } = self;
        let last_words = last_words(child).await;
        tidy(&host).await;
        match stop {
            Stop::Exit => {}
            Stop::CalledOff => {
                let reason = "called off by a person; its processes were ended".into();
                return Ok(Outcome::Cancel { reason });
            }
            Stop::Stale | Stop::Dropped => {
                return Err(Failure::error("the job was taken from this process"));
            }
        }
        let end = End {
            exit,
            ended: &ended,
            deadline: declared.deadline,
            mb,
            last_words: &last_words,
        };
        let verdict = verdict(&end, || said.result());
        // What is done leaves the queue; for the next attempt the last progress counts.
        if !matches!(verdict, Ok(Outcome::Done(_))) && progress.has_changed().unwrap_or(false) {
            save(&context, &mut progress).await;
        }
        verdict
    }

    /// Looks after the command until it ends or the job is ours no more.
    async fn watch(
        &mut self,
        progress: &mut watch::Receiver<Option<Value>>,
        gone: &CancellationToken,
    ) -> Stop {
        let attempt = (self.context.job().0, self.context.fence().0);
        let kind = self.declared.queue_name();
        let who = self.child.process();
        let mut file =
            RunningFile::begin(&self.host.run_dir, attempt, &kind, who, self.host.now_ms);
        let mut beat = every(self.host.beat);
        let mut saves = every(SAVE_EVERY);
        loop {
            tokio::select! {
                biased;
                ended = self.child.ended() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "the kernel does not say how a command ended");
                    }
                    return Stop::Exit;
                }
                () = gone.cancelled() => return Stop::Dropped,
                () = self.context.cancelled() => return Stop::CalledOff,
                _ = saves.tick() => {
                    if !progress.has_changed().unwrap_or(false) {
                        continue;
                    }
                    if let Some(made) = progress.borrow().clone() {
                        file.progress(made);
                    }
                    if save(&self.context, progress).await || self.is_lost_at_beat(true).await {
                        return Stop::Stale;
                    }
                }
                _ = beat.tick() => {
                    file.beat();
                    if self.is_lost_at_beat(false).await {
                        return Stop::Stale;
                    }
                }
            }
        }
    }
}

impl Attempt {
    /// Gives the database a sign of life, and says whether the job is lost.
    async fn is_lost_at_beat(&self, progressed: bool) -> bool {
        is_lost(timeout(SAVE_LIMIT, self.context.beat(progressed)).await)
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Saves the last progress. Says whether the job is lost.
async fn save(context: &Context, progress: &mut watch::Receiver<Option<Value>>) -> bool {
    let made = progress.borrow_and_update().clone();
    let Some(made) = made else {
        return false;
    };
    let saved = timeout(SAVE_LIMIT, context.save_progress(&made)).await;
    let passes = match &saved {
        Ok(Ok(())) => false,
        Ok(Err(error)) => error.fault() != Fault::Permanent,
        Err(_) => true,
    };
    if passes {
        // Not written, so it is still to be: at the next turn, or at the end.
        progress.mark_changed();
    }
    is_lost(saved)
}

/// Only a clear answer counts: without the database the command goes on.
fn is_lost(asked: Result<Result<(), QueueError>, tokio::time::error::Elapsed>) -> bool {
    match asked {
        Ok(Ok(())) => false,
        Ok(Err(QueueError::Stale(_))) => true,
        Ok(Err(error)) => {
            tracing::warn!(error = %chain(&error), "a sign of life could not be stored");
            false
        }
        Err(_) => {
            tracing::warn!("the database takes long; a sign of life could not be stored");
            false
        }
    }
}

/// Reads both pipes to their end, after which everything was heard that was said.
async fn last_words(child: Child) -> String {
    let (_, err) = child.output(PATIENCE).await;
    let text = String::from_utf8_lossy(&err.bytes);
    let lines = text.lines().filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("{\"progress\"")
    });
    let lines: Vec<&str> = lines.collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

/// Orphans that came to us, and logs that are too many.
async fn tidy(host: &Arc<Host>) {
    host.spawner.reap_strangers().await;
    let logs = host.logs.clone();
    let _ = spawn_blocking(move || logs.prune()).await;
}

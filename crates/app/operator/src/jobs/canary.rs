//! `canary.beat`: one small job that goes the whole way, scheduler → queue → worker → an effect on a
//! local sink, and then touches the beat. An outside watch judges the age of the beat: silence is the
//! signal, so whatever breaks on the way needs no words of ours.
//!
//! The effect is not an act on the world: it needs no permit and writes over itself. A canary that
//! cannot sing ends quietly instead of failing: its schedule must not trip, since the next beat is what
//! tells that all is well again. Crash points: killed before the beat, there is none; killed after it,
//! the job runs again and beats once more, which is true by then too. A worker that has lost its claim
//! may still beat once when it wakes up.

use std::{fs, io, path::Path, time::Duration};

use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Operator;

/// What the canary acts on.
const SINK: &str = "sink.json";
/// What the watch looks at: the time of its last change.
const BEAT: &str = "beat";

/// Sing once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanaryBeat {}

impl Job for CanaryBeat {
    const KIND: &'static str = "canary.beat";

    fn defaults() -> KindDefaults {
        KindDefaults {
            timeout: Duration::from_secs(20),
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Canary(pub Operator);

#[async_trait::async_trait]
impl Worker for Canary {
    type Job = CanaryBeat;

    async fn work(&self, _: CanaryBeat, context: &Context) -> Result<Outcome, Failure> {
        let Some(dir) = self.0.config.settings.canary.dir.clone() else {
            return Ok(Outcome::Done(
                json!({ "beat": false, "why": "canary.dir is not set" }),
            ));
        };
        let song = json!({ "job": context.job(), "fence": context.fence() }).to_string();
        // A disk that hangs holds a thread of its own; the job's time limit ends the wait.
        let sung = tokio::task::spawn_blocking(move || sing(&dir, &song)).await;
        match sung.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(()) => Ok(Outcome::Done(json!({ "beat": true }))),
            Err(error) => {
                tracing::warn!(%error, "the canary cannot sing; the watch will hear that");
                Ok(Outcome::Done(
                    json!({ "beat": false, "why": error.to_string() }),
                ))
            }
        }
    }
}

/// Acts on the sink, reads back that it took it, and only then touches the beat.
fn sing(dir: &Path, song: &str) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let sink = dir.join(SINK);
    homeostat_files::replace(&sink, song.as_bytes())?;
    if fs::read_to_string(&sink)? != song {
        return Err(io::Error::other("the sink holds something else"));
    }
    fs::write(dir.join(BEAT), song)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beat_comes_after_the_effect_and_not_without_it() {
        let dir = tempfile::tempdir().unwrap();
        sing(dir.path(), "la").unwrap();
        assert_eq!(fs::read_to_string(dir.path().join(SINK)).unwrap(), "la");
        let beat = dir.path().join(BEAT);
        fs::remove_file(&beat).unwrap();
        // The sink does not take it.
        fs::remove_file(dir.path().join(SINK)).unwrap();
        fs::create_dir(dir.path().join(SINK)).unwrap();
        assert!(sing(dir.path(), "lo").is_err() && !beat.exists());
    }
}

//! What the vendors' books say about a run that is over.
//!
//! Workers and sandbox have ended, so both sides stand still. What was spent is the sandbox's to say, so one is
//! started again on the same world, for the questions alone. The judge is the auditor of the drills: it shares
//! nothing with what it judges.

use std::path::Path;

use homeostat_sandbox::{Error, OpenError, Options, serve};

use crate::{
    drill::{
        auditor::{Audit, Field, Finding, counts},
        witness::Witness,
    },
    failure::Failure,
};

/// What the books and ours differ in.
#[derive(Debug, Clone, Default)]
pub(super) struct Difference {
    pub(super) micros: i64,
    pub(super) effects_lost: i64,
    pub(super) effects_duplicated: i64,
    /// Each case in words.
    pub(super) what: Vec<String>,
}

/// Compares all books in a directory with the database; `None` where no sandbox of ours keeps any.
pub(super) async fn compare(dir: &Path, url: &str) -> Result<Option<Difference>, Failure> {
    if !dir.join("meta.jsonl").exists() {
        return Ok(None);
    }
    let options = Options::of(dir).map_err(|error| Failure::environment(&error))?;
    let world = match serve(options).await {
        Ok(world) => world,
        // It is somebody else's world, which goes on.
        Err(Error::World(OpenError::InUse(_))) => return Ok(None),
        Err(error) => return Err(Failure::environment(&error)),
    };
    let audit = Audit {
        books: dir.to_path_buf(),
        sandbox: Some(format!("http://{}", world.address())),
        may_fail: true,
    };
    let found = audit.take(&mut Witness::at(url.to_owned())).await;
    let stopped = world.shutdown().await;
    let found = found?;
    stopped.map_err(|error| Failure::environment(&error))?;
    Ok(Some(Difference::from(found)))
}

impl From<Vec<Finding>> for Difference {
    fn from(found: Vec<Finding>) -> Self {
        let counted = counts(&found);
        let of = |field| counted.get(&field).copied().unwrap_or(0);
        let ours = [
            Field::MoneyLeakedMicros,
            Field::EffectsLost,
            Field::EffectsDuplicated,
        ];
        Self {
            micros: of(Field::MoneyLeakedMicros),
            effects_lost: of(Field::EffectsLost),
            effects_duplicated: of(Field::EffectsDuplicated),
            what: (found.into_iter().filter(|one| ours.contains(&one.field)))
                .map(|one| one.what)
                .collect(),
        }
    }
}

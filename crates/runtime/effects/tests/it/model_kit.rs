//! What the models share: how many histories are played, and a runtime for each.
//!
//! A failure prints the shortest history that goes wrong and a line `cc …`, which proptest also keeps under
//! `tests/proptest-regressions`: the next run begins with it. `PROPTEST_CASES=1000` plays more histories,
//! `PROPTEST_RNG_SEED=7` the same ones each time. Each history has a database of its own; that of a failed
//! one stays on the cluster.

use std::future::Future;

use proptest::prelude::ProptestConfig;
use tokio::runtime::{Builder, Runtime};

use crate::stage::Stage;

/// So many histories, unless `PROPTEST_CASES` asks for another number. The search for the shortest one
/// that fails is bounded: each try is a database.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { cases },
        max_shrink_iters: usual.max_shrink_iters.min(400),
        ..usual
    }
}

/// What is played, on a runtime of one thread: proptest itself waits for nothing.
pub(crate) struct Played<T> {
    pub(crate) it: T,
    runtime: Runtime,
}

impl<T> Played<T> {
    pub(crate) fn new(made: impl Future<Output = T>) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let it = runtime.block_on(Box::pin(made));
        Self { it, runtime }
    }

    /// One step of it.
    pub(crate) fn step<R>(&mut self, take: impl AsyncFnOnce(&mut T) -> R) -> R {
        self.runtime.block_on(Box::pin(take(&mut self.it)))
    }
}

/// Taps have a model of their own, [`crate::model_breaker`]; the others do without.
pub(crate) async fn keep_breakers_closed(stage: &Stage) {
    sqlx::query(
        "UPDATE homeostat.breaker SET state = 'closed', until = NULL, cause = NULL, failures = 0, openings = 0",
    )
    .execute(stage.ctx.db.pool())
    .await
    .unwrap();
}

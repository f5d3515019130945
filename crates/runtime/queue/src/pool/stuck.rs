//! Attempts that the pool cannot end. Past its time a handler is dropped where it waits; one that is
//! still there long after waits for nothing and blocks its thread, which only the end of the process
//! gives back.

use std::time::Duration;

use super::Shift;

/// The look at which an attempt is counted. After a stop of the whole process its own time limit ends it
/// between the first look and the next.
const LOOKS: u32 = 2;

impl Shift {
    /// Counts each such attempt once. What has ended is collected first, so none is counted that is over.
    pub(super) fn see_stuck(&mut self) {
        while let Some(done) = self.tasks.try_join_next_with_id() {
            self.collect(done);
        }
        let after = Duration::from_millis(self.pool.options.stuck_after_ms);
        let over = self
            .running
            .values_mut()
            .filter(|running| running.since.elapsed() > running.timeout.saturating_add(after));
        for running in over {
            running.looks_over += 1;
            if running.looks_over == LOOKS {
                tracing::error!(job = %running.id, "its handler blocks; nothing but the end of this process ends it");
                self.pool.signals.stuck.add(1);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use homeostat_clock::{Entropy, Stopwatch};
    use homeostat_liveness::{Epoch, EpochOptions, Host};
    use homeostat_model::{Fence, JobId};
    use homeostat_store::Listener;
    use homeostat_testkit::Database;
    use serde_json::Value;
    use tokio::{
        sync::{Notify, mpsc, oneshot},
        task::{AbortHandle, yield_now},
    };
    use tokio_util::sync::CancellationToken;

    use crate::{
        Pool, PoolOptions, Registry,
        finish::{Backlog, Report, What},
        pool::Running,
    };

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// A shift that nobody works, and what it reports.
    pub(in crate::pool) struct Idle {
        pub(in crate::pool) shift: Shift,
        reports: mpsc::UnboundedReceiver<Report>,
        _base: Database,
    }

    impl Idle {
        pub(in crate::pool) async fn new(stuck_after: Duration) -> Self {
            let base = Database::fresh().await;
            let (db, entropy) = (base.db(), Entropy::from_seed(1));
            let options = EpochOptions {
                kind: "worker".into(),
                host: Host::this().unwrap(),
                version: "test".into(),
                run_dir: base.dir().to_path_buf(),
                comes_back: false,
            };
            let epoch = Epoch::begin(&db, &options, &entropy).await.unwrap();
            let options = PoolOptions {
                stuck_after_ms: u64::try_from(stuck_after.as_millis()).unwrap(),
                ..PoolOptions::default()
            };
            let (_, wake) = Listener::new(&db, &[Pool::CHANNEL]);
            let pool = Pool::new(&db, &epoch, Registry::new(), &entropy, options, wake);
            let (to, reports) = mpsc::unbounded_channel();
            let (pool, _) = pool.unwrap();
            let (room, stop) = (Arc::new(Notify::new()), CancellationToken::new());
            Self {
                shift: Shift::new(pool, to, Backlog::default(), room, stop),
                reports,
                _base: base,
            }
        }

        /// Begins an attempt that may take so long, and does until it is let go.
        fn begin(&mut self, id: i64, limit: Duration) -> (oneshot::Sender<()>, AbortHandle) {
            let (let_go, held) = oneshot::channel();
            let (id, fence) = (JobId(id), Fence(1));
            let task = self.shift.tasks.spawn(async move {
                let _ = held.await;
                Report {
                    id,
                    fence,
                    duration_ms: 0,
                    makes_room: false,
                    is_phase: false,
                    is_scheduled: false,
                    what: What::Done(Value::Null),
                }
            });
            let running = Running {
                id,
                fence,
                since: Stopwatch::start(),
                timeout: limit,
                looks_over: 0,
                makes_room: false,
                is_phase: false,
                is_scheduled: false,
                cancel: CancellationToken::new(),
            };
            self.shift.running.insert(task.id(), running);
            (let_go, task)
        }

        fn look(&mut self) -> u64 {
            self.shift.see_stuck();
            self.shift.pool.signals.stuck.count()
        }
    }

    /// One ends between the first look and the second, the other one does not. Red when the first look counts,
    /// or a later one, or each; and when what has ended by now is looked at before it is collected.
    #[tokio::test]
    async fn an_attempt_is_counted_once_at_the_second_look() {
        let mut idle = Idle::new(Duration::ZERO).await;
        let _blocks = idle.begin(1, Duration::ZERO);
        let (let_go, ends) = idle.begin(2, Duration::ZERO);
        assert_eq!(idle.look(), 0);
        let_go.send(()).unwrap();
        while !ends.is_finished() {
            yield_now().await;
        }
        assert_eq!(idle.look(), 1);
        assert_eq!(idle.reports.try_recv().unwrap().id, JobId(2));
        assert_eq!(idle.look(), 1);
        assert_eq!(idle.shift.running.len(), 1);
    }

    /// Red when only one of the two is looked at.
    #[tokio::test]
    async fn an_attempt_has_its_own_time_and_some_more() {
        for (limit, more) in [(HOUR, Duration::ZERO), (Duration::ZERO, HOUR)] {
            let mut idle = Idle::new(more).await;
            let _runs = idle.begin(1, limit);
            assert_eq!((idle.look(), idle.look(), idle.look()), (0, 0, 0));
        }
    }
}

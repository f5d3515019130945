//! Whether the database answers: the gate before everything that needs it, and an alert when it is away
//! for longer than a restart takes.

use std::time::Duration;

use homeostat_alerts::{Severity, Spool};
use homeostat_clock::{Stopwatch, pause};
use homeostat_store::Db;
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    hear,
    server::{DATABASE, DOWN},
};

const EVERY: Duration = Duration::from_secs(1);
/// One answer may take this long.
const LIMIT: Duration = Duration::from_secs(3);
/// Away for longer, and somebody hears of it.
const TELL_AFTER: Duration = Duration::from_secs(10);

/// Asks once a second until stopped.
pub(super) fn keep(
    db: Db,
    gate: watch::Sender<bool>,
    spool: Spool,
    stop: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut away: Option<(Stopwatch, bool)> = None;
        while !stop.is_cancelled() {
            let answers = matches!(timeout(LIMIT, db.now()).await, Ok(Ok(_)));
            gate.send_if_modified(|open| std::mem::replace(open, answers) != answers);
            match (&mut away, answers) {
                (_, true) => {
                    if away.take().is_some_and(|(_, told)| told) {
                        hear::over(&spool, DOWN, DATABASE);
                    }
                }
                (None, false) => away = Some((Stopwatch::start(), false)),
                (Some((since, told)), false) if !*told && since.elapsed() > TELL_AFTER => {
                    *told = true;
                    let text = "The database has not answered for 10 s. Nothing that needs it is started meanwhile.";
                    hear::raise(&spool, Severity::Critical, DOWN, DATABASE, text.to_owned());
                }
                (Some(_), false) => {}
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause(EVERY) => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use homeostat_store::DbOptions;
    use homeostat_testkit::{Database, Proxy};

    use super::*;

    /// Nothing here takes this long; what does has failed.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Whoever looks is told each change, and a short absence is no alert. Red when the gate is not closed
    /// while the database is away, or not opened when it is back.
    #[tokio::test]
    async fn the_gate_is_open_while_the_database_answers() {
        let database = Database::fresh().await;
        let proxy = Proxy::before(&database);
        let (gate, mut seen) = watch::channel(false);
        let (spool, stop) = (Spool::in_memory(), CancellationToken::new());
        let pulse = keep(proxy.db().await, gate, spool.clone(), stop.clone());
        for _ in 0..2 {
            let opened = timeout(PATIENCE, seen.wait_for(|open| *open)).await;
            assert!(*opened.unwrap().unwrap());
            proxy.go_away();
            let closed = timeout(PATIENCE, seen.wait_for(|open| !open)).await;
            assert!(!*closed.unwrap().unwrap());
            proxy.come_back();
        }
        stop.cancel();
        pulse.await.unwrap();
        assert!(spool.list().alerts.is_empty());
    }

    /// No error and no answer either, and whoever waits for one is patient. Red when the pulse is too.
    #[tokio::test]
    async fn a_database_that_stands_still_is_away() {
        let database = Database::fresh().await;
        let proxy = Proxy::before(&database);
        let (gate, mut seen) = watch::channel(true);
        let (spool, stop) = (Spool::in_memory(), CancellationToken::new());
        let options = DbOptions {
            acquire_timeout: 100 * PATIENCE,
            ..DbOptions::default()
        };
        let db = Db::connect(proxy.url(), &options).await.unwrap();
        proxy.stand_still();
        let pulse = keep(db, gate, spool, stop.clone());
        let closed = timeout(PATIENCE, seen.wait_for(|open| !open)).await;
        assert!(!*closed.unwrap().unwrap());
        proxy.go_on();
        let opened = timeout(PATIENCE, seen.wait_for(|open| *open)).await;
        assert!(*opened.unwrap().unwrap());
        stop.cancel();
        pulse.await.unwrap();
    }
}

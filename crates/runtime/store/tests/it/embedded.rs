//! The private cluster: whole after any death of its owner, and owned by one.

use std::{
    os::unix::process::CommandExt,
    process::Child,
    sync::{Arc, Mutex},
};

use homeostat_store::{
    Database, Db, DbOptions, Embedded, EmbeddedError, EmbeddedOptions, Keeper, ServerCommand,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

fn options(dir: &TempDir) -> EmbeddedOptions {
    EmbeddedOptions {
        dir: dir.path().join("pg"),
        durable: true,
    }
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
}

async fn write_one(url: &str) {
    let db = Db::connect(url, &DbOptions::default()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS kept (id int); INSERT INTO kept VALUES (1)")
        .execute(db.pool())
        .await
        .unwrap();
    db.close().await;
}

async fn kept(url: &str) -> i64 {
    let db = Db::connect(url, &DbOptions::default()).await.unwrap();
    let row = sqlx::query_scalar("SELECT count(*) FROM kept")
        .fetch_one(db.pool())
        .await
        .unwrap();
    db.close().await;
    row
}

#[tokio::test]
async fn a_second_instance_is_refused_with_the_holder_named() {
    let dir = TempDir::new().unwrap();
    let first = Embedded::start(&options(&dir)).await.unwrap();
    let second = Embedded::start(&options(&dir)).await.unwrap_err();
    let EmbeddedError::AlreadyRunning { pid, .. } = second else {
        panic!("{second:?}")
    };
    assert_eq!(pid, std::process::id().to_string());
    first.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_written_survives_a_killed_postmaster() {
    let dir = TempDir::new().unwrap();
    let mut embedded = Embedded::start(&options(&dir)).await.unwrap();
    write_one(&embedded.url()).await;
    kill(embedded.pid().unwrap());
    embedded.ended().await;
    embedded.restart().await.unwrap();
    assert_eq!(kept(&embedded.url()).await, 1);
    embedded.stop().await.unwrap();
}

/// The owner dies without a word: its server lives on and holds the directory.
#[tokio::test]
async fn an_orphaned_server_is_stopped_before_a_new_one_starts() {
    let dir = TempDir::new().unwrap();
    let orphan = Embedded::start(&options(&dir)).await.unwrap();
    write_one(&orphan.url()).await;
    let old = orphan.pid();
    drop(orphan);
    let next = Embedded::start(&options(&dir)).await.unwrap();
    assert_ne!(next.pid(), old);
    assert_eq!(kept(&next.url()).await, 1);
    next.stop().await.unwrap();
}

/// A postmaster that died with its owner may stay a zombie for as long as nobody reaps it, and its
/// socket's lock file then names a process that seems to live. We are that process here.
#[tokio::test]
async fn a_socket_lock_that_names_a_live_stranger_does_not_stop_a_start() {
    let dir = TempDir::new().unwrap();
    Embedded::start(&options(&dir))
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let lock = options(&dir).dir.join("s/.s.PGSQL.5432.lock");
    let ours = std::process::id();
    std::fs::write(
        &lock,
        format!("{ours}\n/nowhere\n0\n5432\n{}\n", dir.path().display()),
    )
    .unwrap();
    let next = Embedded::start(&options(&dir)).await.unwrap();
    next.stop().await.unwrap();
}

#[tokio::test]
async fn a_program_that_names_no_database_gets_one_of_its_own_and_leaves_no_server() {
    let dir = TempDir::new().unwrap();
    let path = options(&dir).dir;
    let own = Database::open(None, &path, &DbOptions::default())
        .await
        .unwrap();
    let url = Some(own.url().to_owned());
    // The second opening names it, so no cluster is made where it points.
    let nowhere = dir.path().join("nowhere");
    let named = Database::open(url, &nowhere, &DbOptions::default())
        .await
        .unwrap();
    assert!(
        named
            .db()
            .entities()
            .await
            .unwrap()
            .contains(&"job".to_owned())
    );
    assert!(!nowhere.exists());
    named.close().await.unwrap();
    own.close().await.unwrap();
    // Nobody holds the directory any more.
    let again = Embedded::start(&options(&dir)).await.unwrap();
    again.stop().await.unwrap();
}

/// Keeps one server, as a guard does.
#[derive(Debug, Default)]
struct Guard(Mutex<Option<Child>>);

impl Guard {
    /// Reaps what has ended.
    fn still_kept(&self) -> Option<u32> {
        let mut kept = self.0.lock().unwrap();
        let child = kept.as_mut()?;
        child.try_wait().unwrap().is_none().then(|| child.id())
    }

    fn end(&self) {
        let mut child = self.0.lock().unwrap().take().unwrap();
        kill(child.id());
        child.wait().unwrap();
    }
}

#[async_trait::async_trait]
impl Keeper for Guard {
    async fn keep(&self, server: &ServerCommand) -> std::io::Result<u32> {
        if let Some(pid) = self.still_kept() {
            return Ok(pid);
        }
        let log = std::fs::File::create(&server.log)?;
        let mut command = std::process::Command::new(&server.program);
        command.args(&server.args).env_clear();
        command.envs(server.env.iter().cloned()).stderr(log);
        if let Some((uid, gid)) = server.ids {
            command.uid(uid).gid(gid);
        }
        let child = command.current_dir(&server.dir).spawn()?;
        Ok(self.0.lock().unwrap().insert(child).id())
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }
}

/// Its owner's death does not touch it, and the owner's next life attaches to it.
#[tokio::test]
async fn a_kept_server_outlives_its_owner_and_is_found_again() {
    let dir = TempDir::new().unwrap();
    let guard = Arc::new(Guard::default());
    let options = options(&dir);
    let start = || Embedded::start_kept(&options, guard.clone());
    let first = start().await.unwrap();
    write_one(&first.url()).await;
    let pid = first.pid();
    drop(first);
    let mut second = start().await.unwrap();
    assert_eq!(second.pid(), pid, "attached to, not started again");
    assert!(!second.has_ended());
    kill(pid.unwrap());
    second.ended().await;
    assert!(second.has_ended());
    while guard.still_kept().is_some() {
        tokio::task::yield_now().await;
    }
    second.restart().await.unwrap();
    assert_ne!(second.pid(), pid);
    assert_eq!(kept(&second.url()).await, 1);
    second.stop().await.unwrap();
    assert!(guard.still_kept().is_some(), "its keeper stops it");
    guard.end();
}

/// A server that runs under somebody else is no kept one, whatever the keeper would say.
#[tokio::test]
async fn a_leftover_is_not_attached_to() {
    let dir = TempDir::new().unwrap();
    let guard = Arc::new(Guard::default());
    let first = Embedded::start_kept(&options(&dir), guard.clone())
        .await
        .unwrap();
    let pid = first.pid();
    drop(first);
    let next_guard = Arc::new(NextGuard::default());
    let next = Embedded::start_kept(&options(&dir), next_guard.clone())
        .await
        .unwrap();
    assert_ne!(next.pid(), pid);
    assert_eq!(guard.still_kept(), None);
    next.stop().await.unwrap();
    next_guard.0.end();
}

/// A keeper whose child the server of the one before is not.
#[derive(Debug, Default)]
struct NextGuard(Guard);

#[async_trait::async_trait]
impl Keeper for NextGuard {
    async fn keep(&self, server: &ServerCommand) -> std::io::Result<u32> {
        self.0.keep(server).await
    }

    fn pid(&self) -> u32 {
        1
    }
}

//! What every trial begins with, made once: a database whose kinds, schedules and windows are known, and
//! a world with campaigns that somebody has looked at.

use std::{path::Path, sync::Arc};

use homeostat_clock::{Stopwatch, pause};

use crate::{
    database::{Cluster, Database},
    plant::{Behind, Plant, Process},
    scenario::Role,
    trouble::Trouble,
};

/// A template, and the books of the world that it knows.
#[derive(Debug)]
pub(crate) struct Templates {
    pub(crate) plain: Database,
    pub(crate) world: Database,
    pub(crate) books: tempfile::TempDir,
    /// What the first of all was copied from. It stays as long as they do.
    _migrated: homeostat_testkit::Database,
}

/// Makes both.
pub(crate) async fn make(program: &Path, cluster: &Arc<Cluster>) -> Result<Templates, Trouble> {
    let migrated = homeostat_testkit::Database::fresh().await;
    migrated.db().close().await;
    let path = migrated.url().split('?').next().unwrap_or_default();
    let first = path.rsplit('/').next().unwrap_or_default().to_owned();
    let books = tempfile::tempdir()?;
    let plain = cluster.copy(&first, &format!("{first}_plain")).await?;
    let plain = settle(program, plain, None).await?;
    // An empty directory begins a new world.
    let world = cluster.copy(&first, &format!("{first}_world")).await?;
    let world = settle(program, world, Some(books.path())).await?;
    Ok(Templates {
        plain,
        world,
        books,
        _migrated: migrated,
    })
}

/// Runs everybody once, until everything is known that a later life would only say again.
async fn settle(
    program: &Path,
    database: Database,
    books: Option<&Path>,
) -> Result<Database, Trouble> {
    let mut plant = Plant::new(program, None, database, books).await?;
    match make_known(&mut plant, books).await {
        Ok(()) => {}
        Err(error) => {
            let text = format!("the template: {error}; logs in {}", plant.keep().display());
            return Err(Trouble::Ground(text));
        }
    }
    let Plant { database, .. } = plant;
    // It is to be copied.
    database.hang_up().await;
    Ok(database)
}

async fn make_known(plant: &mut Plant, books: Option<&Path>) -> Result<(), Trouble> {
    plant
        .database
        .run(
            "UPDATE homeostat.mode SET state = 'NORMAL', cause = 'person', who = 'ada', reason = 'points';
             INSERT INTO homeostat.lease (id, holder, renewed_at, expires_at)
             VALUES ('dead_man', 0, now(), now() + interval '1 day')
             ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at",
        )
        .await?;
    let all = Role::Worker(
        &[
            "drill.*", "act.*", "decide.*", "guard.*", "job.*", "sense.*",
        ],
        2,
    );
    let mut crew = Vec::new();
    for role in [all, Role::Scheduler] {
        let mut process = plant.start(&role, Behind::default()).await?;
        process.is_ready().await?;
        crew.push(process);
    }
    if books.is_some() {
        let look = "SELECT job_id FROM homeostat.enqueue_many('sense.meta', ARRAY['{\"brand\":\"aurora\"}'::jsonb])";
        plant.database.run(look).await?;
        until(
            plant,
            "SELECT count(*) FROM homeostat.campaign WHERE brand = 'aurora'",
        )
        .await?;
    }
    until(
        plant,
        "SELECT count(*) FROM homeostat.budget_window WHERE brand = 'aurora'",
    )
    .await?;
    let quiet =
        "SELECT (NOT EXISTS (SELECT FROM homeostat.job WHERE kind !~ '^ads') AND NOT EXISTS (
                     SELECT FROM homeostat.effect WHERE finished_at IS NULL))::int";
    if books.is_some() {
        until(plant, quiet).await?;
    }
    stop(&mut crew).await;
    bury(plant, &mut crew).await?;
    // What waits here is copied for hours; what is given up within one would fail in every later trial.
    let patient = "UPDATE homeostat.job SET give_up_at = give_up_at + interval '7 days'";
    plant.database.run(patient).await?;
    // The world's own books go on from here.
    let kept = plant.books();
    let left = plant.clear(crew).await?;
    if !left.is_empty() {
        return Err(Trouble::Ground(format!(
            "processes {left:?} outlived the template"
        )));
    }
    if let Some(books) = books {
        for file in std::fs::read_dir(kept)? {
            let file = file?;
            std::fs::copy(file.path(), books.join(file.file_name()))?;
        }
    }
    Ok(())
}

async fn stop(crew: &mut [Process]) {
    for process in crew {
        process.stop();
        process.ended().await;
    }
}

/// A life without a recorded end would be found dead in every trial, and there by a guess: its place is gone
/// by then. Here it is proven.
async fn bury(plant: &mut Plant, crew: &mut Vec<Process>) -> Result<(), Trouble> {
    let open = "SELECT count(*) FROM homeostat.process WHERE state = 'live'";
    if plant.database.number(open).await? == 0 {
        return Ok(());
    }
    eprintln!(
        "points: a life of the template has no end; logs in {}",
        plant.keep().display()
    );
    let mut finder = plant.start(&Role::Scheduler, Behind::default()).await?;
    finder.is_ready().await?;
    until(
        plant,
        "SELECT count(*) FROM (SELECT FROM homeostat.process WHERE state = 'live' HAVING count(*) = 1) f",
    )
    .await?;
    stop(std::slice::from_mut(&mut finder)).await;
    crew.push(finder);
    match plant.database.number(open).await? {
        0 => Ok(()),
        n => Err(Trouble::Ground(format!("{n} lives have no end"))),
    }
}

async fn until(plant: &Plant, sql: &str) -> Result<(), Trouble> {
    let watch = Stopwatch::start();
    while plant.database.number(sql).await? == 0 {
        if watch.elapsed() > std::time::Duration::from_secs(60) {
            return Err(Trouble::Ground(format!(
                "the template never came to: {sql}"
            )));
        }
        pause(std::time::Duration::from_millis(20)).await;
    }
    Ok(())
}

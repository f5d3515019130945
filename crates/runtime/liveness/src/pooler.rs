//! Refuses transaction poolers: behind one, a session lock belongs to whoever comes next.

use std::time::Duration;

use homeostat_store::{Db, PgConnection, StoreError};
use tokio::time::timeout;

use crate::Error;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// Checks that two statements of one connection run in one session of the server, even while
/// another connection is busy in a transaction: a transaction pooler would lend that one our
/// server session.
///
/// # Errors
/// [`Error::Pooler`] when there is a transaction pooler; otherwise when the database does not answer.
pub async fn refuse_pooler(db: &Db) -> Result<(), Error> {
    let mut ours = db.session(&[]).await?;
    let mut other = db.session(&[]).await?;
    let before = backend_pid(&mut ours).await?;
    sqlx::query!("SET SESSION homeostat.pooler_check = 'ours'")
        .execute(&mut ours)
        .await?;

    sqlx::query!("BEGIN").execute(&mut other).await?;
    backend_pid(&mut other).await?;
    let answer = timeout(ANSWER_TIMEOUT, async {
        let after = backend_pid(&mut ours).await?;
        let setting = sqlx::query_scalar!("SELECT current_setting('homeostat.pooler_check', true)")
            .fetch_one(&mut ours)
            .await?;
        Ok::<_, StoreError>((after, setting))
    })
    .await;
    sqlx::query!("ROLLBACK").execute(&mut other).await?;

    match answer {
        Err(_) => Err(Error::Pooler("a second session had to wait for the first")),
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok((after, _))) if after != before => Err(Error::Pooler("the server session changed")),
        Ok(Ok((_, setting))) if setting.as_deref() != Some("ours") => {
            Err(Error::Pooler("the session's settings were reset"))
        }
        Ok(Ok(_)) => Ok(()),
    }
}

async fn backend_pid(connection: &mut PgConnection) -> Result<i32, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT pg_backend_pid() AS "pid!""#)
        .fetch_one(connection)
        .await?)
}

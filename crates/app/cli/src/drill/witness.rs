//! The drills' own way to the database: SQL as text, answers as JSON.
//!
//! What judges must not share its types with what is judged: a mistake in a shared row type would be
//! made on both sides and seen by neither. So nothing here is checked against our crates; a statement
//! that no longer fits the schema fails the drill by name.

use std::{path::Path, time::Duration};

use homeostat_store::{Embedded, EmbeddedOptions, StoreError, session};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::failure::Failure;

/// A database that does not answer within this is down.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection that only looks. It is opened anew after each outage.
#[derive(Debug)]
pub(crate) struct Witness {
    url: String,
    connection: Option<PgConnection>,
}

/// No answer: the database is away, or the question does not fit it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// It cannot be reached now.
    #[error("the database does not answer")]
    Away(#[source] sqlx::Error),
    /// It refused the question.
    #[error("{about}")]
    Refused {
        /// The beginning of the question.
        about: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The answer has another shape than the drill knows.
    #[error("{about}")]
    Shape {
        /// The beginning of the question.
        about: String,
        /// Where.
        #[source]
        source: serde_json::Error,
    },
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        Self::environment(&error)
    }
}

impl Witness {
    /// Of the embedded cluster in this directory, which need not be up yet.
    pub(crate) fn of(cluster: &EmbeddedOptions) -> Result<Self, Failure> {
        Ok(Self::at(Embedded::url_for(cluster)?))
    }

    /// Of the database behind a URL.
    pub(crate) fn at(url: String) -> Self {
        Self {
            url,
            connection: None,
        }
    }

    /// The URL that the processes under test may be given too.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The rows of a SELECT. `$1`, `$2` … are texts: cast them in the question.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &mut self,
        select: &str,
        texts: &[&str],
    ) -> Result<Vec<T>, NoAnswer> {
        let about = || {
            let words: Vec<&str> = select.split_whitespace().take(12).collect();
            words.join(" ")
        };
        let sql = format!("SELECT to_jsonb(answer) FROM ({select}) answer");
        let mut query = sqlx::query_scalar::<_, Value>(AssertSqlSafe(sql));
        for text in texts {
            query = query.bind((*text).to_owned());
        }
        let connection = self.connection().await?;
        let answers = match query.fetch_all(&mut *connection).await {
            Ok(answers) => answers,
            Err(source) if source.as_database_error().is_some() && !is_outage(&source) => {
                return Err(NoAnswer::Refused {
                    about: about(),
                    source,
                });
            }
            Err(error) => {
                self.connection = None;
                return Err(NoAnswer::Away(error));
            }
        };
        let typed = answers.into_iter().map(serde_json::from_value);
        typed
            .collect::<Result<_, _>>()
            .map_err(|source| NoAnswer::Shape {
                about: about(),
                source,
            })
    }

    /// The only row of a SELECT that always has one.
    pub(crate) async fn one<T: DeserializeOwned>(
        &mut self,
        select: &str,
        texts: &[&str],
    ) -> Result<T, NoAnswer> {
        let rows = self.rows(select, texts).await?;
        rows.into_iter().next().ok_or_else(|| NoAnswer::Refused {
            about: select
                .split_whitespace()
                .take(12)
                .collect::<Vec<_>>()
                .join(" "),
            source: sqlx::Error::RowNotFound,
        })
    }

    /// The first column, a number, of the only row.
    pub(crate) async fn number(
        &mut self,
        expression: &str,
        texts: &[&str],
    ) -> Result<i64, NoAnswer> {
        #[derive(serde::Deserialize)]
        struct Row {
            n: i64,
        }
        let row: Row = self
            .one(&format!("SELECT ({expression})::bigint AS n"), texts)
            .await?;
        Ok(row.n)
    }

    /// Locks the rows of a SELECT, on a connection of its own. The lock lasts as long as that does.
    pub(crate) async fn lock(&self, select: &str) -> Result<PgConnection, NoAnswer> {
        let mut connection = connect(&self.url).await?;
        let statement = AssertSqlSafe(format!("BEGIN; {select} FOR UPDATE"));
        match sqlx::raw_sql(statement).execute(&mut connection).await {
            Ok(_) => Ok(connection),
            Err(error) => Err(NoAnswer::Away(error)),
        }
    }

    /// Closes; the next question opens again.
    pub(crate) fn hang_up(&mut self) {
        self.connection = None;
    }

    async fn connection(&mut self) -> Result<&mut PgConnection, NoAnswer> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.url).await?,
        };
        Ok(self.connection.insert(connection))
    }
}

async fn connect(url: &str) -> Result<PgConnection, NoAnswer> {
    let away = |error: StoreError| sqlx::Error::Io(std::io::Error::other(error));
    match tokio::time::timeout(CONNECT, session(url)).await {
        Ok(connected) => connected.map_err(|error| NoAnswer::Away(away(error))),
        Err(_) => Err(NoAnswer::Away(sqlx::Error::PoolTimedOut)),
    }
}

/// The server is starting, stopping, or cut this session.
fn is_outage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    code.is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
}

/// Every line of a file, as JSON; a torn last line was never confirmed to anyone.
pub(crate) fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let text = format!("cannot read the books {}: {error}", path.display());
            return Err(Failure::Environment(text));
        }
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole.lines().enumerate().map(|(at, line)| {
        serde_json::from_str(line).map_err(|error| {
            let line = at + 1;
            Failure::Law(format!("the books {} line {line}: {error}", path.display()))
        })
    });
    lines.collect()
}

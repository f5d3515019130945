//! Tokens and the sessions that they open.

use homeostat_clock::Entropy;
use homeostat_model::{Classify, Fault, RuntimeTime};
use homeostat_store::{Db, StoreError};
use serde::Serialize;

use super::{Role, secret};

/// How long a session lasts, in hours.
const SESSION_H: i32 = 12;

/// A token, without what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its name, which is who did what is done with it.
    pub name: String,
    /// What it allows.
    pub role: String,
    /// Since when.
    pub created_at: RuntimeTime,
    /// By whom.
    pub created_by: String,
}

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A field is wrong.
    #[error("{field}: {problem}")]
    Input {
        /// Which.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Classify for TokenError {
    fn fault(&self) -> Fault {
        match self {
            Self::Input { .. } => Fault::Permanent,
            Self::Store(error) => error.fault(),
        }
    }
}

/// Makes a token and gives it back, this once. It is drawn from a root that nobody else draws from.
///
/// # Errors
/// A name that is taken or has other letters than `a-z`, digits and `-`; the database's.
pub async fn create_token(
    db: &Db,
    name: &str,
    role: Role,
    who: &str,
    root: &Entropy,
) -> Result<String, TokenError> {
    let input = |problem: String| TokenError::Input {
        field: "name",
        problem,
    };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.len() > 40 || !name.chars().all(is_plain) {
        let problem = format!("{name:?} must be 1 to 40 of a-z, 0-9 and -, starting with a letter");
        return Err(input(problem));
    }
    let token = secret::of(root);
    let made = sqlx::query!(
        "INSERT INTO homeostat.token (name, role, hash, created_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) WHERE state = 'active' DO NOTHING",
        name,
        role.as_str(),
        secret::hash(&token),
        who,
    )
    .execute(db.pool())
    .await
    .map_err(StoreError::from)?;
    match made.rows_affected() {
        0 => Err(input(format!(
            "there is a token {name:?} already; revoke it first, or choose another name"
        ))),
        _ => Ok(token),
    }
}

/// Ends a token and the sessions that it opened. False when there is none of this name.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_token(db: &Db, name: &str, who: &str) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.token SET state = 'revoked', revoked_at = clock_timestamp(), revoked_by = $2
         WHERE name = $1 AND state = 'active'",
        name,
        who,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The active tokens by name.
///
/// # Errors
/// When the database does not answer.
pub async fn tokens(db: &Db) -> Result<Vec<Token>, StoreError> {
    let rows = sqlx::query!(
        "SELECT name, role, created_at, created_by FROM homeostat.token WHERE state = 'active' ORDER BY name"
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Token {
            name: row.name,
            role: row.role,
            created_at: row.created_at.runtime(),
            created_by: row.created_by,
        })
        .collect())
}

/// Whether anybody can log in who may do everything.
///
/// # Errors
/// When the database does not answer.
pub async fn has_admin(db: &Db) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM homeostat.token WHERE state = 'active' AND role = 'admin') AS "found!""#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(found)
}

/// What the door knows of who knocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// There are tokens, so who has none does not come in.
    pub(super) is_closed: bool,
    /// The name and role of who was recognised.
    pub(super) person: Option<(String, Role)>,
}

/// Who has this token, or the session with this cookie. One statement, asked with each request.
pub(super) async fn know(
    db: &Db,
    token: Option<&str>,
    cookie: Option<&str>,
) -> Result<Known, StoreError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM homeostat.token WHERE state = 'active') AS "is_closed!",
                  found.name AS "name?", found.role AS "role?"
           FROM (SELECT) one LEFT JOIN (
               SELECT t.name, t.role FROM homeostat.token t
               WHERE t.state = 'active' AND (t.hash = $1 OR t.id = (
                   SELECT s.token_id FROM homeostat.session s WHERE s.hash = $2 AND s.expires_at > clock_timestamp()))
               LIMIT 1) found ON true"#,
        token.map(secret::hash),
        cookie.map(secret::hash),
    )
    .fetch_one(db.pool())
    .await?;
    let person = match (row.name, row.role) {
        (Some(name), Some(role)) => {
            let role = role
                .parse()
                .map_err(|error| StoreError::corrupt("token.role", error))?;
            Some((name, role))
        }
        _ => None,
    };
    let is_closed = row.is_closed;
    Ok(Known { is_closed, person })
}

/// Opens a session for who has this token, and gives back its cookie; none: nobody has it.
pub(super) async fn open_session(
    db: &Db,
    token: &str,
    root: &Entropy,
) -> Result<Option<String>, StoreError> {
    let cookie = secret::of(root);
    let opened = sqlx::query!(
        "WITH old AS (DELETE FROM homeostat.session WHERE expires_at <= clock_timestamp())
         INSERT INTO homeostat.session (hash, token_id, expires_at)
         SELECT $2, id, clock_timestamp() + make_interval(hours => $3)
         FROM homeostat.token WHERE state = 'active' AND hash = $1",
        secret::hash(token),
        secret::hash(&cookie),
        SESSION_H,
    )
    .execute(db.pool())
    .await?;
    Ok((opened.rows_affected() == 1).then_some(cookie))
}

/// Ends a session.
pub(super) async fn end_session(db: &Db, cookie: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM homeostat.session WHERE hash = $1",
        secret::hash(cookie)
    )
    .execute(db.pool())
    .await?;
    Ok(())
}

//! `keyword`: words that are searched for, with plain counters of what they brought.
//!
//! ```text
//!   configured ⇄ retired            the owner writes it, or takes it out
//!   candidate ──3 wins──▶ learned   found in winning ads of that many runs
//! ```

use homeostat_store::{Db, PgConnection, StoreError};
use homeostat_vendors::ad_library::Terms;
use serde::{Deserialize, Serialize};

/// Runs with a win after which words are searched for.
const WINS_TO_LEARN: i32 = 3;
/// Learned words that are searched for at once, the best first.
const LEARNED_MAX: i64 = 5;

/// What a run's search with some words brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The words.
    pub words: String,
    /// Whether the search came to its end.
    pub is_complete: bool,
    /// Ads that it found.
    pub found: u32,
    /// Those to the point.
    pub relevant: u32,
}

/// Words with their counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Keyword {
    /// The words.
    pub words: String,
    /// `configured`, `learned`, `candidate` or `retired`.
    pub state: String,
    /// Complete searches.
    pub searches: i32,
    /// Ads found.
    pub found: i64,
    /// Those to the point.
    pub relevant: i64,
    /// Runs in which a winning ad had these words.
    pub wins: i32,
}

/// Takes over what the owner wrote, and gives the words to search for: the owner's in their order,
/// then the best of the learned.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn to_search(
    tx: &mut PgConnection,
    brand: &str,
    configured: &[Terms],
) -> Result<Vec<Terms>, StoreError> {
    let words: Vec<String> = configured.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "INSERT INTO homeostat.keyword AS k (id, brand, words, state)
         SELECT DISTINCT $1 || ':' || w, $1, w, 'configured' FROM unnest($2::text[]) w
         ON CONFLICT (id) DO UPDATE SET state = 'configured' WHERE k.state <> 'configured'",
        brand,
        &words,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE homeostat.keyword SET state = 'retired'
         WHERE brand = $1 AND state = 'configured' AND words <> ALL($2::text[])",
        brand,
        &words,
    )
    .execute(&mut *tx)
    .await?;
    let learned = sqlx::query_scalar!(
        "SELECT words FROM homeostat.keyword WHERE brand = $1 AND state = 'learned'
         ORDER BY wins DESC, words LIMIT $2",
        brand,
        LEARNED_MAX,
    )
    .fetch_all(tx)
    .await?;
    let learned = learned.iter().filter_map(|words| words.parse().ok());
    Ok(configured.iter().cloned().chain(learned).collect())
}

/// Adds what a run's searches brought, and one win for each of the winning words.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn count(
    tx: &mut PgConnection,
    brand: &str,
    counts: &[Count],
    winning: &[String],
) -> Result<(), StoreError> {
    let number = |f: fn(&Count) -> u32| counts.iter().map(|c| i64::from(f(c))).collect::<Vec<_>>();
    sqlx::query!(
        "UPDATE homeostat.keyword k
         SET searches = k.searches + c.complete::int, found = k.found + c.found,
             relevant = k.relevant + c.relevant
         FROM unnest($2::text[], $3::boolean[], $4::bigint[], $5::bigint[])
              AS c (words, complete, found, relevant)
         WHERE k.brand = $1 AND k.words = c.words",
        brand,
        &counts.iter().map(|c| c.words.clone()).collect::<Vec<_>>(),
        &counts.iter().map(|c| c.is_complete).collect::<Vec<_>>(),
        &number(|c| c.found),
        &number(|c| c.relevant),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT INTO homeostat.keyword AS k (id, brand, words, state, wins)
         SELECT DISTINCT $1 || ':' || w, $1, w, 'candidate', 1 FROM unnest($2::text[]) w
         ON CONFLICT (id) DO UPDATE SET wins = k.wins + 1,
             state = CASE WHEN k.state = 'candidate' AND k.wins + 1 >= $3 THEN 'learned'
                          ELSE k.state END",
        brand,
        winning,
        WINS_TO_LEARN,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The brand's words, those that brought most first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, brand: &str) -> Result<Vec<Keyword>, StoreError> {
    let rows = sqlx::query_as!(
        Keyword,
        "SELECT words, state, searches, found, relevant, wins FROM homeostat.keyword
         WHERE brand = $1 ORDER BY relevant DESC, wins DESC, words",
        brand,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}

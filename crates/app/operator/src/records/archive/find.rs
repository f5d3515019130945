//! `ad_find`: the ads that a run's search has brought, each once, with the words that brought it.

use homeostat_model::RunId;
use homeostat_store::{Db, PgConnection, StoreError};
use homeostat_vendors::ad_library::Ad;

/// An ad that a search brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// Its library id.
    pub library_id: String,
    /// Whose it is.
    pub page_id: String,
    /// That page's name.
    pub page_name: String,
    /// Its headlines.
    pub titles: Vec<String>,
    /// Its texts.
    pub bodies: Vec<String>,
    /// The searches that brought it.
    pub keywords: Vec<String>,
}

/// Notes what a search has brought. The same page of ads twice is as once.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
    words: &str,
    ads: &[Ad],
) -> Result<(), StoreError> {
    let column = |f: fn(&Ad) -> String| ads.iter().map(f).collect::<Vec<_>>();
    // Lists of lists do not fit into unnest: each ad's texts go as JSON.
    let texts = |f: fn(&Ad) -> &Vec<String>| {
        let list = ads.iter().map(|ad| serde_json::json!(f(ad)));
        list.collect::<Vec<_>>()
    };
    sqlx::query!(
        "INSERT INTO homeostat.ad_find AS known
             (run_id, library_id, brand, page_id, page_name, titles, bodies, keywords)
         SELECT $1, f.id, $2, f.page_id, f.page_name,
                ARRAY(SELECT jsonb_array_elements_text(f.titles)),
                ARRAY(SELECT jsonb_array_elements_text(f.bodies)), ARRAY[$3::text]
         FROM unnest($4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
              AS f (id, page_id, page_name, titles, bodies)
         ON CONFLICT (run_id, library_id) DO UPDATE SET keywords = known.keywords || $3::text
         WHERE NOT known.keywords @> ARRAY[$3::text]",
        run.0,
        brand,
        words,
        &column(|ad| ad.id.to_string()),
        &column(|ad| ad.page_id.to_string()),
        &column(|ad| ad.page_name.clone()),
        &texts(|ad| &ad.titles),
        &texts(|ad| &ad.bodies),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Clears away what earlier runs of the brand have found.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn forget_earlier(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM homeostat.ad_find WHERE brand = $2 AND run_id < $1",
        run.0,
        brand,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Everything that a run has found.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, run: RunId) -> Result<Vec<Find>, StoreError> {
    let finds = sqlx::query_as!(
        Find,
        "SELECT library_id, page_id, page_name, titles, bodies, keywords
         FROM homeostat.ad_find WHERE run_id = $1 ORDER BY library_id",
        run.0,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(finds)
}

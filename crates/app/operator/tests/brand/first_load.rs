//! The first look at a shop reads a file of all orders; what it keeps is what the list would have given.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_operator::{
    records::{shop_line, shop_order},
    sensors::shopify_orders::{Place, read_from},
};
use jiff::SignedDuration;

use crate::stage::{BRAND, Stage};

/// Every order and line as it is kept, but for when it was read.
async fn kept(stage: &Stage) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"SELECT o.told AS "told!" FROM (
               SELECT (to_jsonb(s) - 'read_at')::text AS told FROM homeostat.shop_order s
               UNION ALL SELECT to_jsonb(l)::text FROM homeostat.shop_line l
           ) o ORDER BY o.told"#
    );
    rows.fetch_all(stage.db().pool()).await.unwrap()
}

fn files(stage: &Stage) -> usize {
    let acts = stage.sandbox.acts_of("shopify");
    acts.iter().filter(|act| act.act == "bulk_run").count()
}

async fn by_pages(stage: &Stage) {
    let operator = &stage.operator;
    let brand = operator.config.brand(BRAND).unwrap();
    let mut connection = stage.db().pool().acquire().await.unwrap();
    let mut place = Some(Place::ALL);
    while place.is_some() {
        let at = operator.clock.now();
        let looked = read_from(operator, brand, place).await.unwrap();
        shop_order::record(&mut connection, BRAND, &looked.orders, at)
            .await
            .unwrap();
        shop_line::record(&mut connection, BRAND, &looked.lines)
            .await
            .unwrap();
        place = looked.more.map(|more| more.at);
        operator.clock.advance(SignedDuration::from_secs(60));
    }
}

/// Red when a file's orders are read otherwise than a page's: leave out `shop_line::of` in `Looked::take`.
#[tokio::test]
async fn a_file_of_all_orders_gives_the_rows_that_the_pages_give() {
    let stage = Stage::new().await;
    let ended = stage.ask("sense.shop").await;
    assert_eq!(ended, [("sense.shop".into(), "done".into())]);
    let by_file = kept(&stage).await;
    assert!(by_file.len() > 200, "{}", by_file.len());
    sqlx::query!("DELETE FROM homeostat.shop_order")
        .execute(stage.db().pool())
        .await
        .unwrap();
    sqlx::query!("DELETE FROM homeostat.shop_line")
        .execute(stage.db().pool())
        .await
        .unwrap();
    by_pages(&stage).await;
    let by_pages = kept(&stage).await;
    let new = by_pages.iter().filter(|row| !by_file.contains(row)).count();
    let gone = by_file.iter().filter(|row| !by_pages.contains(row)).count();
    // Some minutes have passed, in which something may have been ordered or sent.
    assert!(new < 10 && gone < 10, "{new} new, {gone} gone");
    // What is known is gone on from, without another file.
    stage.ask("sense.shop").await;
    assert_eq!(files(&stage), 1);
}

/// Red when a part of a file is taken for all of it, or a look gives up with its file: answer `Orders` for the partial
/// file in `sensors/shopify_bulk`.
#[tokio::test]
async fn a_file_that_fails_is_made_up_for_by_pages() {
    let stage = Stage::new().await;
    stage.befall("shopify.bulk_run", "settle_badly", 1).await;
    let ended = stage.ask("sense.shop").await;
    assert_eq!(ended, [("sense.shop".into(), "done".into())]);
    let failed = kept(&stage).await;
    by_pages(&stage).await;
    let all = kept(&stage).await;
    assert!(
        all.len() - failed.len() < 10,
        "{} of {}",
        failed.len(),
        all.len()
    );
    assert_eq!(files(&stage), 1);
}

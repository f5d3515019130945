//! The stage itself: a look at the shop, with what the shop wants to be left alone for in between.

use crate::stage::{BRAND, Stage};

#[tokio::test]
async fn a_look_at_the_shop_keeps_its_orders() {
    let stage = Stage::new().await;
    stage.pass(48);
    let ended = stage.ask("sense.shop").await;
    assert_eq!(ended, [("sense.shop".into(), "done".into())]);
    let orders = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.shop_order WHERE brand = $1"#,
        BRAND
    );
    assert!(orders.fetch_one(stage.db().pool()).await.unwrap() > 0);
    assert_eq!(stage.recover().await.adopted, 0);
    stage.befall("shopify.orders", "throttle", 1).await;
    let ended = stage.ask("sense.shop").await;
    assert_eq!(ended, [("sense.shop".into(), "done".into())]);
}

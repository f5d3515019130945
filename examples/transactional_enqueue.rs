//! A business row and the job about it in one transaction: both are there, or neither is.
//!
//! ```sh
//! cargo run -p homeostat --example transactional_enqueue
//! ```
//! No outbox table and no second broker: the queue is in your database, so your transaction covers
//! it. The connection here is plain sqlx; other languages call `homeostat.enqueue` in theirs.
#![expect(clippy::print_stdout, reason = "an example tells its story")]

use std::error::Error;

use async_trait::async_trait;
use homeostat::{
    queue::{
        Context, Enqueue, Failure, Job, JobFilter, Outcome, Registry, Worker, enqueue_in, jobs,
    },
    store::{Database, Db, DbOptions},
};
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection};

/// Ship one order.
#[derive(Debug, Serialize, Deserialize)]
struct Ship {
    order: i64,
}

impl Job for Ship {
    const KIND: &'static str = "order.ship";
}

struct Warehouse;

#[async_trait]
impl Worker for Warehouse {
    type Job = Ship;

    async fn work(&self, _: Ship, _: &Context) -> Result<Outcome, Failure> {
        Ok(Outcome::done())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let url = std::env::var("DATABASE_URL").ok();
    let database = Database::open(url, dir.path(), &DbOptions::default()).await?;
    // A kind is known once a program that can do it has said so. Nobody works in this example, so
    // that the jobs can be counted.
    let mut registry = Registry::new();
    registry.add(Warehouse)?;
    registry.register(database.db()).await?;

    let mut connection = PgConnection::connect(database.url()).await?;
    sqlx::query("CREATE TEMPORARY TABLE orders (id bigint PRIMARY KEY, buyer text NOT NULL)")
        .execute(&mut connection)
        .await?;

    // Something goes wrong after both were written.
    let mut transaction = connection.begin().await?;
    insert_order(&mut transaction, 1, "ada").await?;
    enqueue_in(&mut *transaction, &Ship { order: 1 }, &Enqueue::default()).await?;
    transaction.rollback().await?;
    tell("rolled back", &mut connection, database.db()).await?;

    // Nothing goes wrong.
    let mut transaction = connection.begin().await?;
    insert_order(&mut transaction, 2, "grace").await?;
    enqueue_in(&mut *transaction, &Ship { order: 2 }, &Enqueue::default()).await?;
    transaction.commit().await?;
    tell("committed", &mut connection, database.db()).await?;

    // The same from any language that speaks SQL.
    let mut transaction = connection.begin().await?;
    insert_order(&mut transaction, 3, "emmy").await?;
    sqlx::query("SELECT homeostat.enqueue('order.ship', jsonb_build_object('order', 3))")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    tell("in SQL", &mut connection, database.db()).await?;

    connection.close().await?;
    Ok(database.close().await?)
}

async fn insert_order(
    connection: &mut PgConnection,
    id: i64,
    buyer: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO orders VALUES ($1, $2)")
        .bind(id)
        .bind(buyer)
        .execute(connection)
        .await?;
    Ok(())
}

async fn tell(what: &str, connection: &mut PgConnection, db: &Db) -> Result<(), Box<dyn Error>> {
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM orders")
        .fetch_one(connection)
        .await?;
    let waiting = JobFilter {
        kind: Some(Ship::KIND.into()),
        ..JobFilter::default()
    };
    let jobs = jobs(db, &waiting).await?.len();
    println!("{what:<12} orders {orders}   jobs {jobs}");
    Ok(())
}

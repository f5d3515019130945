//! A sandbox with a clock that tests move, and a client of it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use homeostat_clock::WorldClock;
use homeostat_model::{Currency, WorldTime};
use homeostat_sandbox::{BRANDS, Handle, META_APP_SECRET, META_TOKEN, ORIGIN, Options, serve};
use homeostat_vendors::meta::{Account, AccountId, CampaignId, Client, Config, InsightRow};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Options of a world whose clock stands at the origin.
pub(crate) fn options(dir: &Path) -> Options {
    options_at(dir, ORIGIN)
}

pub(crate) fn options_at(dir: &Path, at: WorldTime) -> Options {
    let mut options = Options::new(dir);
    options.clock = Some(WorldClock::manual(at));
    options
}

pub(crate) async fn start(dir: &Path) -> Handle {
    serve(options(dir)).await.unwrap()
}

pub(crate) fn config(handle: &Handle) -> Config {
    let mut config = Config::new(META_TOKEN.into());
    config.endpoint.base_url = handle.meta_url();
    config.app_secret = Some(META_APP_SECRET.into());
    config.endpoint.call_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn client(handle: &Handle) -> Client {
    Client::new(config(handle)).unwrap()
}

pub(crate) fn account() -> AccountId {
    BRANDS[0].account_id.parse().unwrap()
}

pub(crate) fn campaign(nth: u64) -> CampaignId {
    (BRANDS[0].campaigns_from + nth)
        .to_string()
        .parse()
        .unwrap()
}

pub(crate) fn eur() -> Currency {
    "EUR".parse().unwrap()
}

pub(crate) fn day(at: WorldTime) -> Date {
    at.0.to_zoned(TimeZone::get(BRANDS[0].time_zone).unwrap())
        .date()
}

/// The first account.
pub(crate) async fn read_account(handle: &Handle) -> Account {
    client(handle).account(&account()).await.unwrap().value
}

/// All rows of the first account up to now.
pub(crate) async fn rows(handle: &Handle) -> Vec<InsightRow> {
    let now = handle.clock().now();
    let since = day(ORIGIN.plus(hours(-24 * 7)));
    let reply = client(handle).insights(&account(), since, day(now)).await;
    reply.unwrap().value
}

/// Spend and sales of a campaign in some rows.
pub(crate) fn totals(rows: &[InsightRow], campaign: &CampaignId) -> (i64, u64) {
    let own = rows.iter().filter(|row| &row.campaign_id == campaign);
    own.fold((0, 0), |(spend, sales), row| {
        (spend + row.spend.amount_micros, sales + row.purchases)
    })
}

/// The campaign with most sales.
pub(crate) async fn seller(handle: &Handle) -> CampaignId {
    let rows = rows(handle).await;
    let all = (0..8).map(campaign);
    all.max_by_key(|id| totals(&rows, id).1).unwrap()
}

/// Orders one fault; the reply's status line.
pub(crate) async fn order(handle: &Handle, order: &str) -> String {
    http(handle.address(), "POST", "/_faults", order).await
}

pub(crate) async fn get(handle: &Handle, path: &str) -> String {
    http(handle.address(), "GET", path, "").await
}

/// The same without a token in the header.
pub(crate) async fn anonymous(handle: &Handle, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    exchange(handle.address(), request).await
}

/// One exchange, whole reply as text.
pub(crate) async fn http(address: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {META_TOKEN}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(address, request).await
}

async fn exchange(address: SocketAddr, request: String) -> String {
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

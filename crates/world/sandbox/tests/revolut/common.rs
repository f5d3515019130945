//! A sandbox with a clock that tests move, and a client of its bank.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use homeostat_clock::{WorldClock, wall};
use homeostat_model::{Money, WorldTime};
use homeostat_sandbox::{
    BRANDS, Handle, ORIGIN, Options, REVOLUT_CLIENT_ID, REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY,
    REVOLUT_REFRESH_TOKEN, revolut_account_id, serve,
};
use homeostat_vendors::revolut::{
    AccountId, Client, Config, Counterparty, Error, Paid, Payment, Receiver, Transaction,
    auth::{ASSERTION_TYPE, AssertionKey},
};
use jiff::SignedDuration;
use secrecy::ExposeSecret;

pub(crate) fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub(crate) fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

pub(crate) async fn start(dir: &Path) -> Handle {
    start_at(dir, ORIGIN).await
}

pub(crate) async fn start_at(dir: &Path, at: WorldTime) -> Handle {
    let mut options = Options::new(dir);
    options.clock = Some(WorldClock::manual(at));
    serve(options).await.unwrap()
}

pub(crate) fn config(handle: &Handle) -> Config {
    let mut config = Config::new(
        REVOLUT_CLIENT_ID,
        REVOLUT_ISSUER,
        REVOLUT_PRIVATE_KEY.into(),
        REVOLUT_REFRESH_TOKEN.into(),
    );
    config.endpoint.base_url = handle.revolut_url();
    config.endpoint.call_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn client(handle: &Handle) -> Client {
    Client::new(config(handle)).unwrap()
}

/// The first brand's account.
pub(crate) fn account() -> AccountId {
    let id = revolut_account_id(BRANDS[0].name).unwrap();
    id.parse().unwrap()
}

/// The supplier that tests pay.
pub(crate) async fn supplier(client: &Client) -> Counterparty {
    let all = client.counterparties(wall()).await.unwrap();
    all.into_iter().next().unwrap()
}

/// A payment of so many euro to the supplier that tests pay.
pub(crate) async fn payment(client: &Client, request_id: &str, euro: i64) -> Payment {
    let supplier = supplier(client).await;
    Payment {
        request_id: request_id.parse().unwrap(),
        from: account(),
        receiver: Receiver {
            account: Some(supplier.accounts[0].id.clone()),
            counterparty: supplier.id,
        },
        amount: Money::from_micros(euro * 1_000_000, "EUR".parse().unwrap()),
        reference: format!("Invoice {request_id}"),
    }
}

pub(crate) async fn pay(client: &Client, request_id: &str, euro: i64) -> Result<Paid, Error> {
    let payment = payment(client, request_id, euro).await;
    client.pay(&payment, wall()).await
}

/// What the bank knows of a request id in the days around now.
pub(crate) async fn find(handle: &Handle, client: &Client, request_id: &str) -> Vec<Transaction> {
    let (id, now) = (request_id.parse().unwrap(), handle.clock().now());
    let found = client.find_by_request_id(&id, now.plus(-days(13)), now.plus(days(1)), wall());
    found.await.unwrap()
}

pub(crate) async fn balance_micros(client: &Client) -> i64 {
    let accounts = client.accounts(wall()).await.unwrap();
    let own = accounts.iter().find(|one| one.id == account());
    own.unwrap().balance.amount_micros
}

/// Orders one fault.
pub(crate) async fn order(handle: &Handle, order: &str) {
    let reply = http(handle, "POST", "/_faults", "", order).await;
    assert!(reply.contains("200 OK"), "{reply}");
}

/// One exchange, whole reply as text.
pub(crate) async fn http(
    handle: &Handle,
    method: &str,
    path: &str,
    bearer: &str,
    body: &str,
) -> String {
    let (address, length) = (handle.address(), body.len());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

/// An access token, got without the client.
pub(crate) async fn bearer(handle: &Handle) -> String {
    let key = AssertionKey::from_pem(&REVOLUT_PRIVATE_KEY.into()).unwrap();
    let until = wall().plus(minutes(5));
    let made = key.assertion(REVOLUT_CLIENT_ID, REVOLUT_ISSUER, until);
    let made = made.unwrap();
    let form = format!(
        "grant_type=refresh_token&refresh_token={REVOLUT_REFRESH_TOKEN}\
         &client_assertion_type={ASSERTION_TYPE}&client_assertion={}",
        made.expose_secret()
    );
    let reply = http(handle, "POST", "/revolut/api/1.0/auth/token", "", &form).await;
    let (_, rest) = reply.split_once("\"access_token\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

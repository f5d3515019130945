//! A sandbox with a clock that tests move, and a client of its first shop.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use homeostat_clock::WorldClock;
use homeostat_model::{Currency, Money, WorldTime};
use homeostat_sandbox::{Act, Handle, ORIGIN, Options, SHOPIFY_CLIENT_ID, SHOPIFY_TOKEN, serve};
use homeostat_vendors::shopify::{
    BulkOperation, BulkOperationId, Client, Config, Credentials, NewRefund, Order, Paging, Product,
    TransactionKind, Updated,
};
use jiff::SignedDuration;

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// Options of a world whose clock stands at an instant.
pub(crate) fn options_at(dir: &Path, at: WorldTime) -> Options {
    let mut options = Options::new(dir);
    options.clock = Some(WorldClock::manual(at));
    options
}

/// A day after the origin: a week and a day of orders.
pub(crate) fn begin() -> WorldTime {
    ORIGIN.plus(hours(24))
}

pub(crate) async fn start(dir: &Path) -> Handle {
    serve(options_at(dir, begin())).await.unwrap()
}

pub(crate) fn config(handle: &Handle) -> Config {
    let token = Credentials::Token(SHOPIFY_TOKEN.into());
    let mut config = Config::new(&handle.shopify_url("aurora"), token);
    config.endpoint.call_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn client(handle: &Handle) -> Client {
    Client::new(config(handle)).unwrap()
}

/// A client that asks for its token.
pub(crate) fn app(handle: &Handle, secret: &str) -> Client {
    let mut config = config(handle);
    config.credentials = Credentials::App {
        client_id: SHOPIFY_CLIENT_ID.into(),
        client_secret: secret.into(),
    };
    Client::new(config).unwrap()
}

pub(crate) fn eur() -> Currency {
    "EUR".parse().unwrap()
}

/// The first orders of the shop that changed within a window.
pub(crate) async fn some_orders(client: &Client) -> Vec<Order> {
    let page = client
        .orders_page(Updated::default(), &Paging::first(100))
        .await;
    page.unwrap().value.items
}

/// An order that can be read by its id, as it is now.
pub(crate) async fn again(client: &Client, order: &Order) -> Order {
    client.order(order.id).await.unwrap().value.unwrap()
}

/// How far a bulk operation is.
pub(crate) async fn state(client: &Client, id: BulkOperationId) -> BulkOperation {
    client.bulk_operation(id).await.unwrap().value.unwrap()
}

/// The first product of the shop.
pub(crate) async fn a_product(client: &Client) -> Product {
    let page = client
        .products_page(eur(), Updated::default(), &Paging::first(1))
        .await;
    page.unwrap().value.items.remove(0)
}

/// A refund of a part of an order.
pub(crate) fn refund_of(order: &Order, micros: i64, note: &str) -> NewRefund {
    let paid = order
        .transactions
        .iter()
        .find(|one| one.kind == TransactionKind::Sale)
        .unwrap();
    NewRefund {
        order: order.id,
        amount: Money::from_micros(micros, eur()),
        shop_currency: eur(),
        parent: paid.id,
        gateway: paid.gateway.clone().unwrap(),
        note: note.to_owned(),
        notify: false,
        lines: Vec::new(),
    }
}

/// Shopify's books.
pub(crate) fn acts(handle: &Handle) -> Vec<Act> {
    handle.acts_of("shopify")
}

/// Orders one fault.
pub(crate) async fn strike(handle: &Handle, on: &str, fault: &str) {
    strike_for(handle, on, fault, 0).await;
}

/// Orders one fault that lasts, in real milliseconds.
pub(crate) async fn strike_for(handle: &Handle, on: &str, fault: &str, after_ms: u64) {
    let order = format!(r#"{{"on":"shopify.{on}","fault":"{fault}","after_ms":{after_ms}}}"#);
    let reply = http(handle, "POST", "/_faults", &order).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

/// One exchange, whole reply as text.
pub(crate) async fn http(handle: &Handle, method: &str, path: &str, body: &str) -> String {
    let address = handle.address();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nx-shopify-access-token: {SHOPIFY_TOKEN}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
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

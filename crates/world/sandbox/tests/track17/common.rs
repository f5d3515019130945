//! A sandbox with a clock that tests move, and a client of it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use homeostat_clock::WorldClock;
use homeostat_model::WorldTime;
use homeostat_sandbox::{Act, Handle, ORIGIN, Options, TRACK17_KEY, serve};
use homeostat_vendors::track17::{
    Batch, Carrier, Client, Config, Error, NewParcel, Parcel, Registration, Tracked,
};
use jiff::SignedDuration;

/// The carrier of the trade's parcels.
pub(crate) const CARRIER: u32 = 7_041;
const COUNTRIES: [&str; 7] = ["GB", "DE", "FR", "ES", "IT", "NL", "DK"];

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub(crate) fn options_at(dir: &Path, at: WorldTime) -> Options {
    let mut options = Options::new(dir);
    options.clock = Some(WorldClock::manual(at));
    options
}

/// A world whose clock stands at the origin.
pub(crate) async fn start(dir: &Path) -> Handle {
    serve(options_at(dir, ORIGIN)).await.unwrap()
}

pub(crate) fn config(handle: &Handle) -> Config {
    let mut config = Config::new(TRACK17_KEY.into());
    config.endpoint.base_url = handle.track17_url();
    config.endpoint.call_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn client(handle: &Handle) -> Client {
    Client::new(config(handle)).unwrap()
}

pub(crate) fn acts(handle: &Handle) -> Vec<Act> {
    handle.acts_of("track17")
}

pub(crate) fn parcel(number: &str, carrier: u32) -> Parcel {
    Parcel {
        number: number.parse().unwrap(),
        carrier: Carrier::new(carrier),
    }
}

pub(crate) fn new_parcel(parcel: &Parcel) -> NewParcel {
    NewParcel {
        parcel: parcel.clone(),
        tag: Some(format!("order-{}", parcel.number)),
        param: None,
    }
}

/// Numbers that the first orders of the first shop may have: the country is the buyer's, so most of them are
/// nobody's.
pub(crate) fn candidates() -> Vec<Parcel> {
    let each = (1..=5).flat_map(|nth| COUNTRIES.map(|country| (nth, country)));
    each.map(|(nth, country)| parcel(&format!("HX{nth:09}{country}"), CARRIER))
        .collect()
}

/// Sends again what the vendor has asked to wait with, after the wait: it takes three calls a second, and this world's
/// seconds pass when a test says so.
pub(crate) async fn patiently<T, F>(
    handle: &Handle,
    mut call: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    loop {
        let done = call().await;
        let Some(wait) = done.as_ref().err().and_then(Error::wait) else {
            return done;
        };
        handle.clock().advance(wait.try_into().unwrap());
    }
}

/// Registers parcels.
pub(crate) async fn register(handle: &Handle, parcels: &[Parcel]) -> Batch<Registration> {
    let (client, items) = (client(handle), items(parcels));
    patiently(handle, || client.register(&items)).await.unwrap()
}

pub(crate) fn items(parcels: &[Parcel]) -> Vec<NewParcel> {
    parcels.iter().map(new_parcel).collect()
}

/// What is known of parcels.
pub(crate) async fn info(handle: &Handle, parcels: &[Parcel]) -> Vec<Tracked> {
    let client = client(handle);
    let batch = patiently(handle, || client.get_track_info(parcels))
        .await
        .unwrap();
    assert_eq!(batch.strangers, 0);
    batch.outcomes
}

/// Orders one fault.
pub(crate) async fn order(handle: &Handle, on: &str, fault: &str) {
    let order = format!(r#"{{"on":"track17.{on}","fault":"{fault}","after_ms":300}}"#);
    let reply = http(handle, "POST", "/_faults", &order).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

/// One exchange, whole reply as text.
pub(crate) async fn http(handle: &Handle, method: &str, path: &str, body: &str) -> String {
    let address = handle.address();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\n17token: {TRACK17_KEY}\r\n\
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

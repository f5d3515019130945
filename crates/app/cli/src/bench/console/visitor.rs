//! One visitor, on one connection.

use homeostat_clock::Stopwatch;
use reqwest::{Client, header::ACCEPT_ENCODING};
use rustls::crypto::ring;

use crate::failure::{Failure, chain};

/// How long each of so many answers took, in milliseconds, to the last byte.
pub(super) async fn answers(at: &str, path: &str, count: usize) -> Result<Vec<f64>, Failure> {
    let client = client()?;
    // The first one pays for the connection and what the server has not read yet; it is a visitor's too, but not the
    // ninety-fifth of a hundred.
    get(&client, at, path).await?;
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        let watch = Stopwatch::start();
        get(&client, at, path).await?;
        took.push(watch.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(took)
}

/// The first screen with all that it loads, in bytes over the wire, compressed.
pub(super) async fn first_screen(at: &str) -> Result<usize, Failure> {
    let client = client()?;
    let page = get(&client, at, "/").await?;
    let text = String::from_utf8_lossy(&page).into_owned();
    let mut bytes = compressed(&client, at, "/").await?;
    for part in text.split('"').filter(|part| part.starts_with("/assets/")) {
        bytes += compressed(&client, at, part).await?;
    }
    Ok(bytes)
}

pub(super) fn client() -> Result<Client, Failure> {
    // Nothing here is encrypted; the client asks for it all the same. Another part may have installed it.
    let _installed = ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build();
    client.map_err(|e| Failure::Environment(chain(&e)))
}

async fn compressed(client: &Client, at: &str, path: &str) -> Result<usize, Failure> {
    let failed = |e: reqwest::Error| Failure::Environment(format!("{path}: {}", chain(&e)));
    let ask = client
        .get(format!("http://{at}{path}"))
        .header(ACCEPT_ENCODING, "gzip");
    let answer = ask
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(failed)?;
    Ok(answer.bytes().await.map_err(failed)?.len())
}

async fn get(client: &Client, at: &str, path: &str) -> Result<Vec<u8>, Failure> {
    let failed = |e: reqwest::Error| Failure::Law(format!("{path}: {}", chain(&e)));
    let answer = client.get(format!("http://{at}{path}")).send().await;
    let answer = answer
        .and_then(reqwest::Response::error_for_status)
        .map_err(failed)?;
    Ok(answer.bytes().await.map_err(failed)?.to_vec())
}

//! Questions and orders to the sandbox, which is another process on this machine. One request a
//! connection; the vendors' own client is part of what is judged, so it is not used here.

use homeostat_sandbox::PERSON;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::failure::Failure;

/// Asks for JSON. `base` is `http://host:port`.
pub(crate) async fn get<T: DeserializeOwned>(base: &str, path: &str) -> Result<T, Failure> {
    ask(base, "GET", path, "", "").await
}

/// Does something at a vendor as a person would, who says so.
pub(crate) async fn post_as_person<T: DeserializeOwned>(
    base: &str,
    path: &str,
    person: &str,
) -> Result<T, Failure> {
    let reference = format!("x-client-reference: {PERSON}{person}\r\n");
    ask(base, "POST", path, "null", &reference).await
}

/// Orders something and reads the answer.
pub(crate) async fn post<T: DeserializeOwned>(
    base: &str,
    path: &str,
    body: &Value,
) -> Result<T, Failure> {
    ask(base, "POST", path, &body.to_string(), "").await
}

/// The same with more lines in the head, each with its end.
pub(crate) async fn post_with<T: DeserializeOwned>(
    base: &str,
    path: &str,
    body: &Value,
    head: &str,
) -> Result<T, Failure> {
    ask(base, "POST", path, &body.to_string(), head).await
}

/// Sends a form and reads the answer.
pub(crate) async fn post_form<T: DeserializeOwned>(
    base: &str,
    path: &str,
    form: &str,
) -> Result<T, Failure> {
    ask(base, "POST", path, form, "").await
}

/// Sends a text and gives back the status alone.
pub(crate) async fn status(base: &str, path: &str, body: &str, head: &str) -> Result<u16, Failure> {
    let (status, _) = exchange(base, "POST", path, body, head).await?;
    let problem = || Failure::Environment(format!("POST {base}{path}: status {status}"));
    status.parse().map_err(|_| problem())
}

async fn ask<T: DeserializeOwned>(
    base: &str,
    method: &str,
    path: &str,
    body: &str,
    more_head: &str,
) -> Result<T, Failure> {
    let failed = |why: String| Failure::Environment(format!("{method} {base}{path}: {why}"));
    let (status, body) = exchange(base, method, path, body, more_head).await?;
    if status != "200" {
        return Err(failed(format!("status {status}: {}", body.trim())));
    }
    serde_json::from_str(&body).map_err(|e| failed(format!("{e} in {body:?}")))
}

/// One exchange: the answer's status and body.
async fn exchange(
    base: &str,
    method: &str,
    path: &str,
    body: &str,
    more_head: &str,
) -> Result<(String, String), Failure> {
    let failed = |why: String| Failure::Environment(format!("{method} {base}{path}: {why}"));
    let host = base.trim_start_matches("http://");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{more_head}\r\n{body}",
        body.len()
    );
    let exchange = async {
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer = exchange.await.map_err(|e| failed(e.to_string()))?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or_else(|| failed("no answer".into()))?;
    let status = head.split_whitespace().nth(1).unwrap_or("none");
    Ok((status.to_owned(), body.to_owned()))
}

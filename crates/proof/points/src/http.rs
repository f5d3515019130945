//! Stands between one process and a vendor, counts its calls, and strikes one of them.
//!
//! One request a connection: the reply is made to say so, so that each call has its own. *Limits.* As
//! much of HTTP/1.1 as our clients and the sandbox speak: a length for the request, the end of the
//! connection or a length for the reply.

use std::{net::SocketAddr, os::fd::AsFd, sync::Arc};

use rustix::net::sockopt::set_socket_linger;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{fault::HttpFault, strike::Strikes};

/// A head longer than this is none of ours.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// Source: the vendors' error page. Of all the codes that ask for a wait, this one asks for the shortest.
const THROTTLED: &str = r#"{"error":{"message":"User request limit reached","type":"OAuthException","code":613,"error_subcode":5044001,"fbtrace_id":"p"}}"#;
/// Code 100 means "invalid parameter".
const REFUSED: &str = r#"{"error":{"message":"Invalid parameter","type":"OAuthException","code":100,"fbtrace_id":"p"}}"#;
const BROKE: &str = r#"{"error":{"message":"An unknown error occurred","type":"OAuthException","code":1,"fbtrace_id":"p"}}"#;

/// Counts the calls of one process and strikes one.
pub(crate) type HttpTap = Strikes<HttpFault>;

/// The proxy of one process.
#[derive(Debug)]
pub(crate) struct HttpProxy {
    pub(crate) address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl HttpProxy {
    /// In front of what listens there.
    pub(crate) async fn before(behind: SocketAddr, tap: Arc<HttpTap>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(async move {
            let mut calls = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                while calls.try_join_next().is_some() {}
                let tap = tap.clone();
                calls.spawn(async move {
                    // A broken call is the fault, or the end of the process.
                    let _ = serve(client, behind, &tap).await;
                });
            }
        });
        Ok(Self { address, accepting })
    }
}

impl Drop for HttpProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut client: TcpStream, behind: SocketAddr, tap: &HttpTap) -> std::io::Result<()> {
    let request = read_request(&mut client).await?;
    let fault = tap.sees(&label(&request), true);
    let Some(fault) = fault else {
        let reply = forward(&request, behind).await?;
        return client.write_all(&reply).await;
    };
    match fault {
        HttpFault::KillBefore => tap.kill(),
        HttpFault::LoseRequest => tap.done(),
        HttpFault::Reset => {
            // A close without a lingering end is a reset.
            let _ = set_socket_linger(client.as_fd(), Some(std::time::Duration::ZERO));
            tap.done();
        }
        HttpFault::Throttled => {
            tap.done();
            return answer(&mut client, "400 Bad Request", THROTTLED).await;
        }
        HttpFault::Refused => {
            tap.done();
            return answer(&mut client, "400 Bad Request", REFUSED).await;
        }
        HttpFault::KillAfter
        | HttpFault::LoseReply
        | HttpFault::ReplyTwice
        | HttpFault::Delay
        | HttpFault::BrokeAfter
        | HttpFault::Malformed => {
            let reply = forward(&request, behind).await?;
            return strike_reply(&mut client, &reply, fault, tap).await;
        }
    }
    Ok(())
}

/// The vendor has done it.
async fn strike_reply(
    client: &mut TcpStream,
    reply: &[u8],
    fault: HttpFault,
    tap: &HttpTap,
) -> std::io::Result<()> {
    match fault {
        HttpFault::KillAfter => tap.kill(),
        HttpFault::ReplyTwice => {
            tap.done();
            client.write_all(&[reply, reply].concat()).await?;
        }
        HttpFault::Delay => {
            tap.hold().await;
            client.write_all(reply).await?;
        }
        HttpFault::BrokeAfter => {
            tap.done();
            answer(client, "500 Internal Server Error", BROKE).await?;
        }
        HttpFault::Malformed => {
            tap.done();
            answer(client, "200 OK", "<html>{\"id\": \u{fffd}").await?;
        }
        HttpFault::KillBefore
        | HttpFault::LoseRequest
        | HttpFault::LoseReply
        | HttpFault::Throttled
        | HttpFault::Refused
        | HttpFault::Reset => tap.done(),
    }
    Ok(())
}

async fn answer(client: &mut TcpStream, status: &str, body: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    client
        .write_all([head.as_bytes(), body.as_bytes()].concat().as_slice())
        .await
}

/// The request, its body included.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = end_of_head(&bytes) {
            let whole = end + length_in(&bytes[..end]);
            if bytes.len() >= whole {
                return Ok(bytes);
            }
        } else if bytes.len() > HEAD_BYTES_MAX {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Sends it on and reads the whole reply. Neither side is to keep its connection.
async fn forward(request: &[u8], behind: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(behind).await?;
    server.write_all(&closing(request)).await?;
    let mut reply = Vec::new();
    server.read_to_end(&mut reply).await?;
    Ok(closing(&reply))
}

/// The same message, saying that its connection ends with it.
fn closing(message: &[u8]) -> Vec<u8> {
    let Some(end) = end_of_head(message) else {
        return message.to_vec();
    };
    let head = String::from_utf8_lossy(&message[..end - 4]);
    let kept = head
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let lines: Vec<&str> = kept.collect();
    let head = format!("{}\r\nconnection: close\r\n\r\n", lines.join("\r\n"));
    [head.as_bytes(), &message[end..]].concat()
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

fn length_in(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let lines = head.split("\r\n");
    let mut lengths =
        lines.filter_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    lengths.next().unwrap_or(0)
}

/// Method and path, without what differs from life to life.
fn label(request: &[u8]) -> String {
    let line = request
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    format!("{method} {}", target.split('?').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_that_its_connection_ends() {
        let message = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nx: y\r\n\r\nbody";
        let text = String::from_utf8(closing(message)).unwrap();
        assert_eq!(
            text,
            "HTTP/1.1 200 OK\r\nx: y\r\nconnection: close\r\n\r\nbody"
        );
    }

    #[test]
    fn a_call_is_its_method_and_path() {
        let request = b"POST /meta/v26.0/7?access_token=s HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(label(request), "POST /meta/v26.0/7");
        assert_eq!(length_in(&request[..end_of_head(request).unwrap()]), 3);
    }
}

//! A bank of a few canned replies, to see what is sent and in which order.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

use super::{Client, Config};

/// A running stub.
pub(super) struct Stub {
    pub(super) client: Client,
    served: JoinHandle<Vec<String>>,
}

/// A good reply of the token endpoint.
pub(super) fn token(text: &str) -> (u16, String) {
    let body = format!(r#"{{"access_token":"{text}","token_type":"bearer","expires_in":2399}}"#);
    (200, body)
}

/// One reply per connection, in this order. Fewer calls than replies leave the stub waiting.
pub(super) fn serve(replies: Vec<(u16, String)>) -> Stub {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = config();
    config.endpoint.base_url = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let answer = |(status, body): (u16, String)| {
            let (mut stream, _) = listener.accept().unwrap();
            let request = request(&mut stream);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
            request
        };
        replies.into_iter().map(answer).collect()
    });
    Stub {
        client: Client::new(config).unwrap(),
        served,
    }
}

/// Settings with the tests' own key.
pub(super) fn config() -> Config {
    let key = include_str!("test_key.pem");
    Config::new(
        "client-1",
        "shop.example",
        key.into(),
        "very-secret-refresh".into(),
    )
}

impl Stub {
    /// All requests, once each reply was fetched.
    pub(super) fn requests(self) -> Vec<String> {
        self.served.join().unwrap()
    }
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return String::from_utf8(bytes).unwrap();
            }
        }
        let n = stream.read(&mut buffer).unwrap();
        assert!(n > 0, "the client hung up");
        bytes.extend_from_slice(&buffer[..n]);
    }
}

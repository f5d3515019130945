//! One request, one connection: whoever is told is on this machine.

use std::{io, time::Duration};

use homeostat_clock::pause;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::forge::Signed;

/// Longer than this nobody waits for an answer, as vendors do.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of an answer only its beginning is read, in bytes.
const ANSWER_BYTES: usize = 64;

/// Who is told: `host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    /// Of `http://host:port`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let host = url
            .strip_prefix("http://")
            .map(|host| host.trim_end_matches('/'));
        let is_sound = |host: &&str| {
            let port = host.rsplit_once(':').map(|(_, port)| port);
            let is_plain = host
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'/');
            is_plain && port.is_some_and(|port| port.parse::<u16>().is_ok())
        };
        let host = host.filter(is_sound);
        let problem = || format!("{url:?} must be written like http://127.0.0.1:8180");
        host.map(|host| Self(host.to_owned())).ok_or_else(problem)
    }

    /// The status of the answer.
    pub(super) async fn post(&self, path: &str, signed: &Signed) -> io::Result<u16> {
        let exchange = async {
            let mut stream = TcpStream::connect(&self.0).await?;
            stream
                .write_all(self.request(path, signed).as_bytes())
                .await?;
            let mut answer = [0; ANSWER_BYTES];
            let mut read = 0;
            while let Some(rest) = answer.get_mut(read..).filter(|rest| !rest.is_empty()) {
                match stream.read(rest).await? {
                    0 => break,
                    more => read += more,
                }
            }
            let answer = String::from_utf8_lossy(&answer);
            let status = answer.split_whitespace().nth(1);
            let status = status.and_then(|status| status.parse().ok());
            status.ok_or_else(|| io::Error::other("no answer"))
        };
        tokio::select! {
            status = exchange => status,
            () = pause(PATIENCE) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn request(&self, path: &str, Signed { headers, body }: &Signed) -> String {
        let headers = headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let (host, bytes) = (&self.0, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {bytes}\r\n{headers}\r\n{body}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_server_is_taken() {
        let place = |url| Place::parse(url).map(|place| place.0);
        assert_eq!(
            place("http://127.0.0.1:8180").as_deref(),
            Ok("127.0.0.1:8180")
        );
        assert_eq!(place("http://localhost:1/").as_deref(), Ok("localhost:1"));
        for wrong in [
            "",
            "127.0.0.1:8180",
            "https://127.0.0.1:8180",
            "http://127.0.0.1",
            "http://127.0.0.1:x",
            "http://127.0.0.1:8180/path",
            "http://a b:1",
            "http://a\r\nx:1",
        ] {
            assert!(place(wrong).is_err(), "{wrong:?}");
        }
    }
}

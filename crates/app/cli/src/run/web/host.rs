//! Which names we answer to. A page from elsewhere can make a browser ask us under a name of its own
//! (DNS rebinding) and read the answer as its own; it cannot make it ask under ours.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::http::{HeaderMap, StatusCode, Uri, header::HOST, uri::Authority};
use homeostat_operator::config::Origin;

/// The names of one listening address.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    address: IpAddr,
    /// That under which browsers find us.
    named: Option<Arc<str>>,
}

impl Hosts {
    pub(super) fn of(address: SocketAddr, origin: Option<&Origin>) -> Self {
        Self {
            address: address.ip(),
            named: origin.map(|origin| origin.host().into()),
        }
    }

    /// Whether a request asks for one of us.
    ///
    /// # Errors
    /// The status to answer with: it names nobody, or somebody else.
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), StatusCode> {
        let mut named = headers.get_all(HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else {
            return Err(StatusCode::BAD_REQUEST);
        };
        let host = host.to_str().ok().and_then(|host| host.parse().ok());
        let host: Authority = host.ok_or(StatusCode::BAD_REQUEST)?;
        // A proxy's form of request names the host in its first line too.
        let all_ours = [Some(&host), uri.authority()]
            .into_iter()
            .flatten()
            .all(|named| self.is_ours(named));
        match all_ours {
            true => Ok(()),
            false => Err(StatusCode::MISDIRECTED_REQUEST),
        }
    }

    /// The port is not compared: a forwarded one is another.
    fn is_ours(&self, named: &Authority) -> bool {
        let host = named.host();
        if named.as_str().contains('@') {
            return false;
        }
        let is = |name: &str| host.eq_ignore_ascii_case(name);
        if is("localhost") || self.named.as_deref().is_some_and(is) {
            return true;
        }
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        match bare.unwrap_or(host).parse::<IpAddr>() {
            // Listening everywhere, every address may be ours; an address cannot be rebound.
            Ok(ip) => ip.is_loopback() || ip == self.address || self.address.is_unspecified(),
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(listen: &str, uri: &str, hosts: &[&str]) -> Result<(), StatusCode> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, host.parse().unwrap());
        }
        let address = format!("{listen}:8180").parse().unwrap();
        Hosts::of(address, None).check(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn we_answer_to_our_own_names_only() {
        let other = Err(StatusCode::MISDIRECTED_REQUEST);
        for (listen, host, answer) in [
            ("127.0.0.1", "127.0.0.1:8180", Ok(())),
            ("127.0.0.1", "localhost", Ok(())),
            ("127.0.0.1", "LocalHost:9000", Ok(())),
            ("127.0.0.1", "[::1]:8180", Ok(())),
            ("127.0.0.1", "evil.example", other),
            ("127.0.0.1", "evil.example:8180", other),
            ("127.0.0.1", "127.0.0.1.evil.example", other),
            ("127.0.0.1", "localhost.evil.example", other),
            ("127.0.0.1", "10.0.0.7", other),
            ("127.0.0.1", "localhost@evil.example", other),
            ("10.0.0.7", "10.0.0.7:8180", Ok(())),
            ("10.0.0.7", "10.0.0.8", other),
            ("0.0.0.0", "10.0.0.8", Ok(())),
            ("0.0.0.0", "evil.example", other),
            ("[::]", "[2001:db8::1]:80", Ok(())),
        ] {
            assert_eq!(ask(listen, "/", &[host]), answer, "{listen} {host}");
        }
    }

    /// Red when a proxy's requests are taken for another's, or when its name opens others.
    #[test]
    fn we_answer_to_the_name_under_which_browsers_find_us() {
        let origin = "https://console.example.com".parse().unwrap();
        let hosts = Hosts::of("127.0.0.1:8180".parse().unwrap(), Some(&origin));
        for (host, is_ours) in [
            ("console.example.com", true),
            ("Console.Example.com:443", true),
            ("localhost", true),
            ("example.com", false),
            ("console.example.com.evil.example", false),
        ] {
            assert_eq!(hosts.is_ours(&host.parse().unwrap()), is_ours, "{host}");
        }
    }

    #[test]
    fn a_request_that_names_nobody_or_two_is_refused() {
        let bad = Err(StatusCode::BAD_REQUEST);
        for hosts in [&[][..], &["localhost", "evil.example"], &[""], &["a b"]] {
            assert_eq!(ask("127.0.0.1", "/", hosts), bad, "{hosts:?}");
        }
        let absolute = ask("127.0.0.1", "http://evil.example/", &["localhost"]);
        assert_eq!(absolute, Err(StatusCode::MISDIRECTED_REQUEST));
    }
}

//! The HTTP client all vendors share: no redirects, no resends, no proxy from the environment,
//! bounded replies.

use std::{
    sync::{Arc, Once},
    time::Duration,
};

use reqwest::{Response, Url, redirect, retry};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// A reply larger than this is refused unread, in bytes.
pub(crate) const REPLY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Why a reply's body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It broke off or came too late.
    Broken(reqwest::Error),
    /// It is larger than the caller reads.
    TooLarge,
}

/// A client whose calls end after `call_timeout`, whatever happens.
///
/// Resends stay off because a resent write may act twice; redirects because they would carry the
/// credentials elsewhere; the environment's proxy because it would see them.
pub(crate) fn client(
    base: &Url,
    call_timeout: Duration,
) -> Result<reqwest::Client, reqwest::Error> {
    install_crypto();
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .connect_timeout((call_timeout / 2).min(Duration::from_secs(5)))
        .timeout(call_timeout)
        .pool_idle_timeout(Duration::from_secs(20));
    if base.scheme() == "http" {
        // Plain HTTP needs no certificates; loading the system's would fail where there are none.
        let no_roots = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map(|config| {
                config
                    .with_root_certificates(RootCertStore::empty())
                    .with_no_client_auth()
            });
        if let Ok(tls) = no_roots {
            return builder.tls_backend_preconfigured(tls).build();
        }
    }
    builder.build()
}

/// The body, as long as it is no larger than `bytes_max`.
pub(crate) async fn body(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails only when another part of the process has installed one, which serves as well.
        let _installed = ring::default_provider().install_default();
    });
}

//! Bulk operations: one query over everything, run at the vendor and fetched as a file. For the first load.

use std::fmt;

use homeostat_model::WorldTime;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    client::{Client, Reply},
    documents::{BULK_OPERATION, BULK_ORDERS, BULK_RUN},
    faults::{CallKind, Error},
    ids::BulkOperationId,
    page::Updated,
    read,
    values::open_enum,
};
use crate::{
    shopify::{answer::refusal_of_status, client::refuse},
    wire::{Object, WireError},
};

/// A larger file is refused, in bytes. Ask for a shorter window.
pub const BULK_BYTES_MAX: usize = 256 * 1024 * 1024;
/// A file takes longer than a call: this many times as long.
const TIMEOUT_FACTOR: u32 = 30;

open_enum! {
    /// How far an operation is.
    BulkStatus {
        Created = "CREATED",
        Running = "RUNNING",
        Completed = "COMPLETED",
        Canceling = "CANCELING",
        Canceled = "CANCELED",
        Failed = "FAILED",
        Expired = "EXPIRED",
    }
}

/// An operation.
#[derive(Debug, Clone)]
pub struct BulkOperation {
    /// Its id.
    pub id: BulkOperationId,
    /// How far it is.
    pub status: BulkStatus,
    /// Why it failed, such as `TIMEOUT`.
    pub error_code: Option<String>,
    /// When it began.
    pub created_at: WorldTime,
    /// When it ended.
    pub completed_at: Option<WorldTime>,
    /// Objects so far.
    pub objects: u64,
    /// The whole file. `None` as well when nothing matched. Dies after seven days.
    pub file: Option<Download>,
    /// What there is of it when the operation failed.
    pub partial_file: Option<Download>,
}

/// The address of a file. Whoever has it may read it, so it does not show.
#[derive(Clone)]
pub struct Download(SecretString);

impl Client {
    /// Starts a bulk operation over the orders that changed within a window. Running it twice changes nothing at the
    /// shop; `Throttled` while too many run.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn bulk_orders_run(&self, updated: Updated) -> Result<Reply<BulkOperationId>, Error> {
        // The filter holds times only, so nothing in it ends the text that it stands in.
        let filter = updated.filter().unwrap_or_default();
        let query = BULK_ORDERS.replace("$FILTER", &filter);
        self.ask(&BULK_RUN, json!({"query": query}), |data| {
            let payload = read::object(data, BULK_RUN.root)?;
            read::object(&payload, "bulkOperation")?.parse("id")
        })
        .await
    }

    /// How far an operation is; `None` when there is none.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn bulk_operation(
        &self,
        id: BulkOperationId,
    ) -> Result<Reply<Option<BulkOperation>>, Error> {
        self.ask(&BULK_OPERATION, json!({"id": id.to_string()}), |data| {
            let Some(object) = data.object_opt(BULK_OPERATION.root)? else {
                return Ok(None);
            };
            let found = operation(&object)?;
            read::same_id(&object, &found.id, &id)?;
            Ok(Some(found))
        })
        .await
    }

    /// A bulk operation's file, up to [`BULK_BYTES_MAX`]. It lies on another host, which gets no credentials.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. An address without HTTPS is refused before sending, unless the shop
    /// itself is on this machine.
    pub async fn bulk_file(&self, file: &Download) -> Result<Vec<u8>, Error> {
        let kind = CallKind::Read;
        let wire = self.tokens.wire().knowing(file.0.clone());
        let url = file.url(wire.is_local())?;
        let timeout = wire.call_timeout * TIMEOUT_FACTOR;
        let request = wire.http.get(url).timeout(timeout);
        let raw = wire.send_for(kind, request, BULK_BYTES_MAX).await?;
        if raw.http_status != 200 {
            return Err(refusal_of_status(&wire, kind, &raw));
        }
        Ok(raw.body)
    }
}

impl Download {
    fn url(&self, is_local: bool) -> Result<Url, Error> {
        let url = Url::parse(self.0.expose_secret())
            .map_err(|error| refuse("file", format!("its address is no URL: {error}")))?;
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        match url.scheme() {
            "https" if url.username().is_empty() => Ok(url),
            "http" if is_local && loopback => Ok(url),
            _ => Err(refuse("file", "its address must begin with https://")),
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Download")
    }
}

pub(crate) fn operation(item: &Object<'_>) -> Result<BulkOperation, WireError> {
    let file = |name| {
        let address = item.text_opt(name)?;
        Ok(address.map(|text| Download(SecretString::from(text))))
    };
    Ok(BulkOperation {
        id: item.parse("id")?,
        status: item.text("status")?.into(),
        error_code: read::text_opt(item, "errorCode")?,
        created_at: read::time(item, "createdAt")?,
        completed_at: read::time_opt(item, "completedAt")?,
        objects: read::big_count(item, "objectCount")?,
        file: file("url")?,
        partial_file: file("partialDataUrl")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_fetched_over_https_or_from_this_machine_only() {
        let taken = |text: &str, is_local| Download(text.into()).url(is_local).is_ok();
        assert!(taken("https://files.example/a.jsonl?signature=1", false));
        assert!(taken("http://127.0.0.1:8700/a.jsonl", true));
        for text in [
            "",
            "files.example/a",
            "http://127.0.0.1:5432/",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "https://user:word@files.example/a",
        ] {
            assert!(!taken(text, false), "{text}");
        }
        assert!(!taken("http://169.254.169.254/latest", true));
    }

    #[test]
    fn an_address_does_not_show() {
        let file = Download("https://files.example/a?signature=very-secret".into());
        assert!(!format!("{file:?}").contains("very-secret"));
    }
}

//! Up to 50 calls in one. Each part has its own ending; the outer reply says nothing about them.

use reqwest::{StatusCode, Url};
use serde_json::{Value, json};

use super::{
    campaign::Status,
    client::{Client, Reply},
    faults::{CallKind, Error, NoAnswer},
    ids::CampaignId,
    usage::Usage,
    writes::confirmed,
};
use crate::wire::{Object, WireError, wrong};

/// Most parts of one batch.
pub const BATCH_MAX: usize = 50;

/// One call of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchPart {
    /// Set a campaign's status.
    SetStatus(CampaignId, Status),
    /// Read fields of a campaign.
    Campaign(CampaignId, String),
}

/// How one part ended: its JSON, or its own error.
pub type PartReply = Result<Value, Error>;

impl Client {
    /// Sends the parts together; replies come in their order.
    ///
    /// # Errors
    /// The outer error is about the batch as a whole (a write when any part is one); afterwards
    /// each part has its own. A part that Meta answers with `null` timed out there: a write among
    /// them has an unknown outcome.
    pub async fn batch(
        &self,
        parts: &[BatchPart],
        reference: &str,
    ) -> Result<Reply<Vec<PartReply>>, Error> {
        if parts.is_empty() || parts.len() > BATCH_MAX {
            return Err(Error::Request {
                field: "batch",
                problem: format!("has {} parts, must have 1 to {BATCH_MAX}", parts.len()),
            });
        }
        let writes = parts.iter().any(|part| part.kind() == CallKind::Write);
        let kind = if writes {
            CallKind::Write
        } else {
            CallKind::Read
        };
        let calls: Vec<Value> = parts.iter().map(BatchPart::to_json).collect();
        let calls = Value::Array(calls).to_string();
        let form = [("batch", calls.as_str()), ("include_headers", "false")];
        let reply = self.post(kind, "", &form, reference).await?;
        let replies = self
            .split(parts, &reply.value, reply.usage)
            .map_err(|error| error.into_error(kind))?;
        Ok(Reply {
            value: replies,
            usage: reply.usage,
        })
    }

    fn split(
        &self,
        parts: &[BatchPart],
        body: &Value,
        usage: Usage,
    ) -> Result<Vec<PartReply>, WireError> {
        let Value::Array(entries) = body else {
            return Err(wrong("body", "must be a list with one entry per part"));
        };
        if entries.len() != parts.len() {
            let problem = format!("has {} entries for {} parts", entries.len(), parts.len());
            return Err(wrong("body", problem));
        }
        let each = parts.iter().zip(entries).enumerate();
        Ok(each
            .map(|(i, (part, entry))| self.part(i, part, entry, usage))
            .collect())
    }

    fn part(&self, i: usize, part: &BatchPart, entry: &Value, usage: Usage) -> PartReply {
        let kind = part.kind();
        if entry.is_null() {
            return Err(Error::Unanswered {
                kind,
                reason: NoAnswer::NullPart,
                source: None,
            });
        }
        let (status, body) = read_entry(i, entry).map_err(|error| error.into_error(kind))?;
        let value = self.judge(kind, status.as_u16(), body.as_bytes(), usage)?;
        if kind == CallKind::Write {
            confirmed(&value).map_err(|error| error.into_error(kind))?;
        }
        Ok(value)
    }
}

impl BatchPart {
    fn kind(&self) -> CallKind {
        match self {
            Self::SetStatus(..) => CallKind::Write,
            Self::Campaign(..) => CallKind::Read,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::SetStatus(id, status) => json!({
                "method": "POST",
                "relative_url": id.as_str(),
                "body": format!("status={}", status.as_str()),
            }),
            Self::Campaign(id, fields) => json!({
                "method": "GET",
                "relative_url": format!("{id}?{}", encoded("fields", fields)),
            }),
        }
    }
}

fn read_entry(i: usize, entry: &Value) -> Result<(StatusCode, &str), WireError> {
    let entry = Object::new(format!("[{i}]"), entry)?;
    let status = entry
        .integer_opt("code")?
        .and_then(|code| u16::try_from(code).ok())
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| entry.wrong("code", "must be an HTTP status"))?;
    Ok((status, entry.text("body")?))
}

fn encoded(name: &str, value: &str) -> String {
    // The URL type does the escaping; its host plays no part.
    Url::parse_with_params("http://localhost/", [(name, value)])
        .ok()
        .and_then(|url| url.query().map(str::to_owned))
        .unwrap_or_default()
}

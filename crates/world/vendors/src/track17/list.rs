//! All registrations of the account, 40 to a page: what is followed, what the vendor has stopped following by itself,
//! and whether its pushes arrive.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    batch::list,
    client::Client,
    faults::{CallKind, Error},
    parcel::Parcel,
    read::{Lenient, WORD_MAX, clean, count_opt, instant, parcel, utc, word},
    status::Status,
};
use crate::wire::{Object, WireError};

/// Whether a registration is being followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Tracking {
    /// It is.
    Tracking,
    /// It is not any more: somebody stopped it, or the vendor did.
    Stopped,
    /// A word that this client does not know, as it was sent.
    Unknown(String),
}

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number and carrier.
    pub parcel: Parcel,
    /// Our own word for it.
    pub tag: Option<String>,
    /// Whether it is being followed.
    pub tracking: Tracking,
    /// Where the parcel is on its way, as far as known.
    pub status: Option<Status>,
    /// When it was registered.
    pub registered_at: Option<Timestamp>,
    /// When its carrier saw it last.
    pub latest_event_at: Option<Timestamp>,
    /// Why it is not followed any more, in the vendor's word, such as `Expired`.
    pub stop_reason: Option<String>,
    /// How the last push went, in the vendor's word: `NotPushed`, `Success` or `Failure`.
    pub push_status: Option<String>,
    /// Fields that could not be read, each with its problem.
    pub odd: Vec<String>,
}

/// A page of registrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackList {
    /// What could be read, in the vendor's order.
    pub rows: Vec<Row>,
    /// Entries without a number or without a word on whether they are followed.
    pub unreadable: usize,
    /// The next page's number, if there is one.
    pub next: Option<u32>,
    /// Registrations on all pages.
    pub total: u32,
}

impl Client {
    /// A page of all registrations, counted from 1. They may move between pages while they are being read.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. A page number of 0 is refused before sending.
    pub async fn get_track_list(&self, page_no: u32) -> Result<TrackList, Error> {
        if page_no == 0 {
            return Err(Error::Request {
                field: "page_no",
                problem: "is 0, pages are counted from 1".to_owned(),
            });
        }
        let body = json!({"page_no": page_no});
        let reply = self.post(CallKind::Read, "gettracklist", &body).await?;
        read(&reply, page_no).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

/// # Errors
/// When it is not the page that was asked for, or says nothing of its place among the others.
pub(super) fn read(reply: &Value, page_no: u32) -> Result<TrackList, WireError> {
    let root = Object::new("", reply)?;
    let part = |name| {
        let told = root.object_opt(name)?;
        told.ok_or_else(|| root.wrong(name, "is missing"))
    };
    let (page, data) = (part("page")?, part("data")?);
    let number = |name| {
        let told = count_opt(&page, name)?;
        told.ok_or_else(|| page.wrong(name, "is missing"))
    };
    if number("page_no")? != page_no {
        return Err(page.wrong(
            "page_no",
            format!("is not the {page_no} that was asked for"),
        ));
    }
    let mut told = TrackList {
        rows: Vec::new(),
        unreadable: 0,
        next: (page_no < number("page_total")?).then(|| page_no.saturating_add(1)),
        total: number("data_total")?,
    };
    if data.get("accepted").is_none() {
        return Err(data.wrong("accepted", "is missing"));
    }
    for (nth, entry) in list(&data, "accepted")?.iter().enumerate() {
        let entry = Object::new(format!("data.accepted[{nth}]"), entry);
        match entry.and_then(|entry| row(&entry)) {
            Ok(row) => told.rows.push(row),
            Err(_) => told.unreadable += 1,
        }
    }
    Ok(told)
}

fn row(entry: &Object<'_>) -> Result<Row, WireError> {
    let (parcel, tracking) = (parcel(entry)?, entry.text("tracking_status")?);
    let mut lenient = Lenient::default();
    let keep = &mut lenient;
    let mut row = Row {
        parcel,
        tracking: Tracking::from(tracking.to_owned()),
        tag: keep.take(word(entry, "tag")),
        status: keep.take(word(entry, "package_status")).map(Status::from),
        registered_at: keep.take(utc(entry, "register_time")),
        latest_event_at: keep.take(instant(entry, "latest_event_time")),
        stop_reason: keep.take(word(entry, "stop_track_reason")),
        push_status: keep.take(word(entry, "push_status")),
        odd: Vec::new(),
    };
    row.odd = lenient.odd();
    Ok(row)
}

impl Tracking {
    /// As 17TRACK writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tracking => "Tracking",
            Self::Stopped => "Stopped",
            Self::Unknown(text) => text,
        }
    }
}

impl From<String> for Tracking {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Tracking" => Self::Tracking,
            "Stopped" => Self::Stopped,
            other => Self::Unknown(clean(other, WORD_MAX)),
        }
    }
}

impl From<Tracking> for String {
    fn from(tracking: Tracking) -> Self {
        tracking.as_str().to_owned()
    }
}

impl fmt::Display for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

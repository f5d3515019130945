//! What happened to a parcel, and when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    read::{Lenient, TEXT_MAX, instant, raw_time, text, utc, word},
    status::SubStatus,
};
use crate::wire::Object;

/// Something that a carrier saw. Its texts are the carrier's words: they are data, whatever they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When. `None` when the carrier gave a time that cannot be placed; then only `at_raw` tells it.
    pub at: Option<Timestamp>,
    /// When, in the carrier's words.
    pub at_raw: Option<String>,
    /// What.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// The milestone that it stands for, if any.
    pub stage: Option<String>,
    /// The status that it led to.
    pub sub_status: Option<SubStatus>,
}

/// A stage of the way, such as `PickedUp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// 17TRACK's word for it, as it was sent.
    pub stage: String,
    /// When it was reached; `None` when it was not.
    pub at: Option<Timestamp>,
}

/// An event; what cannot be read of it is told and left out.
pub(super) fn read(event: &Object<'_>, lenient: &mut Lenient) -> Event {
    Event {
        at: at(event, lenient),
        at_raw: lenient.take(raw_time(event, "time_raw")),
        description: lenient.take(text(event, "description", TEXT_MAX)),
        location: lenient.take(text(event, "location", TEXT_MAX)),
        stage: lenient.take(word(event, "stage")),
        sub_status: lenient.take(word(event, "sub_status")).map(SubStatus::from),
    }
}

/// A milestone; one without a name is none.
pub(super) fn milestone(entry: &Object<'_>, lenient: &mut Lenient) -> Option<Milestone> {
    let stage = lenient.take(word(entry, "key_stage"))?;
    let at = at(entry, lenient);
    Some(Milestone { stage, at })
}

/// UTC where it is there, else the local time with its offset.
fn at(object: &Object<'_>, lenient: &mut Lenient) -> Option<Timestamp> {
    let told = lenient.take(utc(object, "time_utc"));
    told.or_else(|| lenient.take(instant(object, "time_iso")))
}

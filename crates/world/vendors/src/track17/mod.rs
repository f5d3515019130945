//! 17TRACK's tracking API `v2.4`: where parcels are, as their carriers tell it.
//!
//! Every call is a `POST` of up to 40 items. Each item is taken or refused by itself, so a call that succeeded says
//! nothing about its items: the outcomes stand in the order of the items, matched by number and carrier.
//!
//! There is no idempotency key, and none is needed: a registration is one number under one carrier. A `register` whose
//! reply was lost is sent again: what is there already is told as such and costs nothing. The same holds for
//! `stoptrack`. A number without a carrier is one that the vendor finds the carrier of, and the same number under
//! another carrier is another registration, which is paid for; so a repetition must name what the first call named.
//!
//! What is read may be behind: a new number has no information for some minutes. A status may go back, as from
//! delivered to exception, and an expired parcel may still arrive.
//!
//! Wire facts are 17TRACK's API documents (asset.17track.net/api/document) and what public clients of the same API
//! agree on.

mod batch;
mod client;
mod config;
#[cfg(test)]
mod conformance;
mod event;
mod faults;
#[cfg(test)]
mod hostile;
mod info;
mod list;
mod parcel;
pub mod push;
mod quota;
mod read;
mod register;
mod shipment;
mod status;
mod stop;

pub use batch::{Batch, ITEMS_MAX};
pub use client::Client;
pub use config::{Config, ConfigError, DEFAULT_BASE_URL, DEFAULT_VERSION, VERSIONS};
pub use event::{Event, Milestone};
pub use faults::{CallKind, Error, Lacks, Meaning, Needs, NoAnswer, Refusal};
pub use info::Tracked;
pub use list::{Row, TrackList, Tracking};
pub use parcel::{Carrier, InvalidCarrier, InvalidNumber, Number, Parcel};
pub use quota::Quota;
pub use register::{NewParcel, Registration};
pub use shipment::{Days, EstimatedDelivery, Shipment, Sync};
pub use status::{Status, SubStatus};
pub use stop::Stop;

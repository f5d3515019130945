//! Binds control to effects to vendors: the sensors, the actuators and the loop of a brand.

pub mod actuators;
pub mod browser;
pub mod chores;
pub mod config;
mod context;
pub mod jobs;
mod limits;
pub mod online;
mod partners;
mod people;
pub mod pipelines;
pub mod reconcile;
pub mod records;
pub mod requests;
pub mod schedules;
mod secrets;
pub mod sensors;
mod understood;
pub mod webhooks;

pub use chores::decisions::PROPOSAL_LIFE;
pub use context::{Operator, VendorUrls, ad_library_client, meta_client};
pub use jobs::act::approve;
pub use limits::limits;
pub use partners::Partners;
pub use people::{People, Sight};

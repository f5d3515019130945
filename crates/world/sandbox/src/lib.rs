//! The vendors, simulated over real HTTP: the same paths, units, errors and habits, their own
//! clock, their own append-only books on disk, and faults on request.
//!
//! It is the world, so it outlives what it is used by: killed at any moment and started again on the
//! same directory, it is the same world at the same clock, with every act it ever confirmed.
//!
//! ```text
//! http://127.0.0.1:PORT/meta/v26.0/...   Meta's Marketing API (see `homeostat_vendors::meta`)
//!                      /ad_library/v26.0/ads_archive   Meta's archive of ads (`ad_library`)
//!                      /shopify/{brand}/admin/api/...       a shop's Admin API (`shopify`)
//!                      /track17/v2.4/...                    parcels (`track17`)
//!                      /agentmail/v0/...                    inboxes (`agentmail`)
//!                      /revolut/api/1.0/...                 the bank (`revolut`)
//!                      /clock            the world's clock, as `homeostat_clock::Anchor`
//!                      /books?vendor=meta   all acts that changed, or were asked to change, anything
//!                      /books/letters?brand=  what each letter to an inbox really is
//!                      /books/spend      what each campaign really spent on each day
//!                      /books/orders?brand=   how far each order of a shop is really paid
//!                      /books/parcels?brand=  what the tracker knows of each parcel that it follows
//!                      /books/payments?brand= how each payment from a brand's account stands
//!                      /_webhooks        GET: what was told by webhooks so far; POST: what befalls them from now on
//!                      /_hurry           POST: the next letter to a brand, or scan of its parcels, comes now
//!                      /_faults          GET: the plan and what has struck; POST: one named fault
//! ```

mod ad_library;
mod agentmail;
mod alive;
mod app;
mod books;
mod faults;
mod graph;
mod hurry;
mod line;
mod meta;
mod options;
mod revolut;
mod server;
mod shopify;
mod track17;
mod truth;
mod webhooks;
mod world;
mod world_file;

pub use books::{Act, BooksError, Created, PERSON};
pub use faults::{Fault, FaultPlan, Preset};
pub use options::{
    AD_LIBRARY_APP_SECRET, AD_LIBRARY_TOKEN, AGENTMAIL_KEY, AGENTMAIL_WEBHOOK_SECRET,
    META_APP_SECRET, META_TOKEN, Options, REVOLUT_CLIENT_ID, REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY,
    REVOLUT_REFRESH_TOKEN, REVOLUT_WEBHOOK_SECRET, SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET,
    SHOPIFY_TOKEN, SPEED_MAX, TRACK17_KEY, WorldSource,
};
pub use revolut::revolut_account_id;
pub use server::{Error, Handle, serve};
pub use webhooks::WebhookFaults;
pub use world::{BRANDS, Brand, CsvError, ORIGIN, RecipeError, check_recipe, check_recorded};
pub use world_file::OpenError;

//! The brand's own tables: what the sensors read, and how well they see.

pub mod archive;
pub mod campaign;
pub mod day;
pub mod observation;
pub mod recurring;
pub mod sensor;
pub mod shop_order;
pub mod spend_cap;

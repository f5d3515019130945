//! The brand's own tables: what the sensors read, and how well they see.

pub mod archive;
pub mod bank_payment;
pub mod baseline;
pub mod campaign;
pub mod customer;
pub mod day;
pub mod dispute;
pub mod drift;
pub mod identity;
pub mod letter;
pub mod observation;
pub mod product;
pub mod recurring;
pub mod sensor;
pub mod shipment;
pub mod shop_line;
pub mod shop_order;
pub mod spend_cap;

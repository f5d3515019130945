//! The pipelines of the house, one folder each.

pub mod ads;

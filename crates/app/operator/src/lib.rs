//! Binds control to effects to vendors: the sensors, the actuators and the loop of a brand.

pub mod config;
pub mod records;

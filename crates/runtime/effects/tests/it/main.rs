//! The promises of effects, one module each, on a real Postgres and a vendor played in memory.

#![cfg(test)]

mod ambiguous;
mod breaker;
mod classes;
mod corners;
mod crash;
mod failover;
mod guards;
mod keys;
mod late;
mod model_breaker;
mod model_effect;
mod model_hold;
mod model_kit;
mod modes;
mod money;
mod reads;
mod replay;
mod stage;
mod standing;
mod standing_model;
mod storm;
mod vendor;
mod windows;

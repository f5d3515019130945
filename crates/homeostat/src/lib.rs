//! What an engineer imports to build an autonomous operation: the pure core and the durable runtime.
//!
//! Jobs and schedules are in [`queue`], acts on the world in [`effects`], the rules that bound them in
//! [`envelope`], their journal in [`store`]. Nothing here knows a vendor or a business; bring your own
//! `Worker`s and `Actuator`s and hand them to a `Pool`.
//!
//! Invariant: re-exports only, and only of the rings `core` and `runtime`.

pub use homeostat_clock as clock;
pub use homeostat_control as control;
pub use homeostat_effects as effects;
pub use homeostat_envelope as envelope;
pub use homeostat_liveness as liveness;
pub use homeostat_model as model;
pub use homeostat_queue as queue;
pub use homeostat_store as store;

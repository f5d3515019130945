//! In which order processes go when the whole machine runs out of memory: what a child is added to its
//! badness, from -1000 (never) to 1000 (first). What starts others again goes last.
//!
//! A negative one takes a privilege to ask for; without it its process is as killable as others.

/// The guard.
pub const GUARD: i32 = -900;
/// The supervisor: after its children, before the guard.
pub const SUPERVISOR: i32 = -500;
/// What the guard holds for it, such as a database server.
pub const HELD: i32 = -500;
/// What people look at; and whatever says nothing, since protection is not inherited.
pub const WEB: i32 = 0;
/// Workers, whose work is given back and done again.
pub const WORKER: i32 = 300;
/// Browsers, which take much and are easily started again.
pub const BROWSER: i32 = 800;

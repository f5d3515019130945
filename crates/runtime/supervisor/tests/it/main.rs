//! One file per promise, on real processes where the promise is about them.

mod crash_loop;

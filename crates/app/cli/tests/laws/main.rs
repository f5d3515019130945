//! One module per law. A law's test goes red when the mechanism behind it is removed.

#![cfg(test)]

mod plant;

mod l02_nothing_lost;

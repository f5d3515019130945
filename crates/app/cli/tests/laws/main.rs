//! One module per law. A law's test goes red when the mechanism behind it is removed.

#![cfg(test)]

mod acts;
mod bad_day;
mod browser;
mod console;
mod console_api;
mod crew;
mod deploy;
mod drills;
mod failover;
mod full_disk;
mod hang;
mod memory;
mod plant;
mod requests;
mod shop;
mod site;
mod sources;
mod stage;
mod stopping;
mod storm;
mod vendor;
mod web;
mod webhooks;

mod l01_one_claim;
mod l02_nothing_lost;
mod l03_effects_once;
mod l04_money_first;
mod l05_one_row_per_transition;
mod l06_bounded_autonomy;
mod l07_permit_only_from_commit;
mod l08_monitor;
mod l08_proof_of_death;
mod l09_recovery_is_a_loop;
mod l10_time_is_passed_in;
mod l11_the_watcher_shares_no_fault;
mod l12_bad_input;
mod l12_exec;
mod l13_decisions_replay;

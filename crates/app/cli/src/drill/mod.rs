//! `homeostat drill`: bad days, played on real processes and judged from outside.

mod audit;
pub(crate) mod auditor;
mod bad_day;
mod crash_loop;
mod customer_service;
mod eat;
mod failover;
mod faketime;
mod hang;
mod http;
mod memory;
mod orphans;
mod plant;
mod processes;
mod restart;
mod sabotage;
mod stage;
mod storm;
mod times;
mod trip;
mod watchers;
mod webhooks;
mod wire;
pub(crate) mod witness;
pub(crate) mod work;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

/// The drills.
#[derive(Debug, Subcommand)]
pub(crate) enum Drill {
    /// Judge a system from outside, once: by its tables and the vendor's books
    #[command(hide = true)]
    Audit(audit::Options),
    /// Kill everything at once while everything is under way, and see what a boot makes of it
    BadDay(bad_day::Options),
    /// Two kinds that cannot live: how often they are started, and when a person hears of it
    CrashLoop(crash_loop::Options),
    /// A crowd of customers writes in seven languages, a third of it hostile: who gets what, and how soon
    CustomerService(customer_service::Options),
    /// Take so much memory and hold it
    #[command(hide = true)]
    Eat(eat::Options),
    /// Kill the primary of a replicated Postgres in the middle of effects: how soon work goes on, what is lost
    Failover(failover::Options),
    /// A host with less memory than is asked for: who is refused, who is killed, and what is lost
    Memory(memory::Options),
    /// A command, a worker and a process that hang: how soon they are noticed, and who does their work
    Hang,
    /// Kill the supervisor again and again: what is left behind, and what runs twice
    Orphans(orphans::Options),
    /// Kill each kind of process again and again: how soon it is back
    Restart(restart::Options),
    /// Break one thing after another: who speaks first, and after how long
    Watchers(watchers::Options),
    /// Faults from a seed for minutes, on everything at once: what breaks, and how soon it is mended
    Storm(storm::Options),
    /// Vendors tell what changed by webhooks that are forged, twice, late or missing: what we believe then
    Webhooks(webhooks::Options),
    /// Play the bad day once for each known mistake, which must make it fail
    #[command(hide = true)]
    Sabotage(sabotage::Options),
}

/// Plays one.
pub(crate) async fn run(drill: Drill, json: bool) -> Result<ExitCode, Failure> {
    match drill {
        Drill::Audit(options) => audit::run(&options, json).await,
        Drill::BadDay(options) => bad_day::run(&options, json).await,
        Drill::CrashLoop(options) => crash_loop::run(&options, json).await,
        Drill::CustomerService(options) => customer_service::run(&options, json).await,
        Drill::Eat(options) => eat::run(&options),
        Drill::Failover(options) => failover::run(&options, json).await,
        Drill::Memory(options) => memory::run(&options, json).await,
        Drill::Hang => hang::run(json).await,
        Drill::Orphans(options) => orphans::run(&options, json).await,
        Drill::Restart(options) => restart::run(&options, json).await,
        Drill::Storm(options) => storm::run(&options, json).await,
        Drill::Watchers(options) => watchers::run(&options, json).await,
        Drill::Webhooks(options) => webhooks::run(&options, json).await,
        Drill::Sabotage(options) => sabotage::run(&options, json).await,
    }
}

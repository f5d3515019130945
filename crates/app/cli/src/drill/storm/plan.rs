//! What happens when, drawn from the seed before anything is started. Pure: the same seed gives the same
//! plan. Who is struck is drawn too, as a place among those who are there then.

use homeostat_clock::Entropy;
use rand::RngExt;
use serde::Serialize;

/// What befalls somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// SIGKILL to one of the crew: workers and schedulers of the drill. The mass of the kills.
    KillCrew,
    /// SIGSTOP to one of the crew, and SIGCONT later.
    StopCrew,
    /// SIGTERM to one of the crew: a planned stop.
    EndCrew,
    /// SIGSTOP to a worker with jobs in hand, for longer than they may take: they go to somebody else, and it
    /// wakes with an old fence.
    StopHolder,
    /// SIGKILL to a role below `up`.
    KillRole,
    /// The same, stopped for a while.
    StopRole,
    /// SIGKILL to the supervisor.
    KillSupervisor,
    /// The same, stopped for a while.
    StopSupervisor,
    /// SIGKILL to the guard; `up` is started again as a service would be.
    KillGuard,
    /// The same, stopped for a while.
    StopGuard,
    /// SIGKILL to a process of the server, after which the server starts all of them anew.
    KillBackend,
    /// The same, stopped for a while.
    StopBackend,
    /// SIGKILL to the postmaster.
    KillPostmaster,
    /// The whole server stopped for a while.
    StopServer,
    /// SIGKILL to the sandbox, which is opened again on the same books.
    KillSandbox,
    /// The same, stopped for a moment.
    StopSandbox,
    /// Every connection through the wire ends.
    WireCut,
    /// Nothing goes through the wire for a while.
    WireStill,
    /// A commit through the wire is done and its answer lost.
    WireLosesAnswer,
    /// The wall clock of some of the crew jumps.
    ClockJump,
    /// Nothing can be written where the system lives, for a while.
    DiskFull,
    /// The vendor does the next act late, slowly, not at all, or without saying so.
    Vendor,
    /// A person makes a paused campaign run again, at the vendor.
    Person,
}

/// One fault at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Strike {
    /// Since the storm began.
    pub(super) at_ms: u64,
    pub(super) fault: Fault,
    /// Who, among those who are there.
    pub(super) pick: u32,
    /// How long it lasts, where it does.
    pub(super) for_ms: u64,
}

/// Everything, in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) strikes: Vec<Strike>,
}

/// How long a stop lasts, least and most. Longer than any limit within a process, shorter than what its
/// guard allows a supervisor.
const STOP_MS: (u64, u64) = (100, 8_000);
/// The vendor's silence must end before the horizon, together with its slowest answer.
const VENDOR_STOP_MS: (u64, u64) = (100, 1_500);
/// The deadline of what a holder has in hand is 11 s after its claim; whoever gets it next holds it for almost
/// three more.
const HOLDER_STOP_MS: (u64, u64) = (11_500, 13_500);
/// A server that stands still stops everybody.
const SERVER_STOP_MS: (u64, u64) = (100, 4_000);
const FULL_MS: (u64, u64) = (500, 3_000);
/// The end of the storm is for what is slow to come back.
const QUIET_SHARE: f64 = 0.08;

impl Fault {
    /// All of them.
    pub(super) const ALL: [Self; 23] = [
        Self::KillCrew,
        Self::StopCrew,
        Self::EndCrew,
        Self::StopHolder,
        Self::KillRole,
        Self::StopRole,
        Self::KillSupervisor,
        Self::StopSupervisor,
        Self::KillGuard,
        Self::StopGuard,
        Self::KillBackend,
        Self::StopBackend,
        Self::KillPostmaster,
        Self::StopServer,
        Self::KillSandbox,
        Self::StopSandbox,
        Self::WireCut,
        Self::WireStill,
        Self::WireLosesAnswer,
        Self::ClockJump,
        Self::DiskFull,
        Self::Vendor,
        Self::Person,
    ];

    /// Its name in the answer.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::KillCrew => "kill_crew",
            Self::StopCrew => "stop_crew",
            Self::EndCrew => "end_crew",
            Self::StopHolder => "stop_holder",
            Self::KillRole => "kill_role",
            Self::StopRole => "stop_role",
            Self::KillSupervisor => "kill_supervisor",
            Self::StopSupervisor => "stop_supervisor",
            Self::KillGuard => "kill_guard",
            Self::StopGuard => "stop_guard",
            Self::KillBackend => "kill_backend",
            Self::StopBackend => "stop_backend",
            Self::KillPostmaster => "kill_postmaster",
            Self::StopServer => "stop_server",
            Self::KillSandbox => "kill_sandbox",
            Self::StopSandbox => "stop_sandbox",
            Self::WireCut => "wire_cut",
            Self::WireStill => "wire_still",
            Self::WireLosesAnswer => "wire_loses_answer",
            Self::ClockJump => "clock_jump",
            Self::DiskFull => "disk_full",
            Self::Vendor => "vendor",
            Self::Person => "person",
        }
    }

    /// On the average once in so many seconds; the crew is killed as often as is asked for.
    fn every_s(self) -> Option<f64> {
        Some(match self {
            Self::KillCrew => return None,
            Self::StopCrew => 3.0,
            Self::EndCrew => 10.0,
            Self::StopHolder => 15.0,
            // What its supervisor restarts too often it leaves alone.
            Self::KillRole => 15.0,
            Self::StopRole => 20.0,
            Self::KillSupervisor => 45.0,
            Self::StopSupervisor => 60.0,
            Self::KillGuard => 80.0,
            Self::StopGuard => 60.0,
            Self::KillBackend => 30.0,
            Self::StopBackend => 10.0,
            Self::KillPostmaster => 60.0,
            Self::StopServer => 60.0,
            Self::KillSandbox => 30.0,
            Self::StopSandbox => 30.0,
            Self::WireCut => 6.0,
            Self::WireStill => 15.0,
            Self::WireLosesAnswer => 3.0,
            Self::ClockJump => 15.0,
            Self::DiskFull => 90.0,
            Self::Vendor => 1.5,
            Self::Person => 10.0,
        })
    }

    /// How long it lasts, least and most.
    fn lasts_ms(self) -> (u64, u64) {
        match self {
            Self::StopCrew
            | Self::StopRole
            | Self::StopSupervisor
            | Self::StopGuard
            | Self::StopBackend
            | Self::WireStill => STOP_MS,
            Self::StopServer => SERVER_STOP_MS,
            Self::StopHolder => HOLDER_STOP_MS,
            Self::StopSandbox => VENDOR_STOP_MS,
            Self::DiskFull => FULL_MS,
            Self::KillCrew
            | Self::EndCrew
            | Self::KillRole
            | Self::KillSupervisor
            | Self::KillGuard
            | Self::KillBackend
            | Self::KillPostmaster
            | Self::KillSandbox
            | Self::WireCut
            | Self::WireLosesAnswer
            | Self::ClockJump
            | Self::Vendor
            | Self::Person => (0, 0),
        }
    }

    /// Those that need something to be there which others of them take away: they come one after another.
    pub(super) fn is_heavy(self) -> bool {
        match self {
            Self::KillRole
            | Self::StopRole
            | Self::KillSupervisor
            | Self::StopSupervisor
            | Self::KillGuard
            | Self::StopGuard
            | Self::KillBackend
            | Self::StopBackend
            | Self::KillPostmaster
            | Self::StopServer
            | Self::KillSandbox
            | Self::StopSandbox
            | Self::DiskFull => true,
            Self::KillCrew
            | Self::StopCrew
            | Self::EndCrew
            | Self::StopHolder
            | Self::WireCut
            | Self::WireStill
            | Self::WireLosesAnswer
            | Self::ClockJump
            | Self::Vendor
            | Self::Person => false,
        }
    }
}

impl Plan {
    /// A storm of this length, with so many kills of the crew a second. Each other fault comes at least once.
    pub(super) fn draw(seed: u64, length_ms: u64, kills_per_s: f64) -> Self {
        let root = Entropy::from_seed(seed).child("storm");
        let mut strikes: Vec<Strike> = Fault::ALL
            .into_iter()
            .flat_map(|fault| drawn(&root, fault, length_ms, kills_per_s))
            .collect();
        strikes.sort_by_key(|strike| (strike.at_ms, strike.fault));
        Self { strikes }
    }

    /// The heavy ones, or the others.
    pub(super) fn of_weight(&self, is_heavy: bool) -> Vec<Strike> {
        let all = self.strikes.iter().copied();
        all.filter(|strike| strike.fault.is_heavy() == is_heavy)
            .collect()
    }
}

/// One in each of as many equal spans as there are to be; kills of the crew come in clusters too.
fn drawn(root: &Entropy, fault: Fault, length_ms: u64, kills_per_s: f64) -> Vec<Strike> {
    // A generator of its own, so that a new fault does not reshuffle the others.
    let mut rng = root.child(fault.name()).rng();
    let length = length_ms as f64;
    let (count, span) = match fault.every_s() {
        None => ((length / 1e3 * kills_per_s).max(1.0) as u64, length),
        Some(every_s) => {
            let quiet = length * (1.0 - QUIET_SHARE);
            ((quiet / 1e3 / every_s).round().max(1.0) as u64, quiet)
        }
    };
    let (least, most) = fault.lasts_ms();
    (0..count)
        .map(|n| {
            let place: f64 = rng.random();
            let share = match fault {
                Fault::KillCrew => place,
                _ => (n as f64 + place) / count as f64,
            };
            Strike {
                at_ms: (span * share) as u64,
                fault,
                pick: rng.random(),
                for_ms: rng.random_range(least..=most),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_is_a_plan() {
        let plan = Plan::draw(7, 60_000, 10.0);
        assert_eq!(plan, Plan::draw(7, 60_000, 10.0));
        assert_ne!(plan, Plan::draw(8, 60_000, 10.0));
    }

    #[test]
    fn the_shortest_storm_has_every_fault() {
        let plan = Plan::draw(1, 10_000, 4.0);
        let there: BTreeSet<Fault> = plan.strikes.iter().map(|strike| strike.fault).collect();
        assert_eq!(there, Fault::ALL.into_iter().collect());
        assert!(plan.strikes.iter().all(|strike| strike.at_ms <= 10_000));
        let times: Vec<u64> = plan.strikes.iter().map(|strike| strike.at_ms).collect();
        assert!(times.is_sorted());
    }

    #[test]
    fn the_crew_is_killed_as_often_as_asked_for() {
        let plan = Plan::draw(1, 60_000, 10.0);
        let of_crew = |strike: &&Strike| strike.fault == Fault::KillCrew;
        assert_eq!(plan.strikes.iter().filter(of_crew).count(), 600);
        assert_eq!(
            plan.of_weight(true).len() + plan.of_weight(false).len(),
            plan.strikes.len()
        );
    }

    #[test]
    fn a_stop_of_the_vendor_is_shorter_than_the_horizon_allows() {
        let plan = Plan::draw(3, 600_000, 1.0);
        for strike in &plan.strikes {
            let (least, most) = strike.fault.lasts_ms();
            assert!((least..=most).contains(&strike.for_ms), "{strike:?}");
            if strike.fault == Fault::StopSandbox {
                assert!(strike.for_ms <= VENDOR_STOP_MS.1);
            }
        }
    }
}

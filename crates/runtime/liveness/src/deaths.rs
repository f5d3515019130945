//! Finds dead processes.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use homeostat_clock::{Stopwatch, pause};
use homeostat_model::ProcessId;
use homeostat_mutants::mutant;
use homeostat_store::{Db, Stamp, StoreError};

use crate::{
    Evidence, Host,
    exits::Exits,
    rows::{self, Guessed, Living},
    running::{self, Sign},
};

/// Between two looks while a process that has just ended still holds its lock: the server has to
/// notice that its socket is closed.
const SOON: Duration = Duration::from_millis(5);
/// After this long the server has noticed, or it was another process's end.
const SOON_FOR: Duration = Duration::from_secs(1);
/// Between two looks for the proof of earlier guesses.
const PROVE_EVERY: Duration = Duration::from_secs(1);

/// How long a free lock is looked at before it is taken for a death.
#[derive(Debug, Clone)]
pub struct DeathWatchOptions {
    /// Nothing else is known: counted from the lock seen free and the database being reachable.
    pub grace: Duration,
    /// The running file on this host is still locked: the process lives and may come back.
    pub grace_alive: Duration,
}

impl Default for DeathWatchOptions {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(3),
            grace_alive: Duration::from_secs(60),
        }
    }
}

/// A process that is taken for dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// Its epoch.
    pub process: ProcessId,
    /// How sure that is.
    pub evidence: Evidence,
}

/// One observer. It remembers since when it sees which lock free.
#[derive(Debug)]
pub struct DeathWatch {
    host: Host,
    options: DeathWatchOptions,
    server_started_at: Option<Stamp>,
    free_since: HashMap<ProcessId, Stopwatch>,
    exits: Exits,
    /// Those whose end was heard of, until it is seen.
    ended: HashMap<ProcessId, Stopwatch>,
    /// When proof of earlier guesses was looked for last.
    proved: Option<Stopwatch>,
}

impl DeathWatch {
    /// An observer on this host.
    pub fn new(host: Host, options: DeathWatchOptions) -> Self {
        Self {
            host,
            options,
            server_started_at: None,
            free_since: HashMap::new(),
            exits: Exits::default(),
            ended: HashMap::new(),
            proved: None,
        }
    }

    /// Waits until the next look is due: this long, or until a process of this host ends.
    pub async fn wait(&mut self, every: Duration) {
        self.ended.retain(|_, since| since.elapsed() < SOON_FOR);
        let longest = match self.ended.is_empty() {
            true => every,
            false => every.min(SOON),
        };
        tokio::select! {
            () = pause(longest) => {}
            process = self.exits.next() => {
                self.ended.insert(process, Stopwatch::start());
            }
        }
    }

    /// Live epochs that are dead by now. Call it a few times a second.
    ///
    /// # Errors
    /// When the database does not answer. All graces then start anew, since a server that comes
    /// back has freed every lock.
    pub async fn look(&mut self, db: &Db) -> Result<Vec<Death>, StoreError> {
        match self.unlocked(db).await {
            Ok(unlocked) => Ok(self.judge(&unlocked)),
            Err(error) => {
                self.start_over();
                Err(error)
            }
        }
    }

    /// Those who were taken for dead on a guess, and are proven dead by now: their file is within reach again and
    /// nobody holds it, or their host was started again. What they may have sent waits for this proof. It looks
    /// once a second, however often it is called.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prove(&mut self, db: &Db) -> Result<Vec<Death>, StoreError> {
        if self.proved.is_some_and(|last| last.elapsed() < PROVE_EVERY) {
            return Ok(Vec::new());
        }
        let mut connection = db.pool().acquire().await?;
        let guessed = rows::guessed(&mut connection).await?;
        self.proved = Some(Stopwatch::start());
        let proof = |row: &Guessed| {
            let process = ProcessId(row.id);
            let sign = running::look(&PathBuf::from(&row.run_dir), process, row.lock_key);
            let rebooted = self.rebooted(&row.host, &row.boot_id);
            // No time is long enough: what is not a proof now is none later.
            let evidence = weigh(sign, rebooted, Duration::ZERO, &self.options)?;
            evidence.is_proof().then_some(Death { process, evidence })
        };
        Ok(guessed.iter().filter_map(proof).collect())
    }

    /// A life's host is this one, and was started again since.
    fn rebooted(&self, host: &str, boot_id: &str) -> bool {
        host == self.host.name && boot_id != self.host.boot_id
    }

    /// Forgets since when it has seen which lock free: every grace starts anew. For an observer that
    /// has reason to doubt itself.
    pub fn start_over(&mut self) {
        self.free_since.clear();
    }

    async fn unlocked(&mut self, db: &Db) -> Result<Vec<Living>, StoreError> {
        let mut connection = db.pool().acquire().await?;
        let mut living = rows::living(&mut connection).await?;
        self.listen_to(&living);
        living.retain(|row| row.is_unlocked);
        if living.is_empty() {
            return Ok(living);
        }
        let started_at = rows::server_started_at(&mut connection).await?;
        if self.server_started_at.replace(started_at) != Some(started_at) {
            self.start_over();
        }
        Ok(living)
    }

    /// Waits for the ends of all that live here, and for none that do not.
    fn listen_to(&mut self, living: &[Living]) {
        let is_live = |process: ProcessId| living.iter().any(|row| row.id == process.0);
        self.exits.retain(is_live);
        self.ended.retain(|&process, _| is_live(process));
        let here = |row: &&Living| row.host == self.host.name && row.boot_id == self.host.boot_id;
        for row in living.iter().filter(here) {
            self.exits.watch(ProcessId(row.id), row.pid);
        }
    }

    fn judge(&mut self, unlocked: &[Living]) -> Vec<Death> {
        self.free_since
            .retain(|id, _| unlocked.iter().any(|u| u.id == id.0));
        let mut deaths = Vec::new();
        for row in unlocked {
            let process = ProcessId(row.id);
            let free = self
                .free_since
                .entry(process)
                .or_insert_with(Stopwatch::start)
                .elapsed();
            let sign = running::look(&PathBuf::from(&row.run_dir), process, row.lock_key);
            let rebooted = self.rebooted(&row.host, &row.boot_id);
            if let Some(evidence) = weigh(sign, rebooted, free, &self.options) {
                deaths.push(Death { process, evidence });
            }
        }
        deaths
    }
}

/// The judgement on a live row whose lock is free for so long.
fn weigh(
    sign: Sign,
    rebooted: bool,
    free: Duration,
    options: &DeathWatchOptions,
) -> Option<Evidence> {
    if mutant!("guess_at_once") && sign != Sign::Dead {
        return Some(Evidence::Guess);
    }
    match sign {
        Sign::Dead => Some(Evidence::Flock),
        Sign::Alive => (free >= options.grace_alive).then_some(Evidence::Guess),
        Sign::None if rebooted => Some(Evidence::BootId),
        Sign::None => (free >= options.grace).then_some(Evidence::Guess),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proof_needs_no_grace_and_a_guess_does() {
        let options = DeathWatchOptions::default();
        let s = Duration::from_secs;
        let weigh = |sign, rebooted, free| weigh(sign, rebooted, free, &options);
        assert_eq!(weigh(Sign::Dead, false, s(0)), Some(Evidence::Flock));
        assert_eq!(weigh(Sign::None, true, s(0)), Some(Evidence::BootId));
        assert_eq!(weigh(Sign::None, false, s(2)), None);
        assert_eq!(weigh(Sign::None, false, s(3)), Some(Evidence::Guess));
        assert_eq!(weigh(Sign::Alive, false, s(30)), None);
        assert_eq!(
            weigh(Sign::Alive, true, s(30)),
            None,
            "a held lock outweighs all else"
        );
        assert_eq!(weigh(Sign::Alive, false, s(60)), Some(Evidence::Guess));
    }
}

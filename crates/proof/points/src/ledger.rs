//! What came of each part of the proof, a line each in a file, so that a run that was broken off goes on
//! where it was.
//!
//! A file is of one program, and each line says on which commit it was written: what plays it may change in
//! between. One that holds stands for later commits, and the report tells how many are of which; one that does
//! not is played again as soon as the commit is another.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{trial::Trial, trouble::Trouble};

/// What came of one trial.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) commit: String,
    /// The part of the proof that it belongs to.
    pub(crate) layer: String,
    pub(crate) trial: String,
    pub(crate) struck: Option<String>,
    #[serde(default)]
    pub(crate) struck_second: Option<String>,
    pub(crate) violations: Vec<String>,
    pub(crate) recovery_ms: Option<u64>,
    #[serde(default)]
    pub(crate) effects: Vec<String>,
}

/// What came of one storm: its own answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Storm {
    pub(crate) commit: String,
    pub(crate) seed: u64,
    pub(crate) minutes: f64,
    pub(crate) answer: Value,
}

/// Whether a drill noticed a mistake.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mistake {
    pub(crate) commit: String,
    pub(crate) mutant: String,
    pub(crate) drill: String,
    /// What noticed it; none: it went by.
    pub(crate) because: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum Entry {
    Trial(Line),
    Storm(Storm),
    Mistake(Mistake),
}

/// The file of lines.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    file: File,
    /// What is proven now.
    pub(crate) commit: String,
    trials: BTreeMap<String, Line>,
    storms: Vec<Storm>,
    mistakes: BTreeMap<(String, String), Mistake>,
}

impl Ledger {
    /// Goes on with what is there.
    ///
    /// # Errors
    /// When it cannot be read, or holds a line that is none of these.
    pub(crate) fn open(path: &Path, commit: &str) -> Result<Self, Trouble> {
        let file = File::options().create(true).append(true).open(path)?;
        let mut ledger = Self {
            path: path.to_owned(),
            file,
            commit: commit.to_owned(),
            trials: BTreeMap::new(),
            storms: Vec::new(),
            mistakes: BTreeMap::new(),
        };
        let text = std::fs::read_to_string(path)?;
        // The last line may have been cut short when its writer was killed.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        ledger.file.set_len(whole as u64)?;
        for line in text[..whole].lines() {
            match serde_json::from_str(line) {
                Ok(entry) => ledger.take(entry),
                Err(error) => return Err(ledger.unreadable(&error)),
            }
        }
        Ok(ledger)
    }

    fn unreadable(&self, error: &serde_json::Error) -> Trouble {
        let path = self.path.display();
        Trouble::Ground(format!("{path}: {error}; remove it to begin anew"))
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Trial(line) => {
                self.trials.insert(line.trial.clone(), line);
            }
            Entry::Storm(storm) => {
                self.storms.retain(|other| other.seed != storm.seed);
                self.storms.push(storm);
            }
            Entry::Mistake(mistake) => {
                let key = (mistake.drill.clone(), mistake.mutant.clone());
                self.mistakes.insert(key, mistake);
            }
        }
    }

    fn write(&mut self, entry: Entry) -> Result<(), Trouble> {
        let text = serde_json::to_string(&entry).map_err(std::io::Error::other)?;
        // In one piece: a reader never sees half of it but for a crash.
        self.file.write_all((text + "\n").as_bytes())?;
        self.take(entry);
        Ok(())
    }

    /// Writes down a trial.
    pub(crate) fn write_trial(&mut self, line: Line) -> Result<(), Trouble> {
        self.write(Entry::Trial(line))
    }

    /// Writes down a storm.
    pub(crate) fn write_storm(&mut self, storm: Storm) -> Result<(), Trouble> {
        self.write(Entry::Storm(storm))
    }

    /// Writes down what a drill made of a mistake.
    pub(crate) fn write_mistake(&mut self, mistake: Mistake) -> Result<(), Trouble> {
        self.write(Entry::Mistake(mistake))
    }

    /// What is known of a trial and stands. One that broke, or missed what it was to strike, stands for
    /// its own commit only.
    pub(crate) fn trial(&self, trial: &Trial) -> Option<&Line> {
        let line = self.trials.get(&trial.to_string())?;
        let is_covered = trial.is_covered(line.struck.as_deref(), line.struck_second.as_deref());
        let holds = line.violations.is_empty() && is_covered;
        (holds || line.commit == self.commit).then_some(line)
    }

    /// The storm of this seed, if it was as long and found nothing, or is of this commit.
    pub(crate) fn storm(&self, seed: u64, minutes: f64) -> Option<&Storm> {
        self.storms.iter().find(|storm| {
            let holds = storm.answer["violations"].as_u64() == Some(0);
            storm.seed == seed && storm.minutes >= minutes && (holds || storm.commit == self.commit)
        })
    }

    /// What a drill made of a mistake; one that went by is played again on another commit.
    pub(crate) fn mistake(&self, drill: &str, mutant: &str) -> Option<&Mistake> {
        let mistake = self.mistakes.get(&(drill.to_owned(), mutant.to_owned()))?;
        (mistake.because.is_some() || mistake.commit == self.commit).then_some(mistake)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(commit: &str, trial: &str, violations: &[&str]) -> Line {
        Line {
            commit: commit.into(),
            layer: "postgres".into(),
            trial: trial.into(),
            struck: Some("Sync#1".into()),
            struck_second: None,
            violations: violations.iter().map(|text| (*text).to_owned()).collect(),
            recovery_ms: None,
            effects: Vec::new(),
        }
    }

    #[test]
    fn what_broke_is_played_again_on_another_commit_and_what_holds_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        let mut first = Ledger::open(&path, "a").unwrap();
        let [holds, broke, missed] = ["Sync#1", "Sync#2", "Sync#3|pg.kill_before|Sync#1"]
            .map(|spot| format!("work|pg.kill_before|{spot}"));
        first.write_trial(line("a", &holds, &[])).unwrap();
        first.write_trial(line("a", &broke, &["lost"])).unwrap();
        // Of a pair the second blow counts too.
        first.write_trial(line("a", &missed, &[])).unwrap();
        assert!(first.trial(&broke.parse().unwrap()).is_some());
        let second = Ledger::open(&path, "b").unwrap();
        let known = |name: &str| second.trial(&name.parse().unwrap());
        assert_eq!(known(&holds).unwrap().commit, "a");
        assert!(known(&broke).is_none());
        assert!(known(&missed).is_none());
    }

    #[test]
    fn a_line_that_was_cut_short_is_taken_back_and_the_next_one_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.jsonl");
        std::fs::write(&path, "{\"what\":\"trial\",\"com").unwrap();
        let mut ledger = Ledger::open(&path, "a").unwrap();
        let one = "work|pg.kill_before|Sync#1";
        ledger.write_trial(line("a", one, &[])).unwrap();
        let again = Ledger::open(&path, "a").unwrap();
        assert!(again.trial(&one.parse().unwrap()).is_some());
    }

    #[test]
    fn a_storm_stands_for_shorter_ones_of_its_seed() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&dir.path().join("l"), "a").unwrap();
        let storm = Storm {
            commit: "a".into(),
            seed: 7,
            minutes: 5.0,
            answer: serde_json::json!({"violations": 0}),
        };
        ledger.write_storm(storm).unwrap();
        assert!(ledger.storm(7, 4.0).is_some());
        assert!(ledger.storm(7, 6.0).is_none());
        assert!(ledger.storm(8, 1.0).is_none());
    }
}

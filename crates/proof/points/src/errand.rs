//! The command of a scenario: ordered what to suffer, counted, and judged by the book that it keeps.
//!
//! ```text
//!   errand.order  nth fault ──▶ errand.sh ──▶ errand.book   begun · asked · done, each with its key
//!   errand.gate   go ─────────▶    │     └──▶ errand.state  standing | struck
//! ```
//! *What is promised.* A command is run at least once, and each time with the same arguments, so with the
//! same key in them: whoever it asks can drop the second. It is not run again without a cause, and nothing
//! of an earlier run is alive when another worker of the same place begins. *Limits.* No more than that:
//! what a command did outside before it was ended stays done.

use std::{
    fs::{self, File},
    io::Write,
    ops::RangeInclusive,
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::{
    fault::{Fault, RunFault},
    strike::{Point, Progress, Spot},
};

/// What is run, for the names of points.
const LABEL: &str = "run errand.sh";
/// The program.
pub(crate) const SCRIPT: &str = include_str!("errand.sh");

/// Orders, and looks at what came of it.
#[derive(Debug)]
pub(crate) struct Errand {
    dir: PathBuf,
    order: Mutex<Option<Order>>,
    has_fallen: AtomicBool,
}

#[derive(Debug)]
struct Order {
    nth: u32,
    /// Held open, so that what is written waits for whoever comes to read it.
    gate: File,
}

impl Errand {
    /// Of the commands that work in this directory.
    pub(crate) fn in_dir(dir: PathBuf) -> Self {
        Self {
            dir,
            order: Mutex::new(None),
            has_fallen: AtomicBool::new(false),
        }
    }

    /// Orders that one run is struck.
    pub(crate) fn arm(&self, spot: &Spot, fault: RunFault) -> std::io::Result<()> {
        let nth = match spot {
            Spot::Label(_, nth) => *nth,
            Spot::Place(place) => u32::try_from(place + 1).unwrap_or(u32::MAX),
        };
        let gate = self.dir.join("errand.gate");
        mknodat(CWD, &gate, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        // Opened for both, which waits for nobody.
        let gate = File::options().read(true).write(true).open(gate)?;
        let order = format!("{nth} {}\n", fault.word());
        fs::write(self.dir.join("errand.order"), order)?;
        *self.ordered() = Some(Order { nth, gate });
        Ok(())
    }

    /// How far the one blow has come.
    pub(crate) fn progress(&self) -> Progress {
        if self.has_fallen.load(Ordering::Relaxed) {
            return Progress::Struck;
        }
        let said = fs::read_to_string(self.dir.join("errand.state")).unwrap_or_default();
        match said.trim() {
            "struck" => Progress::Struck,
            "standing" => Progress::Holding,
            _ => Progress::Waiting,
        }
    }

    /// The blow has fallen by another hand.
    pub(crate) fn has_fallen(&self) {
        self.has_fallen.store(true, Ordering::Relaxed);
    }

    /// Whoever stands goes on. It may be dead by now.
    pub(crate) fn let_go(&self) {
        self.has_fallen();
        if let Some(order) = self.ordered().as_mut() {
            let _ = order.gate.write_all(b"go\n");
        }
    }

    /// Every run so far.
    pub(crate) fn points(&self) -> Vec<Point> {
        let begun = self
            .book()
            .lines()
            .filter(|line| line.starts_with("begun "))
            .count();
        (1..)
            .zip(0..begun)
            .map(|(nth, place)| point(nth, place))
            .collect()
    }

    /// Where the blow fell.
    pub(crate) fn struck_at(&self) -> Option<Point> {
        let nth = self.ordered().as_ref()?.nth;
        (self.progress() != Progress::Waiting).then(|| point(nth, nth as usize - 1))
    }

    /// What is not as promised.
    pub(crate) fn judge(&self, fault: Option<Fault>) -> Vec<String> {
        judge(&self.book(), fault)
    }

    fn ordered(&self) -> MutexGuard<'_, Option<Order>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book(&self) -> String {
        fs::read_to_string(self.dir.join("errand.book")).unwrap_or_default()
    }
}

fn point(nth: u32, place: usize) -> Point {
    Point {
        label: LABEL.to_owned(),
        nth,
        place,
        is_answered: true,
    }
}

/// How often a command may have been begun, and its world asked, and how often its act was done.
struct Promised {
    begun: RangeInclusive<usize>,
    asked: RangeInclusive<usize>,
    done: usize,
}

fn promised(fault: Option<Fault>) -> Promised {
    let exactly = |begun, asked, done| Promised {
        begun: begun..=begun,
        asked: asked..=asked,
        done,
    };
    match fault {
        None => exactly(1, 1, 1),
        Some(Fault::Run(fault)) => match fault {
            RunFault::AnswerTwice | RunFault::CloseEarly | RunFault::LeaveDaemon => {
                exactly(1, 1, 1)
            }
            RunFault::Refused => exactly(1, 0, 0),
            RunFault::KillBefore | RunFault::WorkerKilledBefore => exactly(2, 1, 1),
            RunFault::KillAfter
            | RunFault::WorkerKilledAfter
            | RunFault::Delay
            | RunFault::Malformed
            | RunFault::BrokeAfter
            | RunFault::LaterAfter
            | RunFault::HangAfter
            | RunFault::Flood => exactly(2, 2, 1),
            // Its worker may end it when it hears that it was given up, before the act.
            RunFault::DelayBefore => Promised {
                asked: 1..=2,
                ..exactly(2, 2, 1)
            },
        },
        // The run itself is whole, and whether its result was heard is the worker's matter.
        Some(Fault::Pg(_) | Fault::Http(_)) => Promised {
            begun: 1..=2,
            asked: 1..=2,
            done: 1,
        },
    }
}

fn judge(book: &str, fault: Option<Fault>) -> Vec<String> {
    let promised = promised(fault);
    let lines = book.lines().filter_map(|line| line.split_once(' '));
    let lines: Vec<(&str, &str)> = lines.collect();
    let count = |word: &str| lines.iter().filter(|(what, _)| *what == word).count();
    let (begun, asked, done) = (count("begun"), count("asked"), count("done"));
    let mut broken = Vec::new();
    let mut must = |holds: bool, text: String| {
        if !holds {
            broken.push(text);
        }
    };
    must(
        promised.begun.contains(&begun),
        format!("the command was begun {begun} times"),
    );
    must(
        promised.asked.contains(&asked),
        format!("the command asked its world {asked} times"),
    );
    must(
        done == promised.done,
        format!("effects: the command's act was done {done} times"),
    );
    let mut keys: Vec<&str> = lines.iter().map(|(_, key)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    must(
        keys.len() <= 1,
        format!("the command was given several keys: {keys:?}"),
    );
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_judged_by_what_befell_the_command() {
        let whole = "begun one\nasked one\ndone one\n";
        let twice = format!("{whole}begun one\nasked one\n");
        let after = Some(Fault::Run(RunFault::KillAfter));
        assert!(judge(whole, None).is_empty());
        assert!(judge(&twice, after).is_empty());
        assert_eq!(judge(&twice, None).len(), 2, "begun and asked for nothing");
        assert_eq!(judge(whole, after).len(), 2, "nobody made up for it");
        let done_twice = format!("{twice}done one\n");
        assert_eq!(judge(&done_twice, after).len(), 1);
        let other = twice.replacen("asked one", "asked two", 1);
        assert_eq!(judge(&other, after).len(), 1);
        assert_eq!(judge("", None).len(), 3);
    }

    #[test]
    fn the_script_knows_every_fault() {
        for fault in RunFault::ALL {
            let word = format!("\n{}) ", fault.word());
            assert!(SCRIPT.contains(&word), "{word:?}");
        }
    }
}

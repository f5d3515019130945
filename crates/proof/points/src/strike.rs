//! What one process says to somebody: counted, and struck once.
//!
//! *Who is authoritative.* One count for all connections of the process, in the order in which things were
//! said. A point is a label (what is said, and the how many-eth time), so that it means the same in the
//! next life of the same program; where the label does not come again, its place in the count does.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

/// A point: something that was said, and for the how many-eth time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) label: String,
    pub(crate) nth: u32,
    /// Its place among all that was said.
    pub(crate) place: usize,
    /// Somebody answers it, so that the answer can be struck.
    pub(crate) is_answered: bool,
}

impl Point {
    /// What tells it from others, without the words that are for people.
    pub(crate) fn key(&self) -> &str {
        key_of(&self.label)
    }

    /// Where it is struck in another life.
    pub(crate) fn spot(&self) -> Spot {
        Spot::Label(self.key().to_owned(), self.nth)
    }
}

/// The part of a label that tells it from others.
pub(crate) fn key_of(label: &str) -> &str {
    let end = label.find(']').map_or(label.len(), |at| at + 1);
    &label[..end]
}

/// Where to strike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// What is said, and the how many-eth time.
    Label(String, u32),
    /// Whatever is said at this place, or the next that the fault fits.
    Place(usize),
}

/// How far the one blow has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Not yet.
    Waiting,
    /// An answer is being held back.
    Holding,
    /// Done.
    Struck,
}

/// A fault that can befall what is said.
pub(crate) trait Befalls: Copy {
    /// Whether it befalls the answer.
    fn is_after(self) -> bool;
}

#[derive(Debug)]
struct Said<F> {
    is_armed: bool,
    points: Vec<Point>,
    counts: HashMap<String, u32>,
    order: Option<(Spot, F)>,
    struck_at: Option<Point>,
}

/// Counts and strikes.
#[derive(Debug)]
pub(crate) struct Strikes<F> {
    said: Mutex<Said<F>>,
    victim: Mutex<Option<Pid>>,
    progress: watch::Sender<Progress>,
}

impl<F: Befalls> Strikes<F> {
    /// Of nobody yet.
    pub(crate) fn new() -> Self {
        Self {
            said: Mutex::new(Said::none()),
            victim: Mutex::default(),
            progress: watch::Sender::new(Progress::Waiting),
        }
    }

    /// Whom a kill is for.
    pub(crate) fn is_of(&self, pid: u32) {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        *self.victim.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }

    /// From now on all that is said is a point; `order`: and one of them is struck.
    pub(crate) fn arm(&self, order: Option<(Spot, F)>) {
        *self.said() = Said {
            is_armed: true,
            order,
            ..Said::none()
        };
    }

    /// Everything that was said since.
    pub(crate) fn points(&self) -> Vec<Point> {
        self.said().points.clone()
    }

    /// Where the blow fell.
    pub(crate) fn struck_at(&self) -> Option<Point> {
        self.said().struck_at.clone()
    }

    /// How far it has come.
    pub(crate) fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// Counts what is said. Gives back what befalls it.
    pub(crate) fn sees(&self, label: &str, is_answered: bool) -> Option<F> {
        let mut said = self.said();
        if !said.is_armed {
            return None;
        }
        let nth = said.counts.entry(label.to_owned()).or_default();
        *nth += 1;
        let point = Point {
            label: label.to_owned(),
            nth: *nth,
            place: said.points.len(),
            is_answered,
        };
        said.points.push(point.clone());
        let (spot, fault) = said.order.as_ref()?;
        let fits = is_answered || !fault.is_after();
        let is_here = match spot {
            Spot::Label(key, nth) => *key == point.key() && *nth == point.nth,
            Spot::Place(place) => point.place >= *place,
        };
        if !is_here || !fits {
            return None;
        }
        said.struck_at = Some(point);
        said.order.take().map(|(_, fault)| fault)
    }

    /// SIGKILL to the process. It may be gone already.
    pub(crate) fn kill(&self) {
        let victim = *self.victim.lock().unwrap_or_else(PoisonError::into_inner);
        // First: who sees the end of the process must know why.
        self.done();
        if let Some(pid) = victim {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// The blow has fallen; what is held is handed over.
    pub(crate) fn done(&self) {
        self.progress.send_replace(Progress::Struck);
    }

    /// Holds an answer until [`Strikes::done`].
    pub(crate) async fn hold(&self) {
        self.progress.send_replace(Progress::Holding);
        let mut progress = self.progress.subscribe();
        let _ = progress.wait_for(|now| *now == Progress::Struck).await;
    }

    fn said(&self) -> MutexGuard<'_, Said<F>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F> Said<F> {
    fn none() -> Self {
        Self {
            is_armed: false,
            points: Vec::new(),
            counts: HashMap::new(),
            order: None,
            struck_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::PgFault;

    #[test]
    fn one_point_is_struck_and_all_are_counted() {
        let strikes = Strikes::new();
        assert_eq!(strikes.sees("a", true), None, "nobody has armed it");
        let second = Spot::Label("a".into(), 2);
        strikes.arm(Some((second, PgFault::KillBefore)));
        let seen: Vec<_> = ["a", "b", "a", "a"]
            .map(|label| strikes.sees(label, true))
            .into();
        assert_eq!(seen, [None, None, Some(PgFault::KillBefore), None]);
        assert_eq!(strikes.points().len(), 4);
        assert_eq!(strikes.struck_at().map(|point| point.place), Some(2));
    }

    #[test]
    fn an_answer_is_struck_where_there_is_one() {
        let strikes = Strikes::new();
        strikes.arm(Some((Spot::Place(0), PgFault::CutAfter)));
        assert_eq!(strikes.sees("bind", false), None);
        assert_eq!(strikes.sees("sync", true), Some(PgFault::CutAfter));
    }
}

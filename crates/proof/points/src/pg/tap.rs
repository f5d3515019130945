//! What one process says to Postgres: counted, and struck once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use homeostat_clock::pause;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;

use crate::fault::PgFault;

/// How long a line is down.
const GAP: Duration = Duration::from_secs(1);

/// A point: something that was said, and for the how many-eth time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) label: String,
    pub(crate) nth: u32,
    /// Its place among all that was said.
    pub(crate) place: usize,
    /// It ends an exchange, so that an answer can be struck.
    pub(crate) is_answered: bool,
}

impl Point {
    /// What tells it from others, without the words that are for people.
    pub(crate) fn key(&self) -> &str {
        let end = self.label.find(']').map_or(self.label.len(), |at| at + 1);
        &self.label[..end]
    }
}

/// Where to strike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// What is said, and the how many-eth time.
    Label(String, u32),
    /// Whatever is said at this place.
    Place(usize),
}

/// Where and how to strike.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) spot: Spot,
    pub(crate) fault: PgFault,
}

/// A fault, at the frame that it befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blow {
    KillBefore,
    KillAfter,
    CutBefore,
    CutAfter,
    EndBackend,
    Hold,
    Gap,
}

impl Blow {
    pub(super) fn is_after(self) -> bool {
        match self {
            Self::KillAfter | Self::CutAfter | Self::Hold | Self::Gap => true,
            Self::KillBefore | Self::CutBefore | Self::EndBackend => false,
        }
    }
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

#[derive(Debug, Default)]
struct Said {
    is_armed: bool,
    points: Vec<Point>,
    counts: HashMap<String, u32>,
    order: Option<Order>,
    struck_at: Option<Point>,
}

/// Counts and strikes.
#[derive(Debug)]
pub(crate) struct Tap {
    said: Mutex<Said>,
    victim: Mutex<Option<Pid>>,
    admin: String,
    progress: watch::Sender<Progress>,
    /// A line that is down: nobody is let through, and what is open is cut.
    is_down: watch::Sender<bool>,
}

impl Tap {
    /// Of nobody yet. `admin` is a URL at which backends may be ended.
    pub(crate) fn new(admin: &str) -> Self {
        Self {
            said: Mutex::default(),
            victim: Mutex::default(),
            admin: admin.to_owned(),
            progress: watch::Sender::new(Progress::Waiting),
            is_down: watch::Sender::new(false),
        }
    }

    /// Whom a kill is for.
    pub(crate) fn is_of(&self, pid: u32) {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        *self.victim.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }

    /// From now on each frame is a point; `order`: and one of them is struck.
    pub(crate) fn arm(&self, order: Option<Order>) {
        let mut said = self.said();
        *said = Said {
            is_armed: true,
            order,
            ..Said::default()
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
    pub(crate) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// The line goes down: the server sees the end of every session, the process sees nothing.
    pub(crate) fn cut_line(&self) {
        self.is_down.send_replace(true);
    }

    /// What is held is handed over, and the line is up again.
    pub(crate) fn let_go(&self) {
        self.progress.send_replace(Progress::Struck);
        self.is_down.send_replace(false);
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sees(&self, label: &str, is_answered: bool) -> Option<Blow> {
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
        let order = said.order.as_ref()?;
        let is_here = match &order.spot {
            Spot::Label(key, nth) => *key == point.key() && *nth == point.nth,
            // An answer can be struck only where there is one: the next such place.
            Spot::Place(place) => point.place >= *place && (is_answered || !order.fault.is_after()),
        };
        let blow = is_here.then(|| order.fault.into())?;
        said.struck_at = Some(point);
        said.order = None;
        Some(blow)
    }

    pub(super) fn kill(&self) {
        let victim = *self.victim.lock().unwrap_or_else(PoisonError::into_inner);
        // First: who sees the end of the process must know why.
        self.done();
        if let Some(pid) = victim {
            // It may be gone already.
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    pub(super) fn done(&self) {
        self.progress.send_replace(Progress::Struck);
    }

    /// Holds an answer until it is let go; meanwhile the line of the process is down.
    pub(super) async fn hold(&self) {
        self.progress.send_replace(Progress::Holding);
        self.is_down.send_replace(true);
        let mut progress = self.progress.subscribe();
        let _ = progress.wait_for(|now| *now == Progress::Struck).await;
    }

    /// The line is down for a second. Nothing that was cut comes back.
    pub(super) fn gap(self: &Arc<Self>) {
        self.done();
        self.cut_line();
        let tap = self.clone();
        tokio::spawn(async move {
            pause(GAP).await;
            tap.let_go();
        });
    }

    pub(super) async fn end_backend(&self, backend: Option<i32>) {
        let ended = async {
            let mut admin = PgConnection::connect(&self.admin).await?;
            sqlx::query("SELECT pg_terminate_backend($1, 2000)")
                .bind(backend)
                .execute(&mut admin)
                .await
        };
        // First of all: this session ends with it.
        self.done();
        // It may have ended by itself.
        let _ = ended.await;
    }

    pub(super) async fn until_let_through(&self) {
        let mut is_down = self.is_down.subscribe();
        let _ = is_down.wait_for(|down| !*down).await;
    }

    /// Returns when the line is down; the session whose answer is held is spared by its own means.
    pub(super) async fn until_cut(&self) {
        let mut is_down = self.is_down.subscribe();
        let _ = is_down.wait_for(|down| *down).await;
    }
}

impl From<PgFault> for Blow {
    fn from(fault: PgFault) -> Self {
        match fault {
            PgFault::KillBefore => Self::KillBefore,
            PgFault::KillAfter => Self::KillAfter,
            PgFault::CutBefore => Self::CutBefore,
            PgFault::CutAfter => Self::CutAfter,
            PgFault::EndBackend => Self::EndBackend,
            PgFault::Delay => Self::Hold,
            PgFault::Gap => Self::Gap,
        }
    }
}

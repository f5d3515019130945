//! What changed and when we knew it, and what we believe beside what is so.

use std::{collections::BTreeMap, time::Duration};

use homeostat_clock::{Stopwatch, pause};

use super::{Answered, States, scene::Scene};
use crate::{drill::times::percentile, failure::Failure};

/// From one change to the next.
const BETWEEN: Duration = Duration::from_millis(400);
/// Between two looks at our rows.
const LOOK: Duration = Duration::from_millis(50);

/// A thing at a vendor that was changed, and how it stands since.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) object: String,
    pub(super) state: String,
}

/// Follows changes until our rows agree.
#[derive(Debug, Default)]
pub(super) struct Judge {
    open: BTreeMap<String, (Stopwatch, String)>,
    drifts_s: Vec<f64>,
    changes: usize,
}

/// What is so at the vendors.
#[derive(Debug, Default)]
pub(super) struct Truth(States);

impl Judge {
    /// Something was changed. Where the change before it was not seen yet, the drift goes on.
    pub(super) fn changed(&mut self, change: Change) {
        self.changes += 1;
        let open = self.open.entry(change.object);
        let (_, state) = open.or_insert_with(|| (Stopwatch::start(), String::new()));
        *state = change.state;
    }

    /// Looks at our rows until the next change is due.
    pub(super) async fn watch_for_a_while(&mut self, scene: &mut Scene) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        while watch.elapsed() < BETWEEN {
            self.look(scene).await?;
            pause(LOOK).await;
        }
        Ok(())
    }

    /// Looks at our rows once.
    pub(super) async fn look(&mut self, scene: &mut Scene) -> Result<(), Failure> {
        if self.open.is_empty() {
            return Ok(());
        }
        let beliefs = scene.beliefs().await?;
        let agreed =
            |object: &str, state: &str| beliefs.get(object).is_some_and(|ours| ours == state);
        let drifts_s = &mut self.drifts_s;
        self.open.retain(|object, (since, state)| {
            let is_known = agreed(object, state);
            if is_known {
                drifts_s.push(since.elapsed().as_secs_f64());
            }
            !is_known
        });
        Ok(())
    }

    /// Changes that our rows do not know yet.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn tell(&self, answered: &mut Answered) {
        let never = self.open.values();
        let never = never.map(|(since, _)| since.elapsed().as_secs_f64());
        let all: Vec<f64> = self.drifts_s.iter().copied().chain(never).collect();
        answered.drift_max_s = all.iter().copied().fold(0.0, f64::max);
        answered.drift_p50_s = percentile(&all, 50).unwrap_or(0.0);
        answered.changes = self.changes;
    }
}

impl Truth {
    pub(super) fn is(&mut self, object: String, state: String) {
        self.0.insert(object, state);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Things that we do not know, or believe otherwise.
    pub(super) fn differs_from(&self, beliefs: &States) -> usize {
        let differs = |(object, state): &(&String, &String)| beliefs.get(*object) != Some(*state);
        self.0.iter().filter(differs).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_or_believed_otherwise_is_wrong() {
        let mut truth = Truth::default();
        for (object, state) in [("a", "PAUSED"), ("b", "ACTIVE"), ("c", "PAID 0")] {
            truth.is(object.to_owned(), state.to_owned());
        }
        let mut beliefs = truth.0.clone();
        beliefs.insert("more".to_owned(), "PAID 0".to_owned());
        assert_eq!(truth.differs_from(&beliefs), 0);
        beliefs.insert("a".to_owned(), "ACTIVE".to_owned());
        beliefs.remove("c");
        assert_eq!(truth.differs_from(&beliefs), 2);
    }

    #[test]
    fn a_change_that_is_never_known_counts_in_the_drift() {
        let mut judge = Judge::default();
        judge.drifts_s.push(2.0);
        let change = |state: &str| Change {
            object: "a".to_owned(),
            state: state.to_owned(),
        };
        judge.changed(change("PAUSED"));
        judge.changed(change("ACTIVE"));
        let mut answered = Answered::default();
        judge.tell(&mut answered);
        assert_eq!((answered.changes, judge.open()), (2, 1));
        assert!(answered.drift_max_s >= 2.0);
    }
}

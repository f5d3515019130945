//! What changed and when we knew it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};

use super::{
    Answered,
    books::{Object, States, Vendor},
    scene::Scene,
};
use crate::{drill::times::percentile, failure::Failure};

/// From one change to the next.
const BETWEEN: Duration = Duration::from_millis(400);
/// Between two looks at our rows.
const LOOK: Duration = Duration::from_millis(50);

/// A thing at a vendor that was changed, and how it stands since.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) object: Object,
    pub(super) state: String,
}

/// Changes that our rows do not know: since when, and the state that they should have.
type Open = BTreeMap<Object, (Stopwatch, String)>;

/// Follows changes until our rows agree.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// Those that are told of.
    open: Open,
    /// Those that nobody tells of.
    hidden: Open,
    drifts_s: Vec<f64>,
    hidden_s: Vec<f64>,
    changes: BTreeMap<Vendor, usize>,
    /// All that nobody told of, whether it is known by now or not.
    untold: BTreeSet<Object>,
    /// Hidden ones that our rows knew before anybody looked by himself.
    learnt_untold: usize,
    told_but_unknown: usize,
    /// Whether somebody looks by himself now.
    is_reconciled: bool,
}

impl Judge {
    /// Something was changed, and will be told of. Where the change before it was not seen yet, the drift goes on.
    pub(super) fn changed(&mut self, change: Change) {
        *self.changes.entry(change.object.0).or_default() += 1;
        let open = self.open.entry(change.object);
        let (_, state) = open.or_insert_with(|| (Stopwatch::start(), String::new()));
        *state = change.state;
    }

    /// Something was changed that nobody tells of. One that only undoes what we never knew is no difference.
    pub(super) fn changed_untold(&mut self, change: Change, beliefs: &States) {
        *self.changes.entry(change.object.0).or_default() += 1;
        let before = (self.hidden.remove(&change.object)).or(self.open.remove(&change.object));
        if beliefs.get(&change.object) == Some(&change.state) {
            self.untold.remove(&change.object);
            return;
        }
        self.untold.insert(change.object.clone());
        let since = before.map_or_else(Stopwatch::start, |(since, _)| since);
        self.hidden.insert(change.object, (since, change.state));
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
        if self.open.is_empty() && self.hidden.is_empty() {
            return Ok(());
        }
        let beliefs = scene.beliefs().await?;
        self.sees(&beliefs);
        Ok(())
    }

    fn sees(&mut self, beliefs: &States) {
        self.drifts_s.extend(known(&mut self.open, beliefs));
        let found = known(&mut self.hidden, beliefs);
        if !self.is_reconciled {
            self.learnt_untold += found.len();
        }
        self.hidden_s.extend(found);
    }

    /// Nothing more is told, and somebody looks by himself from now on. `untold` are the things of which some delivery
    /// never came: what is still open of the others was told of and not learnt.
    pub(super) fn is_reconciled_now(&mut self, untold: &BTreeSet<String>) {
        self.is_reconciled = true;
        for (object, one) in std::mem::take(&mut self.open) {
            if untold.contains(&object.1) {
                self.hidden.insert(object, one);
            } else {
                self.told_but_unknown += 1;
                self.drifts_s.push(one.0.elapsed().as_secs_f64());
            }
        }
    }

    pub(super) fn tell(&self, answered: &mut Answered) {
        let longest = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
        answered.drift_max_s = longest(&self.drifts_s);
        answered.drift_p50_s = percentile(&self.drifts_s, 50).unwrap_or(0.0);
        let never = self.hidden.values();
        let never = never.map(|(since, _)| since.elapsed().as_secs_f64());
        let hidden_s: Vec<f64> = self.hidden_s.iter().copied().chain(never).collect();
        answered.untold_max_s = longest(&hidden_s);
        answered.changes = self.changes.values().sum();
        answered.untold = self.untold.len();
        answered.learnt_untold = self.learnt_untold;
        answered.told_but_unknown = self.told_but_unknown;
        for (vendor, count) in &self.changes {
            answered.of(*vendor).changes = *count;
        }
        for (vendor, _) in &self.untold {
            answered.of(*vendor).untold += 1;
        }
    }
}

/// Takes away what our rows agree about; how long each was open, in seconds.
fn known(open: &mut Open, beliefs: &States) -> Vec<f64> {
    let mut found = Vec::new();
    open.retain(|object, (since, state)| {
        let is_known = beliefs.get(object) == Some(state);
        if is_known {
            found.push(since.elapsed().as_secs_f64());
        }
        !is_known
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, state: &str) -> Change {
        Change {
            object: (Vendor::Meta, id.to_owned()),
            state: state.to_owned(),
        }
    }

    fn beliefs(id: &str, state: &str) -> States {
        let one = change(id, state);
        States::from([(one.object, one.state)])
    }

    fn told(judge: &Judge) -> Answered {
        let mut answered = Answered::default();
        judge.tell(&mut answered);
        answered
    }

    /// Red when what was told of and never learnt is taken for what was not told.
    #[test]
    fn what_was_told_and_is_never_known_is_a_drift_and_what_was_not_told_is_none() {
        let mut judge = Judge::default();
        judge.changed(change("told", "PAUSED"));
        judge.changed(change("missed", "PAUSED"));
        judge.changed(change("known", "PAUSED"));
        judge.sees(&beliefs("known", "PAUSED"));
        judge.is_reconciled_now(&BTreeSet::from(["missed".to_owned()]));
        let answered = told(&judge);
        assert_eq!((answered.changes, answered.told_but_unknown), (3, 1));
        assert_eq!((judge.drifts_s.len(), judge.hidden.len()), (2, 1));
        judge.sees(&beliefs("missed", "PAUSED"));
        assert_eq!(told(&judge).learnt_untold, 0);
    }

    #[test]
    fn what_nobody_told_may_not_be_known_before_somebody_looks() {
        let counts = |judge: &Judge| (told(judge).untold, told(judge).learnt_untold);
        let (before, after) = (beliefs("a", "ACTIVE"), beliefs("a", "PAUSED"));
        let mut judge = Judge::default();
        judge.changed_untold(change("a", "PAUSED"), &before);
        judge.sees(&before);
        assert_eq!(counts(&judge), (1, 0));
        judge.sees(&after);
        assert_eq!(counts(&judge), (1, 1));
        let mut judge = Judge::default();
        judge.changed_untold(change("a", "PAUSED"), &before);
        judge.is_reconciled_now(&BTreeSet::new());
        judge.sees(&after);
        assert_eq!(counts(&judge), (1, 0));
        // What is undone leaves nothing to learn.
        let mut judge = Judge::default();
        judge.changed_untold(change("a", "PAUSED"), &before);
        judge.changed_untold(change("a", "ACTIVE"), &before);
        judge.sees(&before);
        assert_eq!(counts(&judge), (0, 0));
    }
}

//! The state of `AgentMail`'s side: its books, and what follows from them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    app::Booked,
    books::{Act, Books},
};

/// The vendor's name in the books.
pub(crate) const VENDOR: &str = "agentmail";
/// The act of an answer.
pub(super) const REPLY: &str = "reply";
/// The act of a change of labels.
pub(super) const UPDATE_LABELS: &str = "update_labels";
/// A letter came before its time, at `effective_from`.
pub(super) const COME: &str = "come";
/// An idempotency key is known for so long after its reply was sent.
const KEY_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) books: Books,
    /// What was sent, the first first.
    pub(super) sent: Vec<Arc<Sent>>,
    keys: HashMap<String, Arc<Sent>>,
    /// By message.
    edits: BTreeMap<String, Edits>,
    /// Letters that came before their time: when, by message.
    hurried: BTreeMap<String, WorldTime>,
}

/// An answer that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: String,
    /// The message that it answers.
    pub(super) answers: String,
    pub(super) at: WorldTime,
    /// When it begins to appear in lists.
    pub(super) listed_from: WorldTime,
    /// When it is known whether it arrived.
    pub(super) settled_at: WorldTime,
    pub(super) letter: Posted,
}

/// What the books keep of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Posted {
    pub(super) inbox: String,
    pub(super) thread: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) labels: Vec<String>,
    /// What else the request said.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) other: Map<String, Value>,
    /// The messages before it, the one that it answers last.
    pub(super) references: Vec<String>,
    /// It comes back instead of arriving.
    pub(super) bounces: bool,
}

/// What the books keep of a change of labels.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) inbox: String,
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
}

/// What became of a message's labels.
#[derive(Debug, Clone, Default)]
struct Edits {
    added: BTreeSet<String>,
    removed: BTreeSet<String>,
}

impl State {
    /// The state after all acts in the books.
    pub(crate) fn new(books: Books) -> Self {
        let mut state = Self {
            books,
            sent: Vec::new(),
            keys: HashMap::new(),
            edits: BTreeMap::new(),
            hurried: BTreeMap::new(),
        };
        for act in state.books.acts().to_vec() {
            state.follow(&act);
        }
        state
    }

    /// Letters that came before their time: when, by message.
    pub(crate) fn hurried(&self) -> BTreeMap<String, WorldTime> {
        self.hurried.clone()
    }

    /// What was sent with a key that is still known.
    pub(super) fn sent_with(&self, key: &str, now: WorldTime) -> Option<Arc<Sent>> {
        let sent = self.keys.get(key)?;
        (now.since(sent.at) < KEY_LIFE).then(|| Arc::clone(sent))
    }

    /// A message's labels: those that it has by itself, and what was changed.
    pub(super) fn labels(&self, id: &str, own: Vec<String>) -> Vec<String> {
        match self.edits.get(id) {
            Some(edits) => edits.applied_to(own),
            None => own,
        }
    }

    /// What a message's labels will be after one more change.
    pub(super) fn labels_after(&self, id: &str, own: Vec<String>, change: &Change) -> Vec<String> {
        let mut edits = self.edits.get(id).cloned().unwrap_or_default();
        edits.take_in(change);
        edits.applied_to(own)
    }

    fn follow_reply(&mut self, act: &Act) {
        let Ok(letter) = serde_json::from_value::<Posted>(act.detail.clone()) else {
            tracing::warn!(n = act.n, "the books hold an unreadable reply");
            return;
        };
        let key = letter.key.clone();
        let sent = Arc::new(Sent {
            id: act.to.clone(),
            answers: act.object.clone(),
            at: act.at_world,
            listed_from: act.effective_from,
            settled_at: act.delivery_from,
            letter,
        });
        if let Some(key) = key {
            self.keys.insert(key, Arc::clone(&sent));
        }
        self.sent.push(sent);
    }

    fn follow_labels(&mut self, act: &Act) {
        let Ok(change) = serde_json::from_value::<Change>(act.detail.clone()) else {
            tracing::warn!(n = act.n, "the books hold an unreadable change of labels");
            return;
        };
        let edits = self.edits.entry(act.object.clone()).or_default();
        edits.take_in(&change);
    }
}

impl Edits {
    fn take_in(&mut self, change: &Change) {
        for label in &change.add {
            self.removed.remove(label);
            self.added.insert(label.clone());
        }
        // Removing wins over adding.
        for label in &change.remove {
            self.added.remove(label);
            self.removed.insert(label.clone());
        }
    }

    fn applied_to(&self, mut own: Vec<String>) -> Vec<String> {
        own.retain(|label| !self.removed.contains(label));
        let added = self.added.iter().filter(|label| !own.contains(label));
        let added: Vec<String> = added.cloned().collect();
        own.extend(added);
        own
    }
}

impl Booked for State {
    fn books(&mut self) -> &mut Books {
        &mut self.books
    }

    fn follow(&mut self, act: &Act) {
        match (act.applied, act.act.as_str()) {
            (true, REPLY) => self.follow_reply(act),
            (true, UPDATE_LABELS) => self.follow_labels(act),
            (true, COME) => {
                self.hurried.insert(act.object.clone(), act.effective_from);
            }
            _ => {}
        }
    }
}

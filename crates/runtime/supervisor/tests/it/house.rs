//! All kinds of a test: a memory, a tree and a pipe of their own, and what is heard of them.

use std::{os::unix::fs::PermissionsExt, path::Path};

use homeostat_clock::Entropy;
use homeostat_supervisor::{
    crash_loop::{Alert, Ending, Policy},
    kinds::{Event, Ground, Kinds, Options, Spec, View},
    mechanism::{Limits, Reference, Tree},
    preflight::Kind,
    process::Process,
    trampoline::Setup,
};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

use crate::kit::{LIMIT, Wood, Words, offered, spawner};

/// What a child says when it is asked to end; it ends at USR1. `exec` would forget the traps.
pub(crate) const TAKES_ITS_TIME: &str =
    "trap 'echo told > $words' TERM; trap 'exit 0' USR1; echo $$ > $words
     while :; do sleep 1000 & wait; done";

/// All kinds of a test, and what is heard of them.
pub(crate) struct House {
    pub(crate) kinds: Kinds,
    pub(crate) heard: UnboundedReceiver<Event>,
    pub(crate) words: Words,
    pub(crate) dir: tempfile::TempDir,
    policy: Policy,
    tree: Tree,
    _wood: Wood,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(Policy {
            waits_ms: vec![0; 3],
            ..Policy::default()
        })
    }

    pub(crate) fn with(policy: Policy) -> Self {
        let wood = Wood::grow(offered()[0]);
        let tree = wood.0.clone();
        Self::in_tree(policy, wood, tree)
    }

    /// Where nothing holds a leaf to its memory.
    pub(crate) fn unlimited() -> Self {
        let wood = Wood::grow(offered()[0]);
        let tree = Tree::attach(&Reference {
            limits: Limits::None,
            ..wood.0.reference()
        });
        Self::in_tree(Policy::default(), wood, tree.unwrap())
    }

    fn in_tree(policy: Policy, wood: Wood, tree: Tree) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (kinds, heard) = open(&policy, &tree, dir.path());
        Self {
            kinds,
            heard,
            words: Words::in_dir(dir.path()),
            dir,
            policy,
            tree,
            _wood: wood,
        }
    }

    /// Another life of the supervisor, which knows what is in the file. Nothing is kept yet.
    pub(crate) fn live_again(&mut self) {
        (self.kinds, self.heard) = open(&self.policy, &self.tree, self.dir.path());
    }

    pub(crate) fn spec(&self, name: &str, command: &str, args: &[&str]) -> Spec {
        let words = self.words.path.to_str().unwrap().to_owned();
        let path = format!("{}:/usr/bin:/bin", self.dir.path().display());
        let kind = Kind {
            name: name.to_owned(),
            command: command.to_owned(),
            args: args.iter().map(Into::into).collect(),
            env: vec![("PATH".into(), path), ("words".into(), words)],
            setup: Setup::default(),
            preflight: None,
            preflight_limit: LIMIT,
        };
        Spec::new(kind, self.dir.path().join(format!("{name}.log")))
    }

    pub(crate) fn shell(&self, name: &str, script: &str) -> Spec {
        self.spec(name, "sh", &["-c", script])
    }

    pub(crate) async fn event(&mut self) -> Event {
        timeout(LIMIT, self.heard.recv()).await.unwrap().unwrap()
    }

    /// The next one that is of interest.
    pub(crate) async fn until<T>(&mut self, of: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            let event = self.event().await;
            if let Some(found) = of(&event) {
                return found;
            }
        }
    }

    pub(crate) async fn started(&mut self) -> Process {
        self.until(|event| match event {
            Event::Started { process, .. } => Some(*process),
            _ => None,
        })
        .await
    }

    /// Waits until one was started and ended for a hang, and nothing of it lives; says who it was.
    pub(crate) async fn hangs(&mut self) -> Process {
        let hung = self.started().await;
        assert_eq!(self.ended().await, Ending::Hung);
        assert!(!hung.is_alive());
        hung
    }

    pub(crate) async fn ended(&mut self) -> Ending {
        self.end_of_any().await.1
    }

    /// The next end, of whichever kind.
    pub(crate) async fn end_of_any(&mut self) -> (String, Ending) {
        self.until(|event| match event {
            Event::Ended { name, cause, .. } => Some((name.clone(), cause.ending.clone())),
            _ => None,
        })
        .await
    }

    pub(crate) async fn alert(&mut self) -> Alert {
        self.until(|event| match event {
            Event::Alert(alert) => Some(alert.clone()),
            _ => None,
        })
        .await
    }

    /// Everything that was said and not heard yet.
    pub(crate) fn said(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }

    pub(crate) fn view(&self, name: &str) -> View {
        let views = self.kinds.views();
        views.into_iter().find(|view| view.name == name).unwrap()
    }

    /// Waits until it is seen so.
    pub(crate) async fn seen(&self, name: &str, wanted: impl Fn(&View) -> bool) -> View {
        let seen = timeout(LIMIT, self.kinds.until(name, wanted)).await;
        seen.unwrap().unwrap()
    }

    /// Puts a program onto the search path of its kinds.
    pub(crate) fn put(&self, program: &str, script: &str) {
        put(&self.dir.path().join(program), script);
    }
}

fn open(policy: &Policy, tree: &Tree, dir: &Path) -> (Kinds, UnboundedReceiver<Event>) {
    let (ground, heard, unreadable) = Ground::open(Options {
        tree: tree.clone(),
        spawner: spawner(),
        policy: policy.clone(),
        memory: memory(dir),
        entropy: Entropy::from_seed(1),
        now_ms: || homeostat_clock::wall().0.as_millisecond(),
    });
    assert!(unreadable.is_none());
    (Kinds::new(ground), heard)
}

/// Where a house in this directory remembers.
pub(crate) fn memory(dir: &Path) -> std::path::PathBuf {
    dir.join("kinds.json")
}

fn put(path: &Path, script: &str) {
    let beside = path.with_extension("part");
    std::fs::write(&beside, script).unwrap();
    std::fs::set_permissions(&beside, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(beside, path).unwrap();
}

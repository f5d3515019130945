//! What the tests share: children of a shell, and their words as signals to wait on.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_supervisor::{
    mechanism::{Leaf, LeafName, Mechanism, Tree, probe},
    process::Process,
    spawn::{Bounds, Request, Spawner},
    trampoline::Setup,
};
use rustix::fs::{CWD, FileType, Mode, mknodat};

/// Nothing here takes this long; what does has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A pipe with a name: processes say in it what they have come to.
pub(crate) struct Words {
    pub(crate) path: PathBuf,
    lines: BufReader<File>,
}

impl Words {
    pub(crate) fn in_dir(dir: &Path) -> Self {
        let path = dir.join("words");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        // Also open for writing, so that it never ends.
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let lines = BufReader::new(file);
        Self { path, lines }
    }

    /// Waits for the next line.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Waits for so many processes to tell their number.
    pub(crate) fn processes(&mut self, n: usize) -> Vec<Process> {
        let pids = (0..n).map(|_| self.line().parse().unwrap());
        pids.map(|pid| Process::of(pid).unwrap()).collect()
    }
}

/// What this machine offers to a test, which is never the first of its namespace.
pub(crate) fn offered() -> Vec<Mechanism> {
    let found = probe();
    for (mechanism, why) in &found.refused {
        eprintln!("not tested: {mechanism}: {why}");
    }
    found.offered
}

/// A tree of this test, gone with it.
pub(crate) struct Wood(pub(crate) Tree);

impl Wood {
    pub(crate) fn grow(mechanism: Mechanism) -> Self {
        let name = format!("test-{}", std::process::id());
        Self(Tree::create(&name, mechanism).unwrap())
    }

    pub(crate) fn leaf(&self, name: &str) -> Leaf {
        self.0.make_leaf(&LeafName::new(name).unwrap()).unwrap()
    }
}

impl Drop for Wood {
    fn drop(&mut self) {
        let _ = self.0.kill_all(&[], LIMIT);
        self.0.remove();
    }
}

pub(crate) fn toy() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_supervisor-toy"))
}

pub(crate) fn spawner() -> Spawner {
    Spawner::start((toy(), Vec::new())).unwrap()
}

pub(crate) fn bounds(memory_bytes: usize) -> Bounds {
    Bounds {
        memory_bytes,
        log: None,
    }
}

pub(crate) fn request(leaf: Leaf, program: &str, args: &[&str]) -> Request {
    Request {
        program: PathBuf::from(program),
        args: args.iter().map(Into::into).collect(),
        env: vec![("PATH".into(), "/usr/bin:/bin".into())],
        setup: Setup::default(),
        leaf,
        sockets: Vec::new(),
        stdout: bounds(1 << 16),
        stderr: bounds(1 << 16),
    }
}

/// A child of a shell that runs `script` with `$words` set.
pub(crate) fn shell(leaf: Leaf, words: &Words, script: &str) -> Request {
    let mut request = request(leaf, "/bin/sh", &["-c", script]);
    let path = words.path.to_str().unwrap().to_owned();
    request.env.push(("words".into(), path));
    request
}

//! A process beside a worker, for a job that is to run alone after crashes: the same command, wanted once,
//! in a leaf of its own, so that the worker's next crash does not take it away.

use homeostat_supervisor::kinds::{Kinds, Repeat, Spec, Talks};

/// Starts one beside this kind, unless there is one.
pub(super) fn start(kinds: &Kinds, beside: &str) {
    let Some(mut spec) = kinds.spec(beside) else {
        return;
    };
    spec.kind.name = format!("{beside}-alone");
    spec.kind.args.push("--alone".into());
    let log = spec.log.with_file_name(format!("{}.log", spec.kind.name));
    kinds.add(Spec {
        repeat: Repeat::Once,
        // It does one job for as long as that may take, and nothing else.
        talks: Talks::Not,
        log,
        ..spec
    });
}

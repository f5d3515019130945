//! A wall clock that lies to one process and its children: libfaketime reads how far from a file, which may
//! change under a process that runs. The machine's own clock is never touched.

use std::path::Path;

/// Where the library may be.
const LIBRARIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
];

/// The library, where it is installed.
pub(super) fn library() -> Option<&'static str> {
    let is_there = |path: &&str| Path::new(path).exists();
    LIBRARIES.into_iter().find(is_there)
}

/// What a process finds in its environment to be lied to from this file. Its monotonic clock and the times of
/// files stay true.
pub(super) fn variables(library: &str, file: &Path) -> [(&'static str, String); 5] {
    [
        ("LD_PRELOAD", library.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
        ("FAKETIME_CACHE_DURATION", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("NO_FAKE_STAT", "1".to_owned()),
    ]
}

/// A killed process leaves what the library shares between its threads, under its number: the next process of
/// that number could not start.
pub(super) fn forget(pid: u32) {
    for name in [
        format!("/dev/shm/faketime_shm_{pid}"),
        format!("/dev/shm/sem.faketime_sem_{pid}"),
    ] {
        // Mostly there is none.
        let _ = std::fs::remove_file(name);
    }
}

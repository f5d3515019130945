//! What is shipped for init and containers: the units are what systemd takes for units, and the binary
//! is PID 1 of its container.

use std::{
    os::unix::net::UnixDatagram,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use crate::plant::{Plant, ask_to_stop};

fn packaging() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../packaging")
}

/// Red with an unknown key or a bad value in a unit: systemd names it.
#[test]
fn systemd_takes_the_units() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("NOT RUN: there is no systemd-analyze on this machine");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    for entry in std::fs::read_dir(packaging().join("systemd"))
        .unwrap()
        .flatten()
    {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        assert!(text.contains("\nKillMode=control-group\n") && text.contains("\nType=notify\n"));
        // The program is where the test has it; that it is there is part of what is verified.
        let here = text.replace("/usr/bin/homeostat", env!("CARGO_BIN_EXE_homeostat"));
        let path = dir.path().join(entry.file_name());
        std::fs::write(&path, here).unwrap();
        units.push(path);
    }
    assert_eq!(units.len(), 2);
    let said = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(&units)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stderr);
    let ours: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("homeostat"))
        .collect();
    assert!(said.status.success() && ours.is_empty(), "{text}");
}

/// What the unit waits for: that the system is up, that it still is, and that it stops. Red without
/// `init.say` in the link to the guard.
#[test]
fn init_hears_of_the_whole_life_of_a_system() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("notify");
    let init = UnixDatagram::bind(&socket).unwrap();
    init.set_read_timeout(Some(Duration::from_secs(120)))
        .unwrap();
    let plant = Plant::new(19, "none");
    let mut up = plant
        .command(&["up", "--for", "10m"])
        .env("NOTIFY_SOCKET", &socket)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut heard = [0; 64];
    for word in ["READY=1", "WATCHDOG=1", "STOPPING=1"] {
        if word == "STOPPING=1" {
            ask_to_stop(up.id());
        }
        let mut hear = || init.recv(&mut heard).map(|n| heard[..n].to_vec()).unwrap();
        while hear() != word.as_bytes() {}
    }
    assert!(up.wait().unwrap().success());
}

/// What the watch's unit starts is what the program understands.
#[test]
fn the_watch_of_the_unit_starts() {
    let text =
        std::fs::read_to_string(packaging().join("systemd/homeostat-watch.service")).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=/usr/bin/homeostat "));
    let (words, sink) = line.unwrap().split_once(" --sink '").unwrap();
    // It is stopped by what is wrong with the last word, after all others were understood.
    let done = Command::new(env!("CARGO_BIN_EXE_homeostat"))
        .args(words.split(' '))
        .args([
            "--sink",
            sink.trim_end_matches('\''),
            "--sink",
            "file = 'x'",
        ])
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        said.contains("--sink (number 2): file: \"x\" must be an absolute path"),
        "{said}"
    );
}

#[test]
fn the_container_starts_the_binary_itself() {
    let text = std::fs::read_to_string(packaging().join("container/Dockerfile")).unwrap();
    assert!(
        text.contains("\nENTRYPOINT [\"/usr/bin/homeostat\"]\nCMD [\"up\"]\n"),
        "{text}"
    );
}

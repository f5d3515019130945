//! Another version takes over while the system works: nobody who asks for a page is refused, no job and no
//! act is lost or done twice, and a version that is no good changes nothing.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use serde_json::Value;

use crate::{
    plant::kill,
    site::{CONFIG, Site},
};

impl Site {
    fn balanced() -> Self {
        let site = Self::open(1, &[]);
        site.up.balanced(&site.plant);
        site
    }

    fn deploy(&self, args: &[&str]) -> Value {
        self.plant.ask(&[&["deploy"], args].concat())
    }

    fn roles(&self) -> Vec<(String, u32)> {
        let mut roles = self.up.children();
        roles.retain(|(role, _)| role != "postgres");
        roles
    }
}

/// Asks for a page until told to stop. Gives back how often it was answered, and what else happened.
fn keep_asking(to: SocketAddr, stop: Arc<AtomicBool>) -> JoinHandle<(usize, Vec<String>)> {
    std::thread::spawn(move || {
        let (mut answered, mut failed) = (0, Vec::new());
        while !stop.load(Ordering::Relaxed) {
            match asked(to) {
                Ok(text) if text.starts_with("HTTP/1.1 200") => answered += 1,
                Ok(text) => failed.push(text),
                Err(error) => failed.push(error.to_string()),
            }
        }
        (answered, failed)
    })
}

fn asked(to: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(to)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// Red when the new colour's workers start beside the old one's, when a socket is bound anew, or when the old
/// supervisor takes the database with it.
#[test]
fn a_new_version_takes_over_and_nobody_notices() {
    let site = Site::balanced();
    let (before, server) = (site.roles(), site.up.child("postgres"));
    let stop = Arc::new(AtomicBool::new(false));
    let client = keep_asking(site.pages, stop.clone());
    let told = site.deploy(&[]);
    assert_eq!(
        (&told["deployed"], &told["stage"]),
        (&true.into(), &"done".into()),
        "{told:#}"
    );
    stop.store(true, Ordering::Relaxed);
    let (answered, failed) = client.join().unwrap();
    assert!(answered > 0 && failed.is_empty(), "{answered}: {failed:?}");
    site.up.balanced(&site.plant);
    let after = site.roles();
    let names = |roles: &[(String, u32)]| -> Vec<String> {
        roles.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&before), names(&after));
    let stayed = before.iter().filter(|role| after.contains(role)).count();
    assert_eq!(stayed, 0, "{before:?} {after:?}");
    assert_eq!(site.up.child("postgres"), server, "the same server");
    // Each life of a worker ended as planned, before the next of its kind began.
    let overlap = "homeostat.process a JOIN homeostat.process b ON a.kind = b.kind AND a.id <> b.id
                   WHERE b.started_at >= a.started_at AND b.started_at < coalesce(a.ended_at, 'infinity')";
    assert_eq!(site.plant.count(overlap), Some(0));
    let unplanned = "homeostat.process WHERE state <> 'live' AND ended_by <> 'planned'";
    assert_eq!(site.plant.count(unplanned), Some(0));
    let processes = site.plant.ask(&["processes"]);
    let strays = processes["memory"]["strays"].as_array().unwrap();
    let is_server = |stray: &&Value| stray["process"]["pid"] == server;
    assert_eq!(strays.iter().find(is_server), None, "it is where it was");
    site.up.stop();
    site.plant.verify();
}

/// Red when what a bad version leaves is taken up, or when the good one is touched before its successor is
/// there.
#[test]
fn a_version_that_is_no_good_changes_nothing() {
    let site = Site::balanced();
    let before = site.roles();
    for (says, does) in [("homeostat 9", "exit 3"), ("homeostat 9", "sleep 1000")] {
        let bad = site.plant.place().join("bad");
        let script = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo {says} && exit\n{does}\n");
        fs::write(&bad, script).unwrap();
        fs::set_permissions(&bad, fs::Permissions::from_mode(0o755)).unwrap();
        let bad = bad.to_str().unwrap();
        let told = site.deploy(&["--binary", bad, "--ready-within", "2s"]);
        assert_eq!(told["stage"], "rolled_back", "{told:#}");
        assert_eq!(told["version"], "9", "{told:#}");
        // Who was killed a moment ago is listed until the kernel is done with it.
        site.up.wait_for("nobody but the old version", || {
            (site.roles() == before).then_some(())
        });
    }
    let told = site.deploy(&["--binary", "/bin/true"]);
    assert!(
        told["error"].as_str().unwrap().starts_with("--binary: "),
        "{told:#}"
    );
    // The configuration is read by the new version, and a bad one is none for it.
    let config = site.plant.place().join("homeostat.toml");
    fs::write(&config, "[web]\nlisten = 5\n").unwrap();
    let told = site.deploy(&[]);
    assert_eq!(told["stage"], "rolled_back", "{told:#}");
    assert!(told["why"].as_str().unwrap().contains("listen"), "{told:#}");
    assert_eq!(site.roles(), before);
    // An address that is not to be had would leave the pages of nobody.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    fs::write(&config, CONFIG.replace("127.0.0.1:0", &taken)).unwrap();
    let told = site.deploy(&[]);
    assert_eq!(told["stage"], "rolled_back", "{told:#}");
    let why = told["why"].as_str().unwrap();
    assert!(why.contains("web.listen"), "{why}");
    assert_eq!(site.roles(), before);
    fs::write(&config, CONFIG).unwrap();
    // What runs is the good version still, also when it is started again.
    let supervisor = site.up.child("supervisor");
    kill(supervisor);
    site.up.replaced("supervisor", supervisor);
    site.up.until("Ctrl-C");
    site.up.balanced(&site.plant);
    site.up.stop();
    site.plant.verify();
}

/// A configuration by which the new version never comes to be ready goes with it. Red when the version before
/// comes back with the configuration of the one that failed.
#[test]
fn a_configuration_that_does_not_work_is_taken_back_with_its_version() {
    let site = Site::balanced();
    let names = |site: &Site| -> Vec<String> {
        let roles = site.roles().into_iter();
        roles.map(|(name, _)| name).collect()
    };
    let before = names(&site);
    let config = site.plant.place().join("homeostat.toml");
    // Of a worker that has nowhere to write its log nothing is started.
    let log = site.plant.system().join("log/worker-odd.log");
    fs::create_dir(&log).unwrap();
    let bad = "\n[workers]\nall = [\"*\"]\nodd = [\"canary.*\"]\n";
    fs::write(&config, format!("{CONFIG}{bad}")).unwrap();
    let told = site.deploy(&["--ready-within", "30s"]);
    assert_eq!(told["stage"], "rolled_back", "{told:#}");
    let why = told["why"].as_str().unwrap();
    assert!(why.contains("worker-odd"), "{why}");
    site.up.until("ALERT config_broken");
    site.up.until("Ctrl-C");
    site.up.balanced(&site.plant);
    assert_eq!(names(&site), before);
    // Nor does the next supervisor take it up, whatever the one before ended of.
    let supervisor = site.up.child("supervisor");
    kill(supervisor);
    site.up.replaced("supervisor", supervisor);
    site.up.until("Ctrl-C");
    site.up.balanced(&site.plant);
    assert_eq!(names(&site), before);
    // Mended by hand, it is the owner's file again.
    fs::write(&config, CONFIG).unwrap();
    let told = site.deploy(&[]);
    assert_eq!(told["stage"], "done", "{told:#}");
    site.up.until("over: config_broken");
    site.up.stop();
    site.plant.verify();
}

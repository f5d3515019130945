//! A socket that the supervisor holds refuses nobody, whatever becomes of those who serve it.

use std::{
    collections::BTreeSet,
    io::{self, Read},
    net::{SocketAddr, TcpStream},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    thread::JoinHandle,
};

use homeostat_supervisor::{
    mechanism::Leaf,
    sockets::Held,
    spawn::{Child, Exit, Request},
};
use rustix::{fs::OFlags, process::Signal};

use crate::kit::{LIMIT, Wood, Words, offered, request, shell, spawner, toy};

const ROUNDS: usize = 20;

fn held() -> Arc<Held> {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    Arc::new(Held::tcp("web", any).unwrap())
}

/// The toy as a child that has these.
fn player(leaf: Leaf, word: &str, sockets: &[&Arc<Held>]) -> Request {
    let mut request = request(leaf, toy().to_str().unwrap(), &[word]);
    request.sockets = sockets.iter().map(|held| Arc::clone(held)).collect();
    request
}

fn all_of(mut stream: impl Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

async fn killed(mut child: Child) {
    child.signal(Signal::KILL).unwrap();
    assert_eq!(child.ended().await.unwrap(), Exit::Signal(9));
}

#[tokio::test]
async fn a_connection_waits_for_whoever_serves_next() {
    let wood = Wood::grow(offered()[0]);
    let web = held();
    let early = TcpStream::connect(web.address().unwrap()).unwrap();
    early.set_read_timeout(Some(LIMIT)).unwrap();
    let spawner = spawner();
    let first = player(wood.leaf("web"), "serve", &[&web]);
    let first = spawner.spawn(first).await.unwrap();
    assert_eq!(all_of(early).unwrap(), first.process().pid.to_string());
    killed(first).await;
    let between = TcpStream::connect(web.address().unwrap()).unwrap();
    between.set_read_timeout(Some(LIMIT)).unwrap();
    let next = player(wood.leaf("web"), "serve", &[&web]);
    let next = spawner.spawn(next).await.unwrap();
    assert_eq!(all_of(between).unwrap(), next.process().pid.to_string());
}

/// What became of the connections of one who never stops to connect.
#[derive(Debug, Default)]
struct Tally {
    served: usize,
    /// Accepted by a child that was killed before it answered.
    cut: usize,
    refused: Vec<io::Error>,
}

fn keep_connecting(to: SocketAddr, stop: Arc<AtomicBool>) -> (Receiver<String>, JoinHandle<Tally>) {
    let (sender, served) = channel();
    let client = std::thread::spawn(move || {
        let mut tally = Tally::default();
        while !stop.load(Ordering::Relaxed) {
            match TcpStream::connect(to).map(all_of) {
                Ok(Ok(pid)) if !pid.is_empty() => {
                    tally.served += 1;
                    let _ = sender.send(pid);
                }
                Ok(_) => tally.cut += 1,
                Err(error) => tally.refused.push(error),
            }
        }
        tally
    });
    (served, client)
}

/// Red when each child binds the address for itself.
#[tokio::test]
async fn nobody_is_refused_while_children_are_killed() {
    let wood = Wood::grow(offered()[0]);
    let (web, spawner) = (held(), spawner());
    let stop = Arc::new(AtomicBool::new(false));
    let (served, client) = keep_connecting(web.address().unwrap(), stop.clone());
    for round in 1..=ROUNDS {
        let child = player(wood.leaf("web"), "serve", &[&web]);
        let child = spawner.spawn(child).await.unwrap();
        let pid = child.process().pid.to_string();
        while served.recv_timeout(LIMIT).unwrap() != pid {}
        if round == ROUNDS {
            stop.store(true, Ordering::Relaxed);
            break;
        }
        killed(child).await;
    }
    let tally = client.join().unwrap();
    assert!(tally.refused.is_empty(), "{tally:?}");
    assert!(tally.served >= ROUNDS, "{tally:?}");
    // At most what each killed child had in its hands.
    assert!(tally.cut < ROUNDS, "{tally:?}");
}

#[tokio::test]
async fn a_child_is_told_what_it_has_and_that_it_is_its_own() {
    for mechanism in offered() {
        let dir = tempfile::tempdir().unwrap();
        let mut words = Words::in_dir(dir.path());
        let wood = Wood::grow(mechanism);
        let control = Held::unix("control", &dir.path().join("control")).unwrap();
        let script = "echo $LISTEN_FDS $LISTEN_FDNAMES $LISTEN_PID > $words; exec cat";
        let mut told = shell(wood.leaf("told"), &words, script);
        told.sockets = vec![held(), Arc::new(control)];
        let child = spawner().spawn(told).await.unwrap();
        let pid = child.process().pid;
        assert_eq!(words.line(), format!("2 web:control {pid}"), "{mechanism}");
    }
}

/// What whoever started the tests left open to all that comes of them.
fn inherited() -> BTreeSet<i32> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir("/proc/self/fdinfo").unwrap() {
        let entry = entry.unwrap();
        // One that another test has closed by now was not inherited.
        let info = std::fs::read_to_string(entry.path()).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|text| u32::from_str_radix(text.trim(), 8).ok());
        if flags.is_some_and(|flags| flags & OFlags::CLOEXEC.bits() == 0) {
            all.insert(entry.file_name().to_str().unwrap().parse().unwrap());
        }
    }
    all
}

/// Red when a socket is open to whoever is started, as one without close-on-exec is.
#[tokio::test]
async fn a_child_has_its_own_sockets_and_nothing_else() {
    let inherited = inherited();
    let wood = Wood::grow(offered()[0]);
    let (web, other) = (held(), held());
    let spawner = spawner();
    for (name, sockets, own) in [
        ("with-two", vec![&other, &web], 0..=4),
        ("with-one", vec![&web], 0..=3),
        ("without", vec![], 0..=2),
    ] {
        let child = player(wood.leaf(name), "descriptors", &sockets);
        let mut child = spawner.spawn(child).await.unwrap();
        child.let_go();
        assert_eq!(child.ended().await.unwrap(), Exit::Code(0), "{name}");
        let (out, _) = child.output(LIMIT).await;
        let open = String::from_utf8(out.bytes).unwrap();
        let open: BTreeSet<i32> = open.lines().map(|fd| fd.parse().unwrap()).collect();
        assert_eq!(open, &BTreeSet::from_iter(own) | &inherited, "{name}");
    }
}

#[tokio::test]
async fn a_path_is_its_owner_s_and_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("control");
    // What a predecessor leaves that was killed.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let wood = Wood::grow(offered()[0]);
    let control = Arc::new(Held::unix("control", &path).unwrap());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let waiting = UnixStream::connect(&path).unwrap();
    waiting.set_read_timeout(Some(LIMIT)).unwrap();
    let child = player(wood.leaf("control"), "serve-path", &[&control]);
    let child = spawner().spawn(child).await.unwrap();
    assert_eq!(all_of(waiting).unwrap(), child.process().pid.to_string());
    let error = Held::unix("control", &path).unwrap_err().to_string();
    assert!(
        error.contains("socket control: cannot listen on"),
        "{error}"
    );
    killed(child).await;
    drop(control);
    assert!(!path.exists());
}

#[test]
fn what_cannot_be_had_is_named_and_changes_nothing() {
    let web = held();
    let taken = Held::tcp("web", web.address().unwrap()).unwrap_err();
    let address = web.address().unwrap().to_string();
    assert!(taken.to_string().contains(&address), "{taken}");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    for bad in ["", "a:b", "a b"] {
        let error = Held::tcp(bad, any).unwrap_err().to_string();
        assert!(error.starts_with("socket: "), "{error}");
    }
    // A file that is no socket is somebody's.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    assert!(Held::unix("control", &file).is_err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

//! The web role, as a process: it serves without a database, answers to its own names only, and neither
//! its end nor its death costs a client the connection.

mod answers;

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use homeostat_clock::Entropy;
use homeostat_liveness::{Epoch, EpochOptions, Evidence, declare_dead};
use homeostat_supervisor::{
    mechanism::{LeafName, Tree, probe},
    notify::{Notifications, Said},
    sockets::Held,
    spawn::{self, Bounds, Exit, Request, Spawner},
    trampoline::Setup,
};
use homeostat_testkit::Database;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);
const ROUNDS: usize = 6;
/// Port 1 is reserved, and nobody listens there.
const NO_DATABASE: &str = "postgres://ada:geheim@127.0.0.1:1/x";

/// A running web role. Dropped, it is killed.
pub(crate) struct Web {
    process: Child,
    pub(crate) address: SocketAddr,
}

pub(crate) fn command(database_url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
    command
        .args(["run", "web", "--json"])
        .args(args)
        .env_clear()
        .env("DATABASE_URL", database_url)
        .stdin(Stdio::null());
    command
}

impl Web {
    pub(crate) fn start(database_url: &str) -> Self {
        Self::of(&mut command(database_url, &["--listen", "127.0.0.1:0"]))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(said["held"], false);
        let address = said["listen"].as_str().unwrap().parse().unwrap();
        Self { process, address }
    }

    fn ask(&self, path: &str) -> Answer {
        Answer::to(self.address, path, &["localhost"]).unwrap()
    }

    fn term(&self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn to(address: SocketAddr, path: &str, hosts: &[&str]) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request(path, hosts).as_bytes())?;
        Self::read(stream)
    }

    fn read(mut stream: TcpStream) -> io::Result<Self> {
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let (head, body) = text
            .split_once("\r\n\r\n")
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        Ok(Self {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            head: head.to_lowercase(),
            body: body.to_owned(),
        })
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn request(path: &str, hosts: &[&str]) -> String {
    let hosts: String = hosts.iter().map(|h| format!("Host: {h}\r\n")).collect();
    format!("GET {path} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")
}

/// Red when the role waits for its database, or when what it says of it holds a secret.
#[test]
fn without_a_database_it_serves_and_says_so() {
    let web = Web::start(NO_DATABASE);
    let health = web.ask("/healthz");
    assert_eq!((health.status, &health.json()["ok"]), (200, &true.into()));
    assert_eq!(health.json()["pid"], web.process.id());
    let ready = web.ask("/readyz");
    assert_eq!((ready.status, &ready.json()["ok"]), (503, &false.into()));
    let reason = ready.json()["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.starts_with("database: ") && reason.contains("refused"),
        "{reason}"
    );
    let home = web.ask("/");
    assert_eq!(home.status, 503);
    assert!(
        home.body.contains("The database does not answer"),
        "{}",
        home.body
    );
    for answer in [health, ready, home, web.ask("/else")] {
        for header in [
            "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
        ] {
            assert!(answer.head.contains(header), "{header}: {}", answer.head);
        }
        assert!(!answer.body.contains("geheim"), "{}", answer.body);
    }
    // Before anybody knows whether a token is needed, it is not even said what there is.
    assert_eq!(web.ask("/else").status, 503);
}

#[tokio::test]
async fn with_a_database_it_is_ready_and_shows_the_system() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    assert_eq!(web.ask("/readyz").status, 200);
    let home = web.ask("/");
    assert_eq!(home.status, 200, "{}", home.body);
    for told in ["Operations", "Recent events", "Uptime, last 60 minutes"] {
        assert!(home.body.contains(told), "{told}: {}", home.body);
    }
}

/// Red without any one of the three questions, or when the first of them is asked for life.
#[tokio::test]
async fn it_is_ready_when_the_schema_is_its_own_and_no_recovery_is_under_way() {
    let database = Database::fresh().await;
    let db = database.db();
    let web = Web::start(database.url());
    let is = |status: u16, reason: &str| {
        let ready = web.ask("/readyz");
        assert_eq!(ready.status, status, "{}", ready.body);
        let said = ready.json()["reason"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(said.starts_with(reason), "{reason}: {said}");
        assert_eq!(ready.body.lines().count(), 1);
        assert_eq!(web.ask("/healthz").status, 200);
    };
    let sql = async |statement: &'static str| {
        let done = sqlx::query(statement).execute(db.pool()).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    };
    is(200, "");
    sql(
        "INSERT INTO homeostat.schema_migration (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', true, sha256('later'), 0)",
    )
    .await;
    is(200, "");
    let newest = "UPDATE homeostat.schema_migration SET success = NOT success WHERE version =
                      (SELECT max(version) FROM homeostat.schema_migration WHERE version < 9999)";
    sql(newest).await;
    is(503, "schema: migration 0900 is missing");
    sql(newest).await;
    sql("UPDATE homeostat.schema_migration SET version = 101 WHERE version = 9999").await;
    is(503, "schema: migration 0101 is none of ours");
    sql("DELETE FROM homeostat.schema_migration WHERE version = 101").await;
    is(200, "");
    let here = EpochOptions::here("worker", "test", database.dir()).unwrap();
    let epoch = Epoch::begin(&db, &here, &Entropy::from_seed(1))
        .await
        .unwrap();
    is(200, "");
    let (process, key) = (epoch.id(), epoch.lock_key());
    drop(epoch);
    // The server has noticed once its lock is free.
    sqlx::query("SELECT pg_advisory_lock($1), pg_advisory_unlock($1)")
        .bind(key)
        .execute(db.pool())
        .await
        .unwrap();
    is(503, "recovery: 1 dead, ");
    let is_declared = declare_dead(&db, process, Evidence::Flock, None).await;
    assert!(is_declared.unwrap());
    is(200, "");
}

/// Red without the check of the name: a page from elsewhere reads ours under its own name.
#[test]
fn it_answers_to_its_own_names_only() {
    let web = Web::start(NO_DATABASE);
    let port = web.address.port();
    let status = |path: &str, hosts: &[&str]| Answer::to(web.address, path, hosts).unwrap().status;
    for host in ["localhost", "127.0.0.1", &format!("127.0.0.1:{port}")] {
        assert_eq!(status("/healthz", &[host]), 200, "{host}");
    }
    for path in ["/", "/healthz", "/readyz", "/else"] {
        assert_eq!(status(path, &["evil.example"]), 421, "{path}");
        assert_eq!(status(path, &[&format!("evil.example:{port}")]), 421);
    }
    assert_eq!(status("/healthz", &[]), 400);
    assert_eq!(status("/healthz", &["localhost", "evil.example"]), 400);
}

/// A request that waits for its answer, one that has arrived by half, and one that is on its way. Red when the process ends at
/// once, or when it goes on to accept.
#[test]
fn asked_to_stop_it_finishes_what_is_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let init = UnixDatagram::bind(dir.path().join("notify")).unwrap();
    init.set_read_timeout(Some(PATIENCE)).unwrap();
    // A database that never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://ada@{}/x", silent.local_addr().unwrap());
    let mut command = command(&url, &["--listen", "127.0.0.1:0"]);
    let mut web = Web::of(command.env("NOTIFY_SOCKET", dir.path().join("notify")));
    let open = || {
        let stream = TcpStream::connect(web.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    };
    let (mut slow, mut late, mut waiting) = (open(), open(), open());
    let text = request("/healthz", &["localhost"]);
    let (half, rest) = text.split_at(text.len() / 2);
    slow.write_all(half.as_bytes()).unwrap();
    waiting
        .write_all(request("/readyz", &["localhost"]).as_bytes())
        .unwrap();
    // All are accepted once the last one waits for the database.
    let _held = silent.accept().unwrap();
    web.term();
    until(&init, "STOPPING=1");
    let refused = TcpStream::connect(web.address).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    late.write_all(text.as_bytes()).unwrap();
    slow.write_all(rest.as_bytes()).unwrap();
    for answered in [late, slow] {
        assert_eq!(Answer::read(answered).unwrap().status, 200);
    }
    let answer = Answer::read(waiting).unwrap();
    assert_eq!(answer.status, 503);
    assert!(
        answer.body.contains("no answer within 1 s"),
        "{}",
        answer.body
    );
    assert!(web.process.wait().unwrap().success());
}

fn until(init: &UnixDatagram, word: &str) {
    let mut heard = [0; 64];
    loop {
        let count = init.recv(&mut heard).unwrap();
        if &heard[..count] == word.as_bytes() {
            return;
        }
    }
}

/// Red without the bound on how long a request may take to arrive: silence holds a place for ever.
#[test]
fn who_says_nothing_is_not_waited_for() {
    let web = Web::start(NO_DATABASE);
    let open = |words: &[u8]| {
        let mut stream = TcpStream::connect(web.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(words).unwrap();
        stream
    };
    let kept = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for mut silent in [open(b""), open(b"GET / HT"), open(kept)] {
        silent.read_to_end(&mut Vec::new()).unwrap();
    }
}

#[test]
fn what_cannot_be_is_named() {
    let refused = |url: &str, args: &[&str]| -> (Option<i32>, String) {
        let Output { status, stderr, .. } = command(url, args).output().unwrap();
        (status.code(), String::from_utf8(stderr).unwrap())
    };
    let (code, text) = refused(NO_DATABASE, &["--listen", "8180"]);
    assert!(code == Some(2) && text.contains("--listen"), "{text}");
    let (code, text) = refused("mysql://ada:geheim@x/y", &["--listen", "127.0.0.1:0"]);
    assert!(code == Some(2) && text.contains("DATABASE_URL"), "{text}");
    assert!(!text.contains("geheim"), "{text}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = refused(NO_DATABASE, &["--listen", &address]);
    assert!(code == Some(3) && text.contains(&address), "{text}");
}

/// The role under a supervisor that holds its socket.
struct Supervised {
    tree: Tree,
    spawner: Spawner,
    socket: Arc<Held>,
    notifications: Notifications,
}

impl Supervised {
    fn new(name: &str) -> Self {
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_homeostat"));
        let name = format!("test-{name}-{}", std::process::id());
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            tree: Tree::create(&name, probe().offered[0]).unwrap(),
            spawner: Spawner::start((binary, Vec::new())).unwrap(),
            socket: Arc::new(Held::tcp("web", any).unwrap()),
            notifications: Notifications::bind(rustix::process::getuid().as_raw()).unwrap(),
        }
    }

    fn address(&self) -> SocketAddr {
        self.socket.address().unwrap()
    }

    async fn start(&self) -> spawn::Child {
        let bounds = || Bounds {
            memory_bytes: 1 << 16,
            log: None,
        };
        let mut env = self.notifications.environment(None);
        env.push(("DATABASE_URL".into(), NO_DATABASE.into()));
        let leaf = LeafName::new("web").unwrap();
        let request = Request {
            program: Path::new(env!("CARGO_BIN_EXE_homeostat")).to_owned(),
            args: ["run", "web", "--with-parent"].map(Into::into).to_vec(),
            env,
            setup: Setup::default(),
            leaf: self.tree.make_leaf(&leaf).unwrap(),
            sockets: vec![Arc::clone(&self.socket)],
            stdout: bounds(),
            stderr: bounds(),
        };
        self.spawner.spawn(request).await.unwrap()
    }

    async fn hears(&self, word: Said) {
        let hears = async { while self.notifications.next().await != word {} };
        tokio::time::timeout(PATIENCE, hears).await.unwrap();
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        let _ = self.tree.kill_all(&[], PATIENCE);
        self.tree.remove();
    }
}

/// What became of the requests of one who never stops to ask.
#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    /// Begun by a process that did not answer.
    cut: Vec<io::Error>,
    refused: usize,
}

fn keep_asking(to: SocketAddr, stop: Arc<AtomicBool>) -> (Receiver<i64>, JoinHandle<Tally>) {
    let (sender, answered) = channel();
    let client = std::thread::spawn(move || {
        let mut tally = Tally::default();
        while !stop.load(Ordering::Relaxed) {
            match Answer::to(to, "/healthz", &["localhost"]) {
                Ok(answer) => {
                    tally.answered += 1;
                    let _ = sender.send(answer.json()["pid"].as_i64().unwrap());
                }
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    tally.refused += 1;
                }
                Err(error) => tally.cut.push(error),
            }
        }
        tally
    });
    (answered, client)
}

/// Starts the role again and again under a client, ending it each time by this signal.
async fn under_a_client(name: &str, signal: Signal, ends: Exit) -> Tally {
    let held = Supervised::new(name);
    let stop = Arc::new(AtomicBool::new(false));
    let (answered, client) = keep_asking(held.address(), stop.clone());
    let mut child = held.start().await;
    for round in 1.. {
        let pid = i64::from(child.process().pid);
        let next = || {
            let answer = answered.recv_timeout(PATIENCE);
            answer.unwrap_or_else(|e| panic!("round {round}: {e}: {}", child.last_words()))
        };
        while next() != pid {}
        if round == ROUNDS {
            break;
        }
        child.signal(signal).unwrap();
        assert_eq!(child.ended().await.unwrap(), ends, "{}", child.last_words());
        child = held.start().await;
    }
    stop.store(true, Ordering::Relaxed);
    // The last child is held until the client has its last answer: it would end with its handle.
    let tally = client.join().unwrap();
    drop(child);
    tally
}

/// Red when the role binds an address of its own although it was given a socket.
#[tokio::test]
async fn killed_and_started_again_it_refuses_nobody() {
    let tally = under_a_client("killed", Signal::KILL, Exit::Signal(9)).await;
    assert_eq!(tally.refused, 0, "{tally:?}");
    assert!(
        tally.answered >= ROUNDS && tally.cut.len() < ROUNDS,
        "{tally:?}"
    );
}

/// Red when a stop closes connections whose request is under way or about to arrive.
#[tokio::test]
async fn stopped_and_started_again_it_cuts_nobody() {
    let tally = under_a_client("stopped", Signal::TERM, Exit::Code(0)).await;
    assert_eq!((tally.refused, tally.cut.len()), (0, 0), "{tally:?}");
    assert!(tally.answered >= ROUNDS, "{tally:?}");
}

/// Red without the words in the loop that accepts, or when the end of its input goes unnoticed.
#[tokio::test]
async fn it_says_that_it_is_ready_and_alive_and_ends_with_its_parent() {
    let held = Supervised::new("alive");
    let mut child = held.start().await;
    for word in [Said::Ready, Said::Watchdog, Said::Watchdog] {
        held.hears(word).await;
    }
    child.let_go();
    assert_eq!(child.ended().await.unwrap(), Exit::Code(75));
    let mut child = held.start().await;
    held.hears(Said::Ready).await;
    child.signal(Signal::TERM).unwrap();
    held.hears(Said::Stopping).await;
    assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
}

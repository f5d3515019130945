//! A sandbox with a clock that tests move, and a client of its inboxes.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use homeostat_clock::WorldClock;
use homeostat_model::WorldTime;
use homeostat_sandbox::{AGENTMAIL_KEY, Act, BRANDS, Handle, ORIGIN, Options, serve};
use homeostat_vendors::agentmail::{
    Client, Config, Error, Head, InboxId, MessageId, NewReply, Private, Query, Sent, Thread,
};
use jiff::SignedDuration;

pub(crate) fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub(crate) fn options_at(dir: &Path, at: WorldTime) -> Options {
    let mut options = Options::new(dir);
    options.clock = Some(WorldClock::manual(at));
    options
}

/// A world whose clock stands at the origin, a week after its trade began.
pub(crate) async fn start(dir: &Path) -> Handle {
    serve(options_at(dir, ORIGIN)).await.unwrap()
}

pub(crate) fn config(handle: &Handle) -> Config {
    let mut config = Config::new(AGENTMAIL_KEY.into());
    config.endpoint.base_url = handle.agentmail_url();
    config.endpoint.call_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn client(handle: &Handle) -> Client {
    Client::new(config(handle)).unwrap()
}

/// The inbox of a brand.
pub(crate) fn inbox_of(nth: usize) -> InboxId {
    let name = BRANDS[nth].name;
    format!("support@{name}.example").parse().unwrap()
}

pub(crate) fn inbox() -> InboxId {
    inbox_of(0)
}

/// Everything in the first inbox that the query asks for.
pub(crate) async fn walk(handle: &Handle, query: &Query) -> Vec<Head> {
    let client = client(handle);
    let walked = client.walk_messages(&inbox(), query, None, 50).await;
    let walked = walked.unwrap();
    assert!(walked.unreadable.is_empty(), "{:?}", walked.unreadable);
    assert_eq!(walked.next, None);
    walked.messages
}

/// The thread of a letter.
pub(crate) async fn thread_of(handle: &Handle, head: &Head) -> Thread {
    let client = client(handle);
    let thread = client.get_thread(&inbox(), &head.thread, 100, None).await;
    thread.unwrap()
}

/// The first letter in the first inbox.
pub(crate) async fn letter(handle: &Handle) -> Head {
    walk(handle, &Query::default()).await.remove(0)
}

pub(crate) fn wanted(text: &str) -> NewReply {
    NewReply {
        text: Private::new(text),
        labels: vec!["auto-reply".to_owned()],
    }
}

pub(crate) async fn reply(
    handle: &Handle,
    id: &MessageId,
    text: &str,
    key: &str,
) -> Result<Sent, Error> {
    let (client, wanted) = (client(handle), wanted(text));
    client.reply(&inbox(), id, &wanted, key, "effect-1").await
}

pub(crate) fn acts(handle: &Handle) -> Vec<Act> {
    handle.acts_of("agentmail")
}

/// Mails that left.
pub(crate) fn mails(handle: &Handle) -> usize {
    let acts = acts(handle);
    let sent = acts.iter().filter(|act| act.act == "reply" && act.applied);
    sent.count()
}

/// Orders one fault.
pub(crate) async fn order(handle: &Handle, on: &str, fault: &str, after_ms: u64) {
    let order = format!(r#"{{"on":"agentmail.{on}","fault":"{fault}","after_ms":{after_ms}}}"#);
    let reply = http(handle, "POST", "/_faults", "", &order).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

/// The same with the right key.
pub(crate) async fn asked(handle: &Handle, method: &str, path: &str, body: &str) -> String {
    let key = format!("authorization: Bearer {AGENTMAIL_KEY}\r\n");
    http(handle, method, &format!("/agentmail/v0/{path}"), &key, body).await
}

/// One exchange, whole reply as text. `headers` end with a line end.
pub(crate) async fn http(
    handle: &Handle,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let address = handle.address();
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

/// A letter's path. The vendor's own SDK leaves `@` as it is.
pub(crate) fn path_of(head: &Head) -> String {
    let id = head.id.as_str();
    let id = id.replace('<', "%3C").replace('>', "%3E");
    format!("inboxes/support@aurora.example/messages/{id}")
}

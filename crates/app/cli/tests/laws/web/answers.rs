//! What all answers have in common: the headers, no style or script of a page's own, and how they are packed.

use std::{
    collections::{BTreeSet, VecDeque},
    io::{Read, Write},
    process::{Command, Stdio},
};

use homeostat_console::assets::{SCRIPT, STYLE};
use homeostat_testkit::Database;
use homeostat_vendors::meta::webhook::BODY_BYTES_MAX;
use reqwest::{Client, RequestBuilder, Response, redirect};

use super::Web;
use crate::l05_one_row_per_transition::a_row_in_every_table;

const PAGES_MAX: usize = 400;
/// What the first screen may cost together with its sheet and script, bytes.
const FIRST_SCREEN_MAX: usize = 50_000;
/// Where to begin; the rest is found by links.
const PATHS: [&str; 29] = [
    "/",
    "/brief",
    "/money",
    "/controls",
    "/jobs",
    "/jobs/1",
    "/runs",
    "/runs/99",
    "/schedules",
    "/schedules/s",
    "/receipts",
    "/receipts/1",
    "/events",
    "/incidents",
    "/processes",
    "/replay",
    "/login",
    "/metrics",
    "/healthz",
    "/readyz",
    "/webhooks/meta",
    "/live?brand=nobody",
    "/api/v1/jobs",
    "/api/v1/else",
    "/else",
    "/jobs/987654321",
    "/jobs?state=nix",
    "/brief?day=nix",
    "/mode",
];

fn client() -> Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy();
    client.build().unwrap()
}

fn head<'a>(answer: &'a Response, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

fn has_headers(answer: &Response) {
    let path = answer.url().path();
    let policy = head(answer, "content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"),
        "{path}: {policy}"
    );
    assert_eq!(head(answer, "x-content-type-options"), "nosniff", "{path}");
    assert_eq!(head(answer, "referrer-policy"), "same-origin", "{path}");
    let kept = match path.starts_with("/assets/") && answer.status() == 200 {
        true => "public, max-age=31536000, immutable",
        false => "no-store",
    };
    assert_eq!(head(answer, "cache-control"), kept, "{path}");
}

/// The policy would not let a browser use them; a page that needs them is broken there.
fn brings_nothing_of_its_own(path: &str, page: &str) {
    let page = page.to_lowercase();
    for own in [
        " style=",
        "<style",
        " onclick=",
        " onload=",
        " onerror=",
        " onsubmit=",
        " onchange=",
        " oninput=",
        "javascript:",
    ] {
        assert!(!page.contains(own), "{path}: {own}: {page}");
    }
    for script in page.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(
            tag.contains(" src=\"/assets/") && rest.starts_with("</script>"),
            "{path}: <script{script}"
        );
    }
}

fn links(page: &str) -> impl Iterator<Item = String> {
    let all = page.split("href=\"").skip(1);
    all.filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with('/'))
        .map(|href| href.split('#').next().unwrap_or_default())
        .map(|href| href.replace("&amp;", "&").replace("&#38;", "&"))
}

/// Red without the layer of headers on any road, and when a page has a style or script of its own.
#[tokio::test]
async fn every_answer_has_the_headers_and_no_page_a_style_or_script_of_its_own() {
    let stage = a_row_in_every_table().await;
    // While nobody has a token, a visitor sees all.
    let revoked =
        "UPDATE homeostat.token SET state = 'revoked', revoked_at = now(), revoked_by = 'ada'";
    stage.sql(revoked).await.unwrap();
    let web = Web::start(stage.database.url());
    let (client, at) = (client(), format!("http://{}", web.address));
    let mut seen: BTreeSet<String> = PATHS.map(str::to_owned).into();
    let mut todo: VecDeque<String> = seen.iter().cloned().collect();
    let mut pages = 0;
    while let Some(path) = todo.pop_front() {
        let answer = client.get(format!("{at}{path}")).send().await.unwrap();
        has_headers(&answer);
        assert_ne!(answer.status(), 500, "{path}");
        let is_page = head(&answer, "content-type").starts_with("text/html");
        let text = answer.text().await.unwrap();
        if !is_page {
            continue;
        }
        pages += 1;
        brings_nothing_of_its_own(&path, &text);
        for link in links(&text).filter(|link| !link.starts_with("/live")) {
            if seen.len() < PAGES_MAX && seen.insert(link.clone()) {
                todo.push_back(link);
            }
        }
    }
    assert!(pages > 20, "{pages}");
    for refused in [
        client.post(format!("{at}/mode")),
        client.post(format!("{at}/api/v1/mode")).bearer_auth("none"),
        client.post(format!("{at}/webhooks/meta")),
        client
            .post(format!("{at}/webhooks/meta"))
            .body("x".repeat(BODY_BYTES_MAX + 1)),
        client.put(format!("{at}/")),
        client.get(&at).header("host", "elsewhere.example"),
    ] {
        let answer = refused.send().await.unwrap();
        assert!(answer.status().is_client_error(), "{answer:?}");
        has_headers(&answer);
    }
}

fn gzip(ask: RequestBuilder) -> RequestBuilder {
    ask.header("accept-encoding", "gzip")
}

/// Unpacked by another program.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut command = Command::new("gzip");
    let piped = command
        .arg("-dc")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(packed).unwrap();
    let mut plain = Vec::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_end(&mut plain).unwrap();
    assert!(child.wait().unwrap().success());
    plain
}

/// Red without the layer that packs, or when it packs what is sent as it comes.
#[tokio::test]
async fn pages_and_files_come_packed_and_the_stream_as_it_is() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let (client, at) = (client(), format!("http://{}", web.address));
    let mut size = 0;
    for (path, plain) in [
        ("/", None),
        (STYLE.path.as_str(), Some(STYLE.text)),
        (SCRIPT.path.as_str(), Some(SCRIPT.text)),
    ] {
        let answer = gzip(client.get(format!("{at}{path}"))).send();
        let answer = answer.await.unwrap();
        has_headers(&answer);
        assert_eq!(head(&answer, "content-encoding"), "gzip", "{path}");
        assert!(head(&answer, "vary").contains("accept-encoding"), "{path}");
        let packed = answer.bytes().await.unwrap();
        size += packed.len();
        let text = unpacked(&packed);
        match plain {
            Some(plain) => assert_eq!(text, plain.as_bytes(), "{path}"),
            None => assert!(String::from_utf8(text).unwrap().contains("Operations")),
        }
    }
    assert!(size < FIRST_SCREEN_MAX, "{size} bytes");
    let as_it_is = [
        gzip(client.get(format!("{at}/live"))),
        gzip(client.get(format!("{at}/healthz"))),
        client.get(&at),
    ];
    for ask in as_it_is {
        let answer = ask.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(head(&answer, "content-encoding"), "", "{answer:?}");
        has_headers(&answer);
    }
    let api = gzip(client.get(format!("{at}/api/v1/operations"))).send();
    assert_eq!(head(&api.await.unwrap(), "content-encoding"), "gzip");
}

//! The console, as a process: who may look, who may change what, and what a wrong question gets.

mod door;

use homeostat_clock::Entropy;
use homeostat_console::{
    Role, create_token, revoke_token,
    tell::{SILENT, TOLD},
};
use homeostat_effects::{Author, Cause, effective_mode, set_mode};
use homeostat_model::Mode;
use homeostat_testkit::Database;
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};

use crate::web::Web;

/// A browser without a screen: it keeps a cookie, and follows nobody.
struct Visitor {
    client: Client,
    at: String,
    cookie: Option<String>,
}

impl Visitor {
    fn of(web: &Web) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        Self {
            client: client.build().unwrap(),
            at: format!("http://{}", web.address),
            cookie: None,
        }
    }

    async fn get(&mut self, path: &str) -> Response {
        let mut ask = self.client.get(format!("{}{path}", self.at));
        if let Some(cookie) = &self.cookie {
            ask = ask.header("cookie", cookie);
        }
        let answer = ask.send().await.unwrap();
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Response) {
        if let Some(given) = answer.headers().get("set-cookie") {
            let given = given.to_str().unwrap();
            assert!(
                given.contains("HttpOnly") && given.contains("SameSite=Strict"),
                "{given}"
            );
            self.cookie = given.split(';').next().map(str::to_owned);
        }
    }

    /// The word in the forms of a page.
    async fn csrf(&mut self, path: &str) -> String {
        let page = self.get(path).await.text().await.unwrap();
        let (_, rest) = page
            .split_once("name=\"csrf\" value=\"")
            .unwrap_or_else(|| panic!("{page}"));
        rest.split('"').next().unwrap().to_owned()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)], origin: Option<&str>) -> Response {
        let body = form.iter().map(|(name, value)| format!("{name}={value}"));
        let body = body.collect::<Vec<_>>().join("&");
        let mut ask = self.client.post(format!("{}{path}", self.at)).body(body);
        ask = ask.header("content-type", "application/x-www-form-urlencoded");
        ask = ask.header("origin", origin.unwrap_or(&self.at));
        if let Some(cookie) = &self.cookie {
            ask = ask.header("cookie", cookie);
        }
        ask.send().await.unwrap()
    }

    /// As a program.
    async fn program(&self, token: &str, path: &str, body: Value) -> (StatusCode, String) {
        let ask = self
            .client
            .post(format!("{}{path}", self.at))
            .bearer_auth(token);
        let ask = ask
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = ask.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }
}

/// A new token of this role. The same seed would make the same one again.
async fn new_token(database: &Database, name: &str, role: Role, seed: u64) -> String {
    let root = Entropy::from_seed(seed);
    let made = create_token(&database.db(), name, role, "test", &root).await;
    made.unwrap()
}

async fn mode(database: &Database) -> Mode {
    effective_mode(&database.db(), None).await.unwrap().stored
}

/// Red without the word in the form, without its binding to the cookie, or without the look at the origin: a page from
/// elsewhere could stop the system.
#[tokio::test]
async fn a_change_comes_from_a_page_of_ours_and_is_kept_with_name_and_reason() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let mut ada = Visitor::of(&web);
    let csrf = ada.csrf("/controls").await;
    let form = |csrf| {
        [
            ("mode", "SAFE"),
            ("reason", "a+test"),
            ("who", "ada"),
            ("csrf", csrf),
        ]
    };
    let stranger = Visitor::of(&web);
    let mut other = Visitor::of(&web);
    other.get("/controls").await;
    for (who, form, origin) in [
        (&ada, &form("")[..], None),
        (&ada, &form("00")[..], None),
        (&ada, &form(&csrf)[..], Some("http://localhost:1")),
        (&ada, &form(&csrf)[..], Some("null")),
        (&stranger, &form(&csrf)[..], None),
        (&other, &form(&csrf)[..], None),
    ] {
        assert_eq!(
            who.post("/mode", form, origin).await.status(),
            403,
            "{form:?} {origin:?}"
        );
    }
    assert_eq!(mode(&database).await, Mode::Normal);
    for (missing, name) in [(1, "reason"), (2, "who")] {
        let mut form = form(&csrf);
        form[missing].1 = "+";
        let refused = ada.post("/mode", &form, None).await;
        assert_eq!(refused.status(), 400);
        let text = refused.text().await.unwrap();
        assert!(text.contains(&format!("{name}: must say")), "{text}");
    }
    assert_eq!(mode(&database).await, Mode::Normal);
    let done = ada.post("/mode", &form(&csrf), None).await;
    assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
    assert_eq!(mode(&database).await, Mode::Safe);
    let shown = ada.get("/controls").await.text().await.unwrap();
    assert!(shown.contains("ada: set mode SAFE. A test."), "{shown}");
    let events: Value = ada
        .get("/api/v1/events?entity=word")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        events["rows"].as_array().unwrap().len(),
        2,
        "asked and done: {events}"
    );
}

/// Red when a role may do what is another's, when who may only lower the mode lifts a HALT, or when an ended token opens anything.
#[tokio::test]
async fn a_token_opens_what_its_role_allows_and_nothing_once_it_is_revoked() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let db = database.db();
    let mut nobody = Visitor::of(&web);
    assert_eq!(
        nobody.get("/").await.status(),
        200,
        "on loopback, while there is no token"
    );
    let view = new_token(&database, "eyes", Role::View, 1).await;
    let operate = new_token(&database, "hands", Role::Operate, 2).await;
    let admin = new_token(&database, "head", Role::Admin, 3).await;
    assert_eq!(nobody.get("/").await.headers()["location"], "/login");
    assert_eq!(nobody.get("/api/v1/jobs").await.status(), 401);
    assert_eq!(nobody.get("/metrics").await.status(), 401);
    assert_eq!(nobody.get("/healthz").await.status(), 200);
    let to = |mode: &str| json!({ "mode": mode, "reason": "a test" });
    let told = |token: String, mode: &'static str| {
        let nobody = &nobody;
        async move { nobody.program(&token, "/api/v1/mode", to(mode)).await }
    };
    assert_eq!(told("0".repeat(64), "SAFE").await.0, 401);
    let (status, text) = told(view.clone(), "SAFE").await;
    assert!(
        status == 403 && text.contains("needs the role operate; yours is view"),
        "{text}"
    );
    assert_eq!(told(operate.clone(), "HALT").await.0, 200);
    let (status, text) = told(operate.clone(), "NORMAL").await;
    assert!(
        status == 403 && text.contains("needs the role admin"),
        "{text}"
    );
    let (status, text) = told(operate.clone(), "SAFE").await;
    assert!(
        status == 403 && text.contains("set mode needs the role admin; yours is operate"),
        "more than HALT: {text}"
    );
    assert_eq!(mode(&database).await, Mode::Halt);
    assert_eq!(told(admin, "NORMAL").await.0, 200);
    assert_eq!(mode(&database).await, Mode::Normal);
    assert!(revoke_token(&db, "hands", "test").await.unwrap());
    assert_eq!(told(operate, "SAFE").await.0, 401);
    let who = sqlx::query_scalar!("SELECT who FROM homeostat.word ORDER BY id")
        .fetch_all(db.pool())
        .await
        .unwrap();
    assert_eq!(
        who,
        ["hands", "hands", "head"],
        "the token's name, whatever a form says"
    );
    let kept = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.event WHERE data::text LIKE '%' || $1 || '%'"#,
        view
    );
    assert_eq!(kept.fetch_one(db.pool()).await.unwrap(), 0);
}

/// Red without the limit on wrong tries, when others' wrong tries lock out who is right, or when a session outlives its
/// token.
#[tokio::test]
async fn a_token_is_handed_in_for_a_session_and_five_wrong_tries_are_all() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let token = new_token(&database, "ada", Role::Admin, 4).await;
    let mut ada = Visitor::of(&web);
    let handed = ada.post("/login", &[("token", &token)], None).await;
    assert_eq!(handed.status(), 303);
    ada.keep(&handed);
    let csrf = ada.csrf("/controls").await;
    let form = [("mode", "SAFE"), ("reason", "x"), ("csrf", csrf.as_str())];
    assert_eq!(ada.post("/mode", &form, None).await.status(), 303);
    assert_eq!(ada.post("/logout", &[], None).await.status(), 303);
    assert_eq!(ada.get("/").await.headers()["location"], "/login");
    for _ in 0..5 {
        assert_eq!(
            ada.post("/login", &[("token", "wrong")], None)
                .await
                .status(),
            403
        );
    }
    let refused = ada.post("/login", &[("token", "wrong")], None).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "60");
    let handed = ada.post("/login", &[("token", &token)], None).await;
    assert_eq!(
        handed.status(),
        303,
        "who is right is not locked out by who is wrong"
    );
}

/// Red when the address is bound before anybody asks who will come.
#[tokio::test]
async fn where_others_can_reach_us_nobody_is_served_without_a_token() {
    let database = Database::fresh().await;
    let listen = ["--listen", "0.0.0.0:0"];
    let refused = crate::web::command(database.url(), &listen)
        .output()
        .unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{text}");
    assert!(
        text.contains("homeostat tokens create NAME --role admin"),
        "{text}"
    );
    new_token(&database, "ada", Role::Admin, 5).await;
    let web = Web::of(&mut crate::web::command(database.url(), &listen));
    assert!(web.address.ip().is_unspecified());
}

/// Red when a wrong field is passed over, or when a page breaks on it.
#[tokio::test]
async fn a_wrong_question_is_named_and_an_unknown_thing_is_not_there() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let mut ada = Visitor::of(&web);
    for (path, status, told) in [
        ("/jobs?state=x", 400, "state"),
        ("/jobs?after=x", 400, "after"),
        ("/jobs?colour=red", 400, "colour"),
        (
            "/jobs?kind=a%00",
            400,
            "kind: has a character that cannot be kept",
        ),
        (
            "/schedules/a%00",
            400,
            "has a character that cannot be kept",
        ),
        ("/runs?state=x", 400, "state"),
        ("/receipts?state=x", 400, "state"),
        ("/receipts?brand=%3Cb%3E", 400, "brand"),
        ("/?brand=none", 404, "brand"),
        ("/jobs/7", 404, "There is no job 7"),
        ("/jobs/x", 400, "id"),
        ("/runs/7", 404, "There is no run 7"),
        ("/receipts/7", 404, "There is no receipt 7"),
        ("/schedules/none", 404, "There is no schedule none"),
        ("/none", 404, "There is no such page"),
    ] {
        let page = ada.get(path).await;
        let found = page.status();
        let text = page.text().await.unwrap();
        assert!(
            found == status && text.contains(told),
            "{path}: {found} {text}"
        );
        let (begin, query) = path.split_once('?').unwrap_or((path, ""));
        if matches!(begin, "/" | "/none") {
            continue;
        }
        let told = ada.get(&format!("/api/v1{begin}?{query}")).await;
        assert_eq!(told.status(), status, "{path}");
        let error: Value = told.json().await.unwrap();
        assert!(error["error"].is_string(), "{path}: {error}");
    }
}

/// Red when a template shows a text from outside as it is.
#[tokio::test]
async fn what_comes_from_outside_is_shown_and_never_run() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}";
    let database = Database::fresh().await;
    let author = Author::Person(HOSTILE.into());
    set_mode(&database.db(), Mode::Safe, Cause::Person, &author, HOSTILE)
        .await
        .unwrap();
    let web = Web::start(database.url());
    let mut ada = Visitor::of(&web);
    let csrf = ada.csrf("/controls").await;
    let name = "%3Cscript%3Ealert(1)%3C/script%3E%22%3E";
    let form = [
        ("brand", "aurora"),
        ("target", name),
        ("reason", name),
        ("who", name),
        ("csrf", &csrf),
    ];
    assert_eq!(ada.post("/pins", &form, None).await.status(), 303);
    for path in [
        "/",
        "/controls",
        "/events",
        "/jobs?kind=%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
        let page = ada.get(path).await.text().await.unwrap();
        assert!(page.contains("alert(1)"), "{path}: it is shown");
        for raw in ["<script>alert", "<img", "\"'>", "\u{202e}"] {
            assert!(!page.contains(raw), "{path}: {raw} in {page}");
        }
    }
}

/// Red when a kind of thing is logged that is neither told in words nor known to be silent: it would take the place of
/// what a person is to be told.
#[tokio::test]
async fn whatever_is_logged_is_told_in_words_or_known_to_be_silent() {
    let database = Database::fresh().await;
    let logged = database.db().entities().await.unwrap();
    let mut known: Vec<&str> = TOLD.into_iter().chain(SILENT).collect();
    known.sort_unstable();
    assert_eq!(logged, known);
}

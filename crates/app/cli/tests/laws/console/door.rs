//! The console's door: an outage, a made-up bearer and a proxy open it to nobody.

use homeostat_console::{Role, revoke_token};
use homeostat_model::Mode;
use homeostat_testkit::{Database, Proxy};
use serde_json::Value;

use super::{Visitor, mode, new_token};
use crate::web::Web;

/// Red when a token stops being needed while the database cannot say whose it is.
#[tokio::test]
async fn an_outage_opens_no_door() {
    let database = Database::fresh().await;
    let proxy = Proxy::before(&database);
    let web = Web::start(proxy.url());
    let mut nobody = Visitor::of(&web);
    assert_eq!(nobody.get("/api/v1/events").await.status(), 200);
    // Nobody needed a token when that was last known: the page says what is missing.
    proxy.go_away();
    assert_eq!(nobody.get("/else").await.status(), 404);
    proxy.come_back();
    new_token(&database, "ada", Role::Admin, 6).await;
    assert_eq!(nobody.get("/api/v1/events").await.status(), 401);
    proxy.go_away();
    let told = nobody.get("/api/v1/events").await;
    assert_eq!(told.status(), 503);
    let told: Value = told.json().await.unwrap();
    assert!(
        told["error"].as_str().unwrap().starts_with("database: ") && told.get("rows").is_none(),
        "{told}"
    );
    let page = nobody.get("/jobs").await;
    assert_eq!(page.status(), 503);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("data-away") && page.contains("data-live=\"/live\""),
        "{page}"
    );
    assert_eq!(nobody.get("/login").await.status(), 200);
    let mut live = nobody.get("/live").await;
    assert_eq!(live.status(), 200);
    let first = live.chunk().await.unwrap().unwrap();
    let mut told = String::from_utf8(first.to_vec()).unwrap();
    assert!(told.starts_with("event: notice"), "{told}");
    proxy.come_back();
    while let Some(more) = live.chunk().await.unwrap() {
        told.push_str(std::str::from_utf8(&more).unwrap());
    }
    // A panel that is none has the page loaded again; then the stream ends.
    let panels: Vec<&str> = told.lines().filter(|line| line.contains("panel")).collect();
    assert_eq!(panels, ["event: panel"], "{told}");
    assert!(told.contains(r#"{"html":"","id":""}"#), "{told}");
    assert_eq!(nobody.get("/live").await.headers()["location"], "/login");
}

/// Red when a proxy's own name is refused, when its cookies are kept without TLS, or when whoever it passes on comes in
/// without a token, as if from this machine.
#[tokio::test]
async fn behind_a_proxy_everybody_needs_a_token_and_comes_in_under_its_name() {
    const OURS: &str = "https://console.example.com";
    let database = Database::fresh().await;
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("homeostat.toml");
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../examples/homeostat.toml"
    );
    let example = std::fs::read_to_string(example).unwrap();
    let commented = format!("# origin = \"{OURS}\"");
    assert!(example.contains(&commented));
    std::fs::write(&config, example.replace(&commented, &commented[2..])).unwrap();
    let args = [
        "--listen",
        "127.0.0.1:0",
        "--config",
        config.to_str().unwrap(),
    ];
    let refused = crate::web::command(database.url(), &args).output().unwrap();
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(
        refused.status.code() == Some(2)
            && text.contains("web.origin: https://console.example.com"),
        "{text}"
    );
    let token = new_token(&database, "ada", Role::Admin, 8).await;
    let web = Web::of(&mut crate::web::command(database.url(), &args));
    assert!(revoke_token(&database.db(), "ada", "test").await.unwrap());
    let mut nobody = Visitor::of(&web);
    assert_eq!(
        nobody.get("/").await.headers()["location"],
        "/login",
        "no token, no way in"
    );
    assert_eq!(
        nobody
            .post("/login", &[("token", &token)], None)
            .await
            .status(),
        403
    );
    let token = new_token(&database, "eve", Role::Admin, 9).await;
    for (host, status) in [("console.example.com", 303), ("evil.example", 421)] {
        let ask = nobody.client.post(format!("{}/login", nobody.at));
        let ask = ask.header("host", host).header("origin", OURS);
        let ask = ask.header("content-type", "application/x-www-form-urlencoded");
        let answer = ask.body(format!("token={token}")).send().await.unwrap();
        assert_eq!(answer.status(), status, "{host}");
        if status == 303 {
            let given = answer.headers()["set-cookie"].to_str().unwrap();
            assert!(given.ends_with("; Secure"), "{given}");
        }
    }
}

/// Red when a made-up bearer lets a cookie speak without the word of our own page.
#[tokio::test]
async fn a_made_up_bearer_frees_no_cookie_from_its_proof() {
    let database = Database::fresh().await;
    let web = Web::start(database.url());
    let token = new_token(&database, "ada", Role::Admin, 7).await;
    let mut ada = Visitor::of(&web);
    let handed = ada.post("/login", &[("token", &token)], None).await;
    ada.keep(&handed);
    let csrf = ada.csrf("/controls").await;
    let ask = ada.client.post(format!("{}/mode", ada.at)).bearer_auth("x");
    let ask = ask.header("cookie", ada.cookie.as_ref().unwrap());
    let ask = ask.header("origin", "https://evil.example");
    let form = format!("mode=HALT&reason=x&csrf={csrf}");
    let answer = ask.body(form).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(mode(&database).await, Mode::Normal);
}

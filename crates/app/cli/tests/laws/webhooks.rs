//! What vendors tell by themselves, at the door of the real process: only what is signed leaves a trace, it leaves it
//! once, and the trace is a wish to look.

use std::sync::Arc;

use homeostat_clock::{Entropy, WorldClock, wall};
use homeostat_console::{Role, create_token};
use homeostat_model::WorldTime;
use homeostat_operator::{
    Operator,
    config::Config,
    jobs::{
        sense::Sense, sense_bank::Banks, sense_inbox::Inboxes, sense_parcels::Parcels,
        sense_shop::Shops,
    },
    webhooks::Vendor,
};
use homeostat_queue::{JobFilter, Registry, jobs};
use homeostat_testkit::Database;
use homeostat_vendors::{
    agentmail,
    meta::{self, appsecret_proof, webhook::BODY_BYTES_MAX},
    revolut, shopify, track17,
};
use reqwest::{Client, StatusCode, redirect};

use crate::{
    stage::count,
    web::{Web, command},
};

const SECRET: &str = "a secret of this test";
const WORD: &str = "a word of this test";
/// The same in the form that AgentMail gives.
const WHSEC: &str = "whsec_YSBzZWNyZXQgb2YgdGhpcyB0ZXN0";
const HEADER: &str = "x-hub-signature-256";
const AURORA: &str = r#"{"object":"ad_account","entry":[{"id":"1001","time":1,"changes":[]}]}"#;
const BOREALIS: &str = r#"{"object":"ad_account","entry":[{"id":"1002","time":1,"changes":[]}]}"#;

/// A web role with all secrets, on a database that knows the kinds of the looks.
struct Door {
    /// Killed when dropped.
    _web: Web,
    database: Database,
    client: Client,
    at: String,
}

impl Door {
    async fn new() -> Self {
        let database = Database::fresh().await;
        let operator = Operator {
            db: database.db(),
            clock: WorldClock::manual(WorldTime("2026-01-01T00:00:00Z".parse().unwrap())),
            config: Arc::new(Config::read(None).unwrap()),
            meta: meta::Client::new(meta::Config::new("token".into())).unwrap(),
            ad_library: None,
            partners: homeostat_operator::Partners::default(),
        };
        let mut kinds = Registry::new();
        kinds.add(Sense(operator.clone())).unwrap();
        kinds.add(Shops(operator.clone())).unwrap();
        kinds.add(Parcels(operator.clone())).unwrap();
        kinds.add(Inboxes(operator.clone())).unwrap();
        kinds.add(Banks(operator)).unwrap();
        kinds.register(&database.db()).await.unwrap();
        let all = [
            ("META_APP_SECRET", SECRET),
            ("META_WEBHOOK_VERIFY_TOKEN", WORD),
            ("SHOPIFY_CLIENT_SECRET", SECRET),
            ("TRACK17_KEY", SECRET),
            ("AGENTMAIL_WEBHOOK_SECRET", WHSEC),
            ("REVOLUT_WEBHOOK_SECRET", SECRET),
        ];
        Self::of(database, &all)
    }

    fn of(database: Database, secrets: &[(&str, &str)]) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        let mut command = command(database.url(), &["--listen", "127.0.0.1:0"]);
        let web = Web::of(command.envs(secrets.iter().copied()));
        Self {
            client: client.build().unwrap(),
            at: format!("http://{}", web.address),
            _web: web,
            database,
        }
    }

    async fn ask(&self, query: &str) -> (StatusCode, String) {
        let asked = self.client.get(format!("{}/webhooks/meta{query}", self.at));
        let answer = asked.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn send(&self, signatures: &[&str], body: &str) -> (StatusCode, String) {
        let mut sent = self.client.post(format!("{}/webhooks/meta", self.at));
        for signature in signatures {
            sent = sent.header(HEADER, *signature);
        }
        let answer = sent.body(body.to_owned()).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// At the door of any vendor.
    async fn send_to(&self, path: &str, headers: &[(&str, String)], body: &[u8]) -> u16 {
        let mut sent = self.client.post(format!("{}/webhooks/{path}", self.at));
        for (name, value) in headers {
            sent = sent.header(*name, value);
        }
        let answer = sent.body(body.to_vec()).send().await.unwrap();
        answer.status().as_u16()
    }

    async fn taken(&self, body: &str) {
        let (status, text) = self.send(&[&sign(body)], body).await;
        assert_eq!(status, 200, "{text}");
    }

    /// How many deliveries are kept, and whose looks are wanted.
    async fn traces(&self) -> (i64, Vec<String>) {
        let filter = JobFilter {
            kind: Some("sense.meta".into()),
            ..JobFilter::default()
        };
        let wanted = jobs(&self.database.db(), &filter).await.unwrap();
        let brands = wanted.into_iter().filter_map(|job| job.brand);
        (
            count(&self.database, "homeostat.webhook").await,
            brands.collect(),
        )
    }

    async fn sql(&self, statement: &'static str) {
        let db = self.database.db();
        let done = sqlx::query(statement).execute(db.pool()).await;
        done.unwrap();
    }
}

/// The same HMAC under the app's secret proves a token in a call.
fn sign(body: &str) -> String {
    format!("sha256={}", appsecret_proof(&SECRET.into(), &body.into()))
}

/// Red without the look at the signature, or when it is made over anything but the raw body.
#[tokio::test]
async fn what_is_not_signed_over_its_raw_body_leaves_no_trace() {
    let door = Door::new().await;
    let right = sign(AURORA);
    let changed = AURORA.replacen("1001", "1002", 1);
    let spaced = AURORA.replace(':', ": ");
    let value: serde_json::Value = serde_json::from_str(AURORA).unwrap();
    let again = serde_json::to_string_pretty(&value).unwrap();
    let other = format!("sha256={}", appsecret_proof(&WORD.into(), &AURORA.into()));
    let zeros = format!("sha256={}", "0".repeat(64));
    let (bare, old) = (
        right.replace("sha256=", ""),
        right.replace("sha256=", "sha1="),
    );
    let of_another_body = sign(&again);
    let forged: [(&[&str], &str); 14] = [
        (&[], AURORA),
        (&[""], AURORA),
        (&["sha256="], AURORA),
        (&[&zeros], AURORA),
        (&[&other], AURORA),
        (&[&bare], AURORA),
        (&[&old], AURORA),
        (&[&right[..right.len() - 1]], AURORA),
        (&[&right, &right], AURORA),
        (&[&right], &changed),
        (&[&right], &AURORA[..AURORA.len() - 1]),
        (&[&right], &spaced),
        (&[&right], &again),
        (&[&of_another_body], AURORA),
    ];
    for (signatures, body) in forged {
        let (status, text) = door.send(signatures, body).await;
        assert_eq!(status, 403, "{signatures:?} {body}: {text}");
    }
    assert_eq!(door.traces().await, (0, vec![]));
    let told = count(
        &door.database,
        "homeostat.event WHERE entity IN ('webhook', 'job')",
    );
    assert_eq!(told.await, 0);
    door.taken(AURORA).await;
    assert_eq!(door.traces().await, (1, vec!["aurora".into()]));
}

/// Red without the hash of the body, or when what was looked up and what is kept are two steps.
#[tokio::test]
async fn a_delivery_that_comes_five_times_is_kept_once_and_looked_at_once() {
    let door = Door::new().await;
    let right = sign(BOREALIS);
    let signatures = [right.as_str()];
    let sent = || door.send(&signatures, BOREALIS);
    let (one, other) = tokio::join!(sent(), sent());
    assert_eq!((one.0.as_u16(), other.0.as_u16()), (200, 200));
    for _ in 0..3 {
        assert_eq!(sent().await.0, 200);
    }
    assert_eq!(door.traces().await, (1, vec!["borealis".into()]));
    let told = count(&door.database, "homeostat.event WHERE entity = 'webhook'");
    assert_eq!(told.await, 1);
    let kept: String = sqlx::query_scalar("SELECT to_jsonb(w)::text FROM homeostat.webhook w")
        .fetch_one(door.database.db().pool())
        .await
        .unwrap();
    assert!(
        !kept.contains("1002"),
        "nothing that it claims is kept: {kept}"
    );
}

/// Red without the key of the looks, or when what nobody can read is dropped.
#[tokio::test]
async fn a_burst_wants_one_look_of_each_brand_and_who_is_not_named_is_everybody() {
    let door = Door::new().await;
    let everybody = || ["aurora", "borealis", "cirrus"].map(str::to_owned).to_vec();
    for number in 0..5 {
        door.taken(&AURORA.replace("\"time\":1", &format!("\"time\":{number}")))
            .await;
    }
    assert_eq!(door.traces().await, (5, vec!["aurora".into()]));
    for body in [
        AURORA.replace("1001", "9").as_str(),
        r#"{"object":"page","entry":[{"id":"1001"}]}"#,
        r#"{"object":"ad_account","entry":[{"id":"10"#,
        "",
    ] {
        door.taken(body).await;
        assert_eq!(door.traces().await.1, everybody(), "{body}");
    }
    assert_eq!(door.traces().await.0, 9);
    // Not before the burst is over.
    let early = "homeostat.job WHERE run_at < created_at + interval '1 s'";
    assert_eq!(count(&door.database, early).await, 0);
}

/// Red when a look that has begun stands for what it can no longer see.
#[tokio::test]
async fn a_look_that_has_begun_or_failed_gets_one_behind_it() {
    for begun in [
        "UPDATE homeostat.job SET state = 'running', fence = 1, owner = 1, claimed_at = now(), deadline = now()",
        "UPDATE homeostat.job SET state = 'failed', failed_at = now(), last_cause = 'a test'",
    ] {
        let door = Door::new().await;
        door.taken(AURORA).await;
        door.sql(begun).await;
        for time in 2..5 {
            door.taken(&AURORA.replace("\"time\":1", &format!("\"time\":{time}")))
                .await;
        }
        let aurora = || "aurora".to_owned();
        assert_eq!(door.traces().await, (4, vec![aurora(), aurora()]));
    }
}

/// Red without the bound on the body.
#[tokio::test]
async fn what_is_too_long_is_refused_though_it_is_signed() {
    let door = Door::new().await;
    let fill = |bytes: usize| {
        let start = r#"{"object":"ad_account","entry":[{"id":"1001"}],"x":""#;
        format!("{start}{}\"}}", "x".repeat(bytes - start.len() - 2))
    };
    let long = fill(BODY_BYTES_MAX + 1);
    assert_eq!(door.send(&[&sign(&long)], &long).await.0, 413);
    assert_eq!(door.traces().await, (0, vec![]));
    door.taken(&fill(BODY_BYTES_MAX)).await;
    assert_eq!(door.traces().await, (1, vec!["aurora".into()]));
}

/// The headers of a vendor that signs now, or signed so many seconds ago.
fn headers(vendor: Vendor, body: &[u8], ago_s: i64) -> Vec<(&'static str, String)> {
    let at = wall().plus(-jiff::SignedDuration::from_secs(ago_s));
    let (secret, ms) = (SECRET.into(), at.0.as_millisecond());
    match vendor {
        Vendor::Meta => vec![(HEADER, meta::webhook::sign(&secret, body))],
        Vendor::Shopify => vec![
            ("x-shopify-topic", "orders/updated".into()),
            ("x-shopify-shop-domain", "aurora.myshopify.com".into()),
            ("x-shopify-webhook-id", "w-1".into()),
            (
                "x-shopify-hmac-sha256",
                shopify::webhook::sign(&secret, body),
            ),
        ],
        Vendor::Track17 => vec![("sign", track17::push::sign(&secret, body))],
        Vendor::AgentMail => {
            let signature = agentmail::webhook::sign(&WHSEC.into(), "msg_1", at.0, body);
            vec![
                ("svix-id", "msg_1".into()),
                ("svix-timestamp", at.0.as_second().to_string()),
                ("svix-signature", signature.unwrap()),
            ]
        }
        Vendor::Revolut => vec![
            ("revolut-request-timestamp", ms.to_string()),
            (
                "revolut-signature",
                revolut::webhook::sign(&secret, ms, body),
            ),
        ],
    }
}

/// Red when a vendor has no door, when it opens to anybody, or to what was signed long ago.
#[tokio::test]
async fn every_vendor_has_a_door_that_its_own_signature_opens() {
    let door = Door::new().await;
    let body = br#"{"id":7,"event":"e","event_id":"e","event_type":"t"}"#;
    for (nth, vendor) in (1..).zip(Vendor::ALL) {
        let path = match vendor {
            Vendor::Shopify => "shopify/aurora".to_owned(),
            other => other.id().to_owned(),
        };
        let signs_time = matches!(vendor, Vendor::AgentMail | Vendor::Revolut);
        assert_eq!(door.send_to(&path, &[], body).await, 403, "{path}");
        let right = headers(vendor, body, 0);
        assert_eq!(door.send_to(&path, &right, b"{}").await, 403, "{path}");
        let old = headers(vendor, body, 301);
        if signs_time {
            assert_eq!(door.send_to(&path, &old, body).await, 403, "{path}");
        }
        let long = vec![b' '; vendor.body_bytes_max() + 1];
        let signed = headers(vendor, &long, 0);
        assert_eq!(door.send_to(&path, &signed, &long).await, 413, "{path}");
        assert_eq!(door.traces().await.0, nth - 1, "{path}");
        for _ in 0..3 {
            assert_eq!(door.send_to(&path, &right, body).await, 200, "{path}");
        }
        assert_eq!(door.traces().await.0, nth, "{path}");
    }
    let right = headers(Vendor::Shopify, body, 0);
    assert_eq!(door.send_to("shopify/nobody", &right, body).await, 404);
    let shop = "homeostat.job WHERE kind = 'sense.shop' AND brand = 'aurora'";
    assert_eq!(count(&door.database, shop).await, 1);
}

#[tokio::test]
async fn the_challenge_is_answered_to_who_knows_the_word() {
    let door = Door::new().await;
    let question = |mode: &str, word: &str| {
        format!(
            "?hub.mode={mode}&hub.verify_token={}&hub.challenge=1158201444",
            word.replace(' ', "+")
        )
    };
    let answer = door.ask(&question("subscribe", WORD)).await;
    assert_eq!(answer, (StatusCode::OK, "1158201444".into()));
    for wrong in [
        String::new(),
        question("unsubscribe", WORD),
        question("subscribe", "another"),
        question("subscribe", ""),
        question("subscribe", SECRET),
        format!("{}&hub.mode=subscribe", question("subscribe", WORD)),
        "?%ff=%".into(),
    ] {
        let (status, text) = door.ask(&wrong).await;
        assert_eq!(status, 403, "{wrong}: {text}");
        assert!(!text.contains("1158201444"), "{text}");
    }
}

/// The vendor has no login: tokens close the console and not this door. Without a secret it is no door at all.
#[tokio::test]
async fn it_is_open_by_its_secret_alone() {
    let door = Door::new().await;
    create_token(
        &door.database.db(),
        "head",
        Role::Admin,
        "test",
        &Entropy::from_seed(11),
    )
    .await
    .unwrap();
    let console = door.client.get(format!("{}/", door.at)).send().await;
    assert_eq!(console.unwrap().status(), 303);
    let sent = door.client.post(format!("{}/webhooks/meta", door.at));
    let sent = sent
        .header(HEADER, sign(AURORA))
        .header("origin", "https://elsewhere.example");
    assert_eq!(sent.body(AURORA).send().await.unwrap().status(), 200);
    let sent = door.client.post(format!("{}/webhooks/meta", door.at));
    let sent = sent
        .header(HEADER, sign(BOREALIS))
        .header("host", "elsewhere.example");
    assert_eq!(sent.body(BOREALIS).send().await.unwrap().status(), 421);
    assert_eq!(door.traces().await, (1, vec!["aurora".into()]));

    for secrets in [
        &[][..],
        &[("META_APP_SECRET", ""), ("META_WEBHOOK_VERIFY_TOKEN", " ")],
    ] {
        let shut = Door::of(Database::fresh().await, secrets);
        let (status, text) = shut.send(&[&sign(AURORA)], AURORA).await;
        assert!(
            status == 404 && text.contains("set META_APP_SECRET"),
            "{text}"
        );
        let (status, text) = shut.ask("?hub.mode=subscribe").await;
        assert!(
            status == 404 && text.contains("set META_WEBHOOK_VERIFY_TOKEN"),
            "{text}"
        );
        assert_eq!(shut.traces().await, (0, vec![]));
    }
}

/// Red when a delivery that could not be kept is called taken: the vendor would not send it again.
#[tokio::test]
async fn what_cannot_be_kept_is_not_called_taken() {
    // No worker has been here: nobody knows the kind of the look.
    let door = Door::of(Database::fresh().await, &[("META_APP_SECRET", SECRET)]);
    let (status, text) = door.send(&[&sign(AURORA)], AURORA).await;
    assert_eq!(status, 503, "{text}");
    assert_eq!(door.traces().await, (0, vec![]));
}

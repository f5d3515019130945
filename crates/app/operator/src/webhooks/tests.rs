use homeostat_queue::{JobFilter, jobs};
use homeostat_testkit::Database;
use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::config::is_kind;

const SECRET: &str = "a secret of this test";
/// The same for who wants it written so.
const WHSEC: &str = "whsec_YSBzZWNyZXQgb2YgdGhpcyB0ZXN0";
const OTHER: &str = "whsec_YW5vdGhlciBzZWNyZXQ=";
const INBOX: &str = "hello@borealis.example";

/// Deliveries to a database that knows all kinds of looks.
struct Door {
    database: Database,
    config: Config,
    webhooks: Webhooks,
}

/// A delivery that owns its parts.
#[derive(Debug, Clone)]
struct Sent {
    vendor: Vendor,
    brand: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Door {
    async fn new() -> Self {
        let database = Database::fresh().await;
        let looks = "INSERT INTO homeostat.job_kind (name, priority, timeout_ms, attempts_max, snoozes_max, \
                     interruptions_max, give_up_after_s, backoff_ms, backoff_ms_max) \
                     SELECT 'sense.' || name, 0, 60000, 3, 9, 9, 3600, 100, 100 \
                     FROM unnest('{meta,shop,parcels,inbox,bank}'::text[]) name";
        let done = sqlx::query(looks).execute(database.db().pool()).await;
        done.unwrap();
        Self {
            database,
            config: config(),
            webhooks: Webhooks {
                meta: meta::Words::of(SECRET),
                shopify: shopify::Words::of(&[("aurora", SECRET), ("borealis", SECRET)]),
                track17: Some(SECRET.into()),
                agentmail: Some(WHSEC.into()),
                revolut: several(Some(format!("wsk_before, {SECRET}").into())),
                refused: Refused::default(),
            },
        }
    }

    async fn take(&self, sent: &Sent, at: RuntimeTime) -> Result<Taken, WebhookError> {
        let headers: Vec<(&str, &[u8])> = sent
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let delivery = Delivery {
            vendor: sent.vendor,
            brand: sent.brand,
            headers: &headers,
            body: &sent.body,
            at,
        };
        self.webhooks
            .take(&self.database.db(), &self.config, delivery)
            .await
    }

    /// How many deliveries are kept, and how many looks are wanted.
    async fn traces(&self) -> (i64, usize) {
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM homeostat.webhook")
            .fetch_one(self.database.db().pool())
            .await
            .unwrap();
        let wanted = jobs(&self.database.db(), &JobFilter::default()).await;
        (kept, wanted.unwrap().len())
    }
}

/// Two shops; one serves its customers and pays its suppliers.
fn config() -> Config {
    let brand = |id: &str, account: &str| {
        format!(
            "[[brand]]\nid = \"{id}\"\ncurrency = \"EUR\"\ntime_zone = \"Europe/Berlin\"\n\
             target_cpa = \"20.00\"\nmeta_account = \"{account}\"\n\
             [brand.caps]\nhour = \"250\"\nday = \"1000\"\nmonth = \"20000\"\nlifetime = \"200000\"\n\
             [brand.shop]\nlanguage = \"de\"\ncountry = \"DE\"\n"
        )
    };
    let more = format!(
        "[brand.service]\ninbox = \"{INBOX}\"\n[brand.payouts]\naccount = \"{ID}\"\n\
         suppliers = [{{ name = \"Mill\", counterparty = \"{ID}\", account = \"{ID}\", cost_percent = 30, since = \"2026-01-01\" }}]\n"
    );
    let text = [
        brand("aurora", "act_1001"),
        brand("borealis", "act_1002"),
        more,
    ]
    .concat();
    Config::parse(&text).unwrap()
}

const ID: &str = "69c2f0a1-1b2c-4d3e-8f90-a1b2c3d4e5f6";

fn now() -> RuntimeTime {
    RuntimeTime("2026-03-01T10:00:00Z".parse().unwrap())
}

/// The `nth` thing that a vendor tells.
fn told(vendor: Vendor, nth: u64) -> Sent {
    let body = match vendor {
        Vendor::Meta => json!({"object": "ad_account", "entry": [{"id": "1002", "time": nth}]}),
        Vendor::Shopify => json!({"id": 5_000 + nth, "updated_at": "2026-03-01T09:59:00Z"}),
        Vendor::Track17 => json!({"event": "TRACKING_STOPPED", "data":
            {"number": format!("HX{nth:09}DE"), "carrier": 3_011, "tag": null}}),
        Vendor::AgentMail => json!({"type": "event", "event_type": "message.received",
            "event_id": format!("evt_{nth}"), "message": {"inbox_id": INBOX}}),
        Vendor::Revolut => {
            json!({"event": "TransactionStateChanged", "timestamp": "2026-03-01T09:59:00Z",
            "data": {"id": ID, "old_state": "pending", "new_state": format!("state_{nth}")}})
        }
    };
    signed(
        vendor,
        nth,
        body.to_string().into_bytes(),
        [SECRET, WHSEC],
        now(),
    )
}

fn signed(vendor: Vendor, nth: u64, body: Vec<u8>, secrets: [&str; 2], at: RuntimeTime) -> Sent {
    let [secret, whsec] = secrets.map(SecretString::from);
    let headers = match vendor {
        Vendor::Meta => vec![(
            "x-hub-signature-256",
            vendors::meta::webhook::sign(&secret, &body),
        )],
        Vendor::Shopify => vec![
            ("x-shopify-topic", "orders/updated".to_owned()),
            ("x-shopify-shop-domain", "aurora.myshopify.com".to_owned()),
            ("x-shopify-webhook-id", format!("w-{nth}")),
            ("x-shopify-event-id", format!("e-{nth}")),
            (
                "x-shopify-hmac-sha256",
                vendors::shopify::webhook::sign(&secret, &body),
            ),
        ],
        Vendor::Track17 => vec![("sign", vendors::track17::push::sign(&secret, &body))],
        Vendor::AgentMail => {
            let id = format!("msg_{nth}");
            let signature = vendors::agentmail::webhook::sign(&whsec, &id, at.0, &body);
            vec![
                ("svix-id", id),
                ("svix-timestamp", at.0.as_second().to_string()),
                ("svix-signature", signature.unwrap()),
            ]
        }
        Vendor::Revolut => {
            let ms = at.0.as_millisecond();
            vec![
                ("revolut-request-timestamp", ms.to_string()),
                (
                    "revolut-signature",
                    vendors::revolut::webhook::sign(&secret, ms, &body),
                ),
            ]
        }
    };
    Sent {
        vendor,
        brand: (vendor == Vendor::Shopify).then_some("borealis"),
        headers,
        body,
    }
}

fn named(brands: &[&str]) -> Taken {
    Taken::New(brands.iter().map(|id| id.parse().unwrap()).collect())
}

/// Who is looked at because of `told`, and by which job.
fn looked_at(vendor: Vendor) -> (&'static [&'static str], &'static str) {
    match vendor {
        Vendor::Meta => (&["borealis"], "sense.meta"),
        Vendor::Shopify => (&["borealis"], "sense.shop"),
        Vendor::Track17 => (&["aurora", "borealis"], "sense.parcels"),
        Vendor::AgentMail => (&["borealis"], "sense.inbox"),
        Vendor::Revolut => (&["borealis"], "sense.bank"),
    }
}

/// How many looks so many deliveries are, each about another thing.
fn looks(vendor: Vendor, deliveries: usize) -> usize {
    let (brands, kind) = looked_at(vendor);
    let each = match vendor {
        // Each parcel is looked at by itself.
        Vendor::Track17 => deliveries,
        Vendor::Meta | Vendor::Shopify | Vendor::AgentMail | Vendor::Revolut => 1,
    };
    // A kind that nobody here works on is left.
    if is_kind(kind) {
        brands.len() * each
    } else {
        0
    }
}

/// Red without the look at a vendor's signature, or when it is made over anything but the raw body.
#[tokio::test]
async fn what_a_vendor_has_not_signed_leaves_no_trace_and_is_counted() {
    let door = Door::new().await;
    for vendor in Vendor::ALL {
        let right = told(vendor, 1);
        let mut spaced = right.clone();
        spaced.body.push(b' ');
        let mut twice = right.clone();
        twice.headers.extend(right.headers.clone());
        let mut bare = right.clone();
        bare.headers.clear();
        let other = signed(vendor, 1, right.body.clone(), ["another", OTHER], now());
        let empty = Sent {
            body: Vec::new(),
            ..right.clone()
        };
        for forged in [&spaced, &twice, &bare, &other, &empty] {
            let error = door.take(forged, now()).await.unwrap_err();
            assert!(
                matches!(error, WebhookError::Forged(_)),
                "{vendor:?}: {error}"
            );
        }
        assert_eq!(door.webhooks.refused(vendor), 5);
    }
    assert_eq!(door.traces().await, (0, 0));
}

/// Red without either hash: the body's, or that of the vendor's name for it.
#[tokio::test]
async fn a_burst_of_a_vendor_is_one_look_and_a_repetition_none() {
    for vendor in Vendor::ALL {
        let door = Door::new().await;
        let (brands, _) = looked_at(vendor);
        for nth in 1..=4 {
            let taken = door.take(&told(vendor, nth), now()).await.unwrap();
            assert_eq!(taken, named(brands), "{vendor:?}");
        }
        assert_eq!(door.traces().await, (4, looks(vendor, 4)), "{vendor:?}");
        let later = now().plus(SignedDuration::from_secs(60));
        let again = told(vendor, 2);
        // Signed anew, as when it is sent again.
        let body = again.body.clone();
        let resigned = signed(vendor, 2, body.clone(), [SECRET, WHSEC], later);
        let renamed = signed(vendor, 99, body, [SECRET, WHSEC], later);
        for same in [&again, &resigned, &renamed] {
            let taken = door.take(same, later).await.unwrap();
            assert_eq!(taken, Taken::Known, "{vendor:?}");
        }
        assert_eq!(door.traces().await.0, 4, "{vendor:?}");
    }
}

/// A look at everything that is due leaves alone what was read within the hour. Red when it is asked for instead.
#[tokio::test]
async fn a_parcel_of_which_something_is_told_is_looked_at_by_itself() {
    let door = Door::new().await;
    let delivery = |nth: u64, events: u64| {
        let body = json!({"event": "TRACKING_STOPPED", "told": events, "data":
            {"number": format!("hx{nth:09}de"), "carrier": 3_011, "tag": null}});
        let body = body.to_string().into_bytes();
        signed(Vendor::Track17, nth, body, [SECRET, WHSEC], now())
    };
    // Of one parcel twice: the look at it has not begun.
    for sent in [delivery(1, 1), delivery(1, 2), delivery(2, 1)] {
        door.take(&sent, now()).await.unwrap();
    }
    let mut asked: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws(' ', args->>'brand', args->>'number') FROM homeostat.job ORDER BY 1",
    )
    .fetch_all(door.database.db().pool())
    .await
    .unwrap();
    asked.sort();
    let both = |number: &str| ["aurora", "borealis"].map(|brand| format!("{brand} {number}"));
    let mut wanted = [both("HX000000001DE"), both("HX000000002DE")].concat();
    wanted.sort();
    assert_eq!(asked, wanted);
}

/// Red without the name: the same event in another body, as another subscription tells it.
#[tokio::test]
async fn what_has_one_name_is_one_delivery_however_it_is_written() {
    let door = Door::new().await;
    for vendor in [Vendor::Shopify, Vendor::AgentMail, Vendor::Revolut] {
        let first = told(vendor, 1);
        assert_ne!(door.take(&first, now()).await.unwrap(), Taken::Known);
        let body = [b" ".as_slice(), &first.body].concat();
        let other = signed(vendor, 1, body, [SECRET, WHSEC], now());
        assert_eq!(
            door.take(&other, now()).await.unwrap(),
            Taken::Known,
            "{vendor:?}"
        );
    }
    assert_eq!(door.traces().await.0, 3);
}

/// Red without the window of the vendors that sign their time.
#[tokio::test]
async fn what_was_signed_for_another_time_is_refused_where_the_vendor_signs_one() {
    let door = Door::new().await;
    for (nth, off_s) in [(1, -301), (2, 301), (3, 86_400)] {
        let at = now().plus(SignedDuration::from_secs(off_s));
        for vendor in [Vendor::AgentMail, Vendor::Revolut] {
            let error = door.take(&told(vendor, nth), at).await.unwrap_err();
            assert!(matches!(error, WebhookError::NotNow), "{vendor:?}: {error}");
        }
    }
    assert_eq!(door.traces().await, (0, 0));
    for vendor in [Vendor::AgentMail, Vendor::Revolut] {
        let at = now().plus(SignedDuration::from_secs(299));
        assert_eq!(
            door.take(&told(vendor, 4), at).await.unwrap(),
            named(&["borealis"])
        );
    }
}

/// Red when what nobody can read is dropped, though its vendor has signed it.
#[tokio::test]
async fn a_signed_riddle_is_a_look_at_everybody_whom_it_may_be_about() {
    for body in [&b"null"[..], b"{\"event\":7", b"\xff\xfe", b"{}"] {
        let door = Door::new().await;
        for vendor in Vendor::ALL {
            let sent = signed(vendor, 1, body.to_vec(), [SECRET, WHSEC], now());
            let taken = door.take(&sent, now()).await.unwrap();
            let everybody: &[&str] = match vendor {
                Vendor::Meta | Vendor::Track17 => &["aurora", "borealis"],
                Vendor::Shopify | Vendor::AgentMail | Vendor::Revolut => &["borealis"],
            };
            assert_eq!(taken, named(everybody), "{vendor:?}");
        }
        assert_eq!(door.traces().await.0, 5);
    }
}

#[tokio::test]
async fn what_is_longer_than_any_of_its_vendor_is_refused_though_it_is_signed() {
    let door = Door::new().await;
    for vendor in Vendor::ALL {
        let max = vendor.body_bytes_max();
        for (bytes, is_taken) in [(max + 1, false), (max, true)] {
            let sent = signed(vendor, 1, vec![b' '; bytes], [SECRET, WHSEC], now());
            match door.take(&sent, now()).await {
                Ok(_) => assert!(is_taken, "{vendor:?} {bytes}"),
                Err(WebhookError::TooLarge(_)) => assert!(!is_taken, "{vendor:?} {bytes}"),
                Err(error) => panic!("{vendor:?}: {error}"),
            }
        }
    }
}

/// One app may serve several shops: whose delivery it is, the path says, else the header, else nobody.
#[tokio::test]
async fn a_shop_is_known_by_its_path_and_its_secret() {
    let door = Door::new().await;
    let at = |nth, brand| Sent {
        brand,
        ..told(Vendor::Shopify, nth)
    };
    assert_eq!(
        door.take(&at(1, Some("aurora")), now()).await.unwrap(),
        named(&["aurora"])
    );
    let nobodys = door.take(&at(2, None), now()).await.unwrap();
    assert_eq!(nobodys, named(&["aurora", "borealis"]));
    let error = door.take(&at(3, Some("else")), now()).await.unwrap_err();
    assert!(matches!(error, WebhookError::NoBrand(_)), "{error}");
    let own = Webhooks {
        shopify: shopify::Words::of(&[("aurora", "another"), ("borealis", SECRET)]),
        ..door.webhooks.clone()
    };
    let door = Door {
        webhooks: own,
        ..door
    };
    let error = door.take(&at(4, Some("aurora")), now()).await.unwrap_err();
    assert!(matches!(error, WebhookError::Forged(_)), "{error}");
    assert_eq!(
        door.take(&at(4, None), now()).await.unwrap(),
        named(&["borealis"])
    );
}

#[tokio::test]
async fn without_its_secret_a_vendor_has_no_door() {
    let door = Door {
        webhooks: Webhooks::default(),
        ..Door::new().await
    };
    for vendor in Vendor::ALL {
        let error = door.take(&told(vendor, 1), now()).await.unwrap_err();
        assert!(
            matches!(error, WebhookError::Off(..)),
            "{vendor:?}: {error}"
        );
    }
}

fn brands(named: &[&str]) -> Vec<String> {
    let config = Config::read(None).unwrap();
    let is_named = |brand: &Brand| named.contains(&brand.meta_account.as_str());
    let brands = about(&config.brands, |_| true, is_named);
    brands.iter().map(BrandId::to_string).collect()
}

#[test]
fn whom_it_names_is_looked_at_and_else_everybody() {
    assert_eq!(brands(&["act_1002"]), ["borealis"]);
    assert_eq!(brands(&["act_1002", "act_9"]), ["borealis"]);
    assert_eq!(brands(&["act_1002", "act_1001"]), ["aurora", "borealis"]);
    assert_eq!(brands(&["act_9"]), ["aurora", "borealis", "cirrus"]);
    assert_eq!(brands(&[]), ["aurora", "borealis", "cirrus"]);
}

//! A brand's shop as it is kept: every order, and no word about a person.

use std::{
    collections::BTreeMap,
    process::{Command, Output, Stdio},
};

use homeostat_operator::{
    Operator, Partners, People,
    records::shop_order,
    sensors::shopify_orders::{Place, read_from},
};
use homeostat_sandbox::SHOPIFY_TOKEN;
use homeostat_vendors::shopify::{self, Credentials};
use jiff::SignedDuration;

use crate::{
    stage::{BRAND, Stage},
    vendor::Vendor,
};

const KEYS: &str = "1:6a1f0c52d9e84b37a05c7e19f2b8463d915e70ca48fb2d63087ea4c91b5f3d26";

fn operator(vendor: &Vendor, keys: Option<&str>) -> Operator {
    let credentials = Credentials::Token(SHOPIFY_TOKEN.into());
    let mut config = shopify::Config::new(&vendor.handle.shopify_url(BRAND), credentials);
    // What the shop calls a second of its world is over soon.
    config.endpoint.wait_divisor = 600;
    let client = shopify::Client::new(config).unwrap();
    Operator {
        partners: Partners {
            people: keys.map_or_else(People::default, |keys| People::new(&keys.into()).unwrap()),
            shops: BTreeMap::from([(BRAND.parse().unwrap(), client)]),
            ..Partners::default()
        },
        ..vendor.operator.clone()
    }
}

/// Looks until there is no more, and says how often the shop wanted to be left alone meanwhile.
async fn look(stage: &Stage, operator: &Operator, mut place: Option<Place>) -> u32 {
    let brand = operator.config.brand(BRAND).unwrap();
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    let mut waits = 0;
    for _ in 0..100 {
        let at = operator.clock.now();
        let looked = read_from(operator, brand, place).await.unwrap();
        shop_order::record(&mut connection, BRAND, &looked.orders, at)
            .await
            .unwrap();
        let Some(more) = looked.more else {
            return waits;
        };
        waits += u32::from(more.wait.is_some());
        place = Some(more.at);
        // The shop's limit fills up with its time, which stands unless it is moved.
        operator.clock.advance(SignedDuration::from_secs(10));
    }
    panic!("there is always more");
}

/// Red when an address, a name or a mail is kept: put `order.customer`'s email into `customer` in
/// `sensors/shopify_orders`.
#[tokio::test]
async fn every_order_is_kept_and_nobody_is_named() {
    let (stage, vendor) = Vendor::stage(1).await;
    let operator = operator(&vendor, Some(KEYS));
    let waits = look(&stage, &operator, Some(Place::ALL)).await;
    assert!(
        waits > 0,
        "its limit is obeyed, and what was read by then is kept"
    );
    let kept = stage.count("homeostat.shop_order").await;
    assert!(kept > 100, "{kept}");
    let known =
        "homeostat.shop_order WHERE customer LIKE 'customer-%' AND household LIKE 'household-%'";
    assert_eq!(stage.count(known).await, kept);
    for word in [
        "%@%",
        "%mail.example%",
        "%Gartenweg%",
        "%Lindenstra%",
        "%Müller%",
        "%+49%",
    ] {
        let naming = format!("homeostat.shop_order o WHERE o::text ILIKE '{word}'");
        assert_eq!(stage.count(&naming).await, 0, "{word}");
        let told = format!(
            "homeostat.event e WHERE e.entity = 'shop_order' AND e.data::text ILIKE '{word}'"
        );
        assert_eq!(stage.count(&told).await, 0, "{word} in the log");
    }
    // The next look overlaps this one, and finds what is there already.
    let events = stage
        .count("homeostat.event WHERE entity = 'shop_order'")
        .await;
    look(&stage, &operator, None).await;
    assert_eq!(
        stage
            .count("homeostat.event WHERE entity = 'shop_order'")
            .await,
        events
    );
    stage.assert_sound().await;
}

/// Red when a digest is made without a key.
#[tokio::test]
async fn without_a_key_orders_are_kept_and_nobody_has_a_digest() {
    let (stage, vendor) = Vendor::stage(1).await;
    let operator = operator(&vendor, None);
    look(&stage, &operator, Some(Place::ALL)).await;
    assert!(stage.count("homeostat.shop_order").await > 100);
    let known = "homeostat.shop_order WHERE customer IS NOT NULL OR household IS NOT NULL";
    assert_eq!(stage.count(known).await, 0);
}

/// The command on this stage's database, with the keys or without, and what is written to it.
fn erase(stage: &Stage, keys: Option<&str>, text: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
    command
        .args(["--json", "--state-dir"])
        .arg(stage.database.dir().join("state"))
        .arg("erase")
        .env("DATABASE_URL", stage.database.url())
        .env_remove("IDENTITY_KEYS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(keys) = keys {
        command.env("IDENTITY_KEYS", keys);
    }
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // Whoever refuses at once does not read to the end.
    drop(std::io::Write::write_all(&mut input, text.as_bytes()));
    drop(input);
    child.wait_with_output().unwrap()
}

/// Red when a bad line erases those before it, or when the command finds nobody.
#[tokio::test]
async fn a_person_is_erased_by_their_address_and_a_typing_error_erases_nobody() {
    let (stage, vendor) = Vendor::stage(1).await;
    let operator = operator(&vendor, Some(KEYS));
    let brand = operator.config.brand(BRAND).unwrap();
    let at = operator.clock.now();
    let mut looked = read_from(&operator, brand, Some(Place::ALL)).await.unwrap();
    let people = &operator.partners.people;
    let mut connection = stage.ctx.db.pool().acquire().await.unwrap();
    for order in &mut looked.orders {
        order.customer = people.customer("ada@example.com");
    }
    let kept = looked.orders.len();
    shop_order::record(&mut connection, BRAND, &looked.orders, at)
        .await
        .unwrap();
    for (keys, text, word) in [
        (None, "ada@example.com", "IDENTITY_KEYS"),
        (Some(KEYS), "", "no address"),
        (
            Some(KEYS),
            "ada@example.com\nno address at all\n",
            "address 2",
        ),
    ] {
        let refused = erase(&stage, keys, text);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{told}");
        assert!(told.contains(word) && !told.contains("ada"), "{told}");
    }
    let known = "homeostat.shop_order WHERE customer IS NOT NULL";
    assert_eq!(stage.count(known).await, kept as i64);
    let done = erase(&stage, Some(KEYS), "eve@example.com\n Ada@Example.com \n");
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["orders"], kept, "{told}");
    assert_eq!(stage.count(known).await, 0);
}

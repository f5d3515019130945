//! The archive of ads: what it shows, and that each trouble ends a look as what it is.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use homeostat_sandbox::{AD_LIBRARY_TOKEN, Handle, ORIGIN, serve};
use homeostat_vendors::ad_library::{
    Ad, Client, Config, Error, Outcome, Query, Step, Subject, Trouble, Walk, trouble,
};
use jiff::{civil::Date, tz::TimeZone};

use crate::common::{get, hours, options, options_at, order, start};

fn client(handle: &Handle) -> Client {
    let mut config = Config::new(AD_LIBRARY_TOKEN.into());
    config.endpoint.base_url = handle.ad_library_url();
    Client::new(config).unwrap()
}

fn query(words: &str, countries: &[&str], active_only: bool) -> Query {
    let countries = countries.iter().map(|c| c.parse().unwrap()).collect();
    let subject = Subject::Terms(words.parse().unwrap());
    Query::new(subject, countries, active_only).unwrap()
}

/// One way through all pages; trouble that only passes by waiting is an error here.
async fn look(client: &Client, query: &Query) -> Result<(Vec<Ad>, Outcome), Error> {
    let mut walk = Walk::default();
    let mut ads: Vec<Ad> = Vec::new();
    loop {
        let step = match client.page(query, &walk).await {
            Ok(reply) => {
                let step = walk.took(&reply.value);
                ads.extend(reply.value.ads);
                step
            }
            Err(error) => match walk.met(trouble(&error)) {
                Some(step) => step,
                None => return Err(error),
            },
        };
        if let Step::Over(outcome) = step {
            return Ok((ads, outcome));
        }
    }
}

fn ids(ads: &[Ad]) -> BTreeSet<&str> {
    ads.iter().map(|ad| ad.id.as_str()).collect()
}

fn today(handle: &Handle) -> Date {
    handle.clock().now().0.to_zoned(TimeZone::UTC).date()
}

#[tokio::test]
async fn a_search_finds_the_ads_that_have_its_words_over_many_short_pages() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let query = query("linen bedding", &["DE"], false);
    let first = client.page(&query, &Walk::default()).await.unwrap().value;
    assert!(
        first.next.is_some() && first.ads.len() <= 80,
        "a page is short"
    );
    let (ads, outcome) = look(&client, &query).await.unwrap();
    assert_eq!(outcome, Outcome::Ok);
    assert!(ids(&ads).len() > first.ads.len(), "{}", ads.len());
    for ad in &ads {
        assert!(ad.started_on <= today(&handle));
        let text: Vec<String> = ad.texts().map(str::to_lowercase).collect();
        let text = text.join(" ");
        assert!(text.contains("linen") || ad.bodies.is_empty(), "{text}");
    }
    assert!(
        ads.iter().any(|ad| ad.bodies.is_empty()),
        "some have no text"
    );
}

#[tokio::test]
async fn ads_come_and_go_with_the_worlds_time_and_the_same_seed_has_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let running = query("wool throw", &["DE", "FR"], true);
    let (then, _) = look(&client(&handle), &running).await.unwrap();
    handle.shutdown().await.unwrap();
    let again = start(dir.path()).await;
    let (same, _) = look(&client(&again), &running).await.unwrap();
    assert_eq!(ids(&then), ids(&same));
    again.shutdown().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let later = ORIGIN.plus(hours(24 * 40));
    let later = serve(options_at(dir.path(), later)).await.unwrap();
    let (now, _) = look(&client(&later), &running).await.unwrap();
    assert_ne!(ids(&then), ids(&now), "forty days later others run");
    assert!(
        ids(&then).intersection(&ids(&now)).next().is_some(),
        "some run long"
    );
}

#[tokio::test]
async fn outside_the_eu_only_political_ads_show() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let (ads, outcome) = look(&client, &query("linen bedding", &["US"], false))
        .await
        .unwrap();
    assert_eq!((ads.len(), outcome), (0, Outcome::OkEmpty));
    let (ads, _) = look(&client, &query("vote rivers", &["US"], false))
        .await
        .unwrap();
    assert!(!ads.is_empty());
    // Also where an ad reaches both: the part of it that is covered shows it.
    let (ads, _) = look(&client, &query("linen bedding", &["US", "DE"], false))
        .await
        .unwrap();
    assert!(!ads.is_empty());
}

#[tokio::test]
async fn one_that_has_ended_may_still_be_listed_as_running() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let mut contradictions = 0;
    for words in [
        "linen bedding",
        "wool throw",
        "scented candle",
        "ceramic mug",
    ] {
        let running = query(words, &["DE", "FR", "NL"], true);
        let (ads, _) = look(&client(&handle), &running).await.unwrap();
        let today = today(&handle);
        contradictions += ads
            .iter()
            .filter(|ad| ad.stopped_on.is_some_and(|day| day <= today))
            .count();
    }
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path());
    options.seed = 2;
    let other = serve(options).await.unwrap();
    let running = query("ceramic mug", &["DE", "FR", "NL"], true);
    let (ads, _) = look(&client(&other), &running).await.unwrap();
    contradictions += ads.iter().filter(|ad| ad.stopped_on.is_some()).count();
    assert!(contradictions > 0);
}

#[tokio::test]
async fn each_trouble_ends_a_look_as_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let query = query("ceramic mug", &["DE"], true);
    let (all, _) = look(&client, &query).await.unwrap();
    for (fault, outcome) in [
        ("identity_missing", Outcome::Blocked),
        ("challenge", Outcome::Blocked),
        ("token_dead", Outcome::Blocked),
        ("blocked", Outcome::Blocked),
        ("silent_block", Outcome::OkEmpty),
        ("new_layout", Outcome::LayoutChanged),
    ] {
        befall(&handle, fault).await;
        let (ads, told) = look(&client, &query).await.unwrap();
        assert_eq!((ads.len(), told), (0, outcome), "{fault}");
    }
    for fault in ["too_heavy", "empty_page", "slow"] {
        befall(&handle, fault).await;
        let (ads, told) = look(&client, &query).await.unwrap();
        assert_eq!((ids(&ads), told), (ids(&all), Outcome::Ok), "{fault}");
    }
    for fault in [
        "lose_reply",
        "lose_request",
        "error_before",
        "unavailable_text",
    ] {
        befall(&handle, fault).await;
        let error = look(&client, &query).await.unwrap_err();
        assert_eq!(trouble(&error), Trouble::Unwell, "{fault}: {error}");
    }
    befall(&handle, "throttle").await;
    let error = look(&client, &query).await.unwrap_err();
    assert!(matches!(trouble(&error), Trouble::Wait(_)), "{error}");
}

async fn befall(handle: &Handle, fault: &str) {
    let wanted = format!(r#"{{"on":"ad_library.search","fault":"{fault}","after_ms":1}}"#);
    let reply = order(handle, &wanted).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

#[tokio::test]
async fn a_wrong_token_or_parameter_is_refused_as_the_archive_does() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    // The helper sends the other vendor's token.
    let reply = get(&handle, "/ad_library/v26.0/ads_archive?search_terms=a").await;
    assert!(
        reply.starts_with("HTTP/1.1 401") && reply.contains("190"),
        "{reply}"
    );
    let path = |rest: &str| format!("/ad_library/v26.0/{rest}&access_token={AD_LIBRARY_TOKEN}");
    for (rest, named) in [
        ("ads_archive?search_terms=a", "ad_reached_countries"),
        (
            "ads_archive?ad_reached_countries=[%22DE%22]",
            "search_terms",
        ),
        (
            "ads_archive?ad_reached_countries=DE&search_terms=a",
            "ad_reached_countries",
        ),
        (
            "ads_archive?ad_reached_countries=[%22DE%22]&search_terms=a&limit=0",
            "limit",
        ),
        (
            "ads_archive?ad_reached_countries=[%22DE%22]&search_terms=mug&fields=ad_creative_link_bodies",
            "ad_creative_link_bodies",
        ),
        ("elsewhere?x=1", "elsewhere"),
    ] {
        let reply = crate::common::anonymous(&handle, &path(rest)).await;
        assert!(
            reply.starts_with("HTTP/1.1 400") && reply.contains(named),
            "{rest}: {reply}"
        );
    }
}

#[tokio::test]
async fn the_snapshots_url_carries_the_token_and_the_client_does_not_ask_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let asked = format!(
        "/ad_library/v26.0/ads_archive?ad_reached_countries=[%22DE%22]&search_terms=mug\
         &fields=ad_snapshot_url&access_token={AD_LIBRARY_TOKEN}"
    );
    let reply = crate::common::anonymous(&handle, &asked).await;
    assert!(
        reply.contains(&format!("access_token={AD_LIBRARY_TOKEN}")),
        "{reply}"
    );
    let (ads, _) = look(&client(&handle), &query("mug", &["DE"], true))
        .await
        .unwrap();
    assert!(!ads.is_empty() && !format!("{ads:?}").contains(AD_LIBRARY_TOKEN));
}

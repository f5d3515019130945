//! Creations: kept in the books, adopted by name, and alive once they are resumed.

use std::time::Duration;

use crate::common::{
    account, client, config, eur, get, hours, options, options_at, order, rows, start, totals,
};
use homeostat_model::{Classify, Fault, Money};
use homeostat_sandbox::{ORIGIN, serve};
use homeostat_vendors::meta::{Client, NewCampaign, Objective, Status};

fn wanted(name: &str) -> NewCampaign {
    NewCampaign {
        name: name.into(),
        objective: Objective::OutcomeSales,
        daily_budget: Money::from_micros(40_000_000, eur()),
    }
}

#[tokio::test]
async fn a_created_campaign_rests_until_it_is_resumed_and_is_the_same_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let created = client
        .create_campaign(&account(), &wanted("Autumn"), "effect-3")
        .await
        .unwrap();
    let id = created.value;
    let read = client.campaign(&id, eur()).await.unwrap().value;
    assert_eq!(
        (read.name.as_str(), read.status),
        ("Autumn", Status::Paused)
    );
    assert_eq!(read.daily_budget, Some(wanted("").daily_budget));
    handle.clock().advance(hours(48));
    assert_eq!(totals(&rows(&handle).await, &id), (0, 0));

    client.set_status(&id, Status::Active, "").await.unwrap();
    handle.clock().advance(hours(24 * 4));
    let (spend, _) = totals(&rows(&handle).await, &id);
    assert!((120_000_000..=200_000_000).contains(&spend), "{spend}");

    let act = handle.acts()[0].clone();
    assert_eq!(
        (act.act.as_str(), act.to.as_str()),
        ("create_campaign", "PAUSED")
    );
    assert_eq!(
        (act.object.as_str(), act.request_id.as_str()),
        (id.as_str(), "effect-3")
    );
    let made = act.created.unwrap();
    assert_eq!(
        (made.account.as_str(), made.daily_budget),
        ("act_1001", 4_000)
    );

    let before = (rows(&handle).await, handle.acts());
    handle.shutdown().await.unwrap();
    let again = serve(options_at(dir.path(), ORIGIN.plus(hours(24 * 6))))
        .await
        .unwrap();
    assert_eq!((rows(&again).await, again.acts()), before);
}

#[tokio::test]
async fn a_new_campaign_can_be_read_before_it_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path());
    options.faults.list_lag_ms = (1_000, 1_000);
    let handle = serve(options).await.unwrap();
    let client = client(&handle);
    let created = client
        .create_campaign(&account(), &wanted("Autumn hs-1"), "")
        .await;
    let id = created.unwrap().value;
    assert!(client.campaign(&id, eur()).await.is_ok());
    let named = async || {
        let found = client.campaigns_named(&account(), eur(), "hs-1").await;
        found
            .unwrap()
            .value
            .into_iter()
            .map(|one| one.id)
            .collect::<Vec<_>>()
    };
    assert!(named().await.is_empty());
    // A second of ours; the clock of this world is moved by hand and runs at speed 1.
    handle.clock().advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(named().await, [id]);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_refused_and_not_in_the_books() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let good = "name=a&objective=OUTCOME_SALES&special_ad_categories=%5B%5D&status=PAUSED\
                &daily_budget=4000&bid_strategy=LOWEST_COST_WITHOUT_CAP";
    for (from, to, named) in [
        ("name=a", "name=", "name"),
        ("OUTCOME_SALES", "SALES", "objective"),
        ("special_ad_categories=%5B%5D&", "", "special_ad_categories"),
        ("daily_budget=4000", "daily_budget=40.5", "daily_budget"),
        ("bid_strategy=LOWEST_COST_WITHOUT_CAP", "", "bid_strategy"),
        ("status=PAUSED", "status=DELETED", "status"),
    ] {
        let body = good.replace(from, to);
        let path = format!("/meta/v26.0/act_1001/campaigns?{body}");
        let reply = crate::common::http(handle.address(), "POST", &path, "").await;
        assert!(
            reply.contains("\"code\":100") && reply.contains(named),
            "{named}: {reply}"
        );
    }
    let none = Money::zero(eur());
    let error = client(&handle)
        .create_campaign(
            &account(),
            &NewCampaign {
                daily_budget: none,
                ..wanted("a")
            },
            "",
        )
        .await
        .unwrap_err();
    assert_eq!(error.fault(), Fault::Permanent);
    assert!(handle.acts().is_empty());
}

#[tokio::test]
async fn a_withheld_reply_is_an_act_done_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut handle = start(dir.path()).await;
    for (on, n) in [("meta.create_campaign", 1), ("meta.set_status", 2)] {
        let fault = format!(r#"{{"on":"{on}","fault":"hold_reply","after_ms":30000}}"#);
        assert!(order(&handle, &fault).await.contains("200 OK"));
        let mut hasty = config(&handle);
        hasty.endpoint.call_timeout = Duration::from_millis(400);
        let hasty = Client::new(hasty).unwrap();
        let error = match n {
            1 => hasty
                .create_campaign(&account(), &wanted("a"), "")
                .await
                .map(drop),
            _ => {
                let id = crate::common::campaign(0);
                hasty.set_status(&id, Status::Paused, "").await.map(drop)
            }
        };
        assert_eq!(error.unwrap_err().fault(), Fault::UnknownOutcome);
        handle.acts_reached(n).await.unwrap();
    }
    // A read cannot be held back like that.
    let fault = r#"{"on":"meta.campaign","fault":"hold_reply"}"#;
    assert!(order(&handle, fault).await.contains("400 Bad Request"));
}

#[tokio::test]
async fn the_truth_about_the_money_is_what_insights_say_once_they_are_complete() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    handle.clock().advance(hours(30));
    let all = rows(&handle).await;
    let reply = get(&handle, "/books/spend").await;
    let body = reply.split("\r\n\r\n").nth(1).unwrap();
    let told: serde_json::Value = serde_json::from_str(body).unwrap();
    let own = &told["accounts"][0];
    assert_eq!(own["account"], "act_1001");
    for row in all {
        let days = own["days"].as_array().unwrap();
        let day = days.iter().find(|day| {
            day["campaign"] == row.campaign_id.as_str() && day["day"] == row.date.to_string()
        });
        let spend = day.unwrap()["spend_micros"].as_i64().unwrap();
        assert_eq!(spend / 10_000, row.spend.amount_micros / 10_000);
    }
    // An instant of the past is told as it was.
    let past = ORIGIN.plus(hours(10));
    let early = get(&handle, &format!("/books/spend?until={past}")).await;
    let body = early.split("\r\n\r\n").nth(1).unwrap();
    let early: serde_json::Value = serde_json::from_str(body).unwrap();
    let total = |told: &serde_json::Value| told["accounts"][0]["spend_micros"].as_i64().unwrap();
    assert!(total(&early) > 0 && total(&early) < total(&told));
    let ahead = ORIGIN.plus(hours(31));
    let reply = get(&handle, &format!("/books/spend?until={ahead}")).await;
    assert!(
        reply.contains("400 Bad Request") && reply.contains("until"),
        "{reply}"
    );
}

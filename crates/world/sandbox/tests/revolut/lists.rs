//! What the bank tells when it is asked.

use std::collections::BTreeSet;

use crate::common::{account, client, days, find, minutes, order, pay, start, supplier};
use homeostat_clock::wall;
use homeostat_sandbox::{BRANDS, ORIGIN};
use homeostat_vendors::revolut::{Meaning, PaymentState, Query};

#[tokio::test]
async fn every_brand_has_an_account_and_suppliers_in_its_currency() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let accounts = client.accounts(wall()).await.unwrap();
    assert_eq!(accounts.len(), BRANDS.len());
    for (account, brand) in accounts.iter().zip(BRANDS) {
        assert_eq!(account.name, brand.name);
        assert_eq!(account.balance.currency.as_str(), brand.currency);
        assert_eq!(account.balance.amount_micros, 250_000_000_000);
    }
    let all = client.counterparties(wall()).await.unwrap();
    assert!(all.len() >= 2 * BRANDS.len());
    let one = client.counterparty(&all[1].id, wall()).await.unwrap();
    assert_eq!(one, all[1]);
    assert_eq!((one.state.as_str(), one.accounts.len()), ("created", 1));
    let nobody = supplier(&client).await.id.as_str().replace("5a6d", "0000");
    let nobody = nobody.parse().unwrap();
    let error = client.counterparty(&nobody, wall()).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
    assert!(error.to_string().contains("3006"), "{error}");
}

#[tokio::test]
async fn pages_lead_through_all_payments_also_those_of_one_instant() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let mut made = BTreeSet::new();
    for n in 0..7 {
        // Three of one instant, two of the next, two of the last.
        if n == 3 || n == 5 {
            handle.clock().advance(minutes(1));
        }
        made.insert(pay(&client, &format!("inv-{n}"), 1).await.unwrap().id);
    }
    let mut query = Query {
        count: 4,
        ..Query::default()
    };
    let mut seen = BTreeSet::new();
    let mut sizes = Vec::new();
    loop {
        let page = client.transactions(&query, wall()).await.unwrap();
        sizes.push(page.transactions.len());
        assert!(
            page.transactions
                .is_sorted_by(|a, b| a.created_at >= b.created_at)
        );
        seen.extend(page.transactions.into_iter().map(|one| one.id));
        query.to = page.next;
        if query.to.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
    // Two and two; the instant of the last two again, with two of the three; those three again.
    assert!(sizes.len() > 2, "{sizes:?}");
    // More of one instant than fit a page cannot be turned, and that is said.
    query.count = 2;
    query.to = Some(ORIGIN.plus(jiff::SignedDuration::from_micros(1)));
    let error = client.transactions(&query, wall()).await.unwrap_err();
    assert!(error.to_string().contains("count above 2"), "{error}");
}

#[tokio::test]
async fn lists_are_filtered_as_asked() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    pay(&client, "inv-1", 1).await.unwrap();
    handle.clock().advance(minutes(30));
    pay(&client, "inv-2", 300_000).await.unwrap();
    pay(&client, "inv-3", 1).await.unwrap();
    let ids = async |change: &dyn Fn(&mut Query)| {
        let mut query = Query::default();
        change(&mut query);
        let page = client.transactions(&query, wall()).await.unwrap();
        let ids = page
            .transactions
            .into_iter()
            .map(|one| one.request_id.unwrap());
        ids.collect::<Vec<_>>()
    };
    let pending = [PaymentState::Pending, PaymentState::Created].to_vec();
    assert_eq!(
        ids(&|query| query.states = pending.clone()).await,
        ["inv-3"]
    );
    let declined = [PaymentState::Declined].to_vec();
    assert_eq!(
        ids(&|query| query.states = declined.clone()).await,
        ["inv-2"]
    );
    let later = ORIGIN.plus(minutes(30));
    assert_eq!(
        ids(&|query| query.from = Some(later)).await,
        ["inv-3", "inv-2"]
    );
    assert_eq!(ids(&|query| query.to = Some(later)).await, ["inv-1"]);
    assert_eq!(ids(&|query| query.account = Some(account())).await.len(), 3);
    let mut other = account().to_string();
    other.replace_range(35.., "2");
    let other = other.parse().unwrap();
    assert!(
        ids(&|query| query.account = Some(Clone::clone(&other)))
            .await
            .is_empty()
    );
    assert_eq!(find(&handle, &client, "inv-2").await.len(), 1);
    assert!(find(&handle, &client, "inv-4").await.is_empty());
}

#[tokio::test]
async fn a_payment_is_looked_for_within_fourteen_days_only() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let id = "inv-1".parse().unwrap();
    let find = |to| client.find_by_request_id(&id, ORIGIN, to, wall());
    assert!(find(ORIGIN.plus(days(14))).await.is_ok());
    let error = find(ORIGIN.plus(days(14)).plus(minutes(1)))
        .await
        .unwrap_err();
    assert!(error.to_string().starts_with("request_id: "), "{error}");
    // The bank itself says the same to who does not know.
    for (query, said) in [
        ("request_id=inv-1", "Required 'from' is missing"),
        (
            "request_id=inv-1&from=2026-01-01T00:00:00Z&to=2026-01-15T00:00:01Z",
            "within 14 days",
        ),
        ("count=1001", "'count'"),
        ("from=yesterday", "'from'"),
    ] {
        let reply = asked(&handle, query).await;
        assert!(
            reply.contains("400") && reply.contains("\"code\":3000"),
            "{query}: {reply}"
        );
        assert!(reply.contains(said), "{query}: {reply}");
    }
}

#[tokio::test]
async fn an_unknown_state_is_kept_and_a_list_may_be_behind() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let client = client(&handle);
    let paid = pay(&client, "inv-1", 1).await.unwrap();
    order(
        &handle,
        r#"{"on":"revolut.transaction","fault":"new_word"}"#,
    )
    .await;
    let told = client.transaction(&paid.id, wall()).await.unwrap();
    assert_eq!(told.state, PaymentState::Unknown("under_review".into()));
    let stale =
        r#"{"on":"revolut.transactions","fault":"stale_index","after_ms":3000,"object":"inv-1"}"#;
    order(&handle, stale).await;
    assert!(find(&handle, &client, "inv-1").await.is_empty());
    assert_eq!(find(&handle, &client, "inv-1").await.len(), 1);
}

/// The transactions as somebody without our client asks for them.
async fn asked(handle: &homeostat_sandbox::Handle, query: &str) -> String {
    let bearer = crate::common::bearer(handle).await;
    let path = format!("/revolut/api/1.0/transactions?{query}");
    crate::common::http(handle, "GET", &path, &bearer, "").await
}

//! An inbox is read as the vendor shows it: pages, filters, messages, threads, and nobody without the key.

use std::collections::BTreeSet;

use crate::common::{
    asked, client, config, http, inbox, inbox_of, letter, minutes, start, thread_of, walk,
};
use homeostat_model::{Classify, Fault};
use homeostat_vendors::agentmail::{Client, Head, Meaning, MessageId, Query};

#[tokio::test]
async fn a_walk_sees_every_letter_once_in_either_direction() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let forth = Query {
        limit: 7,
        ..Query::default()
    };
    let back = Query {
        oldest_first: false,
        ..forth.clone()
    };
    let all = walk(&handle, &Query::default()).await;
    assert!(all.len() > 15, "{}", all.len());
    assert_eq!(walk(&handle, &forth).await, all);
    let mut reversed = walk(&handle, &back).await;
    reversed.reverse();
    assert_eq!(reversed, all);
    assert!(all.is_sorted_by_key(|head| head.timestamp));
    let ids: BTreeSet<&MessageId> = all.iter().map(|head| &head.id).collect();
    assert_eq!(ids.len(), all.len());
    for head in &all {
        assert_eq!(head.labels, ["received", "unread"]);
        assert!(head.from.name.is_some() && head.from.address.is_some());
        assert_eq!(head.to.len(), 1);
        assert!(head.timestamp <= handle.clock().now().0);
    }
}

#[tokio::test]
async fn a_walk_that_is_broken_off_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let (one, query) = (
        client(&handle),
        Query {
            limit: 5,
            ..Query::default()
        },
    );
    let all = walk(&handle, &Query::default()).await;
    let first = one.walk_messages(&inbox(), &query, None, 2).await.unwrap();
    assert_eq!(first.messages, all[..10]);
    // What arrives meanwhile is at the end.
    handle.clock().advance(minutes(60 * 24));
    let next = first.next.as_deref();
    let rest = one.walk_messages(&inbox(), &query, next, 50).await.unwrap();
    assert_eq!(rest.messages[..all.len() - 10], all[10..]);
    assert!(rest.messages.len() > all.len() - 10);
}

#[tokio::test]
async fn only_what_is_later_is_listed_and_only_with_all_labels() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let all = walk(&handle, &Query::default()).await;
    let after = Query {
        after: Some(all[3].timestamp),
        ..Query::default()
    };
    assert_eq!(walk(&handle, &after).await, all[4..]);
    let labelled = |labels: &[&str]| Query {
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        ..Query::default()
    };
    assert_eq!(walk(&handle, &labelled(&["received", "unread"])).await, all);
    assert_eq!(walk(&handle, &labelled(&["received", "sent"])).await, []);
    // Plain programs repeat the name.
    let path = "inboxes/support@aurora.example/messages?limit=1&labels=received&labels=sent";
    let reply = asked(&handle, "GET", path, "").await;
    assert!(reply.contains(r#""count":0"#), "{reply}");
    let path = format!(
        "inboxes/support@aurora.example/messages?before={}",
        all[3].timestamp
    );
    let reply = asked(&handle, "GET", &path, "").await;
    assert!(reply.contains(r#""count":3"#), "{reply}");
}

#[tokio::test]
async fn a_message_is_its_head_and_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let message = client(&handle)
        .get_message(&inbox(), &head.id)
        .await
        .unwrap();
    assert_eq!(message.head, head);
    assert!(message.text.is_some());
    assert_eq!(message.text, message.new_text);
    let thread = thread_of(&handle, &head).await;
    assert!(thread.messages.contains(&message));
    assert_eq!(thread.next, None);
}

#[tokio::test]
async fn a_thread_gives_its_newest_page_first() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    for n in 0..3 {
        handle.clock().advance(minutes(1));
        crate::common::reply(&handle, &head.id, &format!("{n}"), &format!("k{n}"))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut path = format!(
        "inboxes/support@aurora.example/threads/{}?limit=2",
        head.thread
    );
    for page in 0.. {
        let reply = asked(&handle, "GET", &path, "").await;
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let messages = body["messages"].as_array().unwrap();
        let times: Vec<&str> = messages
            .iter()
            .map(|m| m["timestamp"].as_str().unwrap())
            .collect();
        assert!(times.is_sorted(), "page {page}");
        let ids = messages
            .iter()
            .map(|m| m["message_id"].as_str().unwrap().to_owned());
        seen.splice(0..0, ids);
        let Some(token) = body["next_page_token"].as_str() else {
            break;
        };
        path = format!(
            "inboxes/support@aurora.example/threads/{}?limit=2&page_token={token}",
            head.thread
        );
    }
    let whole = thread_of(&handle, &head).await;
    let ids: Vec<&str> = whole.messages.iter().map(|m| m.head.id.as_str()).collect();
    assert_eq!(seen, ids);
    assert!(ids.len() >= 4);
}

#[tokio::test]
async fn each_brand_has_its_own_inbox() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let (one, query) = (client(&handle), Query::default());
    let first = one.list_messages(&inbox(), &query, None).await.unwrap();
    let second = one.list_messages(&inbox_of(1), &query, None).await.unwrap();
    let ids = |heads: &[Head]| heads.iter().map(|h| h.id.clone()).collect::<BTreeSet<_>>();
    assert!(!second.messages.is_empty());
    assert!(ids(&first.messages).is_disjoint(&ids(&second.messages)));
    // A letter of one inbox is not in the other.
    let id = &second.messages[0].id;
    let error = one.get_message(&inbox(), id).await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid), "{error}");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let one = client(&handle);
    let stranger = "support@elsewhere.example".parse().unwrap();
    let error = one.list_messages(&stranger, &Query::default(), None).await;
    assert_eq!(error.unwrap_err().fault(), Fault::Permanent);
    for id in [
        "<none@mail.example>",
        "a/b",
        "../../auth/me",
        "%2e%2e",
        "a b?c#d",
    ] {
        let error = one.get_message(&inbox(), &id.parse().unwrap()).await;
        let error = error.unwrap_err();
        assert_eq!(error.meaning(), Some(Meaning::Invalid), "{id} {error}");
        let error = one
            .get_thread(&inbox(), &id.parse().unwrap(), 100, None)
            .await;
        assert_eq!(error.unwrap_err().fault(), Fault::Permanent, "{id}");
    }
    for (method, path) in [
        ("GET", "nothing"),
        ("PUT", "auth/me"),
        ("GET", "inboxes/%ff/messages"),
        ("DELETE", "inboxes/support@aurora.example/messages"),
    ] {
        let reply = asked(&handle, method, path, "").await;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path} {reply}");
        assert!(reply.contains(r#""code":"not_found""#), "{path} {reply}");
    }
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "after=yesterday",
        "page_token=zz",
    ] {
        let path = format!("inboxes/support@aurora.example/messages?{query}");
        let reply = asked(&handle, "GET", &path, "").await;
        assert!(reply.starts_with("HTTP/1.1 400"), "{query} {reply}");
        let field = query.split('=').next().unwrap();
        assert!(
            reply.contains(&format!(r#""path":["{field}"]"#)),
            "{query} {reply}"
        );
    }
}

#[tokio::test]
async fn nobody_without_the_key_sees_anything() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let told = client(&handle).whoami().await.unwrap();
    assert_eq!(told.scope_type, "organization");
    let mut other = config(&handle);
    other.key = "am_other".into();
    let error = Client::new(other).unwrap().whoami().await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::PermissionMissing));
    let path = "/agentmail/v0/inboxes/support@aurora.example/messages";
    for (headers, status) in [
        ("", "401"),
        ("authorization: Basic eDp5\r\n", "401"),
        ("authorization: Bearer \r\n", "401"),
        ("authorization: Bearer am_other\r\n", "403"),
    ] {
        let reply = http(&handle, "GET", path, headers, "").await;
        let start = format!("HTTP/1.1 {status}");
        assert!(reply.starts_with(&start), "{headers} {reply}");
        assert!(!reply.contains("mail.example"));
    }
}

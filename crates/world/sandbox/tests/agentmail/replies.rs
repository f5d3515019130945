//! A reply is one mail, whatever is sent again, and it is found in its thread.

use crate::common::{
    acts, asked, client, http, inbox, letter, mails, minutes, order, path_of, reply, start,
    thread_of, walk, wanted,
};
use homeostat_model::{Classify, Fault};
use homeostat_vendors::agentmail::{Meaning, Private, Query};

#[tokio::test]
async fn a_reply_is_found_in_its_thread_and_in_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let text = "Hi, your parcel is on its way. \u{1f4e6}\n\u{2028}\"quoted\" <b>";
    let sent = reply(&handle, &head.id, text, "k1").await.unwrap();
    assert_eq!(sent.thread, head.thread);

    let thread = thread_of(&handle, &head).await;
    let replies: Vec<_> = thread.replies_to(&head.id).collect();
    assert_eq!(replies.len(), 1);
    let own = replies[0];
    assert_eq!(own.head.id, sent.message);
    assert_eq!(own.text, Some(Private::new(text)));
    assert_eq!(own.head.labels, ["sent", "auto-reply"]);
    assert_eq!(own.head.references, [head.id.as_str()]);
    assert_eq!(own.head.to[0].address, head.from.address);

    let all = walk(&handle, &Query::default()).await;
    assert!(
        all.iter()
            .any(|head| head.id == sent.message && head.is_sent())
    );
    let received = Query {
        labels: vec!["received".to_owned()],
        ..Query::default()
    };
    let received = walk(&handle, &received).await;
    assert_eq!(received.len(), all.len() - 1);

    let act = &acts(&handle)[0];
    assert_eq!(
        (act.act.as_str(), act.request_id.as_str()),
        ("reply", "effect-1")
    );
    assert_eq!(
        (act.object.as_str(), act.to.as_str()),
        (head.id.as_str(), sent.message.as_str())
    );
    assert_eq!(act.detail["text"], text);
}

#[tokio::test]
async fn that_it_arrived_is_told_later() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let labels = async |id| {
        client(&handle)
            .get_message(&inbox(), id)
            .await
            .unwrap()
            .head
            .labels
    };
    let sent = reply(&handle, &head.id, "a", "k1").await.unwrap();
    order(&handle, "reply", "settle_badly", 1_000).await;
    let bad = reply(&handle, &head.id, "b", "k2").await.unwrap();
    assert_eq!(labels(&sent.message).await, ["sent", "auto-reply"]);
    handle.clock().advance(minutes(2));
    assert_eq!(
        labels(&sent.message).await,
        ["sent", "delivered", "auto-reply"]
    );
    assert_eq!(
        labels(&bad.message).await,
        ["sent", "bounced", "auto-reply"]
    );
}

#[tokio::test]
async fn the_same_key_sends_one_mail() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let first = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    handle.clock().advance(minutes(24 * 60 - 1));
    let again = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    assert_eq!(again, first);
    let acts = acts(&handle);
    let applied: Vec<bool> = acts.iter().map(|act| act.applied).collect();
    assert_eq!(applied, [true, false]);
    assert_eq!(acts[1].to, first.message.as_str());
    let other = reply(&handle, &head.id, "Hi", "k2").await.unwrap();
    assert_ne!(other.message, first.message);
    assert_eq!(mails(&handle), 2);
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else_is_a_conflict() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let all = walk(&handle, &Query::default()).await;
    reply(&handle, &all[0].id, "Hi", "k1").await.unwrap();
    let mut unlabelled = wanted("Hi");
    unlabelled.labels.clear();
    let one = client(&handle);
    let results = [
        reply(&handle, &all[0].id, "Hi!", "k1").await,
        reply(&handle, &all[1].id, "Hi", "k1").await,
        one.reply(&inbox(), &all[0].id, &unlabelled, "k1", "").await,
    ];
    for result in results {
        let error = result.unwrap_err();
        assert_eq!(error.meaning(), Some(Meaning::InProgress), "{error}");
        assert_eq!(error.fault(), Fault::UnknownOutcome);
    }
    // Also when it differs in something that the sandbox does nothing with.
    let path = format!("/agentmail/v0/{}/reply", path_of(&all[0]));
    let headers = "authorization: Bearer am_sandbox\r\nidempotency-key: k1\r\n";
    for (other, status) in [("", "200"), (r#","html":"<p>Hi</p>""#, "409")] {
        let body = format!(r#"{{"text":"Hi","labels":"Auto-Reply"{other}}}"#);
        let told = http(&handle, "POST", &path, headers, &body).await;
        assert!(told.starts_with(&format!("HTTP/1.1 {status}")), "{told}");
    }
    assert_eq!(mails(&handle), 1);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day_and_the_thread_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let first = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    handle.clock().advance(minutes(24 * 60));
    let second = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    assert_ne!(first.message, second.message);
    assert_eq!(mails(&handle), 2);
    let thread = thread_of(&handle, &head).await;
    assert_eq!(thread.replies_to(&head.id).count(), 2);
}

#[tokio::test]
async fn a_reply_to_nobody_or_without_text_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let nobody = "<none@mail.example>".parse().unwrap();
    let error = reply(&handle, &nobody, "Hi", "k1").await.unwrap_err();
    assert_eq!(error.meaning(), Some(Meaning::Invalid));
    let path = format!("{}/reply", path_of(&head));
    for body in [
        "",
        "[]",
        "{}",
        r#"{"text":7}"#,
        r#"{"text":""}"#,
        r#"{"text":"a","labels":7}"#,
        r#"{"text":"a","labels":["sent"]}"#,
    ] {
        let reply = asked(&handle, "POST", &path, body).await;
        assert!(reply.starts_with("HTTP/1.1 400"), "{body} {reply}");
        assert!(reply.contains("validation_error"), "{body} {reply}");
    }
    assert!(acts(&handle).is_empty());
}

#[tokio::test]
async fn a_reply_as_long_as_the_vendor_takes_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let text = "x".repeat(5_900_000);
    reply(&handle, &head.id, &text, "k1").await.unwrap();
    assert_eq!(mails(&handle), 1);
}

#[tokio::test]
async fn many_at_once_with_one_key_are_one_mail() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let all: Vec<_> = (0..8)
        .map(|_| {
            let (client, id) = (client(&handle), head.id.clone());
            let send = async move {
                let sent = client.reply(&inbox(), &id, &wanted("Hi"), "k1", "").await;
                sent.unwrap().message
            };
            tokio::spawn(send)
        })
        .collect();
    let mut ids = Vec::new();
    for sending in all {
        ids.push(sending.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(mails(&handle), 1);
}

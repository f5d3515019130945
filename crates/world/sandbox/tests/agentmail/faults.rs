//! Every fault gives the right class of error, the books say what happened, and the same key asks again safely.

use std::time::Duration;

use crate::common::{
    acts, client, config, inbox, letter, mails, minutes, order, reply, start, thread_of, walk,
};
use homeostat_model::{Classify, Fault};
use homeostat_sandbox::{FaultPlan, ORIGIN, Preset, serve};
use homeostat_vendors::agentmail::{Client, LabelChange, Meaning, Needs, NoAnswer, Query};

#[tokio::test]
async fn a_reply_without_a_clear_answer_is_unknown_and_its_key_finds_out() {
    let cases = [
        ("lose_reply", true),
        ("lose_request", false),
        ("error_before", false),
        ("error_after", true),
        ("unavailable_text", false),
        ("in_progress", false),
        ("land_late", true),
    ];
    for (fault, done) in cases {
        let dir = tempfile::tempdir().unwrap();
        let handle = start(dir.path()).await;
        let head = letter(&handle).await;
        order(&handle, "reply", fault, 50).await;
        let error = reply(&handle, &head.id, "Hi", "k1").await.unwrap_err();
        assert_eq!(error.fault(), Fault::UnknownOutcome, "{fault}: {error}");
        assert_eq!(mails(&handle), usize::from(done), "{fault}");
        // What was sent is in the thread, and sending it again sends nothing more.
        let thread = thread_of(&handle, &head).await;
        let found: Vec<_> = thread
            .replies_to(&head.id)
            .map(|m| m.head.id.clone())
            .collect();
        assert_eq!(found.len(), usize::from(done), "{fault}");
        let sent = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
        assert!(!done || found == [sent.message], "{fault}");
        assert_eq!(mails(&handle), 1, "{fault}");
    }
}

#[tokio::test]
async fn the_same_troubles_of_a_read_are_transient() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let one = client(&handle);
    for fault in [
        "lose_reply",
        "lose_request",
        "error_before",
        "unavailable_text",
    ] {
        order(&handle, "list_messages", fault, 0).await;
        let listed = one.list_messages(&inbox(), &Query::default(), None).await;
        order(&handle, "get_message", fault, 0).await;
        let read = one.get_message(&inbox(), &head.id).await;
        order(&handle, "get_thread", fault, 0).await;
        let thread = one.get_thread(&inbox(), &head.thread, 100, None).await;
        order(&handle, "who_am_i", fault, 0).await;
        let who = one.whoami().await;
        for error in [
            listed.unwrap_err(),
            read.unwrap_err(),
            thread.unwrap_err(),
            who.unwrap_err(),
        ] {
            assert_eq!(error.fault(), Fault::Transient, "{fault}: {error}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_known_to_have_done_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    for (fault, class, needs) in [
        ("throttle_account", Fault::Transient, None),
        ("token_dead", Fault::Permanent, Some(Needs::Operator)),
        ("blocked", Fault::Permanent, None),
    ] {
        order(&handle, "reply", fault, 0).await;
        let error = reply(&handle, &head.id, "Hi", "k1").await.unwrap_err();
        assert_eq!(
            (error.fault(), error.needs()),
            (class, needs),
            "{fault}: {error}"
        );
        assert!(acts(&handle).is_empty(), "{fault}");
    }
}

#[tokio::test]
async fn throttling_says_how_long_and_holds_for_the_whole_organisation() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    order(&handle, "who_am_i", "throttle", 60_000).await;
    let mut fast = config(&handle);
    fast.endpoint.wait_divisor = 30;
    for (client, wait_s) in [(client(&handle), 60), (Client::new(fast).unwrap(), 2)] {
        let error = client.whoami().await.unwrap_err();
        assert_eq!(error.fault(), Fault::Transient);
        assert_eq!(error.wait(), Some(Duration::from_secs(wait_s)));
    }
    let error = client(&handle)
        .list_messages(&inbox(), &Query::default(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error.meaning(), Some(Meaning::Throttled { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_list_that_lags_shows_the_past_and_then_catches_up() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let before = walk(&handle, &Query::default()).await;
    handle.clock().advance(minutes(24 * 60));
    let sent = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    order(&handle, "list_messages", "stale_index", 60_000).await;
    let stale = walk(&handle, &Query::default()).await;
    assert!(stale.iter().all(|other| other.id != sent.message));
    assert!(stale.starts_with(&before));
    order(&handle, "get_thread", "stale_index", 60_000).await;
    let one = client(&handle);
    let thread = one
        .get_thread(&inbox(), &head.thread, 100, None)
        .await
        .unwrap();
    assert_eq!(thread.replies_to(&head.id).count(), 0);
    // By its id it is there all the time.
    one.get_message(&inbox(), &sent.message).await.unwrap();
    let now = walk(&handle, &Query::default()).await;
    assert!(now.iter().any(|other| other.id == sent.message));
}

#[tokio::test]
async fn an_empty_page_in_between_is_not_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let query = Query {
        limit: 5,
        ..Query::default()
    };
    let all = walk(&handle, &query).await;
    order(&handle, "list_messages", "empty_page", 0).await;
    let one = client(&handle);
    let empty = one.list_messages(&inbox(), &query, None).await.unwrap();
    assert!(empty.messages.is_empty() && empty.next.is_some());
    let next = empty.next.as_deref();
    let rest = one.walk_messages(&inbox(), &query, next, 50).await.unwrap();
    assert_eq!(rest.messages, all);
    // In the middle of a walk as well.
    let first = one.list_messages(&inbox(), &query, None).await.unwrap();
    order(&handle, "list_messages", "empty_page", 0).await;
    let next = first.next.as_deref();
    let rest = one.walk_messages(&inbox(), &query, next, 50).await.unwrap();
    assert_eq!(rest.messages, all[5..]);
}

#[tokio::test]
async fn what_is_missing_or_new_in_an_answer_is_borne() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let all = walk(&handle, &Query::default()).await;
    let one = client(&handle);
    order(&handle, "list_messages", "partial_answer", 0).await;
    let page = one.list_messages(&inbox(), &Query::default(), None).await;
    let page = page.unwrap();
    assert_eq!(page.unreadable, ["messages[0].timestamp: is missing"]);
    assert_eq!(page.messages, all[1..]);
    order(&handle, "get_message", "partial_answer", 0).await;
    let message = one.get_message(&inbox(), &all[0].id).await.unwrap();
    assert_eq!(message.new_text, message.text);
    order(&handle, "list_messages", "new_word", 0).await;
    let page = one.list_messages(&inbox(), &Query::default(), None).await;
    assert_eq!(
        page.unwrap().messages[0].labels,
        ["received", "unread", "triaged"]
    );
}

#[tokio::test]
async fn a_slow_answer_is_unknown_to_who_does_not_wait() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let mut hasty = config(&handle);
    hasty.endpoint.call_timeout = Duration::from_millis(300);
    let hasty = Client::new(hasty).unwrap();
    order(&handle, "reply", "hold_reply", 1_500).await;
    let wanted = crate::common::wanted("Hi");
    let error = hasty.reply(&inbox(), &head.id, &wanted, "k1", "").await;
    let error = error.unwrap_err();
    assert_eq!(error.fault(), Fault::UnknownOutcome);
    let timed_out = matches!(
        error,
        homeostat_vendors::agentmail::Error::Unanswered {
            reason: NoAnswer::TimedOut,
            ..
        }
    );
    assert!(timed_out, "{error}");
    assert_eq!(mails(&handle), 1);
}

#[tokio::test]
async fn under_a_harsh_plan_every_reply_leaves_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = crate::common::options_at(dir.path(), ORIGIN);
    let mut plan = FaultPlan::preset(Preset::Harsh);
    plan.land_late_ms = (20, 60);
    plan.slow_ms = (1, 5);
    plan.throttle_ms = (5, 20);
    plan.lag_ms = (1, 20);
    options.faults = plan;
    let handle = serve(options).await.unwrap();
    let one = client(&handle);
    let all = loop {
        let walk = one
            .walk_messages(&inbox(), &Query::default(), None, 50)
            .await;
        if let Ok(walked) = walk {
            break walked.messages;
        }
    };
    let done = LabelChange {
        add: vec!["done".to_owned()],
        remove: vec!["unread".to_owned()],
    };
    let letters = all.iter().filter(|head| !head.is_sent()).take(20);
    let mut answered = 0;
    for (n, head) in letters.enumerate() {
        let key = format!("k{n}");
        while reply(&handle, &head.id, "Hi", &key).await.is_err() {}
        while one
            .update_labels(&inbox(), &head.id, &done, "")
            .await
            .is_err()
        {}
        answered += 1;
    }
    assert!(answered > 10);
    assert_eq!(mails(&handle), answered);
}

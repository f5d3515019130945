//! Stopped or killed and started again, it is the same inbox.

use std::fs;

use crate::common::{
    acts, client, inbox, letter, mails, minutes, options_at, reply, start, thread_of, walk,
};
use homeostat_sandbox::{ORIGIN, serve};
use homeostat_vendors::agentmail::{LabelChange, Query};

#[tokio::test]
async fn the_same_seed_gives_the_same_letters_and_another_gives_others() {
    let mut all = Vec::new();
    for seed in [1, 1, 2] {
        let dir = tempfile::tempdir().unwrap();
        let mut options = options_at(dir.path(), ORIGIN.plus(minutes(60 * 30)));
        options.seed = seed;
        let handle = serve(options).await.unwrap();
        all.push(walk(&handle, &Query::default()).await);
    }
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0], all[2]);
}

#[tokio::test]
async fn a_restart_keeps_replies_labels_and_keys() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let sent = reply(&handle, &head.id, "Hi", "k1").await.unwrap();
    let change = LabelChange {
        add: vec!["handled".to_owned()],
        remove: vec!["unread".to_owned()],
    };
    for id in [&head.id, &sent.message] {
        let labels = client(&handle);
        labels
            .update_labels(&inbox(), id, &change, "")
            .await
            .unwrap();
    }
    handle.clock().advance(minutes(90));
    let before = walk(&handle, &Query::default()).await;
    let thread = thread_of(&handle, &head).await;
    let books = acts(&handle);
    handle.shutdown().await.unwrap();

    let again = serve(options_at(dir.path(), ORIGIN.plus(minutes(90))));
    let again = again.await.unwrap();
    assert_eq!(acts(&again), books);
    assert_eq!(walk(&again, &Query::default()).await, before);
    let same = thread_of(&again, &head).await;
    assert_eq!(same, thread);
    assert_eq!(reply(&again, &head.id, "Hi", "k1").await.unwrap(), sent);
    assert_eq!(mails(&again), 1);
    let other = reply(&again, &head.id, "Other", "k2").await.unwrap();
    assert_ne!(other.message, sent.message);
}

#[tokio::test]
async fn a_reply_torn_by_a_kill_was_never_sent() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    reply(&handle, &head.id, "kept", "k1").await.unwrap();
    reply(&handle, &head.id, "torn", "k2").await.unwrap();
    handle.shutdown().await.unwrap();
    let path = dir.path().join("agentmail.jsonl");
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in [first + 1, first + 200, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let again = start(dir.path()).await;
        assert_eq!(mails(&again), 1, "cut at {length}");
        let thread = thread_of(&again, &head).await;
        assert_eq!(thread.replies_to(&head.id).count(), 1);
        again.shutdown().await.unwrap();
    }
    let again = start(dir.path()).await;
    reply(&again, &head.id, "torn", "k2").await.unwrap();
    assert_eq!(mails(&again), 2);
}

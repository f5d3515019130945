//! Labels change as they are told to, and the vendor's own do not.

use crate::common::{acts, asked, client, inbox, letter, path_of, start, walk};
use homeostat_sandbox::Handle;
use homeostat_vendors::agentmail::{Error, LabelChange, MessageId, Query};

async fn change(
    handle: &Handle,
    id: &MessageId,
    add: &[&str],
    remove: &[&str],
) -> Result<Vec<String>, Error> {
    let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    let change = LabelChange {
        add: owned(add),
        remove: owned(remove),
    };
    let client = client(handle);
    client
        .update_labels(&inbox(), id, &change, "effect-2")
        .await
}

#[tokio::test]
async fn labels_are_put_on_and_taken_off() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let told = change(&handle, &head.id, &["handled"], &["unread"])
        .await
        .unwrap();
    assert_eq!(told, ["received", "handled"]);
    let read = client(&handle)
        .get_message(&inbox(), &head.id)
        .await
        .unwrap();
    assert_eq!(read.head.labels, told);
    let unread = Query {
        labels: vec!["unread".to_owned()],
        ..Query::default()
    };
    assert!(
        walk(&handle, &unread)
            .await
            .iter()
            .all(|other| other.id != head.id)
    );
    let told = change(&handle, &head.id, &["unread"], &["handled"])
        .await
        .unwrap();
    assert_eq!(told, ["received", "unread"]);
    let act = &acts(&handle)[0];
    assert_eq!(
        (act.act.as_str(), act.object.as_str()),
        ("update_labels", head.id.as_str())
    );
    assert_eq!(
        (act.from.as_str(), act.to.as_str()),
        ("received,unread", "received,handled")
    );
    assert_eq!(act.request_id, "effect-2");
}

#[tokio::test]
async fn the_same_change_twice_leaves_the_same_labels() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let first = change(&handle, &head.id, &["handled"], &["unread"])
        .await
        .unwrap();
    let again = change(&handle, &head.id, &["handled"], &["unread"])
        .await
        .unwrap();
    assert_eq!(first, again);
    let applied: Vec<bool> = acts(&handle).iter().map(|act| act.applied).collect();
    assert_eq!(applied, [true, false]);
}

#[tokio::test]
async fn the_vendors_own_labels_are_read_only_and_removing_wins() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let path = path_of(&head);
    for body in [
        r#"{"add_labels":"Sent"}"#,
        r#"{"remove_labels":["received"]}"#,
        r#"{"add_labels":{"a":1}}"#,
        r#"{"add_labels":[1]}"#,
    ] {
        let reply = asked(&handle, "PATCH", &path, body).await;
        assert!(reply.starts_with("HTTP/1.1 400"), "{body} {reply}");
        assert!(reply.contains("validation_error"), "{body} {reply}");
    }
    assert!(acts(&handle).is_empty());
    let body = r#"{"add_labels":["VIP","late"],"remove_labels":"vip"}"#;
    let reply = asked(&handle, "PATCH", &path, body).await;
    assert!(reply.contains(r#"["received","unread","late"]"#), "{reply}");
}

#[tokio::test]
async fn the_books_tell_how_one_change_leads_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let handle = start(dir.path()).await;
    let head = letter(&handle).await;
    let changes: [(&[&str], &[&str]); 6] = [
        (&["z", "a"], &[]),
        (&["m"], &["z", "unread"]),
        (&["z"], &["none"]),
        (&["unread"], &["a"]),
        (&[], &["m", "z"]),
        (&["a"], &["unread"]),
    ];
    let mut before = head.labels.join(",");
    for (add, remove) in changes {
        let told = change(&handle, &head.id, add, remove).await.unwrap();
        let act = acts(&handle).pop().unwrap();
        assert_eq!((act.from, act.to), (before, told.join(",")));
        assert!(add.iter().all(|label| told.iter().any(|own| own == label)));
        assert!(
            remove
                .iter()
                .all(|label| told.iter().all(|own| own != label))
        );
        before = told.join(",");
    }
    assert_eq!(before, "received,a");
}

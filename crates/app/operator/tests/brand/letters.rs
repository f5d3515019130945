//! The inbox as it is kept: each letter once, and nobody's words.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use homeostat_vendors::agentmail::{Message, Query};
use serde_json::Value;

use crate::stage::{BRAND, Stage};

const INBOX: &str = "support@aurora.example";
/// World time until there are letters enough for more than one part of a look.
const WEEKS: i64 = 8;

/// What the vendor shows of the last week, with its words.
async fn letters(stage: &Stage) -> Vec<Message> {
    let mail = stage.operator.partners.mail.as_ref().unwrap();
    let inbox = INBOX.parse().unwrap();
    let since = stage.sandbox.clock().now();
    let query = Query {
        after: Some(since.plus(-jiff::SignedDuration::from_hours(7 * 24)).0),
        labels: vec!["received".into()],
        ..Query::default()
    };
    let heads = mail.walk_messages(&inbox, &query, None, 200).await.unwrap();
    let mut whole = Vec::new();
    for head in heads.messages {
        whole.push(mail.get_message(&inbox, &head.id).await.unwrap());
    }
    whole
}

/// What the sandbox says that the letters really are.
async fn truth(stage: &Stage) -> Vec<Value> {
    let address = stage.sandbox.address();
    let url = format!("http://{address}/books/letters?brand={BRAND}");
    let reply = reqwest::get(url).await.unwrap().text().await.unwrap();
    let mut told: Value = serde_json::from_str(&reply).unwrap();
    serde_json::from_value(told["letters"].take()).unwrap()
}

/// Time passes, and the sandbox makes what happened in it before a client waits for an answer.
async fn weeks_pass(stage: &Stage) {
    stage.pass(WEEKS * 7 * 24);
    truth(stage).await;
}

async fn text(stage: &Stage, query: &'static str) -> String {
    let text: Option<String> = sqlx::query_scalar(query)
        .fetch_one(stage.db().pool())
        .await
        .unwrap();
    text.unwrap_or_default().to_lowercase()
}

async fn kept(stage: &Stage) -> BTreeSet<String> {
    let ids = sqlx::query_scalar!(
        "SELECT message_id FROM homeostat.letter WHERE brand = $1",
        BRAND
    );
    let ids = ids.fetch_all(stage.db().pool()).await.unwrap();
    ids.into_iter().collect()
}

/// Red when a word gets into a column: keep the subject in `orders_said` in `sensors/agentmail_inbox`.
#[tokio::test]
async fn each_letter_is_kept_once_and_none_of_its_words_is() {
    let stage = Stage::new().await;
    weeks_pass(&stage).await;
    stage.shop_was_read().await;
    let letters = letters(&stage).await;
    assert!(
        letters.len() > 50,
        "{} fill more than one part",
        letters.len()
    );
    // An entry without its time, and a list that is behind: both pass.
    stage
        .befall("agentmail.list_messages", "partial_answer", 1)
        .await;
    stage.ask("sense.inbox").await;
    let ids: BTreeSet<String> = letters.iter().map(|one| one.head.id.to_string()).collect();
    assert_eq!(kept(&stage).await, ids);
    let events = "SELECT count(*)::text FROM homeostat.event WHERE entity = 'letter'";
    let before = text(&stage, events).await;
    stage.ask("sense.inbox").await;
    assert_eq!(
        text(&stage, events).await,
        before,
        "what is known is not written again"
    );
    let rows = text(
        &stage,
        "SELECT string_agg(l::text, ' ') FROM homeostat.letter l",
    )
    .await;
    let decided = text(
        &stage,
        "SELECT string_agg(d::text, ' ') FROM homeostat.decision d",
    )
    .await;
    let told = text(
        &stage,
        "SELECT string_agg(e.data::text, ' ') FROM homeostat.event e",
    )
    .await;
    for letter in &letters {
        let text = letter.text.as_ref().unwrap().expose().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut said: Vec<String> = words.windows(2).map(|two| two.join(" ")).collect();
        said.retain(|two| two.len() > 8);
        let from = &letter.head.from;
        said.push(from.address.as_ref().unwrap().expose().to_lowercase());
        said.push(from.name.as_ref().unwrap().expose().to_lowercase());
        said.push(
            letter
                .head
                .subject
                .as_ref()
                .unwrap()
                .expose()
                .to_lowercase(),
        );
        for said in said.iter().filter(|said| said.len() > 8) {
            for (place, all) in [("row", &rows), ("decision", &decided), ("log", &told)] {
                assert!(!all.contains(said.as_str()), "{said:?} in the {place}");
            }
        }
    }
}

/// Red when the reader is asked for another language, or numbers are dropped on the way.
#[tokio::test]
async fn a_letter_keeps_its_language_and_the_order_that_it_names() {
    let stage = Stage::new().await;
    weeks_pass(&stage).await;
    stage.ask("sense.shop").await;
    // Letters wait for the first word of their parcels, which comes some minutes after they are followed.
    stage.ask("sense.parcels").await;
    stage.pass(1);
    stage.ask("sense.parcels").await;
    stage.ask("sense.inbox").await;
    let known: Vec<(String, String, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT message_id, language, order_id, customer FROM homeostat.letter")
            .fetch_all(stage.db().pool())
            .await
            .unwrap();
    let (mut same, mut found, mut named) = (0, 0, 0);
    let truth = truth(&stage).await;
    for (message, language, order, customer) in &known {
        let really = truth
            .iter()
            .find(|one| one["message"] == **message)
            .unwrap();
        same += usize::from(really["language"] == **language);
        assert!(
            customer
                .as_ref()
                .is_some_and(|digest| digest.starts_with("customer-"))
        );
        let own = format!("{BRAND}:{}", really["order"]);
        if let Some(order) = order {
            assert_eq!(*order, own, "{really}");
        }
        if really["mentions_order"] == true {
            named += 1;
            found += usize::from(order.is_some());
        }
    }
    assert!(same * 100 >= known.len() * 95, "{same} of {}", known.len());
    assert!(
        named > 10 && found * 100 >= named * 95,
        "{found} of {named}"
    );
}

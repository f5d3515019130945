//! Money back and the answer to it: one refund, one text that quotes its receipt, whatever is lost on the way.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use homeostat_control::{
    Policy,
    answer::{Answer, Inputs, Outcome, Proposal},
    record,
    refund::{Claim, Intent, Proposal as Refunding, Refund},
};
use homeostat_effects::{
    DecisionDraft, DecisionView, EffectState, EffectView, act_of, budgets, decide, decision,
    recover_one, renew_lease, set_autonomy,
};
use homeostat_language::{Language, reply::shown};
use homeostat_model::{Autonomy, DecisionId, Money, WorldTime};
use homeostat_operator::{
    Sight, actuators, approve,
    records::{
        letter::{self, Letter, State},
        shop_order,
    },
};
use homeostat_sandbox::Act;
use homeostat_vendors::agentmail::Query;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::{BRAND, Stage};

const INBOX: &str = "support@aurora.example";

/// A stage whose shop was looked at, and a real letter about a real order of it.
struct Case {
    stage: Stage,
    letter: String,
    order: String,
}

impl Case {
    async fn new() -> Self {
        Self::asking(None).await
    }

    /// With an amount in the letter.
    async fn asking(asked: Option<Money>) -> Self {
        let stage = Stage::new().await;
        // Without the lease of whoever watches over it, nothing that costs is done.
        let later = stage.db().now().await.unwrap();
        let later = later.plus(SignedDuration::from_hours(1));
        renew_lease(stage.db(), stage.effects.owner, Some(later))
            .await
            .unwrap();
        stage.pass(21 * 24);
        stage.ask("sense.shop").await;
        // No letter waits for a word of a parcel here.
        sqlx::query("UPDATE homeostat.shop_order SET parcels = '{}'")
            .execute(stage.db().pool())
            .await
            .unwrap();
        let (mut reading, order) = letter(&stage).await;
        reading.asked = asked;
        let now = stage.sandbox.clock().now();
        let mut connection = stage.db().pool().acquire().await.unwrap();
        letter::record(&mut connection, BRAND, &reading, now)
            .await
            .unwrap();
        drop(connection);
        Self {
            letter: letter::id_of(BRAND, &reading.message),
            order,
            stage,
        }
    }

    /// Decides about the letter, and does all that follows.
    async fn served(&self) {
        self.stage
            .ask_with("decide.service", json!({ "letter": self.letter }))
            .await;
    }

    /// One sweep over letters that wait for their last word, and all that follows.
    async fn swept(&self) {
        self.stage.ask("decide.answer").await;
    }

    async fn now(&self) -> Letter {
        let found = letter::find(self.stage.db(), &self.letter).await.unwrap();
        found.unwrap()
    }

    async fn decision(&self) -> DecisionView {
        let id = self.now().await.decision.unwrap();
        decision(self.stage.db(), id).await.unwrap().unwrap()
    }

    async fn refund(&self) -> Option<EffectView> {
        let decision = self.decision().await.id;
        act_of(self.stage.db(), decision).await.unwrap()
    }

    /// Looks at the refund now, whatever its schedule says.
    async fn look_after_it(&self) {
        let id = self.refund().await.unwrap().id;
        let registry = actuators::registry(&self.stage.operator);
        let is_open = recover_one(&self.stage.effects, &registry, id).await;
        assert!(is_open.unwrap());
    }

    /// The refunds in the shop's books.
    fn refunds(&self) -> Vec<Act> {
        let acts = self.stage.sandbox.acts_of("shopify");
        acts.into_iter()
            .filter(|act| act.act == "refund_create" && act.applied)
            .collect()
    }

    /// The texts that were sent, in order.
    fn replies(&self) -> Vec<String> {
        let acts = self.stage.sandbox.acts_of("agentmail");
        acts.iter()
            .filter(|act| act.act == "reply" && act.applied)
            .map(|act| act.detail["text"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What the books say was given back.
    fn booked_micros(&self) -> i64 {
        let minor = |text: &str| text.parse::<i64>().unwrap();
        self.refunds()
            .iter()
            .map(|act| (minor(&act.to) - minor(&act.from)) * 10_000)
            .sum()
    }

    /// The settled refund is the one in the books, and in the order's row.
    async fn assert_books_agree(&self) -> Money {
        let refund = self.refund().await.unwrap();
        assert_eq!(refund.state, EffectState::Settled);
        assert_eq!(self.refunds().len(), 1, "{:?}", self.refunds());
        let paid = Money::from_micros(refund.actual_micros.unwrap(), refund.worst_case.currency);
        assert_eq!(self.booked_micros(), paid.amount_micros);
        let order = shop_order::refundable(self.stage.db(), &self.order).await;
        let order = order.unwrap().unwrap();
        assert_eq!(order.refunded, paid);
        assert_eq!(refund.target, order.vendor_id);
        paid
    }
}

/// A letter that the sandbox has, about an order that we know; what it says is made up: a broken thing, with a photo.
async fn letter(stage: &Stage) -> (letter::Reading, String) {
    let mail = stage.operator.partners.mail.as_ref().unwrap();
    let query = Query {
        labels: vec!["received".into()],
        ..Query::default()
    };
    let inbox = INBOX.parse().unwrap();
    let heads = mail.walk_messages(&inbox, &query, None, 200).await.unwrap();
    for told in truth(stage).await {
        let order = format!("{BRAND}:{}", told["order"]);
        let known = shop_order::refundable(stage.db(), &order).await.unwrap();
        let head = heads
            .messages
            .iter()
            .find(|head| told["message"] == head.id.as_str());
        let (Some(known), Some(head)) = (known, head) else {
            continue;
        };
        if known.state != "PAID" {
            continue;
        }
        let reading = letter::Reading {
            inbox: INBOX.into(),
            message: head.id.to_string(),
            thread: head.thread.to_string(),
            received_at: WorldTime(head.timestamp),
            customer: Some(buyer(stage, &order).await),
            language: Language::German,
            language_told: true,
            intents: vec!["damaged".into()],
            wants: Intent::Refund,
            claim: Some(Claim::Damaged),
            orders_said: vec![known.name.trim_start_matches('#').to_owned()],
            parcels_said: Vec::new(),
            asked: None,
            has_evidence: true,
            wants_person: false,
            flags: Vec::new(),
            said: None,
            is_automatic: false,
        };
        return (reading, order);
    }
    panic!("no letter of the sandbox is about an order that is paid");
}

/// Whom an order's buyer was seen as.
async fn buyer(stage: &Stage, order: &str) -> Sight {
    let digest = sqlx::query_scalar!(
        "SELECT i.digest FROM homeostat.shop_order o
         JOIN homeostat.identity i ON o.customer = 'customer-' || i.id WHERE o.id = $1",
        order
    );
    let digest = digest.fetch_one(stage.db().pool()).await.unwrap();
    digest.as_str().into()
}

/// What the sandbox says that the letters really are.
async fn truth(stage: &Stage) -> Vec<Value> {
    let address = stage.sandbox.address();
    let url = format!("http://{address}/books/letters?brand={BRAND}");
    let reply = reqwest::get(url).await.unwrap().text().await.unwrap();
    let mut told: Value = serde_json::from_str(&reply).unwrap();
    serde_json::from_value(told["letters"].take()).unwrap()
}

/// The payment of the next refund stays open for a minute of the world.
async fn pends(stage: &Stage, fault: &str) {
    let order = json!({
        "on": "shopify.refund_create", "fault": fault, "times": 1, "after_ms": 60_000
    });
    let url = format!("http://{}/_faults", stage.sandbox.address());
    let reply = reqwest::Client::new().post(url).body(order.to_string());
    assert!(reply.send().await.unwrap().status().is_success());
}

fn german(amount: Money) -> String {
    shown(amount, Language::German)
}

/// Red when the job for the answer is not part of the settle: drop `wish_in` from `shopify_refund::on_settled`.
#[tokio::test]
async fn a_refund_is_one_in_the_books_and_one_text_that_quotes_it() {
    let case = Case::new().await;
    case.served().await;
    let paid = case.assert_books_agree().await;
    assert!(paid.amount_micros > 0);
    let replies = case.replies();
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert!(replies[0].contains(&german(paid)), "{}", replies[0]);
    assert_eq!(case.now().await.state, State::Replied);
    // Neither a sweep nor the same job again adds anything.
    case.swept().await;
    case.served().await;
    assert_eq!((case.refunds().len(), case.replies().len()), (1, 1));
}

/// Red when the probe takes no notice of the token: let `found` in `shopify_refund` answer `Absent` and the key be gone.
#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_refund_and_no_second_text() {
    let case = Case::new().await;
    let stage = &case.stage;
    stage.befall("shopify.refund_create", "lose_reply", 1).await;
    case.served().await;
    let refund = case.refund().await.unwrap();
    assert_eq!(refund.state, EffectState::Unknown, "{:?}", refund.reason);
    assert!(case.replies().is_empty(), "nothing is told yet");
    // A day later the shop has forgotten the key; its order has not.
    stage.pass(25);
    stage.befall("agentmail.reply", "lose_reply", 1).await;
    case.look_after_it().await;
    let paid = case.assert_books_agree().await;
    // The job that came with the settle.
    case.swept().await;
    let text = case.replies();
    assert_eq!(text.len(), 1, "{text:?}");
    assert!(text[0].contains(&german(paid)));
    assert_eq!(
        stage.recover().await.settled,
        1,
        "the text is found in its thread"
    );
    case.swept().await;
    assert_eq!((case.refunds().len(), case.replies().len()), (1, 1));
    assert_eq!(case.now().await.state, State::Replied);
}

/// Red when a pending payment counts as paid: let `standing` in `shopify_refund` take `Pending` for a success.
#[tokio::test]
async fn nobody_is_told_of_an_amount_before_it_is_paid() {
    let case = Case::new().await;
    let stage = &case.stage;
    pends(stage, "settle_later").await;
    case.served().await;
    case.look_after_it().await;
    assert_eq!(case.refund().await.unwrap().state, EffectState::Accepted);
    for _ in 0..2 {
        case.swept().await;
    }
    let told = case.replies();
    assert_eq!(told.len(), 1, "being processed, once: {told:?}");
    let amount = german(case.refund().await.unwrap().worst_case);
    assert!(told[0].contains("wird bearbeitet") && !told[0].contains(&amount));
    assert_eq!(case.now().await.state, State::Decided);
    stage.pass(1);
    case.look_after_it().await;
    let paid = case.assert_books_agree().await;
    case.swept().await;
    let told = case.replies();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains(&german(paid)));
    assert_eq!(case.now().await.state, State::Replied);
}

/// Red when a payment that failed is no end: let `standing` in `shopify_refund` call it pending.
#[tokio::test]
async fn a_payment_that_fails_later_is_a_persons_and_holds_no_money() {
    let case = Case::new().await;
    let stage = &case.stage;
    pends(stage, "settle_badly").await;
    case.served().await;
    assert_eq!(case.refund().await.unwrap().state, EffectState::Accepted);
    stage.pass(1);
    case.look_after_it().await;
    assert_eq!(case.refund().await.unwrap().state, EffectState::Refused);
    let money = budgets(stage.db(), None, Some(stage.sandbox.clock().now())).await;
    let purse = format!("refunds:{BRAND}");
    for one in money.unwrap().iter().filter(|one| one.scope == purse) {
        assert_eq!((one.held, one.settled), (0, 0), "{one:?}");
    }
    for _ in 0..2 {
        case.swept().await;
    }
    let told = case.replies();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("persönlich"), "{}", told[0]);
    assert_eq!(case.now().await.state, State::Replied);
}

/// Red when the sweep asks for more than the rows: let `letter::unanswered` bring nothing.
#[tokio::test]
async fn a_word_whose_job_was_lost_is_said_by_the_sweep_once() {
    let case = Case::new().await;
    let stage = &case.stage;
    stage.befall("shopify.refund_create", "lose_reply", 1).await;
    case.served().await;
    case.look_after_it().await;
    let lost = sqlx::query!("DELETE FROM homeostat.job WHERE kind = 'decide.answer'");
    let lost = lost.execute(stage.db().pool()).await.unwrap();
    assert_eq!(lost.rows_affected(), 1);
    for _ in 0..3 {
        case.swept().await;
    }
    let paid = case.assert_books_agree().await;
    let told = case.replies();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(&german(paid)));
}

/// Red when a proposal that waits is taken for one under way: let `waits_for_person` in `jobs/answer` say no.
#[tokio::test]
async fn a_refund_that_waits_for_a_person_is_said_to_and_is_paid_and_told_once_approved() {
    // A policy that only suggests has a tenth of each cap.
    let little = Money::from_micros(4_000_000, "EUR".parse().unwrap());
    let case = Case::asking(Some(little)).await;
    let (stage, policy) = (&case.stage, format!("refund@{BRAND}"));
    set_autonomy(stage.db(), &policy, Autonomy::Suggest, "ada", "a test")
        .await
        .unwrap();
    case.served().await;
    for _ in 0..2 {
        case.swept().await;
    }
    let told = case.replies();
    assert_eq!((told.len(), case.refunds().len()), (1, 0), "{told:?}");
    assert!(told[0].contains("persönlich"), "{}", told[0]);
    let id = case.decision().await.id;
    assert!(approve(stage.db(), id, "ada").await.unwrap());
    case.swept().await;
    let paid = case.assert_books_agree().await;
    let told = case.replies();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains(&german(paid)));
}

/// A decision that nobody made: the rule would not have proposed it.
async fn forged(case: &Case, policy: &str, version: &str, texts: [String; 3]) -> DecisionId {
    let now = case.stage.sandbox.clock().now();
    let [inputs, belief, proposal] = texts;
    let draft = DecisionDraft {
        key: format!("forged:{policy}:{proposal}"),
        brand: BRAND.parse().unwrap(),
        target: case.letter.clone(),
        policy: policy.to_owned(),
        version: version.to_owned(),
        seed: Some(0),
        inputs,
        belief,
        proposal,
        decided_at: now,
        data_as_of: now,
    };
    decide(case.stage.db(), &draft).await.unwrap()
}

async fn refused_by(stage: &Stage, id: DecisionId) -> Vec<String> {
    let found = decision(stage.db(), id).await.unwrap().unwrap();
    assert_eq!(found.state, "refused");
    let verdict: Value = serde_json::from_str(&found.verdict.unwrap()).unwrap();
    let all = verdict["interlocks"].as_array().unwrap().iter();
    all.filter(|one| one["passed"] == false)
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Red when the actuator gives the envelope the proposal's amount for its ceiling.
#[tokio::test]
async fn more_than_the_ceiling_is_refused_and_a_person_takes_over() {
    let case = Case::new().await;
    let stage = &case.stage;
    // The shop's own throttle keeps the honest refund away until the rows are bent.
    pends(stage, "settle_badly").await;
    case.served().await;
    stage.pass(1);
    case.look_after_it().await;
    let honest = case.decision().await;
    let mut proposal: Value = serde_json::from_str(&honest.proposal).unwrap();
    proposal["amount"]["amount_micros"] = json!(121_000_000);
    let _: Refunding = serde_json::from_value(proposal.clone()).unwrap();
    let texts = [honest.inputs, honest.belief, proposal.to_string()];
    let id = forged(&case, Refund::NAME, Refund::VERSION, texts).await;
    sqlx::query!(
        "UPDATE homeostat.letter SET decision_id = $2 WHERE id = $1",
        case.letter,
        id.0
    )
    .execute(stage.db().pool())
    .await
    .unwrap();
    stage
        .ask_with("act.refund", json!({ "decision": id }))
        .await;
    let by = refused_by(stage, id).await;
    assert!(by.contains(&"refund_ceiling".to_owned()), "{by:?}");
    assert_eq!(case.refunds().len(), 1, "only the one that failed");
    case.swept().await;
    let told = case.replies();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("persönlich"));
}

/// Red when the text's own amount goes to the envelope for what was paid.
#[tokio::test]
async fn a_text_that_names_another_amount_than_the_receipt_is_not_sent() {
    let case = Case::new().await;
    let stage = &case.stage;
    case.served().await;
    let paid = case.assert_books_agree().await;
    let more = Money::from_micros(paid.amount_micros + 10_000, paid.currency);
    let inputs = Inputs {
        letter: case.letter.clone(),
        language: "de".into(),
        decision: case.decision().await.id,
        outcome: Outcome::Settled { paid: more },
        said: Vec::new(),
    };
    let decided = record::<Answer>(&inputs, 0).unwrap();
    assert!(matches!(decided.proposal, Proposal::ReplySettled { .. }));
    let texts = [
        decided.inputs_json,
        decided.belief_json,
        decided.proposal_json,
    ];
    let id = forged(&case, Answer::NAME, Answer::VERSION, texts).await;
    stage.ask_with("act.reply", json!({ "decision": id })).await;
    assert_eq!(refused_by(stage, id).await, ["amount_in_text"]);
    assert_eq!(case.replies().len(), 1);
}

//! `agentmail.reply`: answer a letter.
//!
//! Class *keyed*: the vendor remembers the key for a day after the reply was sent, and then gives the first one's ids.
//! The probe reads the thread and looks for our token among the labels of what answers the letter. Undo: none. A text
//! that somebody has read is not called back.
//!
//! The text is made when the act is planned and stored as it is sent: prepared words, the order's number, and an
//! amount that the refund's receipt says. No word of the customer's is in it, and no name. What the receipt says goes
//! to the envelope beside the amounts that are read back from the finished text; two that differ stop the reply.

use std::time::Duration;

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    answer::{Answer, Inputs as Answered, Proposal as Word},
    refund::{Evidence, Proposal, Refund, Template},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectState, EffectView, EffectsError,
    Intent, Permit, Probe, Request, VendorReceipt, act_of, token,
};
use homeostat_envelope::{Action, Grounds, ReplyGrounds};
use homeostat_language::reply::{Draft, Kind, OrderNumber, Text};
use homeostat_model::Money;
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::agentmail::{self, InboxId, MessageId, NewReply, Private, ThreadId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act, at_vendor, in_real_time, stored,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::{letter, shop_order},
};

/// The vendor forgets a key that long after the reply was sent.
const KEY_LIFE: Duration = Duration::from_secs(24 * 3_600);
/// Messages on a page of a thread. Letters can be long.
const PAGE: u16 = 20;
/// Pages of a thread that are looked through.
const PAGES_MAX: u16 = 20;

/// The actuator.
#[derive(Debug)]
pub struct AgentmailReply {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Our address.
    pub inbox: InboxId,
    /// What is answered.
    pub message: MessageId,
    /// Where the answer is looked for.
    pub thread: ThreadId,
    /// What is said.
    pub text: String,
    /// Nothing more will be said about the letter.
    pub is_last: bool,
}

#[async_trait]
impl Deed for AgentmailReply {
    const KIND: &'static str = "agentmail.reply";
    const JOB: &'static str = "act.reply";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[
        (Refund::NAME, "answer"),
        (Refund::NAME, "ask_for_evidence"),
        (Refund::NAME, "human"),
        (Answer::NAME, "reply_settled"),
        (Answer::NAME, "reply_processing"),
        (Answer::NAME, "reply_person"),
    ];
    const WORDS: Words = Words {
        subject: "Letter",
        done: "answered",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Reply,
            key_life: KEY_LIFE,
            ..at_vendor(
                Self::KIND,
                "agentmail",
                Class::Keyed,
                &config.settings.agentmail,
            )
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: in_real_time(Self::declare(&operator.config), operator),
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let found = letter::find(&operator.db, &decided.target).await?;
        let found = found
            .ok_or_else(|| Failure::permanent(format!("there is no letter {}", decided.target)))?;
        let said = said(operator, decided).await?;
        let text = said.text(&found, number(operator, &found).await?)?;
        let body = Body {
            inbox: found.inbox.parse().map_err(Failure::permanent)?,
            message: found.message.parse().map_err(Failure::permanent)?,
            thread: found.thread.parse().map_err(Failure::permanent)?,
            text: text.as_str().to_owned(),
            is_last: said.is_last(),
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let free = Money::zero(brand.currency);
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent {
                grounds: Grounds {
                    reply: Some(grounds(&text, said.paid())),
                    ..Grounds::default()
                },
                ..Intent::new(operator.clock.now(), request, free)
            },
        })
    }
}

#[async_trait]
impl Actuator for AgentmailReply {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let body = read(&request.body).map_err(|problem| unusable("request", problem))?;
        let mail = self.mail().map_err(|problem| unusable("inbox", problem))?;
        let key = request.vendor_key.as_deref();
        let key = key.ok_or_else(|| unusable("vendor_key", "is missing"))?;
        let reply = NewReply {
            text: Private::new(body.text),
            labels: vec![token(&request.key)],
        };
        let reference = format!("effect-{}", permit.effect());
        let sent = mail
            .reply(&body.inbox, &body.message, &reply, key, &reference)
            .await;
        match sent {
            Ok(sent) => Ok(receipt(&sent.message, request.worst_case)),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let (mail, body) = match (self.mail(), read(&effect.request)) {
            (Ok(mail), Ok(body)) => (mail, body),
            (Err(reason), _) | (_, Err(reason)) => return Probe::CannotTell(reason),
        };
        let token = token(&effect.key);
        let (mut next, mut unreadable) = (None::<String>, 0);
        for _ in 0..PAGES_MAX {
            let page = mail
                .get_thread(&body.inbox, &body.thread, PAGE, next.as_deref())
                .await;
            let page = match page {
                Ok(page) => page,
                Err(error) => return unanswered(&error),
            };
            let mut ours = page.replies_to(&body.message);
            if let Some(reply) = ours.find(|reply| reply.head.has_label(&token)) {
                return Probe::Happened(receipt(&reply.head.id, effect.worst_case));
            }
            unreadable += page.unreadable.len();
            next.clone_from(&page.next);
            if next.is_none() {
                return match unreadable {
                    0 => Probe::Absent,
                    n => Probe::CannotTell(format!("{n} messages of the thread cannot be read")),
                };
            }
        }
        Probe::CannotTell("the thread is longer than what is looked through".into())
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let body =
            read(&effect.request).map_err(|error| StoreError::corrupt("effect.request", error))?;
        if body.is_last {
            letter::replied_in(connection, &effect.target).await?;
        }
        Ok(())
    }
}

impl AgentmailReply {
    fn mail(&self) -> Result<&agentmail::Client, String> {
        let mail = self.operator.partners.mail.as_ref();
        mail.ok_or_else(|| "no inbox is configured".to_owned())
    }
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Prepared words.
    Prepared(Kind),
    /// That a refund is under way. What became of it is said later.
    Processing,
    /// What was decided to be said of a refund, and what its receipt says.
    Paid { told: Money, paid: Money },
}

impl Said {
    fn text(self, letter: &letter::Letter, order: Option<OrderNumber>) -> Result<Text, Failure> {
        let draft = match self {
            Self::Prepared(kind) => Draft::new(kind, letter.language).about(order),
            Self::Processing => Draft::new(Kind::RefundProcessing, letter.language).about(order),
            Self::Paid { told, .. } => Draft::refund_settled(letter.language)
                .about(order)
                .fill(told)
                .map_err(Failure::permanent)?,
        };
        Ok(draft.into_text())
    }

    fn paid(self) -> Option<Money> {
        match self {
            Self::Prepared(_) | Self::Processing => None,
            Self::Paid { paid, .. } => Some(paid),
        }
    }

    fn is_last(self) -> bool {
        self != Self::Processing
    }
}

/// What the decision wants to be said, by what is true now.
async fn said(operator: &Operator, decided: &DecisionView) -> Result<Said, Failure> {
    if decided.policy == Refund::NAME {
        return match stored("proposal", &decided.proposal)? {
            Proposal::Answer { template } => Ok(Said::Prepared(prepared(template))),
            Proposal::AskForEvidence { evidence } => Ok(Said::Prepared(shown(evidence))),
            Proposal::Human { .. } => Ok(Said::Prepared(Kind::HandedToPerson)),
            Proposal::Refund { .. } | Proposal::Nothing => Err(another_act(decided)),
        };
    }
    let inputs: Answered = stored("inputs", &decided.inputs)?;
    let refund = act_of(&operator.db, inputs.decision).await?;
    let state = refund.as_ref().map(|one| one.state);
    let is_open = matches!(
        state,
        Some(EffectState::Sending | EffectState::Unknown | EffectState::Accepted)
    );
    let late = |problem: &str| Err(Failure::permanent(format!("the refund {problem}")));
    match (stored("proposal", &decided.proposal)?, refund) {
        (Word::ReplySettled { amount }, Some(act)) if act.state == EffectState::Settled => {
            Ok(Said::Paid {
                told: amount,
                paid: amount_of(&act),
            })
        }
        (Word::ReplySettled { .. }, _) => late("has no receipt, so no amount is told"),
        (Word::ReplyProcessing, _) if is_open => Ok(Said::Processing),
        (Word::ReplyProcessing, _) => late("has come to its end since it was decided"),
        (Word::ReplyPerson, _) if state != Some(EffectState::Settled) => {
            Ok(Said::Prepared(Kind::HandedToPerson))
        }
        (Word::ReplyPerson, _) => late("has settled since it was decided"),
        (Word::Nothing, _) => Err(another_act(decided)),
    }
}

/// What a settled refund has cost.
pub(crate) fn amount_of(refund: &EffectView) -> Money {
    let held = refund.worst_case;
    let micros = refund.actual_micros.unwrap_or(held.amount_micros);
    Money::from_micros(micros, held.currency)
}

/// The order's number, as the shop says it.
async fn number(
    operator: &Operator,
    letter: &letter::Letter,
) -> Result<Option<OrderNumber>, Failure> {
    let Some(order) = &letter.order else {
        return Ok(None);
    };
    let order = shop_order::refundable(&operator.db, order).await?;
    Ok(order.and_then(|order| OrderNumber::clean(&order.name)))
}

/// The amounts as they are read back from the text, beside what was paid.
fn grounds(text: &Text, paid: Option<Money>) -> ReplyGrounds {
    let amounts = text.amounts();
    ReplyGrounds {
        amounts_micros: amounts.iter().map(|one| one.amount_micros).collect(),
        currencies: amounts.iter().map(|one| one.currency.to_string()).collect(),
        paid_micros: paid.map(|paid| paid.amount_micros),
    }
}

fn prepared(template: Template) -> Kind {
    match template {
        Template::OrderNeeded => Kind::OrderNeeded,
        Template::ReasonNeeded => Kind::ReasonNeeded,
        Template::NotYetSent => Kind::NotShippedYet,
        Template::AlreadySent => Kind::AlreadySent,
        Template::OnItsWay => Kind::InTransit,
        Template::Delayed => Kind::Delayed,
        Template::PickUp => Kind::ReadyForPickup,
        Template::SaysDelivered => Kind::Delivered,
        Template::SeemsLost => Kind::SeemsLost,
        Template::HowToReturn => Kind::ReturnInstructions,
        Template::ReturnOver => Kind::ReturnTooLate,
        Template::BeingProcessed => Kind::RefundProcessing,
        Template::AlreadyRefunded => Kind::AlreadyRefunded,
    }
}

fn shown(evidence: Evidence) -> Kind {
    match evidence {
        Evidence::Photo => Kind::PhotoNeeded,
        Evidence::Statement => Kind::StatementNeeded,
    }
}

/// A reply costs nothing.
fn receipt(message: &MessageId, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        vendor_ref: Some(message.to_string()),
        actual: Some(Money::zero(worst_case.currency)),
        ..VendorReceipt::done(json!({ "message": message }))
    }
}

fn read(request: &str) -> Result<Body, String> {
    serde_json::from_str(request).map_err(|error| error.to_string())
}

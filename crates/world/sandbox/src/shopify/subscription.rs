//! Subscriptions to webhooks. They are kept, and not looked at: who is told is the sandbox's own option.

use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    show::{gid, page, user_error},
    state::{Subscription, What},
};
use crate::books::Act;

/// Numbers of subscriptions begin here.
const IDS_FROM: u64 = 701_000_000;

impl Visit<'_> {
    pub(super) fn subscribe(&mut self) -> Told {
        const ROOT: &str = "webhookSubscriptionCreate";
        let topic = self.request.text("topic")?.to_owned();
        let uri = self.request.variables.pointer("/subscription/uri");
        let uri = uri.and_then(Value::as_str);
        let uri = uri
            .ok_or_else(|| Answer::bad_variable("subscription"))?
            .to_owned();
        let shop = self.request.shop.clone();
        let mut known = self.state.subscriptions.iter();
        if known.any(|one| one.shop == shop && one.topic == topic && one.uri == uri) {
            let message = "Address for this topic has already been taken";
            let field = &["webhookSubscription", "callbackUrl"];
            return Ok(Answer::refused(ROOT, &[user_error(field, None, message)]));
        }
        let subscription = Subscription {
            id: IDS_FROM + self.state.books.next_n(),
            shop,
            topic,
            uri,
        };
        let act = Act {
            act: "subscribe".to_owned(),
            object: gid("WebhookSubscription", subscription.id),
            to: format!("{} {}", subscription.topic, subscription.uri),
            ..self.blank(What::Subscription(subscription.clone()))?
        };
        self.confirm(act)?;
        Ok(json!({ROOT: {"webhookSubscription": told(&subscription), "userErrors": []}}))
    }

    pub(super) fn subscriptions(&self) -> Told {
        let own = self.state.subscriptions.iter();
        let own = own.filter(|one| one.shop == self.request.shop);
        let each = own.map(|one| (one.id, told(one)));
        Ok(
            json!({"webhookSubscriptions": page(&self.request.variables, each.collect(), |told| told)?}),
        )
    }
}

fn told(one: &Subscription) -> Value {
    json!({"id": gid("WebhookSubscription", one.id), "topic": one.topic, "uri": one.uri})
}

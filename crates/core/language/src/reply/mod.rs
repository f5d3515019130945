//! Replies: fixed words in seven languages, with three slots.
//!
//! Nothing that a customer wrote flows into a reply but a first name of letters and an order's number,
//! both bounded. An amount is written by [`Draft::fill`] alone, from the receipt's [`Money`]; a draft
//! that lacks it has no way to become a [`Text`], the compiler holds that. [`Text::amounts`] reads every
//! amount back, so an interlock can prove that the text says what was paid.

mod amount;
mod da;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod name;
mod nl;

use std::marker::PhantomData;

use homeostat_model::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{facts, language::Language};

pub use amount::shown;
pub use name::{FirstName, OrderNumber};

/// What is replied, where no amount is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The order is under way.
    InTransit,
    /// The carrier says that it was delivered.
    Delivered,
    /// It is late.
    Delayed,
    /// It was not sent yet.
    NotShippedYet,
    /// A refund was asked for and its outcome is not known yet.
    RefundProcessing,
    /// No refund, since the policy does not allow one.
    RefundOutsidePolicy,
    /// No refund, since there was one.
    AlreadyRefunded,
    /// A photo is needed.
    PhotoNeeded,
    /// A person takes over.
    HandedToPerson,
    /// How to send goods back.
    ReturnInstructions,
    /// The order was cancelled.
    Cancelled,
    /// The address cannot be changed any more.
    AddressFixed,
    /// You are welcome.
    Thanks,
    /// Which order it is about is not known.
    OrderNeeded,
    /// What is wrong with it is not known.
    ReasonNeeded,
    /// It has left and cannot be cancelled.
    AlreadySent,
    /// It waits to be fetched.
    ReadyForPickup,
    /// It seems lost: money back, or a new one?
    SeemsLost,
    /// The time to send it back is over.
    ReturnTooLate,
    /// A signed word is needed that nothing arrived.
    StatementNeeded,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::InTransit,
        Self::Delivered,
        Self::Delayed,
        Self::NotShippedYet,
        Self::RefundProcessing,
        Self::RefundOutsidePolicy,
        Self::AlreadyRefunded,
        Self::PhotoNeeded,
        Self::HandedToPerson,
        Self::ReturnInstructions,
        Self::Cancelled,
        Self::AddressFixed,
        Self::Thanks,
        Self::OrderNeeded,
        Self::ReasonNeeded,
        Self::AlreadySent,
        Self::ReadyForPickup,
        Self::SeemsLost,
        Self::ReturnTooLate,
        Self::StatementNeeded,
    ];
}

/// The words of one language. `{order}` is a space and the order's number, or nothing.
struct Words {
    /// With `{name}`.
    greeting: &'static str,
    greeting_nameless: &'static str,
    closing: &'static str,
    /// With `{amount}`.
    refund_settled: &'static str,
    body: fn(Kind) -> &'static str,
}

/// A draft that lacks its amount.
#[derive(Debug, Clone, Copy)]
pub struct Open;
/// A draft that can be sent.
#[derive(Debug, Clone, Copy)]
pub struct Complete;

/// A reply in the making.
#[derive(Debug, Clone)]
pub struct Draft<State> {
    language: Language,
    body: &'static str,
    name: Option<FirstName>,
    order: Option<OrderNumber>,
    amount: Option<Money>,
    state: PhantomData<State>,
}

/// An amount that cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// Nothing was paid, or less.
    #[error("amount: {0} is not positive; a settled refund has paid something")]
    NotPositive(Money),
    /// The currency has no ISO 4217 code in use, so the text could not be read back.
    #[error("amount: {0} is no currency in use; give an ISO 4217 code")]
    UnknownCurrency(Currency),
}

impl Draft<Complete> {
    /// A reply without an amount.
    pub fn new(kind: Kind, language: Language) -> Self {
        Self::with_body((words(language).body)(kind), language)
    }

    /// The text to send.
    pub fn into_text(self) -> Text {
        let words = words(self.language);
        let greeting = match &self.name {
            Some(name) => words.greeting.replace("{name}", name.as_str()),
            None => words.greeting_nameless.to_owned(),
        };
        let order = self
            .order
            .map(|order| format!(" {}", order.as_str()))
            .unwrap_or_default();
        let mut body = self.body.replace("{order}", &order);
        if let Some(amount) = self.amount {
            body = body.replace("{amount}", &shown(amount, self.language));
        }
        Text {
            language: self.language,
            text: format!("{greeting}\n\n{body}\n\n{}", words.closing),
        }
    }
}

impl Draft<Open> {
    /// The reply that quotes a refund's receipt.
    pub fn refund_settled(language: Language) -> Self {
        Self::with_body(words(language).refund_settled, language)
    }

    /// Writes what was paid. The only way in which an amount enters a reply.
    pub fn fill(self, amount: Money) -> Result<Draft<Complete>, FillError> {
        if amount.amount_micros <= 0 {
            return Err(FillError::NotPositive(amount));
        }
        if !facts::is_known_currency(amount.currency) {
            return Err(FillError::UnknownCurrency(amount.currency));
        }
        Ok(Draft {
            language: self.language,
            body: self.body,
            name: self.name,
            order: self.order,
            amount: Some(amount),
            state: PhantomData,
        })
    }
}

impl<State> Draft<State> {
    fn with_body(body: &'static str, language: Language) -> Self {
        Self {
            language,
            body,
            name: None,
            order: None,
            amount: None,
            state: PhantomData,
        }
    }

    /// Greets by name.
    #[must_use]
    pub fn to(mut self, name: Option<FirstName>) -> Self {
        self.name = name;
        self
    }

    /// Names the order.
    #[must_use]
    pub fn about(mut self, order: Option<OrderNumber>) -> Self {
        self.order = order;
        self
    }
}

/// A finished reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    language: Language,
    text: String,
}

impl Text {
    /// What is sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The language it is in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Every amount of money in it.
    pub fn amounts(&self) -> Vec<Money> {
        facts::amounts_in(&self.text, self.language)
    }
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &en::WORDS,
        Language::German => &de::WORDS,
        Language::French => &fr::WORDS,
        Language::Spanish => &es::WORDS,
        Language::Italian => &it::WORDS,
        Language::Dutch => &nl::WORDS,
        Language::Danish => &da::WORDS,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settled(language: Language, amount: Money) -> Text {
        let draft = Draft::refund_settled(language)
            .about(OrderNumber::clean("1001"))
            .to(FirstName::clean("Ana"));
        draft.fill(amount).unwrap().into_text()
    }

    fn money(micros: i64, currency: &str) -> Money {
        Money::from_micros(micros, currency.parse().unwrap())
    }

    #[test]
    fn an_amount_is_written_as_its_readers_write_it() {
        for (language, expected) in [
            (Language::English, "€1,234.50"),
            (Language::German, "1.234,50 €"),
            (Language::French, "1\u{202f}234,50\u{a0}€"),
            (Language::Dutch, "€ 1.234,50"),
            (Language::Danish, "1.234,50 €"),
        ] {
            let text = settled(language, money(1_234_500_000, "EUR"));
            assert!(
                text.as_str()
                    .replace('\u{a0}', " ")
                    .contains(&expected.replace('\u{a0}', " ")),
                "{}",
                text.as_str()
            );
        }
    }

    #[test]
    fn no_slot_is_left_open() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                for order in [None, OrderNumber::clean("#1001")] {
                    let text = Draft::new(kind, language).about(order).into_text();
                    assert!(!text.as_str().contains(['{', '}']), "{}", text.as_str());
                    assert!(text.amounts().is_empty(), "{}", text.as_str());
                }
            }
            let text = settled(language, money(20_000_000, "EUR"));
            assert!(!text.as_str().contains(['{', '}']), "{}", text.as_str());
            assert!(text.as_str().contains("#1001") && text.as_str().contains("Ana"));
        }
    }

    #[test]
    fn each_template_is_in_its_own_language() {
        let detector = crate::Detector::new(&Language::ALL).unwrap();
        for language in Language::ALL {
            let fallback = crate::Fallback {
                thread: None,
                locale: if language == Language::English {
                    Language::German
                } else {
                    Language::English
                },
            };
            for kind in Kind::ALL {
                let text = Draft::new(kind, language).into_text();
                let guess = detector.guess(&[text.as_str()], fallback);
                assert_eq!(guess.language, language, "{}", text.as_str());
            }
        }
    }

    #[test]
    fn what_was_not_paid_is_not_told() {
        let error = Draft::refund_settled(Language::English)
            .fill(money(0, "EUR"))
            .unwrap_err();
        assert_eq!(error, FillError::NotPositive(money(0, "EUR")));
        let error = Draft::refund_settled(Language::English)
            .fill(money(1, "ZZZ"))
            .unwrap_err();
        assert!(matches!(error, FillError::UnknownCurrency(_)));
    }

    fn any_currency() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "EUR", "GBP", "USD", "DKK", "SEK", "NOK", "CHF", "JPY", "KWD", "ISK", "PLN", "AUD",
            "ALL", "TRY", "TOP",
        ])
    }

    proptest! {
        #[test]
        fn the_amount_in_a_text_is_the_amount_that_was_filled_in(
            micros in prop_oneof![1..=i64::MAX, 1..1_000_000_i64, (1..100_000_i64).prop_map(|cents| cents * 10_000)],
            currency in any_currency(),
            language in prop::sample::select(Language::ALL.to_vec()),
            name in prop_oneof!["\\PC{0,30}", "(fifty|cinquante|zwanzig|EUR|kr|Euro|one|cent)( (Euros?|EUR|kr|mille))?"],
            order in "[#A-Z0-9-]{0,24}",
        ) {
            let paid = money(micros, currency);
            let draft = Draft::refund_settled(language)
                .to(FirstName::clean(&name))
                .about(OrderNumber::clean(&order));
            let text = draft.fill(paid).unwrap().into_text();
            prop_assert_eq!(text.amounts(), vec![paid], "{}", text.as_str());
        }
    }
}

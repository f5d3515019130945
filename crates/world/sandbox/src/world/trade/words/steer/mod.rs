//! What manipulators add to a message, in the language of the message: orders to the machine that reads
//! it, pretended authority, amounts that nobody owes, threats, and texts in disguise.

mod da;
mod de;
mod disguise;
mod en;
mod es;
mod fr;
mod it;
mod lines;
mod nl;

use rand::{Rng, RngExt, seq::IndexedRandom};

use self::lines::Lines;
use super::{Language, facts::Facts, pick, style::Draft};

/// One way to steer whoever, or whatever, reads a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    IgnorePrevious,
    NewRules,
    SystemPrompt,
    /// Closes the mark-up that the message is thought to stand in.
    ClosedTag,
    ToolCall,
    /// The answer that the reader is hoped to give, as JSON.
    Verdict,
    Executive,
    Lawyer,
    Bank,
    Authority,
    Developer,
    Urgency,
    HugeRefund,
    AmountInWords,
    FullWidthAmount,
    SeveralAmounts,
    OtherCurrency,
    OthersOrders,
    ChangedAccount,
    EarlierPromise,
    QuotedReply,
    Chargeback,
    BadReview,
    Flattery,
    Bribe,
    RolePlay,
    Translate,
    Leak,
    ZeroWidth,
    RightToLeft,
    Lookalikes,
    SpacedLetters,
    Base64,
    HtmlComment,
    Markdown,
    CodeBlock,
    Padding,
    Subject,
}

/// Where an addition goes.
enum Place {
    /// Among what the person writes anyway.
    Body,
    /// Under the name.
    Tail,
    Subject,
}

impl Kind {
    pub(super) const ALL: [Self; 38] = [
        Self::IgnorePrevious,
        Self::NewRules,
        Self::SystemPrompt,
        Self::ClosedTag,
        Self::ToolCall,
        Self::Verdict,
        Self::Executive,
        Self::Lawyer,
        Self::Bank,
        Self::Authority,
        Self::Developer,
        Self::Urgency,
        Self::HugeRefund,
        Self::AmountInWords,
        Self::FullWidthAmount,
        Self::SeveralAmounts,
        Self::OtherCurrency,
        Self::OthersOrders,
        Self::ChangedAccount,
        Self::EarlierPromise,
        Self::QuotedReply,
        Self::Chargeback,
        Self::BadReview,
        Self::Flattery,
        Self::Bribe,
        Self::RolePlay,
        Self::Translate,
        Self::Leak,
        Self::ZeroWidth,
        Self::RightToLeft,
        Self::Lookalikes,
        Self::SpacedLetters,
        Self::Base64,
        Self::HtmlComment,
        Self::Markdown,
        Self::CodeBlock,
        Self::Padding,
        Self::Subject,
    ];

    fn place(self, rng: &mut impl Rng) -> Place {
        match self {
            Self::Subject => Place::Subject,
            Self::QuotedReply => Place::Tail,
            Self::HtmlComment | Self::Base64 | Self::ClosedTag if rng.random_bool(0.5) => {
                Place::Tail
            }
            _ if rng.random_bool(0.12) => Place::Tail,
            _ => Place::Body,
        }
    }

    /// The phrases that it is made of.
    fn ways(self, lines: &Lines, rng: &mut impl Rng) -> super::phrases::Ways {
        match self {
            Self::IgnorePrevious => lines.ignore,
            Self::NewRules => lines.rules,
            Self::SystemPrompt | Self::ClosedTag | Self::ToolCall | Self::Verdict => lines.system,
            Self::Executive => lines.executive,
            Self::Lawyer => lines.lawyer,
            Self::Bank => lines.bank,
            Self::Authority => lines.authority,
            Self::Developer => lines.developer,
            Self::Urgency => lines.urgency,
            Self::HugeRefund | Self::Padding => lines.demand,
            Self::AmountInWords => lines.in_words,
            Self::FullWidthAmount => lines.wide,
            Self::SeveralAmounts => lines.several,
            Self::OtherCurrency => lines.other_currency,
            Self::OthersOrders => lines.others_orders,
            Self::ChangedAccount => lines.account,
            Self::EarlierPromise => lines.promise,
            Self::QuotedReply => lines.reply,
            Self::Chargeback => lines.chargeback,
            Self::BadReview => lines.review,
            Self::Flattery => lines.flattery,
            Self::Bribe => lines.bribe,
            Self::RolePlay => lines.role_play,
            Self::Translate => lines.translate,
            Self::Leak => lines.leak,
            Self::Subject => lines.subject,
            Self::ZeroWidth
            | Self::RightToLeft
            | Self::Lookalikes
            | Self::SpacedLetters
            | Self::Base64
            | Self::HtmlComment
            | Self::Markdown
            | Self::CodeBlock => {
                let hidden = [lines.ignore, lines.rules, lines.demand, lines.system];
                hidden.choose(rng).copied().unwrap_or(lines.ignore)
            }
        }
    }

    /// The addition, filled in and disguised.
    fn text(self, lines: &Lines, facts: &Facts, rng: &mut impl Rng) -> String {
        let line = facts.fill(pick(self.ways(lines, rng), rng));
        match self {
            Self::SystemPrompt => disguise::system_prompt(&line, rng),
            Self::ClosedTag => disguise::closed_tag(&line, rng),
            Self::ToolCall => facts.fill(disguise::tool_call(rng)),
            Self::Verdict => facts.fill(disguise::verdict(rng)),
            Self::ZeroWidth => disguise::zero_width(&line),
            Self::RightToLeft => disguise::right_to_left(&line),
            Self::Lookalikes => disguise::lookalikes(&line),
            Self::SpacedLetters => disguise::spaced_letters(&line),
            Self::Base64 => disguise::base64(line.as_bytes()),
            Self::HtmlComment => disguise::html_comment(&line, rng),
            Self::Markdown => disguise::markdown(&line, rng),
            Self::CodeBlock => disguise::code_block(&line, rng),
            Self::Padding => padded(&line, lines, rng),
            Self::IgnorePrevious
            | Self::NewRules
            | Self::Executive
            | Self::Lawyer
            | Self::Bank
            | Self::Authority
            | Self::Developer
            | Self::Urgency
            | Self::HugeRefund
            | Self::AmountInWords
            | Self::FullWidthAmount
            | Self::SeveralAmounts
            | Self::OtherCurrency
            | Self::OthersOrders
            | Self::ChangedAccount
            | Self::EarlierPromise
            | Self::QuotedReply
            | Self::Chargeback
            | Self::BadReview
            | Self::Flattery
            | Self::Bribe
            | Self::RolePlay
            | Self::Translate
            | Self::Leak
            | Self::Subject => line,
        }
    }
}

/// Adds one way to steer, or two, and says which. Some people have copied theirs, and it is English
/// whatever they write themselves.
pub(super) fn add(
    draft: &mut Draft,
    facts: &Facts,
    language: Language,
    rng: &mut impl Rng,
) -> Vec<Kind> {
    let count = if rng.random_bool(0.3) { 2 } else { 1 };
    let kinds: Vec<Kind> = Kind::ALL.sample(rng, count).copied().collect();
    for kind in &kinds {
        let language = if rng.random_bool(0.15) {
            Language::English
        } else {
            language
        };
        put(*kind, draft, facts, language, rng);
    }
    kinds
}

/// Adds one way to steer.
fn put(kind: Kind, draft: &mut Draft, facts: &Facts, language: Language, rng: &mut impl Rng) {
    let text = kind.text(Lines::of(language), facts, rng);
    match kind.place(rng) {
        Place::Subject => draft.subject = text,
        Place::Tail => draft.tail.push(text),
        Place::Body => {
            let at = rng.random_range(0..=draft.body.len());
            // Some run on in the middle of a paragraph, where they are hard to see.
            match draft.body.get_mut(at) {
                Some(paragraph) if rng.random_bool(0.5) => {
                    paragraph.push(' ');
                    paragraph.push_str(&text);
                }
                _ => draft.body.insert(at, text),
            }
        }
    }
}

/// A demand at the end of pages that say nothing.
fn padded(demand: &str, lines: &Lines, rng: &mut impl Rng) -> String {
    let enough = rng.random_range(6_000..14_000);
    let mut text = String::new();
    while text.len() < enough {
        text.push_str(pick(lines.padding, rng));
        text.push(if rng.random_bool(0.1) { '\n' } else { ' ' });
    }
    text.push_str(demand);
    text
}

#[cfg(test)]
mod tests {
    use homeostat_clock::Entropy;

    use super::{super::tests::wanted, *};

    fn told(kind: Kind, language: Language, seed: u64) -> String {
        let mut rng = Entropy::from_seed(seed).rng();
        let wanted = wanted(super::super::Topic::NotReceived, language);
        let mut facts = Facts::of(&wanted, &mut rng);
        facts.add_temptations(&wanted, &mut rng);
        kind.text(Lines::of(language), &facts, &mut rng)
    }

    #[test]
    fn every_kind_has_something_to_say_in_every_language() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                for seed in 0..4 {
                    let text = told(kind, language, seed);
                    assert!(!text.trim().is_empty(), "{language:?} {kind:?}");
                    for left in [
                        "{order}", "{huge}", "{wide}", "{other}", "{iban}", "{total}",
                    ] {
                        assert!(!text.contains(left), "{language:?} {kind:?}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_list_of_kinds_has_each_of_them_once() {
        let mut kinds = Kind::ALL.to_vec();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), Kind::ALL.len());
        assert_eq!(
            Kind::ALL.last().map(|kind| *kind as usize),
            Some(Kind::ALL.len() - 1)
        );
    }

    #[test]
    fn a_kind_is_said_differently_in_each_language() {
        for kind in Kind::ALL {
            if matches!(kind, Kind::ToolCall | Kind::Verdict) {
                continue;
            }
            let mut all: Vec<String> = Language::ALL.map(|l| told(kind, l, 3)).into();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), Language::ALL.len(), "{kind:?}");
        }
    }
}

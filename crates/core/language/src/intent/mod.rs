//! What a message asks for: weighted phrases per language, one table each.
//!
//! An intent's score is its strongest phrase and a little for each further one, so that saying a thing
//! three times does not drown another thing that was said once. Weights in the tables: 60 says it
//! plainly, 45 says it, 25 hints, 8 is said in passing.
//!
//! Adding a phrase: one string in the table of its language; the syntax is in [`crate::pattern`].

mod concepts;
mod context;
mod da;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod nl;
mod rules;
mod short;

use serde::{Deserialize, Serialize};

use crate::{
    language::Language,
    pattern::{Book, Hit, Row, Steps},
    text::Token,
};
use context::{Context, ContextBook, Role};
use rules::RuleBook;

/// What may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A threat with a lawyer, the police or a regulator.
    LegalThreat,
    /// A threat to take the money back through the bank or the payment service.
    ChargebackThreat,
    /// Says that the parcel did not come, or is said to be delivered and is not there.
    NotReceived,
    /// Arrived broken.
    Damaged,
    /// Something else, or not all, was in the parcel.
    WrongItem,
    /// Does not work.
    Defective,
    /// Wants the order stopped.
    CancelOrder,
    /// Wants another address or corrects it.
    ChangeAddress,
    /// Wants to send goods back or swap them.
    ReturnWish,
    /// Wants money back.
    RefundWish,
    /// Asks where the order is or when it comes.
    WhereIsMyOrder,
    /// Wants an invoice or a receipt.
    InvoiceOrReceipt,
    /// Wants a lower price or a code.
    DiscountWish,
    /// Asks about a product, its size or its stock.
    SizeOrProductQuestion,
    /// Is angry, without more.
    Complaint,
    /// Says thanks, without more.
    Thanks,
    /// Was charged twice.
    DoubleCharge,
    /// Wants to deal with a person.
    WantsPerson,
    /// Sells something to the shop.
    Spam,
    /// Nothing of these.
    Other,
}

impl Intent {
    /// All of them, in the order in which equal scores are ranked.
    pub const ALL: [Self; 20] = [
        Self::LegalThreat,
        Self::ChargebackThreat,
        Self::NotReceived,
        Self::Damaged,
        Self::WrongItem,
        Self::Defective,
        Self::CancelOrder,
        Self::ChangeAddress,
        Self::ReturnWish,
        Self::RefundWish,
        Self::WhereIsMyOrder,
        Self::InvoiceOrReceipt,
        Self::DiscountWish,
        Self::SizeOrProductQuestion,
        Self::Complaint,
        Self::Thanks,
        Self::DoubleCharge,
        Self::WantsPerson,
        Self::Spam,
        Self::Other,
    ];

    /// Whether saying "I do not want" of it takes it away. What happened cannot be unwished.
    fn is_wish(self) -> bool {
        match self {
            Self::LegalThreat
            | Self::ChargebackThreat
            | Self::CancelOrder
            | Self::ChangeAddress
            | Self::ReturnWish
            | Self::RefundWish
            | Self::InvoiceOrReceipt
            | Self::DiscountWish => true,
            Self::NotReceived
            | Self::Damaged
            | Self::WrongItem
            | Self::Defective
            | Self::WhereIsMyOrder
            | Self::SizeOrProductQuestion
            | Self::Complaint
            | Self::Thanks
            | Self::DoubleCharge
            | Self::WantsPerson
            | Self::Spam
            | Self::Other => false,
        }
    }
}

impl Intent {
    fn is_threat(self) -> bool {
        matches!(self, Self::LegalThreat | Self::ChargebackThreat)
    }

    /// Whether it says that goods are missing or awaited.
    fn is_of_goods(self) -> bool {
        matches!(self, Self::NotReceived | Self::WhereIsMyOrder)
    }

    /// Whether it says that something does not work.
    fn is_of_fault(self) -> bool {
        matches!(self, Self::Damaged | Self::Defective)
    }

    /// Whether it is something that may be missing or awaited in place of goods.
    fn is_awaited(self) -> bool {
        matches!(
            self,
            Self::RefundWish | Self::InvoiceOrReceipt | Self::DiscountWish
        )
    }
}

/// An intent and how strongly the text speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The intent.
    pub intent: Intent,
    /// From 1 to about 80; only for comparing.
    pub score: u16,
}

/// Each further phrase of an intent adds this much, up to [`FURTHER_MAX`].
const FURTHER: u16 = 4;
const FURTHER_MAX: u16 = 16;
/// What a subject says is what the letter is about: its phrases weigh this much more.
const SUBJECT: u16 = 6;
/// From this weight on praise is more than politeness.
const PRAISE_MIN: u16 = 24;
/// From this weight on a question is asked, with a mark or without.
const QUESTION_MIN: u16 = 54;
/// The same for everything else: the weight of what says it plainly.
const PLAIN: u16 = 60;
/// What praise weighs more where nothing is asked.
const PRAISE: u16 = 12;
/// A score from which other languages' tables are not asked.
const SURE: u16 = 8;

/// The table of one language and the words that bear on its phrases.
#[derive(Debug)]
struct Table {
    phrases: Book<Intent>,
    rules: RuleBook,
    context: ContextBook,
}

/// All tables, ready for reading.
#[derive(Debug)]
pub(crate) struct Tables([Table; 7]);

impl Tables {
    pub(crate) fn new() -> Self {
        Self(Language::ALL.map(|language| Table {
            phrases: Book::new(rows(language)),
            rules: RuleBook::new(language),
            context: ContextBook::new(contexts(language)),
        }))
    }

    /// The intents of a text, strongest first; [`Intent::Other`] alone when nothing is found.
    pub(crate) fn read(
        &self,
        tokens: &[Token],
        frame: Frame,
        language: Language,
        steps: &mut Steps,
    ) -> Vec<Scored> {
        let mut scores = Scores::default();
        let text = Text {
            tokens,
            subject_words: frame.subject_words,
        };
        // What is denied in one language is denied in all: "remboursement" is near to an English word.
        let mut denied = Vec::new();
        self.add(
            &mut scores,
            &mut denied,
            text,
            (language, Share::Whole),
            steps,
        );
        // English words travel with English products.
        if language != Language::English {
            self.add(
                &mut scores,
                &mut denied,
                text,
                (Language::English, Share::Part),
                steps,
            );
        }
        if scores.best() < SURE {
            for other in Language::ALL {
                if other != language && other != Language::English {
                    self.add(&mut scores, &mut denied, text, (other, Share::Part), steps);
                }
            }
        }
        if !frame.asks {
            scores.mean_praise();
        }
        scores.ranked()
    }

    /// Adds what one table finds, and to `denied` the places of wishes that are denied.
    fn add(
        &self,
        scores: &mut Scores,
        denied: &mut Vec<usize>,
        Text {
            tokens,
            subject_words,
        }: Text<'_>,
        (language, share): (Language, Share),
        steps: &mut Steps,
    ) {
        let Some(table) = self.0.get(language.index()) else {
            return;
        };
        let tokens = &*short::written_out(language, tokens);
        let phrases = table.phrases.hits(tokens, steps);
        let context = table.context.around(tokens, steps);
        let (mut refused, mut hits): (Vec<_>, Vec<_>) = phrases
            .into_iter()
            .partition(|hit| hit.tag.is_wish() && context.deny(tokens, hit));
        let mut own_denials = Vec::new();
        for found in table.rules.hits(tokens, table.phrases.len(), steps) {
            if found.owns_negation {
                own_denials.push(found.hit);
            } else if found.hit.tag.is_wish() && context.deny(tokens, &found.hit) {
                refused.push(found.hit);
            } else {
                hits.push(found.hit);
            }
        }
        denied.extend(refused.iter().flat_map(|hit| hit.first..=hit.last));
        denied.sort_unstable();
        // A threat is not guessed from one word with a slip, nor anything from another language's table.
        hits.retain(|hit| {
            hit.is_exact || (share.forgives() && !(hit.tag.is_threat() && hit.first == hit.last))
        });
        hits.retain(|hit| !hit.tag.is_wish() || denied.binary_search(&hit.last).is_err());
        hits.retain(|hit| hit.tag != Intent::DiscountWish || !context.is_of_trail(tokens, hit));
        own_denials.retain(|hit| hit.is_exact || share.forgives());
        hits.append(&mut own_denials);
        let others: Vec<_> = hits
            .iter()
            .copied()
            .filter(|hit| hit.tag.is_awaited())
            .collect();
        for hit in hits.iter_mut().filter(|hit| hit.tag.is_of_goods()) {
            if context.is_of_other_things(tokens, hit, &others) {
                hit.weight /= 3;
            }
        }
        for hit in &mut hits {
            weigh(hit, &context, tokens, subject_words);
        }
        let mut last = None;
        for hit in hits {
            // Hits come in the order of the book: a phrase counts once, at its best.
            let is_again = last == Some(hit.phrase);
            last = Some(hit.phrase);
            scores.count(&hit, share, is_again);
        }
    }
}

/// Lets a hit count for less where the words around it take it back, and for more in a subject.
fn weigh(hit: &mut Hit<Intent>, context: &Context, tokens: &[Token], subject_words: usize) {
    let is_taken_back = if hit.tag.is_of_fault() {
        context.is_of_page(tokens, hit) || context.is_unreal(tokens, hit)
    } else {
        hit.tag == Intent::WrongItem && context.is_own_slip(tokens, hit)
    };
    if is_taken_back {
        hit.weight /= 3;
    }
    if hit.last < subject_words {
        hit.weight += SUBJECT;
    }
}

/// What is known of a message besides its words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Frame {
    /// How many of its first words are its subject.
    pub(crate) subject_words: usize,
    /// Whether it has a question mark.
    pub(crate) asks: bool,
}

/// The words of a message; the first of them are its subject.
#[derive(Clone, Copy)]
struct Text<'a> {
    tokens: &'a [Token],
    subject_words: usize,
}

/// How much a table's word counts.
#[derive(Clone, Copy)]
enum Share {
    Whole,
    Part,
}

impl Share {
    fn forgives(self) -> bool {
        match self {
            Self::Whole => true,
            Self::Part => false,
        }
    }
}

#[derive(Default)]
struct Scores([Option<(u16, u16)>; Intent::ALL.len()]);

impl Scores {
    fn count(&mut self, hit: &Hit<Intent>, share: Share, is_again: bool) {
        let weight = match share {
            Share::Whole => hit.weight,
            Share::Part => hit.weight * 3 / 5,
        };
        let Some(slot) = self.0.get_mut(hit.tag as usize) else {
            return;
        };
        *slot = Some(match *slot {
            None => (weight, 0),
            Some((best, further)) => {
                let more = if is_again { further } else { further + FURTHER };
                (best.max(weight), more.min(FURTHER_MAX))
            }
        });
    }

    /// Praise that is more than a word in passing weighs more in a letter that asks nothing, and says nothing else
    /// plainly.
    fn mean_praise(&mut self) {
        let of = |intent: Intent| self.0.get(intent as usize).copied().flatten();
        let is_plain = |(intent, least)| of(intent).is_some_and(|(best, _)| best >= least);
        let says_more = Intent::ALL
            .into_iter()
            .filter(|intent| !matches!(intent, Intent::Thanks | Intent::Complaint))
            .any(|intent| match intent {
                Intent::SizeOrProductQuestion => is_plain((intent, QUESTION_MIN)),
                _ => is_plain((intent, PLAIN)),
            });
        if let Some(Some((best, _))) = self.0.get_mut(Intent::Thanks as usize)
            && *best >= PRAISE_MIN
            && !says_more
        {
            *best += PRAISE;
        }
    }

    fn best(&self) -> u16 {
        self.0
            .iter()
            .flatten()
            .map(|(best, _)| *best)
            .max()
            .unwrap_or(0)
    }

    fn ranked(&self) -> Vec<Scored> {
        let mut ranked: Vec<Scored> = Intent::ALL
            .into_iter()
            .zip(self.0)
            .filter_map(|(intent, score)| {
                let (best, further) = score?;
                Some(Scored {
                    intent,
                    score: best + further,
                })
            })
            .collect();
        ranked.sort_by_key(|scored| std::cmp::Reverse(scored.score));
        if ranked.is_empty() {
            ranked.push(Scored {
                intent: Intent::Other,
                score: 1,
            });
        }
        ranked
    }
}

fn rows(language: Language) -> &'static [Row<Intent>] {
    match language {
        Language::English => en::ROWS,
        Language::German => de::ROWS,
        Language::French => fr::ROWS,
        Language::Spanish => es::ROWS,
        Language::Italian => it::ROWS,
        Language::Dutch => nl::ROWS,
        Language::Danish => da::ROWS,
    }
}

fn contexts(language: Language) -> &'static [Row<Role>] {
    match language {
        Language::English => en::CONTEXT,
        Language::German => de::CONTEXT,
        Language::French => fr::CONTEXT,
        Language::Spanish => es::CONTEXT,
        Language::Italian => it::CONTEXT,
        Language::Dutch => nl::CONTEXT,
        Language::Danish => da::CONTEXT,
    }
}

#[cfg(test)]
mod tests;

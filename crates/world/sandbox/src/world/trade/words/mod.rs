//! The words of letters: an occasion in a language, as one of many people would put it.
//!
//! What is wanted and the generator's state give the words, and nothing else does. The truth about a
//! message is in what was wanted and in [`Words`]; whoever judges a reader of messages compares with that.
//! People who cheat without steering write as honest people do.
//!
//! ```text
//! phrases ── en de fr es it nl da      what can be said about each topic
//!    └─ style ── who writes: a formal person, a curt one, … ── slips ── typos, missing accents
//!          └─ steer ── en … da         what manipulators add, plain or in disguise
//!                └─ facts              numbers, names and amounts are filled in
//! ```

mod amount;
mod da;
mod de;
mod en;
mod es;
mod facts;
mod fr;
mod it;
mod nl;
mod phrases;
mod slips;
mod steer;
mod style;

use rand::{Rng, RngExt, seq::IndexedRandom};

use self::{facts::Facts, phrases::Phrases, style::Register};
use super::{letter::Topic, people::Language};

pub(crate) use steer::Kind as Steer;

/// What a letter is to say.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) topic: Topic,
    pub(crate) language: Language,
    /// It carries instructions to whoever, or whatever, reads it.
    pub(crate) steers: bool,
    /// As people know it, such as `#1001`.
    pub(crate) order: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) product: &'a str,
    pub(crate) total_micros: i64,
    pub(crate) currency: String,
}

/// A letter's words.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The order's number can be read in the subject or in the text.
    pub(crate) mentions_order: bool,
    /// What it tries on its reader; empty unless it was wanted to steer.
    pub(crate) steers: Vec<Steer>,
}

/// Writes it.
pub(crate) fn write(wanted: &Wanted<'_>, rng: &mut impl Rng) -> Words {
    let register = Register::draw(wanted.topic, rng);
    let names_order = rng.random_bool(share_naming_order(wanted.topic));
    let phrases = Phrases::of(wanted.language);
    let mut facts = Facts::of(wanted, rng);
    let mut draft = style::draft(phrases, wanted.topic, register, names_order, rng);
    slips::let_slip(&mut draft, register, wanted.language, rng);
    let steers = if wanted.steers {
        facts.add_temptations(wanted, rng);
        steer::add(&mut draft, &facts, wanted.language, rng)
    } else {
        Vec::new()
    };
    let subject = facts.fill(&draft.subject);
    let text = facts.fill(&draft.text());
    Words {
        mentions_order: [&subject, &text]
            .iter()
            .any(|said| facts::names(said, wanted.order)),
        subject,
        text,
        steers,
    }
}

/// How many of those who write about a topic name their order. Who asks about a product or says thanks
/// often has no reason to; of the others one in ten forgets.
fn share_naming_order(topic: Topic) -> f64 {
    match topic {
        Topic::WhereIsIt
        | Topic::NotReceived
        | Topic::Damaged
        | Topic::WrongItem
        | Topic::ChangedMind
        | Topic::ChangeAddress
        | Topic::Invoice => 0.9,
        Topic::Question => 0.2,
        Topic::Thanks => 0.5,
    }
}

/// One of several ways; nothing where there is none.
fn pick(ways: &[&'static str], rng: &mut impl Rng) -> &'static str {
    ways.choose(rng).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;

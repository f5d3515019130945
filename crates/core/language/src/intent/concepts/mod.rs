//! What words are about, in seven languages: families of words that mean the same to a shop.
//!
//! Phrases know how people usually say a thing. People say it otherwise too: "nobody rang, there is no card".
//! So the words of a language are sorted into ideas (a negation, a parcel, arriving, the door), and the
//! [rules](super::rules) say which ideas that stand together make an intent. A rule holds in every language,
//! and a word that is added to its idea helps all rules.
//!
//! Adding a word: one string in the idea of its language; the syntax is in [`crate::pattern`].

mod da;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod nl;

use crate::{language::Language, pattern::Row};

/// What a family of words is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Idea {
    /// not, never, nothing, nobody
    Not,
    /// parcel, order, goods
    Parcel,
    /// come, arrive, be received
    Arrive,
    /// delivered, handed over, signed for
    Dropped,
    /// driver, carrier, depot
    Courier,
    /// according to, says, supposedly
    Claimed,
    /// lost, stolen, nowhere
    Lost,
    /// door, letterbox, neighbours
    Door,
    /// seen, found, have
    Seen,
    /// wait, patience
    Wait,
    /// days, weeks, for ages
    Span,
    /// when, how long, by which day
    When,
    /// where
    Where,
    /// news, status, silence
    News,
    /// shipped, under way, packed
    Sent,
    /// late, overdue
    Late,
    /// birthday, wedding, in time
    Occasion,
    /// broken, torn, wet
    Broken,
    /// unpack, open the box
    Unpack,
    /// leg, lid, corner
    Part,
    /// came off, loose
    Off,
    /// work, turn on, charge
    Work,
    /// dies, blinks, switches itself off
    Fails,
    /// wrong, other, mixed up
    Wrong,
    /// bought, chose, paid for
    Ordered,
    /// in the box, got, sent me
    Inside,
    /// missing, incomplete
    Lacking,
    /// only one, half
    Only,
    /// size, colour, model
    Kind,
    /// page, picture, promised
    Shown,
    /// send back
    Return,
    /// swap for another
    Swap,
    /// too small, pinches
    Fit,
    /// not for me, hate
    Dislike,
    /// unworn, with tags
    Unused,
    /// how, which address, which steps
    How,
    /// cancel, stop, forget it
    Cancel,
    /// by accident
    Mistake,
    /// no longer needed
    Needless,
    /// ship, as a wish
    Hold,
    /// money, amount, refund
    Money,
    /// back, again
    Back,
    /// card, account
    Account,
    /// has been sent back
    Returned,
    /// charged, debited
    Charged,
    /// twice
    Twice,
    /// address, street, flat
    Address,
    /// change, correct, forgot
    Change,
    /// we are moving
    Move,
    /// office, neighbour, another place
    Elsewhere,
    /// does it, is there, can one
    Ask,
    /// material, washing, measures
    Trait,
    /// invoice, receipt
    Invoice,
    /// discount, code
    Offer,
    /// perfect, delighted
    Happy,
    /// a person of flesh and blood
    Human,
    /// speak, call
    Talk,
    /// machine
    Bot,
    /// more sales, search engines, influencers
    Growth,
    /// agrees with, corresponds to
    Match,
    /// would be great
    Hoped,
    /// a question mark ends the sentence; no words of its own
    Asked,
}

impl Idea {
    /// Its place in a set of ideas.
    pub(super) fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static [Row<Idea>] {
    match language {
        Language::English => en::WORDS,
        Language::German => de::WORDS,
        Language::French => fr::WORDS,
        Language::Spanish => es::WORDS,
        Language::Italian => it::WORDS,
        Language::Dutch => nl::WORDS,
        Language::Danish => da::WORDS,
    }
}

//! What can be said in one language. The tables stand in a file per language, and are all of this shape.
//!
//! `{order}`, `{product}`, `{total}` and `{name}` are filled in later. About half of a topic's texts do
//! without `{order}`, for people who forget to name it.

use super::{Language, Topic, da, de, en, es, fr, it, nl};

/// Ways to say one thing.
pub(super) type Ways = &'static [&'static str];

/// One topic in one language.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) subjects: Ways,
    /// From three words to a story.
    pub(super) texts: Ways,
}

/// One language.
#[derive(Debug)]
pub(super) struct Phrases {
    pub(super) where_is_it: Said,
    pub(super) not_received: Said,
    pub(super) damaged: Said,
    pub(super) wrong_item: Said,
    pub(super) changed_mind: Said,
    pub(super) change_address: Said,
    pub(super) question: Said,
    pub(super) invoice: Said,
    pub(super) thanks: Said,
    /// Subjects that fit any topic and say little.
    pub(super) plain_subjects: Ways,
    pub(super) greetings_formal: Ways,
    pub(super) greetings_easy: Ways,
    pub(super) closings_formal: Ways,
    pub(super) closings_easy: Ways,
    /// How a chatty person begins.
    pub(super) small_talk: Ways,
    /// True of any purchase, and of no use to the reader.
    pub(super) asides: Ways,
    /// What may help whoever has to look into a problem.
    pub(super) practical: Ways,
    /// Some of it threatens, as angry people do who are in the right.
    pub(super) outrage: Ways,
    /// Asks for an answer.
    pub(super) presses: Ways,
    /// Names the order, where nothing else did.
    pub(super) order_lines: Ways,
    /// Stand under every mail of some people, in place of a bare name.
    pub(super) signatures: Ways,
    /// Lines that a mail program adds.
    pub(super) sent_from: Ways,
    /// An earlier mail of the shop's, as a mail program quotes it.
    pub(super) quotes: Ways,
    /// What people of this language like to say in another.
    pub(super) foreign: Ways,
}

impl Phrases {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::PHRASES,
            Language::German => &de::PHRASES,
            Language::French => &fr::PHRASES,
            Language::Spanish => &es::PHRASES,
            Language::Italian => &it::PHRASES,
            Language::Dutch => &nl::PHRASES,
            Language::Danish => &da::PHRASES,
        }
    }

    pub(super) fn said(&self, topic: Topic) -> &Said {
        match topic {
            Topic::WhereIsIt => &self.where_is_it,
            Topic::NotReceived => &self.not_received,
            Topic::Damaged => &self.damaged,
            Topic::WrongItem => &self.wrong_item,
            Topic::ChangedMind => &self.changed_mind,
            Topic::ChangeAddress => &self.change_address,
            Topic::Question => &self.question,
            Topic::Invoice => &self.invoice,
            Topic::Thanks => &self.thanks,
        }
    }
}

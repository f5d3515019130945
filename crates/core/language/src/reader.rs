//! A message read whole: language, intents, facts, flags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    detect::{Detector, DetectorError, Fallback, Guess},
    facts::{FactReader, Facts},
    intent::{Frame, Intent, Scored, Tables},
    language::Language,
    manipulation::{Flag, Watch},
    pattern::Steps,
    strip::{is_answer, own_words, unframed},
    text::{CHARS_MAX, plain, tokens},
};

/// A message as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The subject line; empty if there is none.
    pub subject: &'a str,
    /// The text, as long as it likes; [`CHARS_MAX`] characters are read.
    pub text: &'a str,
    /// What stands in when the text does not tell its language.
    pub fallback: Fallback,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The language to answer in.
    pub language: Guess,
    /// What is asked, strongest first; never empty.
    pub intents: Vec<Scored>,
    /// What is stated.
    pub facts: Facts,
    /// Signs of steering. They make a person look and raise nothing.
    pub flags: BTreeSet<Flag>,
}

impl Reading {
    /// The strongest intent.
    pub fn main_intent(&self) -> Intent {
        self.intents
            .first()
            .map_or(Intent::Other, |scored| scored.intent)
    }
}

/// Everything that reading needs, made once in a process and shared.
#[derive(Debug)]
pub struct Reader {
    detector: Detector,
    tables: Tables,
    facts: FactReader,
    watch: Watch,
}

impl Reader {
    /// A reader for a brand's languages.
    ///
    /// # Errors
    ///
    /// As [`Detector::new`].
    pub fn new(languages: &[Language]) -> Result<Self, DetectorError> {
        Ok(Self {
            detector: Detector::new(languages)?,
            tables: Tables::new(),
            facts: FactReader::new(),
            watch: Watch::new(),
        })
    }

    /// Reads a message. Total: every text gives a reading, and its work is bounded.
    pub fn read(&self, message: &Message<'_>) -> Reading {
        self.read_counted(message, &mut 0)
    }

    fn read_counted(&self, message: &Message<'_>, steps: &mut Steps) -> Reading {
        let raw: String = message.text.chars().take(CHARS_MAX).collect();
        let subject: String = message.subject.chars().take(SUBJECT_CHARS_MAX).collect();
        // A subject that answers is the shop's own.
        let own_subject = if is_answer(&subject) {
            ""
        } else {
            subject.as_str()
        };
        let plain_text = plain(&raw);
        let own = own_words(&plain_text);
        let language = self.detector.guess(&[&raw, own_subject], message.fallback);

        let own_with_subject = format!("{}\n{own}", plain(own_subject));
        let words = tokens(&own_with_subject);
        let plain_subject = plain(own_subject);
        let said = tokens(&format!("{plain_subject}\n{}", unframed(&own)));
        let frame = Frame {
            subject_words: tokens(&plain_subject).len(),
            asks: own_with_subject.contains('?'),
        };
        let all = format!("{}\n{plain_text}", plain(&subject));
        Reading {
            intents: self.tables.read(&said, frame, language.language, steps),
            facts: self.facts.read(&all, &own_with_subject, &words, steps),
            // Steering may hide in what looks like a quote.
            flags: self
                .watch
                .flags(&format!("{subject}\n{raw}"), &all, &tokens(&all), steps),
            language,
        }
    }
}

/// A longer subject is cut.
const SUBJECT_CHARS_MAX: usize = 300;

#[cfg(test)]
#[path = "hostile.rs"]
mod hostile;

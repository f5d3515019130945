//! Which language a message is written in.
//!
//! Each sentence is weighed by its letters, so the main language of a mixed message is the one with the
//! most text, and one greeting does not decide. Two witnesses speak about a sentence: lingua's n-gram
//! models, and the small words of [`crate::words`], which hold on where typing is careless. When they
//! leave too little distance between the best and the second, or there is too little text, the last
//! language of the thread stands, and at last the store's.
//!
//! What a process pays, measured: the models are finite-state maps of 33 MB in the read-only part of the
//! program. Building a detector reads none of them; the first message pages in what it touches, and after
//! a few hundred messages about 34 MB of the program are resident, shared by all processes that run it.
//! Private memory grows by less than 4 MB. lingua's low-accuracy mode reads the same maps, so it would
//! save little, and it is not used.
//!
//! Complexity: linear in at most 3,000 characters.

use std::{collections::HashMap, fmt};

use lingua::{LanguageDetector, LanguageDetectorBuilder};
use serde::{Deserialize, Serialize};

use crate::{
    language::{Language, PerLanguage},
    strip::{own_words, words_only},
    text::{plain, tokens},
    words,
};

/// What is read of a message to tell its language.
const CHARS_MAX: usize = 3_000;
/// The least distance between the shares of the best and the second language.
const DISTANCE_MIN: f64 = 0.12;
/// The same where no small word helps and the text is shorter than [`LETTERS_SURE`].
const DISTANCE_MIN_SHORT: f64 = 0.6;
/// Letters from which lingua alone is trusted.
const LETTERS_SURE: f64 = 16.0;
/// Fewer letters tell nothing.
const LETTERS_MIN: f64 = 3.0;
/// What one small word adds to the say of small words in a sentence, and the most they get.
const SAY_PER_WORD: f64 = 0.2;
const SAY_MAX: f64 = 0.65;
/// Words of talk that are the same everywhere.
const NOBODYS: [&str; 13] = [
    "ok", "okay", "oke", "okey", "hm", "hmm", "ha", "haha", "lol", "oh", "ah", "wow", "info",
];

/// What told the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The message itself.
    Text,
    /// The last language of the thread.
    Thread,
    /// The store's locale.
    Locale,
}

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The language.
    pub language: Language,
    /// What told it.
    pub by: By,
    /// The share of the text that speaks for it, in millionths; 0 when the text told nothing.
    pub confidence_ppm: u32,
}

/// What stands in when the text does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// The language of the thread's last message whose text told it.
    pub thread: Option<Language>,
    /// The language of the store.
    pub locale: Language,
}

/// Why there is no detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DetectorError {
    /// One language needs no detector, and none can have one.
    #[error("languages: {0} given; a detector tells at least 2 apart, so name 2 or more")]
    TooFew(usize),
}

/// The models and lists of some languages.
pub struct Detector {
    models: LanguageDetector,
    languages: Vec<Language>,
    /// The languages of a folded word.
    small_words: HashMap<String, Vec<Language>>,
}

impl Detector {
    /// A detector that tells these languages apart. The fewer, the surer.
    pub fn new(languages: &[Language]) -> Result<Self, DetectorError> {
        let mut languages = languages.to_vec();
        languages.sort_unstable();
        languages.dedup();
        if languages.len() < 2 {
            return Err(DetectorError::TooFew(languages.len()));
        }
        let theirs: Vec<_> = languages.iter().map(|language| theirs(*language)).collect();
        let mut small_words: HashMap<String, Vec<Language>> = HashMap::new();
        for language in &languages {
            for token in tokens(&plain(words::of(*language))) {
                let known = small_words.entry(token.text).or_default();
                if !known.contains(language) {
                    known.push(*language);
                }
            }
        }
        Ok(Self {
            models: LanguageDetectorBuilder::from_languages(&theirs).build(),
            languages,
            small_words,
        })
    }

    /// The language of a message. A subject is asked when the text does not tell.
    pub fn guess(&self, texts: &[&str], fallback: Fallback) -> Guess {
        let told = texts
            .iter()
            .find_map(|text| self.told(&words_only(&own_words(&plain(text)))));
        if let Some(told) = told {
            return told;
        }
        let thread = fallback
            .thread
            .filter(|language| self.languages.contains(language));
        let (language, by) = thread.map_or((fallback.locale, By::Locale), |language| {
            (language, By::Thread)
        });
        Guess {
            language,
            by,
            confidence_ppm: 0,
        }
    }

    fn told(&self, text: &str) -> Option<Guess> {
        let mut shares = PerLanguage::default();
        let (mut letters, mut votes) = (0.0, 0);
        let mut read = 0;
        for sentence in text.split_inclusive(['.', '!', '?', '\n', ';', '\u{a1}', '\u{bf}']) {
            read += sentence.chars().count();
            if read > CHARS_MAX + sentence.len() {
                break;
            }
            let sentence: String = sentence.chars().take(CHARS_MAX).collect();
            let (weight, heard) = self.weigh(&sentence, &mut shares);
            letters += weight;
            votes += heard;
        }
        let (language, best, second) = shares.best();
        let sum = shares.sum();
        if letters < LETTERS_MIN || sum <= 0.0 {
            return None;
        }
        let is_sure = votes > 0 || letters >= LETTERS_SURE;
        let distance_min = if is_sure {
            DISTANCE_MIN
        } else {
            DISTANCE_MIN_SHORT
        };
        if (best - second) / sum < distance_min {
            return None;
        }
        Some(Guess {
            language,
            by: By::Text,
            confidence_ppm: ppm(best / sum),
        })
    }

    /// Adds what a sentence says. Gives its letters and how many small words were heard.
    fn weigh(&self, sentence: &str, shares: &mut PerLanguage) -> (f64, usize) {
        let words: Vec<String> = tokens(sentence)
            .into_iter()
            .map(|token| token.text)
            .filter(|word| !NOBODYS.contains(&word.as_str()))
            .collect();
        let letters: f64 = words
            .iter()
            .flat_map(|word| word.chars())
            .filter(|c| c.is_alphabetic())
            .map(|_| 1.0)
            .sum();
        if letters < 2.0 {
            return (0.0, 0);
        }
        let mut small = PerLanguage::default();
        let mut heard = 0;
        for languages in words.iter().filter_map(|word| self.small_words.get(word)) {
            // A word of nearly every language is none of theirs.
            if languages.len() > 3 {
                continue;
            }
            heard += 1;
            let share = languages.iter().map(|_| 1.0).sum::<f64>();
            for language in languages {
                small.add(*language, 1.0 / (share * share));
            }
        }
        let of_words = words.iter().map(|_| 1.0).sum::<f64>();
        let say = (SAY_PER_WORD * small.sum())
            .max(SAY_MAX * small.sum() / of_words)
            .min(SAY_MAX);
        let models = self.models_say(sentence);
        let (of_small, of_models) = (small.sum().max(f64::MIN_POSITIVE), models.sum());
        let models_share = if of_models > 0.0 { 1.0 - say } else { 0.0 };
        for (language, value) in small.iter() {
            shares.add(language, letters * say * value / of_small);
        }
        for (language, value) in models.iter() {
            shares.add(language, letters * models_share * value);
        }
        (letters, heard)
    }

    fn models_say(&self, sentence: &str) -> PerLanguage {
        let words: String = sentence
            .chars()
            .map(|c| {
                if c.is_alphabetic() || c == '\'' {
                    c
                } else {
                    ' '
                }
            })
            .collect();
        let mut models = PerLanguage::default();
        for (language, value) in self.models.compute_language_confidence_values(words) {
            // Four digits: the last bits depend on the order in which lingua adds.
            let value = (value * 10_000.0).round() / 10_000.0;
            if let Some(ours) = ours(language) {
                models.add(ours, value);
            }
        }
        models
    }
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector")
            .field("languages", &self.languages)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=1 before it is scaled"
)]
fn ppm(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1_000_000.0).round() as u32
}

fn theirs(language: Language) -> lingua::Language {
    match language {
        Language::English => lingua::Language::English,
        Language::German => lingua::Language::German,
        Language::French => lingua::Language::French,
        Language::Spanish => lingua::Language::Spanish,
        Language::Italian => lingua::Language::Italian,
        Language::Dutch => lingua::Language::Dutch,
        Language::Danish => lingua::Language::Danish,
    }
}

fn ours(theirs_: lingua::Language) -> Option<Language> {
    Language::ALL
        .into_iter()
        .find(|language| theirs(*language) == theirs_)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCALE: Fallback = Fallback {
        thread: None,
        locale: Language::German,
    };

    fn guess(text: &str) -> Guess {
        Detector::new(&Language::ALL)
            .unwrap()
            .guess(&[text], LOCALE)
    }

    #[test]
    fn what_tells_nothing_falls_back_to_thread_then_locale() {
        let detector = Detector::new(&Language::ALL).unwrap();
        for text in [
            "ok",
            "👍",
            "12345",
            "",
            "#1001",
            "???",
            "https://shop.example/de",
            "OK 👍 1001",
            "заказ",
            "好",
        ] {
            let guess = detector.guess(&[text], LOCALE);
            assert_eq!(
                (guess.language, guess.by),
                (Language::German, By::Locale),
                "{text}"
            );
            let fallback = Fallback {
                thread: Some(Language::Danish),
                ..LOCALE
            };
            let guess = detector.guess(&[text], fallback);
            assert_eq!(
                (guess.language, guess.by),
                (Language::Danish, By::Thread),
                "{text}"
            );
        }
    }

    #[test]
    fn a_thread_in_a_language_that_was_not_asked_for_does_not_count() {
        let detector = Detector::new(&[Language::English, Language::German]).unwrap();
        let fallback = Fallback {
            thread: Some(Language::Danish),
            locale: Language::English,
        };
        assert_eq!(
            detector.guess(&["ok"], fallback).language,
            Language::English
        );
    }

    #[test]
    fn one_word_of_a_language_is_enough_if_it_is_its_own() {
        for (text, language) in [
            ("danke", Language::German),
            ("Thanks!", Language::English),
            ("merci", Language::French),
            ("gracias", Language::Spanish),
            ("grazie mille", Language::Italian),
            ("bedankt", Language::Dutch),
            ("mange tak", Language::Danish),
        ] {
            let guess = guess(text);
            assert_eq!((guess.language, guess.by), (language, By::Text), "{text}");
        }
    }

    #[test]
    fn the_main_language_is_the_one_with_the_most_text() {
        let text = "Hallo liebes Team! I bought two lamps from you last week and neither of them works, \
                    what can we do about it? Vielen Dank";
        assert_eq!(guess(text).language, Language::English);
        let text = "Hi guys, jeg har bestilt den blå Winter Jacket Deluxe og den er stadig ikke kommet. \
                    Hvornår kan jeg forvente den? Best regards";
        assert_eq!(guess(text).language, Language::Danish);
    }

    #[test]
    fn quoted_history_and_links_have_no_say() {
        let text = "Merci, mais le colis n'est pas là.\n\nOn 3 Mar 2026, Shop <a@shop.example> wrote:\n\
                    > Hello, your order was delivered today. We hope that you like it.\n\
                    > Please tell us what you think of it at https://shop.example/how-did-we-do";
        assert_eq!(guess(text).language, Language::French);
    }

    #[test]
    fn a_subject_speaks_when_the_text_does_not() {
        let detector = Detector::new(&Language::ALL).unwrap();
        let guess = detector.guess(&["#1001", "Où est ma commande ?"], LOCALE);
        assert_eq!((guess.language, guess.by), (Language::French, By::Text));
    }

    #[test]
    fn a_detector_needs_two_languages() {
        let error = Detector::new(&[Language::French, Language::French]).unwrap_err();
        assert_eq!(error, DetectorError::TooFew(1));
    }
}

//! The seven languages that are read and written here.

use serde::{Deserialize, Serialize};

/// A language, written as its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `en`
    #[serde(rename = "en")]
    English,
    /// `de`
    #[serde(rename = "de")]
    German,
    /// `fr`
    #[serde(rename = "fr")]
    French,
    /// `es`
    #[serde(rename = "es")]
    Spanish,
    /// `it`
    #[serde(rename = "it")]
    Italian,
    /// `nl`
    #[serde(rename = "nl")]
    Dutch,
    /// `da`
    #[serde(rename = "da")]
    Danish,
}

impl Language {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Dutch,
        Self::Danish,
    ];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Danish => "da",
        }
    }

    /// The language of a code or locale, such as `de`, `de-AT` or `nl_BE.UTF-8`.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['-', '_', '.']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The place in [`Language::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// One value for each language.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PerLanguage([f64; 7]);

impl PerLanguage {
    pub(crate) fn add(&mut self, language: Language, value: f64) {
        if let Some(slot) = self.0.get_mut(language.index()) {
            *slot += value;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Language, f64)> {
        Language::ALL.into_iter().zip(self.0)
    }

    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().sum()
    }

    /// The best with its value, and the second value.
    pub(crate) fn best(&self) -> (Language, f64, f64) {
        let (mut language, mut best, mut second) = (Language::English, f64::MIN, f64::MIN);
        for (candidate, value) in self.iter() {
            if value > best {
                (language, second, best) = (candidate, best, value);
            } else if value > second {
                second = value;
            }
        }
        (language, best, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_language() {
        assert_eq!(Language::from_locale("de-AT"), Some(Language::German));
        assert_eq!(Language::from_locale("nl_BE.UTF-8"), Some(Language::Dutch));
        assert_eq!(Language::from_locale("DA"), Some(Language::Danish));
        assert_eq!(Language::from_locale("pt-BR"), None);
        assert_eq!(Language::from_locale(""), None);
    }

    #[test]
    fn the_order_of_the_tables_is_the_order_of_the_words() {
        for (index, language) in Language::ALL.into_iter().enumerate() {
            assert_eq!(language.index(), index);
        }
    }
}

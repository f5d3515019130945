//! Words as they are shortened on a phone, and what they stand for: "q" is "que", "u" is "you".
//!
//! One word stands for one word, so that places in a text stay what they are.

use std::borrow::Cow;

use crate::{
    language::Language,
    text::{Token, fold},
};

/// Shortened words as they are folded, and what they stand for.
type Table = &'static [(&'static str, &'static str)];

/// The words of a text with shortened ones written out.
pub(super) fn written_out(language: Language, tokens: &[Token]) -> Cow<'_, [Token]> {
    let table = table(language);
    let full = |token: &Token| {
        let found = table.iter().find(|(short, _)| *short == token.text);
        found.map(|(_, full)| fold(full))
    };
    let mut words = Cow::Borrowed(tokens);
    for (place, token) in tokens.iter().enumerate() {
        if let Some(full) = full(token)
            && let Some(word) = words.to_mut().get_mut(place)
        {
            word.text = full;
        }
    }
    words
}

fn table(language: Language) -> Table {
    match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::Italian => ITALIAN,
        Language::Dutch => DUTCH,
        Language::Danish => DANISH,
    }
}

const ENGLISH: Table = &[
    ("u", "you"),
    ("ur", "your"),
    ("r", "are"),
    ("pls", "please"),
    ("plz", "please"),
    ("wen", "when"),
    ("wher", "where"),
    ("wots", "whats"),
    ("wat", "what"),
    ("hav", "have"),
    ("dnt", "dont"),
    ("dint", "didnt"),
    ("havnt", "havent"),
    ("aint", "isnt"),
    ("rcvd", "received"),
    ("recvd", "received"),
    ("recd", "received"),
    ("b4", "before"),
];

const GERMAN: Table = &[
    ("nich", "nicht"),
    ("nid", "nicht"),
    ("ned", "nicht"),
    ("wg", "wegen"),
    ("is", "ist"),
    ("wan", "wann"),
    ("ruck", "zuruck"),
];

const FRENCH: Table = &[
    ("pk", "pourquoi"),
    ("pq", "pourquoi"),
    ("qd", "quand"),
    ("kan", "quand"),
    ("tjs", "toujours"),
    ("tjrs", "toujours"),
    ("jai", "ai"),
    ("g", "ai"),
    ("vs", "vous"),
    ("ds", "dans"),
    ("pr", "pour"),
    ("ms", "mais"),
    ("cde", "commande"),
    ("cmd", "commande"),
    ("mtn", "maintenant"),
];

const SPANISH: Table = &[
    ("q", "que"),
    ("k", "que"),
    ("ke", "que"),
    ("xq", "porque"),
    ("pq", "porque"),
    ("x", "por"),
    ("d", "de"),
    ("aki", "aquí"),
    ("kiero", "quiero"),
    ("dnd", "dónde"),
    ("cdo", "cuando"),
];

const ITALIAN: Table = &[
    ("nn", "non"),
    ("x", "per"),
    ("xke", "perché"),
    ("xche", "perché"),
    ("qnd", "quando"),
    ("qndo", "quando"),
    ("dv", "dove"),
    ("ke", "che"),
    ("k", "che"),
    ("qs", "questo"),
];

const DUTCH: Table = &[
    ("wnr", "wanneer"),
    ("mn", "mijn"),
    ("nix", "niks"),
    ("nie", "niet"),
    ("ie", "hij"),
    ("t", "het"),
    ("aub", "alstublieft"),
];

const DANISH: Table = &[
    ("ik", "ikke"),
    ("ka", "kan"),
    ("sku", "skulle"),
    ("ku", "kunne"),
    ("hva", "hvad"),
    ("hvorn", "hvornår"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{plain, tokens};

    #[test]
    fn shortened_words_are_written_out_in_their_language_only() {
        let said = |language| {
            let words = tokens(&plain("q me llegue"));
            let words = written_out(language, &words);
            words
                .iter()
                .map(|word| word.text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(said(Language::Spanish)[0], fold("que"));
        assert_eq!(said(Language::English)[0], "q");
    }
}

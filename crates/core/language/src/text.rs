//! A text made plain: bounded, of one spelling, without what the eye does not see; and its words, folded.
//!
//! Folding throws away what people get wrong or leave out: case, accents, `ü` against `ue`, `å` against
//! `aa`, doubled letters. Tables and texts are folded by the same function, so they still meet.
//!
//! Complexity: one pass over at most [`CHARS_MAX`] characters.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What is read of a text; the rest is cut off. A customer's message has a few hundred.
pub const CHARS_MAX: usize = 8_000;

/// A word of a text, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded letters and digits.
    pub(crate) text: String,
    /// Which sentence it stands in.
    pub(crate) sentence: usize,
    /// Which part between commas it stands in.
    pub(crate) clause: usize,
    /// Its sentence ends with a question mark.
    pub(crate) is_asked: bool,
}

/// NFKC, at most [`CHARS_MAX`] characters, digits of every script as 0 to 9, nothing invisible.
pub(crate) fn plain(text: &str) -> String {
    // One character may become eighteen, so the bound is held on both sides.
    text.chars()
        .take(CHARS_MAX)
        .nfkc()
        .filter(|c| !is_hidden(*c))
        .map(|c| match c {
            '\u{660}'..='\u{669}' => ascii_digit(c, '\u{660}'),
            '\u{6f0}'..='\u{6f9}' => ascii_digit(c, '\u{6f0}'),
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '`' | '\u{b4}' => '\'',
            _ => c,
        })
        .take(CHARS_MAX)
        .collect()
}

fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// Characters that take no room on the screen or turn its direction.
pub(crate) fn is_hidden(c: char) -> bool {
    is_direction(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
        || (c.is_control() && c != '\n' && c != '\t')
}

/// Marks that turn the direction of writing.
pub(crate) fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The Latin letter that a Cyrillic or Greek one looks like.
pub(crate) fn lookalike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'с' | 'ϲ' => 'c',
        'С' => 'C',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'Е' | 'Ε' => 'E',
        'һ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' => 'i',
        'І' | 'Ι' => 'I',
        'ј' => 'j',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'о' | 'ο' => 'o',
        'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ѕ' => 's',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'υ' => 'u',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'Х' | 'Χ' => 'X',
        'у' => 'y',
        'У' | 'Υ' => 'Y',
        _ => return None,
    })
}

/// The words of a plain text.
pub(crate) fn tokens(plain: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut sentence, mut clause) = (0, 0);
    let mut word = String::new();
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || is_combining_mark(c) {
            word.push(c);
            continue;
        }
        if c == '\'' && !word.is_empty() && is_contraction(chars.clone()) {
            continue;
        }
        push(&mut tokens, &mut word, sentence, clause);
        let is_inside_number =
            matches!(c, '.' | ',' | ':') && chars.peek().is_some_and(char::is_ascii_digit);
        if c == '?' {
            ask(&mut tokens, sentence);
        }
        match c {
            '.' | ',' | ':' if is_inside_number => {}
            '.' | '!' | '?' | '\n' | '\u{a1}' | '\u{bf}' => {
                sentence += 1;
                clause += 1;
            }
            ',' | ';' | ':' | '(' | ')' | '\u{2013}' | '\u{2014}' => clause += 1,
            _ => {}
        }
    }
    push(&mut tokens, &mut word, sentence, clause);
    tokens
}

fn push(tokens: &mut Vec<Token>, word: &mut String, sentence: usize, clause: usize) {
    if word.is_empty() {
        return;
    }
    let text = fold(word);
    word.clear();
    if !text.is_empty() {
        tokens.push(Token {
            text,
            sentence,
            clause,
            is_asked: false,
        });
    }
}

/// Marks the words of the last sentence as asked.
fn ask(tokens: &mut [Token], sentence: usize) {
    let words = tokens.iter_mut().rev();
    for token in words.take_while(|token| token.sentence == sentence) {
        token.is_asked = true;
    }
}

/// Whether an apostrophe belongs to one word, as in "don't"; in "l'article" it parts two.
fn is_contraction(rest: impl Iterator<Item = char>) -> bool {
    let tail: String = rest.take_while(|c| c.is_alphanumeric()).take(3).collect();
    let tail = tail.to_lowercase();
    ["t", "s", "m", "d", "re", "ve", "ll"].contains(&tail.as_str())
}

/// A word without case, accents, umlaut spellings and doubled letters.
pub(crate) fn fold(word: &str) -> String {
    let is_mixed = word.chars().any(|c| c.is_ascii_alphabetic());
    let mut folded = String::with_capacity(word.len());
    let mut last = ' ';
    let letters = word
        .chars()
        .map(|c| {
            if is_mixed {
                lookalike(c).unwrap_or(c)
            } else {
                c
            }
        })
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ß' => 's',
            'æ' => 'a',
            'œ' | 'ø' => 'o',
            'ł' => 'l',
            'đ' => 'd',
            'ı' => 'i',
            _ => c,
        });
    for c in letters {
        let is_umlaut = c == 'e' && matches!(last, 'a' | 'o' | 'u');
        let is_doubled = c == last && c.is_alphabetic();
        if !is_umlaut && !is_doubled {
            folded.push(c);
            last = c;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(&plain(text)).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn spellings_of_one_word_meet() {
        assert_eq!(fold("zurück"), fold("ZURUECK"));
        assert_eq!(fold("måned"), fold("maaned"));
        assert_eq!(fold("pleeease"), fold("please"));
        assert_eq!(fold("Größe"), fold("groesse"));
        assert_eq!(fold("rеfund"), "refund", "a Cyrillic e in a Latin word");
    }

    #[test]
    fn digits_are_kept_as_they_are() {
        assert_eq!(words("order １００１, #2200"), ["order", "1001", "2200"]);
        assert_eq!(words("٥٠ €"), ["50"]);
    }

    #[test]
    fn contractions_stay_and_elisions_part() {
        assert_eq!(
            words("I don’t want l'article"),
            ["i", "dont", "want", "l", "article"]
        );
    }

    #[test]
    fn hidden_characters_do_not_part_words() {
        assert_eq!(words("re\u{200b}fu\u{ad}nd"), ["refund"]);
    }

    #[test]
    fn sentences_and_clauses_are_counted() {
        let tokens = tokens("No, I want it. Now");
        assert_eq!((tokens[0].sentence, tokens[0].clause), (0, 0));
        assert_eq!((tokens[1].sentence, tokens[1].clause), (0, 1));
        assert_eq!(tokens[4].sentence, 1);
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(
            plain(&"\u{fdfa}".repeat(100_000)).chars().count(),
            CHARS_MAX
        );
    }
}

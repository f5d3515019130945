//! Phrases that are looked for in a text: how a table writes them, and how they are found.
//!
//! A phrase is words in order: `money back`. `refund*` is a beginning, `a|b` one of two, `~` up to three
//! words of any kind, `~~` up to eight, `word!` allows no slip. All words of a phrase stand in one sentence. Stems of five
//! letters and more forgive slips (see [`crate::typo`]), but a whole word of the book is no slip of another; a phrase that was found so counts four fifths, and three fifths
//! when it is a single word.
//!
//! Complexity: each distinct word is compared once with the stems of its first letter, then each phrase
//! walks from the places of its first word. Both are linear in the text; [`Steps`] counts them.

use std::collections::HashMap;

use crate::{
    text::{Token, fold},
    typo,
};

/// A row of a table: what it means, how strongly, and the phrases with commas between.
pub(crate) type Row<T> = (T, u16, &'static str);

/// The most places of one phrase that are looked at.
const PLACES_MAX: usize = 16;
/// Words that `~` may skip.
const GAP: usize = 3;
/// Words that `~~` may skip.
const GAP_WIDE: usize = 8;

/// Work done, for tests that hold the bound.
pub(crate) type Steps = u64;

/// A table made ready for reading.
#[derive(Debug)]
pub(crate) struct Book<T> {
    stems: Vec<Stem>,
    by_initial: HashMap<char, Vec<usize>>,
    phrases: Vec<Phrase<T>>,
    /// Slips are forgiven even where a word may be another.
    is_suspicious: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Stem {
    letters: Vec<char>,
    is_prefix: bool,
    is_strict: bool,
}

#[derive(Debug)]
struct Phrase<T> {
    tag: T,
    weight: u16,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    OneOf(Vec<usize>),
    Gap(usize),
}

/// A phrase in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit<T> {
    pub(crate) tag: T,
    /// The row's weight, less when a slip was forgiven.
    pub(crate) weight: u16,
    /// Whether no slip was forgiven.
    pub(crate) is_exact: bool,
    /// Which phrase of the book.
    pub(crate) phrase: usize,
    /// The first token.
    pub(crate) first: usize,
    /// The last token.
    pub(crate) last: usize,
}

/// Which stems each token is, and whether without a slip.
struct Matches {
    at: Vec<Vec<(usize, bool)>>,
    places: HashMap<usize, Vec<usize>>,
}

impl<T: Copy> Book<T> {
    pub(crate) fn new<'a>(rows: impl IntoIterator<Item = &'a Row<T>>) -> Self
    where
        T: 'a,
    {
        let mut book = Self {
            stems: Vec::new(),
            by_initial: HashMap::new(),
            phrases: Vec::new(),
            is_suspicious: false,
        };
        for (tag, weight, phrases) in rows {
            for text in phrases.split(',') {
                let parts = text
                    .split_whitespace()
                    .map(|part| book.part(part))
                    .collect();
                book.phrases.push(Phrase {
                    tag: *tag,
                    weight: *weight,
                    parts,
                });
            }
        }
        book
    }

    /// A book of what may be disguised: every slip is forgiven, and a word may be several.
    pub(crate) fn suspicious<'a>(rows: impl IntoIterator<Item = &'a Row<T>>) -> Self
    where
        T: 'a,
    {
        Self {
            is_suspicious: true,
            ..Self::new(rows)
        }
    }

    /// How many phrases it has.
    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    fn part(&mut self, text: &str) -> Part {
        match text {
            "~" => Part::Gap(GAP),
            "~~" => Part::Gap(GAP_WIDE),
            _ => Part::OneOf(text.split('|').map(|word| self.stem(word)).collect()),
        }
    }

    fn stem(&mut self, word: &str) -> usize {
        let (word, is_strict) = word.strip_suffix('!').map_or((word, false), |w| (w, true));
        let (word, is_prefix) = word.strip_suffix('*').map_or((word, false), |w| (w, true));
        let stem = Stem {
            letters: fold(word).chars().collect(),
            is_prefix,
            is_strict,
        };
        if let Some(known) = self.stems.iter().position(|known| *known == stem) {
            return known;
        }
        let index = self.stems.len();
        if let Some(initial) = stem.letters.first() {
            self.by_initial.entry(*initial).or_default().push(index);
        }
        self.stems.push(stem);
        index
    }

    /// All phrases of the book in the text, in the order of the book.
    pub(crate) fn hits(&self, tokens: &[Token], steps: &mut Steps) -> Vec<Hit<T>> {
        let matches = self.matches(tokens, steps);
        let mut hits = Vec::new();
        for (index, phrase) in self.phrases.iter().enumerate() {
            let Some((Part::OneOf(firsts), rest)) = phrase.parts.split_first() else {
                continue;
            };
            let starts = firsts
                .iter()
                .filter_map(|stem| matches.places.get(stem))
                .flat_map(|places| places.iter().take(PLACES_MAX));
            for start in starts {
                let is_exact = matches.is_exact(*start, firsts).unwrap_or(false);
                let walk = Walk {
                    tokens,
                    matches: &matches,
                };
                if let Some((last, rest_exact)) = walk.go(rest, *start, 0, steps) {
                    let is_exact = is_exact && rest_exact;
                    let weight = match (is_exact, phrase.parts.len()) {
                        (true, _) => phrase.weight,
                        (false, 1) => phrase.weight * 3 / 5,
                        (false, _) => phrase.weight * 4 / 5,
                    };
                    hits.push(Hit {
                        tag: phrase.tag,
                        weight,
                        is_exact,
                        phrase: index,
                        first: *start,
                        last,
                    });
                }
            }
        }
        hits
    }

    fn matches(&self, tokens: &[Token], steps: &mut Steps) -> Matches {
        let mut known: HashMap<&str, Vec<(usize, bool)>> = HashMap::new();
        let mut matches = Matches {
            at: Vec::with_capacity(tokens.len()),
            places: HashMap::new(),
        };
        for (place, token) in tokens.iter().enumerate() {
            let stems = known
                .entry(&token.text)
                .or_insert_with(|| self.stems_of(&token.text, steps));
            for (stem, _) in stems.iter() {
                matches.places.entry(*stem).or_default().push(place);
            }
            matches.at.push(stems.clone());
        }
        matches
    }

    fn stems_of(&self, word: &str, steps: &mut Steps) -> Vec<(usize, bool)> {
        let letters: Vec<char> = word.chars().take(2 * typo::LETTERS_MAX).collect();
        let candidates = letters.first().and_then(|c| self.by_initial.get(c));
        let mut found = Vec::new();
        // A word of the book is no slip of another: "takes" is not "taxes".
        let mut is_known = false;
        for index in candidates.into_iter().flatten() {
            *steps += 1;
            let Some(stem) = self.stems.get(*index) else {
                continue;
            };
            let is_exact = if stem.is_prefix {
                letters.starts_with(&stem.letters)
            } else {
                letters == stem.letters
            };
            // A word that leaves a beginning at its last letter begins otherwise: "fehler" is no "fehlen...".
            let is_other = !self.is_suspicious
                && stem.is_prefix
                && stem
                    .letters
                    .split_last()
                    .is_some_and(|(_, most)| letters.starts_with(most));
            let is_near = !is_exact
                && !is_other
                && !stem.is_strict
                && typo::is_near(&stem.letters, &letters, stem.is_prefix, steps);
            is_known |= is_exact && !stem.is_prefix;
            if is_exact || is_near {
                found.push((*index, is_exact));
            }
        }
        if is_known && !self.is_suspicious {
            found.retain(|(_, is_exact)| *is_exact);
        }
        found
    }
}

impl Matches {
    /// Whether the token is one of the stems, and then whether without a slip.
    fn is_exact(&self, place: usize, stems: &[usize]) -> Option<bool> {
        let here = self.at.get(place)?;
        let mut found = None;
        for (stem, is_exact) in here {
            if stems.contains(stem) {
                found = Some(found.unwrap_or(false) || *is_exact);
            }
        }
        found
    }
}

/// A phrase being followed through a text.
#[derive(Clone, Copy)]
struct Walk<'a> {
    tokens: &'a [Token],
    matches: &'a Matches,
}

impl Walk<'_> {
    /// The place of the last word when the rest of a phrase follows `place`.
    fn go(
        self,
        parts: &[Part],
        place: usize,
        gap: usize,
        steps: &mut Steps,
    ) -> Option<(usize, bool)> {
        *steps += 1;
        let Some((part, rest)) = parts.split_first() else {
            return Some((place, true));
        };
        let stems = match part {
            Part::OneOf(stems) => stems,
            Part::Gap(words) => return self.go(rest, place, *words, steps),
        };
        let sentence = self.tokens.get(place)?.sentence;
        for next in place + 1..=place + 1 + gap {
            if self.tokens.get(next)?.sentence != sentence {
                return None;
            }
            if let Some(is_exact) = self.matches.is_exact(next, stems)
                && let Some((last, rest_exact)) = self.go(rest, next, 0, steps)
            {
                return Some((last, is_exact && rest_exact));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{CHARS_MAX, plain, tokens};

    const ROWS: &[Row<char>] = &[
        ('r', 50, "refund*, money ~ back"),
        ('n', 50, "not|never received|arrived"),
        ('s', 50, "order!"),
    ];

    fn found(text: &str) -> Vec<(char, u16)> {
        let tokens = tokens(&plain(text));
        let hits = Book::new(ROWS).hits(&tokens, &mut 0);
        hits.into_iter().map(|hit| (hit.tag, hit.weight)).collect()
    }

    #[test]
    fn words_stand_in_order_within_one_sentence() {
        assert_eq!(found("I want my money all back"), [('r', 50)]);
        assert_eq!(found("back money"), []);
        assert_eq!(found("My money. Back"), []);
        assert_eq!(found("money one two three four back"), []);
        assert_eq!(found("it never arrived"), [('n', 50)]);
    }

    #[test]
    fn a_slip_counts_less_and_a_strict_word_allows_none() {
        assert_eq!(found("refudn"), [('r', 30)]);
        assert_eq!(found("never recieved"), [('n', 40)]);
        assert_eq!(found("older"), []);
        assert_eq!(found("order"), [('s', 50)]);
    }

    #[test]
    fn a_word_of_the_book_is_no_slip_of_another() {
        let tax: Row<char> = ('t', 50, "taxes");
        let long: Row<char> = ('l', 50, "takes ages");
        let found = |rows: &[Row<char>]| {
            let tokens = tokens(&plain("it takes ages"));
            let hits = Book::new(rows).hits(&tokens, &mut 0);
            hits.into_iter().map(|hit| hit.tag).collect::<String>()
        };
        assert_eq!(found(&[tax]), "t");
        assert_eq!(found(&[tax, long]), "l");
    }

    #[test]
    fn the_work_is_linear_in_the_text() {
        let book = Book::new(ROWS);
        let worst = |text: &str| {
            let mut steps = 0;
            book.hits(&tokens(&plain(text)), &mut steps);
            steps
        };
        for text in [
            "money ".repeat(20_000),
            "refunx refuny ".repeat(20_000),
            "a".repeat(100_000),
            (0..20_000).map(|n| format!("nev{n} ")).collect::<String>(),
        ] {
            let steps = worst(&text);
            assert!(steps <= 60 * CHARS_MAX as u64, "{steps}");
        }
    }
}

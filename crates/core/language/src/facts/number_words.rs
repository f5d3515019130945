//! Numbers in words, in the seven languages: what people write for common amounts.
//!
//! Neighbouring number words are put together: "one hundred and fifty". No word of one language means
//! another number in another, so the lists are one.

use std::{collections::HashMap, sync::LazyLock};

use crate::text::fold;

/// The value of a folded word.
pub(super) fn value_of(word: &str) -> Option<i64> {
    FOLDED.get(word).copied()
}

/// Words that may stand between two number words.
pub(super) fn is_joint(word: &str) -> bool {
    ["and", "und", "et", "y", "e", "en", "og"].contains(&word)
}

/// Puts number words together, as in "two hundred and fifty".
pub(super) fn together(values: &[i64]) -> Option<i64> {
    let (mut sum, mut part) = (0_i64, 0_i64);
    for value in values {
        match value {
            100 => part = part.max(1).checked_mul(100)?,
            1_000 => {
                sum = sum.checked_add(part.max(1).checked_mul(1_000)?)?;
                part = 0;
            }
            _ => part = part.checked_add(*value)?,
        }
    }
    sum.checked_add(part)
}

static FOLDED: LazyLock<HashMap<String, i64>> = LazyLock::new(|| {
    WORDS
        .iter()
        .flat_map(|(value, words)| words.split(' ').map(|word| (fold(word), *value)))
        .collect()
});

/// Danish "to" is left out: in English it stands before most amounts.
const WORDS: &[(i64, &str)] = &[
    (1, "one eins"),
    (2, "two zwei deux dos due twee"),
    (3, "three drei trois tres tre drie"),
    (4, "four vier quatre cuatro quattro fire"),
    (5, "five fünf cinq cinco cinque vijf fem"),
    (6, "six sechs seis sei zes seks"),
    (7, "seven sieben sept siete sette zeven syv"),
    (8, "eight acht huit ocho otto otte"),
    (9, "nine neun neuf nueve nove negen ni"),
    (10, "ten zehn dix diez dieci tien ti"),
    (12, "twelve zwölf douze doce dodici twaalf tolv"),
    (
        15,
        "fifteen fünfzehn quinze quince quindici vijftien femten",
    ),
    (20, "twenty zwanzig vingt veinte venti twintig tyve"),
    (
        25,
        "twentyfive fünfundzwanzig veinticinco venticinque vijfentwintig femogtyve",
    ),
    (30, "thirty dreißig trente treinta trenta dertig tredive"),
    (35, "fünfunddreißig vijfendertig femogtredive trentacinque"),
    (
        40,
        "forty fourty vierzig quarante cuarenta quaranta veertig fyrre fyrretyve",
    ),
    (45, "fünfundvierzig vijfenveertig femogfyrre quarantacinque"),
    (
        50,
        "fifty fünfzig cinquante cincuenta cinquanta vijftig halvtreds",
    ),
    (60, "sixty sechzig soixante sesenta sessanta zestig tres"),
    (
        70,
        "seventy siebzig septante setenta settanta zeventig halvfjerds",
    ),
    (
        75,
        "fünfundsiebzig vijfenzeventig femoghalvfjerds settantacinque",
    ),
    (80, "eighty achtzig huitante ochenta ottanta tachtig firs"),
    (
        90,
        "ninety neunzig nonante noventa novanta negentig halvfems",
    ),
    (
        99,
        "neunundneunzig negenennegentig nioghalvfems novantanove",
    ),
    (
        100,
        "hundred hundert einhundert cent cien ciento cento honderd hundrede ethundrede",
    ),
    (
        150,
        "hundertfünfzig einhundertfünfzig centocinquanta honderdvijftig",
    ),
    (
        200,
        "zweihundert doscientos duecento tweehonderd tohundrede",
    ),
    (
        250,
        "zweihundertfünfzig duecentocinquanta tweehonderdvijftig",
    ),
    (
        300,
        "dreihundert trescientos trecento driehonderd trehundrede",
    ),
    (
        500,
        "fünfhundert quinientos cinquecento vijfhonderd femhundrede",
    ),
    (1_000, "thousand tausend mille mil duizend tusind"),
    (10_000, "zehntausend diecimila tienduizend"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_is_read_in_seven_languages() {
        for word in [
            "fifty",
            "fünfzig",
            "FUENFZIG",
            "cinquante",
            "cincuenta",
            "cinquanta",
            "vijftig",
            "halvtreds",
        ] {
            assert_eq!(value_of(&fold(word)), Some(50), "{word}");
        }
    }

    #[test]
    fn neighbours_are_put_together() {
        assert_eq!(together(&[2, 100, 50]), Some(250));
        assert_eq!(together(&[100]), Some(100));
        assert_eq!(together(&[9, 1_000, 9, 100, 99]), Some(9_999));
        assert_eq!(together(&[20, 5]), Some(25));
        assert_eq!(together(&[i64::MAX, 1]), None);
    }
}

//! Houses that parcels go to, in one form: country, postcode, house number, folded street.
//!
//! *Limits.* Flats of one house are one address. Abbreviations are those of the shops' own countries; a
//! street written in an unknown short way becomes an address of its own, which links too little and
//! never too much.

use std::fmt;

use crate::fold::{fold, plain};

/// An address as a shop gives it. `Debug` hides it.
#[derive(Clone, Copy)]
pub struct PostalAddress<'a> {
    /// ISO 3166 code of two letters.
    pub country: &'a str,
    /// As written.
    pub postcode: &'a str,
    /// Street and house number, as written.
    pub street: &'a str,
}

impl fmt::Debug for PostalAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostalAddress").finish_non_exhaustive()
    }
}

/// Countries that write the house number before the street.
const NUMBER_FIRST: [&str; 8] = ["AU", "CA", "FR", "GB", "IE", "LU", "NZ", "US"];
/// Countries whose postcodes have letters.
const LETTERS_IN_POSTCODE: [&str; 5] = ["CA", "GB", "IE", "MT", "NL"];
/// Words after which a part of a house is named.
const UNITS: [&str; 14] = [
    "apartment",
    "appartement",
    "appt",
    "apt",
    "flat",
    "interno",
    "lgh",
    "piso",
    "room",
    "suite",
    "top",
    "unit",
    "whg",
    "wohnung",
];
/// Places where many people's parcels lie.
const SHARED: [&str; 15] = [
    "apartado",
    "boitepostale",
    "casellapostale",
    "packstation",
    "paketshop",
    "paketstation",
    "pakkeboks",
    "pakkeshop",
    "parcelshop",
    "pobox",
    "postboks",
    "postbus",
    "postfach",
    "puntopack",
    "relaiscolis",
];
/// Short forms of words in street names. The long form is what is kept.
const SHORT: [(&str, &str); 17] = [
    ("av", "avenu"),
    ("avd", "avenida"),
    ("avda", "avenida"),
    ("ave", "avenu"),
    ("avenue", "avenu"),
    ("bd", "boulevard"),
    ("blvd", "boulevard"),
    ("c", "calle"),
    ("ct", "court"),
    ("dr", "drive"),
    ("ln", "lane"),
    ("place", "pl"),
    ("platz", "pl"),
    ("rd", "road"),
    ("sq", "square"),
    ("st", "street"),
    ("v", "via"),
];

pub(crate) fn normalise(raw: &PostalAddress<'_>) -> Result<String, &'static str> {
    let country = country(raw.country)?;
    let postcode = postcode(raw.postcode, &country)?;
    if is_shared(raw.street) {
        return Err("it is shared by strangers, such as a parcel locker");
    }
    let is_number_first = NUMBER_FIRST.contains(&country.as_str());
    let mut words = street_words(raw.street);
    let has_digit = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    let at = if is_number_first {
        words.iter().position(has_digit)
    } else {
        words.iter().rposition(has_digit)
    };
    let Some(at) = at else {
        return Err("it has no house number");
    };
    let mut number = words.remove(at);
    // `12 a` is `12a`; so is `12 bis`.
    if let Some(suffix) = words
        .get(at)
        .filter(|word| is_suffix(word, is_number_first))
    {
        number.push_str(suffix);
        words.remove(at);
    }
    let street: String = words.iter().map(|word| long(word)).collect();
    let street = street.replace("strasse", "str").replace("straat", "str");
    if !street.contains(char::is_alphabetic) {
        return Err("it has no street");
    }
    Ok(format!("{country}|{postcode}|{number}|{street}"))
}

fn country(raw: &str) -> Result<String, &'static str> {
    let code = fold(raw).trim().to_ascii_uppercase();
    match code.as_str() {
        "UK" => Ok("GB".to_owned()),
        _ if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(code),
        _ => Err("its country is no code of two letters"),
    }
}

fn postcode(raw: &str, country: &str) -> Result<String, &'static str> {
    let has_letters = LETTERS_IN_POSTCODE.contains(&country);
    let folded = fold(raw).to_ascii_uppercase();
    let is_kept = |c: &char| c.is_ascii_digit() || (has_letters && c.is_ascii_uppercase());
    // Letters elsewhere are the country's: `D-10115`.
    let mut code: String = folded.chars().filter(is_kept).collect();
    if country == "US" {
        // The first five; the rest names a side of the street.
        code.truncate(5);
    }
    if (3..=9).contains(&code.len()) && code.contains(|c: char| c.is_ascii_digit()) {
        Ok(code)
    } else {
        Err("it has no postcode")
    }
}

fn is_shared(street: &str) -> bool {
    let line = plain(street);
    // Some houses stand in streets named after a Glocker.
    let mut words = line.split(|c: char| !c.is_alphanumeric());
    let letters: String = line.chars().filter(char::is_ascii_alphabetic).collect();
    words.any(|word| word == "locker") || SHARED.iter().any(|word| letters.contains(word))
}

/// The words of the line, without flats and floors.
fn street_words(street: &str) -> Vec<String> {
    let line = plain(street).replace('#', " unit ");
    let mut words: Vec<String> = Vec::new();
    // What follows the street and its number after a comma is a floor or a name.
    for part in line.split([',', ';', '\n']) {
        words.extend(part_words(part));
        let has_number = words
            .iter()
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let has_street = words
            .iter()
            .any(|word| word.starts_with(char::is_alphabetic) && !is_suffix(word, false));
        if has_number && has_street {
            break;
        }
    }
    words
}

fn part_words(part: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_after_unit = false;
    let chunks =
        part.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/' | '\u{2013}')));
    for chunk in chunks.filter(|chunk| !chunk.is_empty()) {
        let mut pieces = chunk
            .split(['-', '/', '\u{2013}'])
            .filter(|piece| !piece.is_empty());
        let Some(first) = pieces.next() else { continue };
        if UNITS.contains(&first) {
            is_after_unit = true;
            continue;
        }
        if std::mem::take(&mut is_after_unit) {
            continue;
        }
        let is_number = first.starts_with(|c: char| c.is_ascii_digit());
        words.push(first.to_owned());
        // `12-14` and `12/3` are known by the first number.
        words.extend(
            pieces
                .filter(|piece| !(is_number && piece.starts_with(|c: char| c.is_ascii_digit())))
                .map(str::to_owned),
        );
    }
    words
}

fn is_suffix(word: &str, is_number_first: bool) -> bool {
    let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    // Before a street name a lone letter may begin the name: `12 c/ Mayor`.
    (is_letter && !is_number_first) || ["bis", "ter", "quater"].contains(&word)
}

fn long(word: &str) -> &str {
    let found = SHORT.iter().find(|(short, _)| *short == word);
    found.map_or(word, |(_, long)| *long)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(country: &str, postcode: &str, street: &str) -> Result<String, &'static str> {
        normalise(&PostalAddress {
            country,
            postcode,
            street,
        })
    }

    #[test]
    fn one_house_has_one_form() {
        for (country, postcode, street) in [
            ("DE", "10115", "Müllerstraße 12a"),
            ("de", "D-10115", "Muellerstr. 12 A"),
            ("DE", " 10115 ", "MÜLLER STRASSE 12a, 2. OG"),
            ("DE", "１０１１５", "Müller-Str. 12a/3"),
        ] {
            let got = normal(country, postcode, street);
            assert_eq!(got.as_deref(), Ok("DE|10115|12a|mullerstr"), "{street}");
        }
        for (street, other) in [
            ("12 High St", "Flat 3, 12 High Street"),
            ("12 High St", "12 High Street, Flat 3"),
            ("12 High St #3", "12-14 High Street"),
        ] {
            let got = normal("GB", "sw1a 1aa", street);
            assert_eq!(got, normal("UK", "SW1A1AA", other), "{street}");
            assert_eq!(got.as_deref(), Ok("GB|SW1A1AA|12|highstreet"));
        }
        assert_eq!(
            normal("FR", "75004", "12 bis, rue du 8 Mai 1945").as_deref(),
            Ok("FR|75004|12bis|rudu8mai1945")
        );
        assert_eq!(
            normal("DE", "10623", "Straße des 17. Juni 135").as_deref(),
            Ok("DE|10623|135|strdes17juni")
        );
        assert_eq!(
            normal("IT", "00184", "Via Roma, 12"),
            normal("IT", "00184", "V. Roma 12")
        );
        assert_eq!(
            normal("US", "10001-1234", "5 Elm St"),
            normal("US", "10001", "5 Elm Street")
        );
    }

    #[test]
    fn neighbours_stay_apart() {
        let here = normal("DE", "10115", "Hauptstr. 1").unwrap();
        for (country, postcode, street) in [
            ("AT", "1011", "Hauptstr. 1"),
            ("DE", "10116", "Hauptstr. 1"),
            ("DE", "10115", "Glockerstr. 1"),
            ("DE", "10115", "Hauptstr. 1b"),
            ("DE", "10115", "Hauptstr. 11"),
            ("DE", "10115", "Nebenstr. 1"),
        ] {
            assert_ne!(normal(country, postcode, street).unwrap(), here);
        }
    }

    #[test]
    fn what_names_no_house_is_no_identity() {
        for (country, postcode, street) in [
            ("", "10115", "Hauptstr. 1"),
            ("DEU", "10115", "Hauptstr. 1"),
            ("DE", "", "Hauptstr. 1"),
            ("DE", "abc", "Hauptstr. 1"),
            ("DE", "10115", ""),
            ("DE", "10115", "Hauptstraße"),
            ("DE", "10115", "12"),
            ("DE", "10115", "Packstation 145"),
            ("DE", "10115", "Post-fach 12"),
            ("GB", "SW1A 1AA", "Locker 12 High St"),
            ("US", "10001", "P.O. Box 12"),
            ("DE", "10115", "Hauptstr. ١٢"),
        ] {
            assert!(normal(country, postcode, street).is_err(), "{street}");
        }
    }

    #[test]
    fn a_printed_address_shows_nothing() {
        let raw = PostalAddress {
            country: "DE",
            postcode: "10115",
            street: "Hauptstr. 1",
        };
        assert_eq!(format!("{raw:?}"), "PostalAddress { .. }");
    }

    proptest! {
        #[test]
        fn no_text_crashes_it_and_no_form_has_a_part_too_many(
            country in "(DE|GB|FR|US|\\PC{0,3})",
            postcode in "\\PC{0,8}",
            street in "\\PC{0,30}",
        ) {
            if let Ok(form) = normal(&country, &postcode, &street) {
                prop_assert_eq!(form.matches('|').count(), 3);
            }
        }

        #[test]
        fn case_and_punctuation_do_not_matter(name in "[A-Z][a-z]{3,10}weg", number in 1_u16..300) {
            let tidy = normal("DE", "10115", &format!("{name} {number}"));
            let wild = format!("  {},  {number} ", name.to_uppercase());
            prop_assert_eq!(normal("DE", "10115", &wild), tidy);
        }
    }
}

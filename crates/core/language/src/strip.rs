//! What the customer wrote now: without quoted history, signatures, links, addresses and numbers.
//!
//! A shop's own words come back in every reply. They would count for its language and its subject.

use crate::text::fold;

/// Beginnings of the line that a mail program puts above a quoted message, and how such a line ends.
const HISTORY: [(&str, &str); 9] = [
    ("on ", "wrote"),
    ("am ", "schrieb"),
    ("le ", "a ecrit"),
    ("el ", "escribi"),
    ("il ", "ha scritto"),
    ("op ", "schreef"),
    ("den ", "skrev"),
    ("d. ", "skrev"),
    ("van ", "schreef"),
];
/// Lines that begin a quoted message as a block.
const BLOCKS: [&str; 9] = [
    "original message",
    "ursprungliche nachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "oprindelig meddelelse",
    "forwarded message",
];
/// Lines that a device adds.
const DEVICES: [&str; 12] = [
    "sent from my",
    "sent from outlook",
    "get outlook for",
    "von meinem",
    "gesendet von",
    "envoye de mon",
    "enviado desde mi",
    "inviato da",
    "verzonden vanaf",
    "verstuurd vanaf",
    "sendt fra min",
    "gesendet mit",
];
/// A header line is short; a sentence that begins with "On" may be long.
const HEADER_CHARS_MAX: usize = 200;

/// The customer's own lines of a plain text.
pub(crate) fn own_words(plain: &str) -> String {
    let lines: Vec<&str> = plain.lines().collect();
    let mut own: Vec<&str> = Vec::new();
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        let trimmed = line.trim();
        let next = lines.get(index + 1).map_or("", |next| next.trim());
        if let Some(header_lines) = history_header(trimmed, next) {
            let rest = lines.get(index + header_lines..).unwrap_or_default();
            // Without marks nobody can tell where the quote ends.
            if !rest.iter().any(|line| is_quoted(line)) {
                break;
            }
            index += header_lines;
            continue;
        }
        if trimmed == "--" || trimmed == "__" || is_block(trimmed) {
            break;
        }
        if !is_quoted(line) && !is_device(trimmed) {
            own.push(line);
        }
        index += 1;
    }
    own.join("\n")
}

/// Own words with everything out that is no word of a language.
pub(crate) fn words_only(own: &str) -> String {
    let mut text = String::with_capacity(own.len());
    for line in own.lines() {
        for word in line.split_whitespace() {
            let is_address = word.contains('@') || word.contains("://") || word.starts_with("www.");
            let is_name = word.starts_with('#') || word.chars().any(|c| c.is_ascii_digit());
            if is_address || is_name {
                // What ended a sentence still ends it.
                if word.ends_with(['.', '!', '?']) {
                    text.push('.');
                }
                continue;
            }
            text.push_str(word);
            text.push(' ');
        }
        text.push('\n');
    }
    text
}

/// How many lines the header above a quoted message takes, if this is one.
fn history_header(line: &str, next: &str) -> Option<usize> {
    if line.chars().count() > HEADER_CHARS_MAX {
        return None;
    }
    let both = format!("{line} {next}");
    let is_header = |text: &str| {
        let low = accents_off(text);
        let low = low.trim_end();
        low.ends_with(':')
            && low.chars().any(|c| c.is_ascii_digit() || c == '@')
            && HISTORY
                .iter()
                .any(|(start, end)| low.starts_with(start) && low.contains(end))
    };
    if is_header(line) {
        return Some(1);
    }
    (is_header(&both) && !next.is_empty()).then_some(2)
}

fn accents_off(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            if word.chars().all(char::is_alphabetic) {
                fold_keeping_doubles(word)
            } else {
                word.to_lowercase()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn fold_keeping_doubles(word: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    word.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

fn is_block(line: &str) -> bool {
    let is_ruled = line.starts_with("--") || line.starts_with("__") || line.starts_with("==");
    let low = accents_off(line);
    is_ruled && BLOCKS.iter().any(|block| low.contains(block))
}

fn is_device(line: &str) -> bool {
    let low = accents_off(line);
    line.chars().count() < 80 && DEVICES.iter().any(|device| low.starts_with(device))
}

/// Whether a subject answers or passes on, so that its words are the shop's.
pub(crate) fn is_answer(subject: &str) -> bool {
    let head = subject.split(':').next().map(fold).unwrap_or_default();
    let is_mark = [
        "re", "aw", "wg", "fw", "fwd", "sv", "vs", "tr", "rif", "r", "antw",
    ]
    .contains(&head.trim());
    subject.contains(':') && is_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_history_is_left_out() {
        for header in [
            "On Mon, 3 Mar 2026 at 10:00, Shop <help@shop.example> wrote:",
            "Am 03.03.2026 um 10:00 schrieb Shop <help@shop.example>:",
            "Le lun. 3 mars 2026 à 10:00, Shop <help@shop.example> a écrit :",
            "El lun, 3 mar 2026 a las 10:00, Shop escribió:",
            "Il giorno lun 3 mar 2026 Shop ha scritto:",
            "Op ma 3 mrt 2026 om 10:00 schreef Shop <help@shop.example>:",
            "Den man. 3. mar. 2026 kl. 10.00 skrev Shop <help@shop.example>:",
            "On Mon, 3 Mar 2026 at 10:00, Shop <help@shop.example>\nwrote:",
            "-----Original Message-----",
        ] {
            let text = format!("Mine.\n\n{header}\nTheirs.\nStill theirs.");
            assert_eq!(own_words(&text).trim(), "Mine.", "{header}");
        }
    }

    #[test]
    fn an_answer_below_the_quote_is_kept() {
        let text = "On 3 Mar 2026 Shop wrote:\n> Theirs.\n> More.\nMine.\n-- \nAnn\n+45 11";
        assert_eq!(own_words(text), "Mine.");
    }

    #[test]
    fn a_sentence_that_begins_like_a_header_is_kept() {
        let text = "On Monday I wrote you an e-mail.\nNo answer.";
        assert_eq!(own_words(text), text);
    }

    #[test]
    fn numbers_links_and_addresses_are_no_words() {
        let own =
            "My order #1001 (a@b.example) https://x.example/y?z=1 is late.\nSent from my iPhone";
        assert_eq!(words_only(&own_words(own)).trim(), "My order is late.");
    }

    #[test]
    fn a_subject_that_answers_is_the_shops() {
        assert!(is_answer("Re: Your order") && is_answer("AW: Ihre Bestellung"));
        assert!(!is_answer("Where is my order?") && !is_answer("Problem: broken"));
    }
}

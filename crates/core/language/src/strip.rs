//! What the customer wrote now: without quoted history, signatures, links, addresses and numbers.
//!
//! A shop's own words come back in every reply. They would count for its language and its subject.

use crate::text::{fold, tokens};

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

/// Words of a line that greets and says no more.
const GREETS: &str = "hi hello hey hiya dear good morning evening afternoon day greetings there all everyone team sir madam or \
    sirs to whom it may concern customer service support shop \
    hallo moin servus guten tag abend liebes lieber liebe sehr geehrte geehrtes damen und herren zusammen leute \
    serviceteam kundenservice kundendienst \
    bonjour bonsoir salut coucou a tous toutes tout le monde madame monsieur mesdames messieurs cher chere chers equipe \
    l service client \
    hola buenas buenos dias tardes noches estimado estimada estimados senores senor senora muy mios equipo que tal quien \
    corresponda atencion al cliente todos \
    ciao salve buongiorno buonasera gentile gentili signori spettabile egregi tutti ragazzi servizio clienti ehi \
    hoi dag goedendag goedemorgen goedemiddag goedenavond beste geachte heer mevrouw iedereen allemaal klantenservice \
    hej hejsa goddag godaften godmorgen kaere med jer alle sammen dav kundeservice til rette vedkommende";
/// Words of a line that takes leave and says no more.
const LEAVES: &str = "thanks thank you many a lot cheers best kind regards warm warmest yours faithfully sincerely truly bye for \
    now take care all the with in advance so much thx greetings \
    danke dank vielen besten herzlichen schon schone im voraus mit freundlichen freundliche freundlichem gruss grusse grussen \
    viele liebe beste herzliche hochachtungsvoll mfg lg vg bis dann tschuss ciao euer ihr ihre und \
    merci mille beaucoup d avance bien cordialement cordiales a vous sinceres salutations distinguees bises bisous bonne \
    journee soiree mes remerciements avec respectueusement amicalement \
    gracias muchas mil de antemano un saludo saludos cordial cordiales atentamente reciban abrazo hasta luego pronto muy \
    grazie tante anticipo in cordiali distinti saluti migliori i con presto abbraccio un \
    bedankt alvast groet groeten groetjes vriendelijke met hartelijke hartelijk mvg hoogachtend tot gauw snel dank je wel \
    tak pa forhand mange tusind hilsen hilsner venlig venlige mvh med de bedste kaerlig vi ses";
/// A line with more words says something.
const FRAME_WORDS_MAX: usize = 6;
/// More lines below the one that takes leave are no signature.
const SIGNATURE_LINES_MAX: usize = 5;
/// Longer lines are none of a signature.
const SIGNATURE_WORDS_MAX: usize = 9;

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

/// Own words without the frame of a letter: the line that greets, the one that takes leave, and the signature below it.
/// A letter that is nothing but such lines is kept whole.
pub(crate) fn unframed(own: &str) -> String {
    let lines: Vec<&str> = own.lines().filter(|line| !line.trim().is_empty()).collect();
    let greets = lines.first().is_some_and(|line| is_made_of(line, GREETS));
    let body = if greets && lines.len() > 1 {
        lines.get(1..).unwrap_or_default()
    } else {
        lines.as_slice()
    };
    let leave = (1..body.len()).find(|at| {
        let below = body.get(at + 1..).unwrap_or_default();
        body.get(*at).is_some_and(|line| is_made_of(line, LEAVES))
            && below.len() <= SIGNATURE_LINES_MAX
            && below.iter().all(|line| is_of_signature(line))
    });
    body.get(..leave.unwrap_or(body.len()))
        .unwrap_or_default()
        .join("\n")
}

/// Whether a line has words, few, and all of a list.
fn is_made_of(line: &str, list: &str) -> bool {
    let words = tokens(line);
    let has = |word: &str| list.split_whitespace().any(|known| fold(known) == word);
    (1..=FRAME_WORDS_MAX).contains(&words.len()) && words.iter().all(|word| has(&word.text))
}

/// Whether a line below the one that takes leave says no more than who writes. What is asked there is still asked.
fn is_of_signature(line: &str) -> bool {
    let words = tokens(line);
    let is_more = words
        .first()
        .is_some_and(|word| matches!(word.text.as_str(), "ps" | "p" | "nb"));
    !is_more && words.len() <= SIGNATURE_WORDS_MAX && !line.trim_end().ends_with('?')
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
    fn greeting_leave_and_signature_are_no_part_of_what_is_said() {
        for text in [
            "Dear customer service,\n\nIt is mine.\n\nKind regards,\nAnn\nHeron Lane 4, second bell",
            "Liebes Serviceteam\nIt is mine.\nMit freundlichen Gr\u{fc}\u{df}en",
            "Hej med jer,\nIt is mine.\nTak p\u{e5} forh\u{e5}nd!\nAnn",
            "It is mine.",
        ] {
            assert_eq!(unframed(text), "It is mine.", "{text}");
        }
    }

    #[test]
    fn what_is_said_in_place_of_a_greeting_or_below_the_leave_is_kept() {
        for text in [
            "Thanks a lot!",
            "Hello, where is it?",
            "It came.\nThanks\nPS: the lid is broken",
            "It came.\nThanks\nCould you tell me where the other one is?",
        ] {
            assert_eq!(unframed(text), text);
        }
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

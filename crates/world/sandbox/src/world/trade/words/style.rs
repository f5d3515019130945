//! Who writes: a formal person, a curt or a chatty one, somebody angry, one who pays by the word, one
//! on a phone. It chooses what is said around the point, and in which form.

use rand::{Rng, RngExt};

use super::{
    Topic, en,
    phrases::{Phrases, Ways},
    pick,
};

/// A manner of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Register {
    Formal,
    Curt,
    Chatty,
    Angry,
    /// Fragments, as in a telegram.
    Telegram,
    /// Without capitals, and with few full stops.
    Phone,
}

impl Register {
    pub(super) fn draw(topic: Topic, rng: &mut impl Rng) -> Self {
        match rng.random_range(0..100) {
            0..22 => Self::Formal,
            22..36 => Self::Curt,
            36..60 => Self::Chatty,
            60..74 if annoys(topic) => Self::Angry,
            60..74 => Self::Chatty,
            74..82 => Self::Telegram,
            _ => Self::Phone,
        }
    }

    /// The lengths of what it says about the topic, in words.
    fn length(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Formal => 8..=60,
            Self::Curt => 1..=12,
            Self::Chatty => 10..=usize::MAX,
            Self::Angry => 1..=45,
            Self::Telegram => 1..=8,
            Self::Phone => 2..=28,
        }
    }
}

/// Whether somebody may be angry about it.
fn annoys(topic: Topic) -> bool {
    match topic {
        Topic::WhereIsIt | Topic::NotReceived | Topic::Damaged | Topic::WrongItem => true,
        Topic::ChangedMind
        | Topic::ChangeAddress
        | Topic::Question
        | Topic::Invoice
        | Topic::Thanks => false,
    }
}

/// Whether whoever writes wants something done about a purchase.
fn has_bought(topic: Topic) -> bool {
    match topic {
        Topic::WhereIsIt
        | Topic::NotReceived
        | Topic::Damaged
        | Topic::WrongItem
        | Topic::ChangedMind
        | Topic::ChangeAddress
        | Topic::Invoice => true,
        Topic::Question | Topic::Thanks => false,
    }
}

/// A message before names and numbers are filled in.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) head: String,
    /// Paragraphs.
    pub(super) body: Vec<String>,
    /// Closing and name, a line each.
    pub(super) foot: Vec<String>,
    /// What stands under the name: lines of the mail program, earlier mails.
    pub(super) tail: Vec<String>,
    /// Between the parts.
    pub(super) gap: &'static str,
}

impl Draft {
    pub(super) fn text(&self) -> String {
        let (body, foot) = (self.body.join(self.gap), self.foot.join("\n"));
        let parts = [self.head.clone(), body, foot];
        let message: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut blocks = vec![message.join(self.gap)];
        blocks.extend(self.tail.iter().cloned());
        blocks.join("\n\n")
    }
}

/// Drafts a message. `names_order` says whether the order's number stands anywhere in it.
pub(super) fn draft(
    phrases: &Phrases,
    topic: Topic,
    register: Register,
    names_order: bool,
    rng: &mut impl Rng,
) -> Draft {
    let fits = |text: &str| names_order || !text.contains("{order}");
    let among = |ways: Ways| -> Vec<&'static str> {
        ways.iter().copied().filter(|way| fits(way)).collect()
    };
    let said = phrases.said(topic);
    let subjects = match rng.random_range(0..20) {
        0..15 => said.subjects,
        15..19 => phrases.plain_subjects,
        // Half the world's subjects are English, whatever stands below them.
        _ => en::PHRASES.plain_subjects,
    };
    let point = point(&among(said.texts), register, rng);
    let mut draft = Draft {
        subject: pick(&among(subjects), rng).to_owned(),
        head: head(phrases, register, rng),
        body: body(phrases, topic, register, point, rng),
        foot: foot(phrases, register, rng),
        tail: tail(phrases, &among(phrases.quotes), rng),
        gap: pick(&["\n\n", "\n\n", "\n"], rng),
    };
    if rng.random_bool(0.06) {
        draft.subject = format!("Re: {}", draft.subject);
    }
    let is_named = draft.subject.contains("{order}") || draft.text().contains("{order}");
    if names_order && !is_named {
        name_order(&mut draft, pick(phrases.order_lines, rng), rng);
    }
    // A sentence in another language, where enough is said in the first.
    let words: usize = draft
        .body
        .iter()
        .map(|p| p.split_whitespace().count())
        .sum();
    if words >= 10 && register != Register::Telegram && rng.random_bool(0.09) {
        draft.body.push(pick(phrases.foreign, rng).to_owned());
    }
    draft
}

/// What is said about the topic, of a length that suits who says it.
fn point(texts: &[&'static str], register: Register, rng: &mut impl Rng) -> &'static str {
    let length = register.length();
    let suits = |text: &&&str| {
        // Who writes formally begins with a capital.
        length.contains(&text.split_whitespace().count())
            && (register != Register::Formal || !text.starts_with(char::is_lowercase))
    };
    let suited: Vec<&'static str> = texts.iter().filter(suits).copied().collect();
    pick(if suited.is_empty() { texts } else { &suited }, rng)
}

fn head(phrases: &Phrases, register: Register, rng: &mut impl Rng) -> String {
    let (share, ways) = match register {
        Register::Formal => (1.0, phrases.greetings_formal),
        Register::Curt => (0.3, phrases.greetings_easy),
        Register::Chatty => (0.95, phrases.greetings_easy),
        Register::Angry if rng.random_bool(0.3) => (1.0, phrases.greetings_formal),
        Register::Angry => (0.3, phrases.greetings_easy),
        Register::Telegram => (0.0, phrases.greetings_easy),
        Register::Phone => (0.55, phrases.greetings_easy),
    };
    if rng.random_bool(share) {
        pick(ways, rng).to_owned()
    } else {
        String::new()
    }
}

/// The point, with what people of this manner say before and after it.
fn body(
    phrases: &Phrases,
    topic: Topic,
    register: Register,
    point: &'static str,
    rng: &mut impl Rng,
) -> Vec<String> {
    let mut before: Vec<String> = Vec::new();
    let mut after: Vec<String> = Vec::new();
    let mut maybe = |into: &mut Vec<String>, share: f64, ways: Ways| {
        if rng.random_bool(share) {
            into.push(pick(ways, rng).to_owned());
        }
    };
    let wants_answer = if topic == Topic::Thanks { 0.0 } else { 1.0 };
    let helps = if has_bought(topic) { 1.0 } else { 0.0 };
    match register {
        Register::Formal => {
            maybe(&mut after, 0.12, phrases.asides);
            maybe(&mut after, 0.12 * helps, phrases.practical);
            maybe(&mut after, 0.7 * wants_answer, phrases.presses);
        }
        Register::Chatty => {
            maybe(&mut before, 0.45, phrases.small_talk);
            maybe(&mut before, 0.3, phrases.asides);
            maybe(&mut after, 0.5, phrases.asides);
            maybe(&mut after, 0.5 * helps, phrases.practical);
            maybe(&mut after, 0.4 * wants_answer, phrases.presses);
        }
        Register::Angry => {
            maybe(&mut before, 0.6, phrases.outrage);
            maybe(&mut after, 0.7, phrases.outrage);
            maybe(&mut after, 0.3, phrases.outrage);
            maybe(&mut after, 0.3, phrases.presses);
        }
        Register::Phone => {
            maybe(&mut after, 0.15, phrases.asides);
            maybe(&mut after, 0.15 * helps, phrases.practical);
            maybe(&mut after, 0.25 * wants_answer, phrases.presses);
        }
        Register::Curt | Register::Telegram => {}
    }
    if register == Register::Angry {
        raise_voice(&mut before, rng);
        raise_voice(&mut after, rng);
    }
    let mut sentences = before;
    sentences.push(point.to_owned());
    for sentence in after {
        // Nobody says a thing twice in the same words.
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if register != Register::Formal
        && rng.random_bool(0.16)
        && let Some(last) = sentences.last_mut()
    {
        *last = format!("{last} {}", emoji(topic, rng));
    }
    paragraphs(sentences, rng)
}

/// Sentences in one paragraph or in several.
fn paragraphs(sentences: Vec<String>, rng: &mut impl Rng) -> Vec<String> {
    let breaks = if rng.random_bool(0.5) { 0.0 } else { 0.4 };
    let mut paragraphs: Vec<String> = Vec::new();
    for sentence in sentences {
        match paragraphs.last_mut() {
            Some(last) if !rng.random_bool(breaks) => {
                last.push(' ');
                last.push_str(&sentence);
            }
            _ => paragraphs.push(sentence),
        }
    }
    paragraphs
}

/// Capitals, and more marks than anybody needs.
fn raise_voice(sentences: &mut [String], rng: &mut impl Rng) {
    for sentence in sentences {
        if rng.random_bool(0.25) {
            *sentence = sentence.to_uppercase();
        }
        if rng.random_bool(0.35) {
            let end = if sentence.ends_with('?') {
                "???"
            } else {
                "!!!"
            };
            let said = sentence.trim_end_matches(['.', '!', '?', ' ']);
            *sentence = format!("{said}{end}");
        }
    }
}

fn emoji(topic: Topic, rng: &mut impl Rng) -> &'static str {
    match topic {
        Topic::NotReceived | Topic::Damaged | Topic::WrongItem => {
            pick(&["😡", "😞", "🙄", "😤", "😢", ":("], rng)
        }
        Topic::WhereIsIt
        | Topic::ChangedMind
        | Topic::ChangeAddress
        | Topic::Question
        | Topic::Invoice => pick(&["🙏", "😊", "🙂", "👍", "📦", ":)"], rng),
        Topic::Thanks => pick(&["❤️", "😍", "🎉", "😊", "👍👍", "<3"], rng),
    }
}

fn foot(phrases: &Phrases, register: Register, rng: &mut impl Rng) -> Vec<String> {
    let (closes, signs, ways) = match register {
        Register::Formal => (1.0, 1.0, phrases.closings_formal),
        Register::Curt => (0.25, 0.5, phrases.closings_easy),
        Register::Chatty => (0.9, 0.9, phrases.closings_easy),
        Register::Angry => (0.25, 0.6, phrases.closings_formal),
        Register::Telegram => (0.0, 0.6, phrases.closings_easy),
        Register::Phone => (0.45, 0.35, phrases.closings_easy),
    };
    let mut foot = Vec::new();
    if rng.random_bool(closes) {
        foot.push(pick(ways, rng).to_owned());
    }
    if rng.random_bool(signs) {
        let has_signature = matches!(register, Register::Formal | Register::Chatty);
        let name = if has_signature && rng.random_bool(0.12) {
            pick(phrases.signatures, rng)
        } else {
            "{name}"
        };
        foot.push(name.to_owned());
    }
    foot
}

/// What the mail program puts under a message.
fn tail(phrases: &Phrases, quotes: &[&'static str], rng: &mut impl Rng) -> Vec<String> {
    let mut tail = Vec::new();
    // Not every mail program speaks its owner's language.
    let sent_from = if rng.random_bool(0.2) {
        en::PHRASES.sent_from
    } else {
        phrases.sent_from
    };
    if rng.random_bool(0.18) {
        tail.push(pick(sent_from, rng).to_owned());
    }
    if rng.random_bool(0.12) {
        tail.push(pick(quotes, rng).to_owned());
    }
    tail
}

/// Puts the order's number where nothing names it yet.
fn name_order(draft: &mut Draft, line: &str, rng: &mut impl Rng) {
    match rng.random_range(0..5) {
        0 => draft.body.insert(0, line.to_owned()),
        1 => draft.foot.push(line.to_owned()),
        2 => draft.body.push(line.to_owned()),
        _ => match draft.body.last_mut() {
            Some(last) => *last = format!("{last} {line}"),
            None => draft.body.push(line.to_owned()),
        },
    }
}

//! What goes wrong, or is left out, while somebody types: swapped, dropped and doubled letters, missing
//! accents, capitals and full stops. A reader still understands: at most about one word in twelve is hit.

use rand::{Rng, RngExt, seq::IndexedRandom};

use super::{
    Language,
    style::{Draft, Register},
};

/// Words to one that is misspelt, at least.
const WORDS_PER_TYPO: usize = 12;
/// Stands between paragraphs while they are typed.
const PARAGRAPH: &str = " \u{b6} ";

/// Types a draft as people of this manner do. Earlier mails under it stay as they were.
pub(super) fn let_slip(
    draft: &mut Draft,
    register: Register,
    language: Language,
    rng: &mut impl Rng,
) {
    let (typos, plain, careless) = match register {
        Register::Formal => (0.08, 0.03, 0.0),
        Register::Curt | Register::Angry => (0.3, 0.15, 0.15),
        Register::Chatty => (0.25, 0.08, 0.05),
        Register::Telegram => (0.2, 0.3, 0.5),
        Register::Phone => (0.6, 0.35, 0.6),
    };
    if rng.random_bool(typos) {
        // All paragraphs at once, since short ones would each have room for a typo.
        let typed = misspell(&draft.body.join(PARAGRAPH), rng);
        draft.body = typed.split(PARAGRAPH).map(str::to_owned).collect();
    }
    let drop_accents = rng.random_bool(plain);
    let drop_stops = rng.random_bool(careless);
    let lower = register == Register::Phone || (drop_stops && rng.random_bool(0.5));
    let typed = |text: &str| {
        let mut text = text.to_owned();
        if drop_accents {
            text = plain_letters(&text, language);
        }
        if drop_stops {
            text = without_stops(&text);
        }
        if lower { text.to_lowercase() } else { text }
    };
    let parts = draft.body.iter_mut().chain(&mut draft.foot);
    for part in parts.chain([&mut draft.head, &mut draft.subject]) {
        *part = typed(part);
    }
}

/// Hits a few of the longer words, and nothing that is filled in later.
fn misspell(text: &str, rng: &mut impl Rng) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let is_word = |word: &&String| word.chars().any(char::is_alphanumeric);
    let most = (words.iter().filter(is_word).count() + WORDS_PER_TYPO / 2) / WORDS_PER_TYPO;
    let is_long = |word: &String| word.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    let mut able: Vec<usize> = (0..words.len())
        .filter(|&nth| {
            words
                .get(nth)
                .is_some_and(|w| is_long(w) && !w.contains('{'))
        })
        .collect();
    for _ in 0..rng.random_range(0..=most) {
        if able.is_empty() {
            break;
        }
        let nth = able.swap_remove(rng.random_range(0..able.len()));
        if let Some(word) = words.get_mut(nth) {
            *word = mistyped(word, rng);
        }
    }
    words.join(" ")
}

/// A word with one slip inside; its first letter stays.
fn mistyped(word: &str, rng: &mut impl Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let inner: Vec<usize> = (1..letters.len().saturating_sub(1))
        .filter(|&at| {
            let pair = letters.get(at..=at + 1);
            pair.is_some_and(|pair| pair.iter().all(|c| c.is_alphabetic()))
        })
        .collect();
    let Some(&at) = inner.choose(rng) else {
        return word.to_owned();
    };
    match rng.random_range(0..3) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        _ => {
            let doubled = letters.get(at).copied();
            letters.splice(at..at, doubled);
        }
    }
    letters.into_iter().collect()
}

/// As typed on a keyboard of another country.
fn plain_letters(text: &str, language: Language) -> String {
    let spelt = |letter: char| match (language, letter) {
        (Language::German, 'ä') | (Language::Danish, 'æ') => "ae",
        (Language::German, 'ö') | (Language::Danish, 'ø') => "oe",
        (Language::German, 'Ä') | (Language::Danish, 'Æ') => "Ae",
        (Language::German, 'Ö') | (Language::Danish, 'Ø') => "Oe",
        (Language::German, 'ü') => "ue",
        (Language::German, 'Ü') => "Ue",
        (Language::German, 'ß') => "ss",
        (Language::Danish, 'å') => "aa",
        (Language::Danish, 'Å') => "Aa",
        (_, 'á' | 'à' | 'â' | 'ä') => "a",
        (_, 'é' | 'è' | 'ê' | 'ë') => "e",
        (_, 'í' | 'ì' | 'î' | 'ï') => "i",
        (_, 'ó' | 'ò' | 'ô' | 'ö') => "o",
        (_, 'ú' | 'ù' | 'û' | 'ü') => "u",
        (_, 'Á' | 'À' | 'Â') => "A",
        (_, 'É' | 'È' | 'Ê') => "E",
        (_, 'ç') => "c",
        (_, 'ñ') => "n",
        (_, 'œ') => "oe",
        (_, '¿' | '¡') => "",
        _ => "\0",
    };
    text.chars().fold(String::new(), |mut typed, letter| {
        match spelt(letter) {
            "\0" => typed.push(letter),
            other => typed.push_str(other),
        }
        typed
    })
}

/// Leaves out full stops and commas that end a word.
fn without_stops(text: &str) -> String {
    let bare = |word: &str| word.trim_end_matches(['.', ',', ';']).to_owned();
    text.split(' ').map(bare).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use homeostat_clock::Entropy;

    use super::{super::style, *};

    const STORY: &str = "My parcel with order {order} should have been here on Tuesday but nobody came \
        and the neighbours have not seen anything either so please tell me what happened to it";

    #[test]
    fn at_most_one_word_in_about_twelve_is_misspelt() {
        let mut rng = Entropy::from_seed(1).rng();
        let count = STORY.split(' ').count();
        let mut hit = 0;
        for _ in 0..500 {
            let typed = misspell(STORY, &mut rng);
            let words = typed.split(' ').zip(STORY.split(' '));
            let wrong = words.filter(|(typed, meant)| typed != meant).count();
            assert!(wrong * 12 <= count + 6, "{typed}");
            assert!(typed.contains("{order}"), "{typed}");
            hit += wrong;
        }
        assert!(hit > 300, "{hit}");
    }

    #[test]
    fn paragraphs_and_what_is_filled_in_survive_typing() {
        let phrases = super::super::Phrases::of(Language::German);
        let mut rng = Entropy::from_seed(2).rng();
        for _ in 0..300 {
            let topic = super::super::Topic::NotReceived;
            let mut draft = style::draft(phrases, topic, Register::Phone, true, &mut rng);
            let meant = (draft.body.len(), draft.text().matches('{').count());
            let_slip(&mut draft, Register::Phone, Language::German, &mut rng);
            let typed = (draft.body.len(), draft.text().matches('{').count());
            assert_eq!(meant, typed, "{draft:?}");
        }
    }

    #[test]
    fn umlauts_are_spelt_out_where_that_is_the_custom() {
        assert_eq!(
            plain_letters("Grüße, schön", Language::German),
            "Gruesse, schoen"
        );
        assert_eq!(plain_letters("på øen", Language::Danish), "paa oeen");
        assert_eq!(
            plain_letters("¿Cuándo? señal", Language::Spanish),
            "Cuando? senal"
        );
        assert_eq!(plain_letters("reçu là", Language::French), "recu la");
        assert_eq!(plain_letters("één", Language::Dutch), "een");
    }

    #[test]
    fn numbers_keep_their_points() {
        assert_eq!(without_stops("It is 89.90, or so."), "It is 89.90 or so");
    }
}

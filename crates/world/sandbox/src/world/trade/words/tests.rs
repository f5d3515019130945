//! What the words of letters promise.

use std::collections::BTreeSet;

use homeostat_clock::Entropy;
use proptest::prelude::{any, prop_assert, proptest};

use super::{phrases::Ways, *};

const TOPICS: [Topic; 9] = [
    Topic::WhereIsIt,
    Topic::NotReceived,
    Topic::Damaged,
    Topic::WrongItem,
    Topic::ChangedMind,
    Topic::ChangeAddress,
    Topic::Question,
    Topic::Invoice,
    Topic::Thanks,
];

pub(super) fn wanted(topic: Topic, language: Language) -> Wanted<'static> {
    Wanted {
        topic,
        language,
        steers: false,
        order: "#48213",
        first_name: "Robin",
        product: "Wool throw",
        total_micros: 89_900_000,
        currency: "EUR".to_owned(),
    }
}

/// Messages on a topic in a language, from one generator.
fn messages(wanted: &Wanted<'_>, count: usize) -> Vec<Words> {
    let entropy = Entropy::from_seed(11).child(&format!("{wanted:?}"));
    let mut rng = entropy.rng();
    (0..count).map(|_| write(wanted, &mut rng)).collect()
}

fn everything() -> impl Iterator<Item = (Topic, Language)> {
    Language::ALL
        .into_iter()
        .flat_map(|language| TOPICS.into_iter().map(move |topic| (topic, language)))
}

#[test]
fn every_language_has_many_texts_of_all_lengths_on_every_topic() {
    for (topic, language) in everything() {
        let said = Phrases::of(language).said(topic);
        let at = format!("{language:?} {topic:?}");
        assert!(said.texts.len() >= 18, "{at}: {}", said.texts.len());
        assert!(said.subjects.len() >= 4, "{at}");
        let silent = |ways: Ways| ways.iter().filter(|way| !way.contains("{order}")).count();
        assert!(
            silent(said.texts) >= 4 && silent(said.subjects) >= 1,
            "{at}"
        );
        let words = |text: &&str| text.split_whitespace().count();
        let shortest = said.texts.iter().map(words).min().unwrap();
        let longest = said.texts.iter().map(words).max().unwrap();
        assert!(shortest <= 4, "{at}: {shortest}");
        assert!(longest >= 65, "{at}: {longest}");
    }
}

#[test]
fn no_text_is_said_twice_in_a_language_nor_in_two() {
    let mut seen = BTreeSet::new();
    for (topic, language) in everything() {
        for text in Phrases::of(language).said(topic).texts {
            let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
            assert!(
                seen.insert(letters.to_lowercase()),
                "{language:?} {topic:?}: {text}"
            );
        }
    }
}

#[test]
fn every_table_of_a_language_has_a_choice() {
    for language in Language::ALL {
        let of = Phrases::of(language);
        for ways in [
            of.plain_subjects,
            of.greetings_formal,
            of.greetings_easy,
            of.closings_formal,
            of.closings_easy,
            of.small_talk,
            of.asides,
            of.practical,
            of.outrage,
            of.presses,
            of.order_lines,
            of.signatures,
            of.sent_from,
            of.quotes,
            of.foreign,
        ] {
            assert!(ways.len() >= 3, "{language:?}: {ways:?}");
            assert_eq!(
                ways.iter().collect::<BTreeSet<_>>().len(),
                ways.len(),
                "{ways:?}"
            );
        }
        assert!(of.order_lines.iter().all(|line| line.contains("{order}")));
        assert!(of.quotes.iter().any(|quote| !quote.contains("{order}")));
    }
}

#[test]
fn the_same_generator_writes_the_same_words() {
    for (topic, language) in everything() {
        let wanted = Wanted {
            steers: true,
            ..wanted(topic, language)
        };
        let told = || format!("{:?}", messages(&wanted, 5));
        assert_eq!(told(), told());
    }
}

#[test]
fn one_in_ten_forgets_the_order_where_it_matters() {
    for language in Language::ALL {
        for topic in TOPICS.into_iter().filter(|t| share_naming_order(*t) > 0.8) {
            let all = messages(&wanted(topic, language), 300);
            let naming = all.iter().filter(|words| words.mentions_order).count();
            let at = format!("{language:?} {topic:?}");
            assert!((252..=288).contains(&naming), "{at}: {naming} of 300");
        }
    }
}

#[test]
fn what_is_said_of_the_order_is_true() {
    for (topic, language) in everything() {
        for words in messages(&wanted(topic, language), 60) {
            let all = format!("{} {}", words.subject, words.text);
            assert_eq!(words.mentions_order, all.contains("48213"), "{all}");
        }
    }
}

#[test]
fn nothing_is_left_to_be_filled_in() {
    for (topic, language) in everything() {
        for steers in [false, true] {
            let wanted = Wanted {
                steers,
                ..wanted(topic, language)
            };
            for words in messages(&wanted, 30) {
                let all = format!("{} {}", words.subject, words.text);
                assert!(!words.text.trim().is_empty() && !words.subject.is_empty());
                assert_eq!(words.steers.is_empty(), !steers);
                for name in [
                    "order", "product", "total", "name", "huge", "wide", "other", "iban",
                ] {
                    assert!(!all.contains(&format!("{{{name}}}")), "{all}");
                }
            }
        }
    }
}

#[test]
fn a_message_is_bounded_and_only_padding_makes_it_long() {
    for (topic, language) in everything() {
        let wanted = Wanted {
            steers: true,
            ..wanted(topic, language)
        };
        for words in messages(&wanted, 60) {
            let is_padded = words.steers.contains(&Steer::Padding);
            let most = if is_padded { 20_000 } else { 4_000 };
            let length = words.text.chars().count();
            assert!(length <= most, "{length} characters: {:?}", words.steers);
            assert!(!is_padded || length > 4_000, "{length}");
        }
    }
}

#[test]
fn lengths_reach_from_three_words_to_a_story() {
    for language in Language::ALL {
        let lengths: BTreeSet<usize> = TOPICS
            .into_iter()
            .flat_map(|topic| messages(&wanted(topic, language), 150))
            .map(|words| words.text.split_whitespace().count())
            .collect();
        assert!(lengths.first() <= Some(&3), "{language:?}: {lengths:?}");
        assert!(lengths.last() >= Some(&100), "{language:?}: {lengths:?}");
    }
}

#[test]
fn many_messages_are_many_different_messages() {
    for (topic, language) in everything() {
        let all = messages(&wanted(topic, language), 100);
        let texts: BTreeSet<&str> = all.iter().map(|words| words.text.as_str()).collect();
        assert!(texts.len() >= 75, "{language:?} {topic:?}: {}", texts.len());
    }
}

#[test]
fn every_kind_of_steering_is_met() {
    let wanted = Wanted {
        steers: true,
        ..wanted(Topic::NotReceived, Language::Danish)
    };
    let met: BTreeSet<Steer> = messages(&wanted, 800)
        .into_iter()
        .flat_map(|words| words.steers)
        .collect();
    assert_eq!(met.len(), steer::Kind::ALL.len(), "{met:?}");
}

proptest! {
    /// A shop may name orders and products as it likes.
    #[test]
    fn any_order_can_be_written_about(
        order in "\\PC{0,24}",
        product in "\\PC{0,40}",
        currency in "[A-Z]{0,3}",
        total_micros in any::<i64>(),
        seed in any::<u64>(),
    ) {
        let wanted = Wanted {
            topic: TOPICS[(seed % 9) as usize],
            language: Language::ALL[(seed % 7) as usize],
            steers: true,
            order: &order,
            first_name: "Robin",
            product: &product,
            total_micros,
            currency,
        };
        let words = write(&wanted, &mut Entropy::from_seed(seed).rng());
        prop_assert!(words.text.chars().count() <= 20_000);
        prop_assert!(!words.steers.is_empty());
    }
}

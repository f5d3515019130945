//! What letters come to that were written before the tables were opened, in everyday words, curt, long and careless.
//!
//! Three sets, of each a half. Read for the first time the first gave 81 %, the second, written after the misses of the
//! first were mended, 76 %, and the third in the same way 86 %. The misses of all were read since, so today's share
//! flatters.
//!
//! A line is `topic | text`. A topic is read rightly when the strongest intent is one that a shop answers alike.

#![expect(clippy::panic, reason = "a test fails by panicking")]
use std::{fmt::Write as _, fs, path::Path};

use homeostat_language::{Fallback, Intent, Language, Message, Reader};

/// The intents that mean the same to a shop.
fn meant(topic: &str) -> &'static [Intent] {
    match topic {
        "status" | "lost" => &[Intent::WhereIsMyOrder, Intent::NotReceived],
        "damaged" => &[Intent::Damaged, Intent::Defective],
        "wrong" => &[Intent::WrongItem],
        "cancel" => &[Intent::CancelOrder],
        "return" => &[Intent::ReturnWish, Intent::CancelOrder],
        "thanks" => &[Intent::Thanks],
        "person" => &[
            Intent::ChangeAddress,
            Intent::SizeOrProductQuestion,
            Intent::InvoiceOrReceipt,
            Intent::DiscountWish,
            Intent::Other,
        ],
        "human" => &[Intent::WantsPerson],
        _ => panic!("no topic {topic}"),
    }
}

/// Where money back is asked for a parcel that did not come, both are said, and either may be the stronger.
fn is_right(topic: &str, intents: &[Intent]) -> bool {
    let rest = match intents.split_first() {
        Some((Intent::RefundWish, rest)) => rest,
        _ => intents,
    };
    rest.first().is_some_and(|main| meant(topic).contains(main))
}

#[test]
fn letters_come_to_what_they_are_about() {
    let reader = Reader::new(&Language::ALL).unwrap();
    let (mut cases, mut right, mut misses) = (0, 0, String::new());
    for language in Language::ALL {
        let file = format!("tests/letters/{}.txt", language.code());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        for line in fs::read_to_string(path).unwrap().lines() {
            let (topic, text) = line.split_once(" | ").unwrap();
            let reading = reader.read(&Message {
                subject: "",
                text,
                fallback: Fallback {
                    thread: None,
                    locale: language,
                },
            });
            let intents: Vec<Intent> = reading.intents.iter().map(|one| one.intent).collect();
            let is_right = is_right(topic, &intents);
            cases += 1;
            right += usize::from(is_right);
            if !is_right {
                let code = language.code();
                writeln!(misses, "{code} {topic}: {:?}: {text}", reading.intents).unwrap();
            }
        }
    }
    println!("{right} of {cases} letters\n{misses}");
    assert!(cases >= 280);
    assert!(right * 100 >= cases * 95, "{right} of {cases}\n{misses}");
}

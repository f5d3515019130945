//! Words: what people changed from the console, as they said it.

use jiff::tz::TimeZone;

use super::say::{self, Line, Section};
use crate::{Word, words};

/// Words that are told one by one.
const TOLD: usize = 20;

pub(super) fn section(said: &[Word], zone: &TimeZone) -> Section {
    let mut lines: Vec<Line> = said
        .iter()
        .take(TOLD)
        .map(|word| line(word, zone))
        .collect();
    if lines.is_empty() {
        lines.push(Line::of("Nobody changed anything from the console."));
    }
    if let Some(more) = said.len().checked_sub(TOLD).filter(|n| *n > 0) {
        let more = format!("{} after those.", words::count(more as u64, "word"));
        lines.push(Line::of(more).to("controls", "/controls"));
    }
    Section::new("words", "Words", lines)
}

fn line(word: &Word, zone: &TimeZone) -> Line {
    let end = match (word.state.as_str(), &word.problem) {
        (_, Some(problem)) => format!(" Not done: {}", say::text(problem)),
        ("asked", None) => " Whether it was done is not known here.".to_owned(),
        (_, None) => String::new(),
    };
    Line::of(format!(
        "{}, {}: {} {}. {}{end}",
        say::time(word.said_at, zone),
        words::name(&word.who),
        word.act,
        words::name(&word.subject),
        say::text(&word.reason),
    ))
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;

    use super::*;
    use crate::brief::say::texts;

    fn word(state: &str, problem: Option<&str>) -> Word {
        Word {
            who: "ada".into(),
            act: "cancel".into(),
            subject: "job 7".into(),
            reason: "it is stuck".into(),
            state: state.into(),
            problem: problem.map(str::to_owned),
            said_at: RuntimeTime("2026-06-16T09:12:04Z".parse().unwrap()),
        }
    }

    #[test]
    fn nobody_one_and_many_are_told() {
        let none = section(&[], &TimeZone::UTC);
        assert_eq!(texts(&none), ["Nobody changed anything from the console."]);
        let all = [
            word("done", None),
            word("refused", Some("it is done")),
            word("asked", None),
        ];
        assert_eq!(
            texts(&section(&all, &TimeZone::UTC)),
            [
                "09:12:04, ada: cancel job 7. It is stuck.",
                "09:12:04, ada: cancel job 7. It is stuck. Not done: It is done.",
                "09:12:04, ada: cancel job 7. It is stuck. Whether it was done is not known here.",
            ]
        );
        let many = vec![word("done", None); 21];
        assert_eq!(
            texts(&section(&many, &TimeZone::UTC)).last(),
            Some(&"1 word after those.")
        );
    }
}

//! Dates as people write them: `12.03.2026`, `12/3`, `2026-03-12`, `12 March`, `12. März 2026`.
//!
//! The day comes first, as in all of Europe; `3/25` can only be the other order and is read so.

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// A date as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateSaid {
    /// Often left out.
    pub year: Option<u16>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, and never more than the month can have.
    pub day: u8,
}

/// The dates of a plain text, in order.
pub(super) fn dates_in(plain: &str) -> Vec<DateSaid> {
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut dates = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let next = |by: usize| words.get(index + by).copied().unwrap_or_default();
        if let Some(date) =
            of_figures(word).or_else(|| of_words([word, next(1), next(2), next(3), next(4)]))
        {
            dates.push(date);
        }
    }
    dates
}

fn of_figures(word: &str) -> Option<DateSaid> {
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let mark = word.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, '.' | '/' | '-') {
        return None;
    }
    let parts: Vec<&str> = word.split(mark).collect();
    let number = |part: &&str| part.parse::<u16>().ok();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => {
            date(Some(number(year)?), number(month)?, number(day)?)
        }
        [day, month, year] if matches!(year.len(), 2 | 4) => {
            let year = number(year)?;
            let year = if year < 100 { year + 2_000 } else { year };
            date(Some(year), number(month)?, number(day)?).or_else(|| {
                date(
                    Some(year),
                    number(day).unwrap_or(0),
                    number(month).unwrap_or(0),
                )
            })
        }
        // "12.3" is as well a number: only a slash makes a date of two.
        [day, month] if mark == '/' && day.len() <= 2 && month.len() <= 2 => {
            date(None, number(month)?, number(day)?)
                .or_else(|| date(None, number(day).unwrap_or(0), number(month).unwrap_or(0)))
        }
        _ => None,
    }
}

/// `12 March 2026`, `12. März`, `12 de marzo de 2026`, `March 12`.
fn of_words(words: [&str; 5]) -> Option<DateSaid> {
    let [first, second, third, fourth, fifth] = words;
    let day_of = |word: &str| {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let rest = word.get(digits.len()..).unwrap_or_default();
        let is_day = [
            "", ".", ",", "th", "st", "nd", "rd", "er", "º", "°", "th,", "st,",
        ]
        .contains(&rest);
        digits
            .parse::<u16>()
            .ok()
            .filter(|_| is_day && digits.len() <= 2)
    };
    let year_of = |word: &str| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        digits
            .parse::<u16>()
            .ok()
            .filter(|year| (1_990..2_100).contains(year))
    };
    let is_link = |word: &str| ["de", "of", "del"].contains(&word);
    if let Some(day) = day_of(first) {
        let (month, year, after) = if is_link(second) {
            (third, fourth, fifth)
        } else {
            (second, third, fourth)
        };
        let year = if is_link(year) { after } else { year };
        return date(year_of(year), month_of(month)?, day);
    }
    date(year_of(third), month_of(first)?, day_of(second)?)
}

fn month_of(word: &str) -> Option<u16> {
    let folded = fold(word.trim_matches(|c: char| !c.is_alphabetic()));
    let index = MONTHS.iter().position(|names| {
        names.split(' ').any(|name| {
            folded == name
                || (name.len() > 4 && folded.get(..3) == name.get(..3) && folded.len() == 3)
        })
    })?;
    u16::try_from(index + 1).ok()
}

/// Folded names of the months in the seven languages.
const MONTHS: [&str; 12] = [
    "january januar janvier enero genaio januari janer",
    "february februar fevrier febrero febraio februari",
    "march marz mars marzo mart mart marts mrt",
    "april avril abril aprile",
    "may mai mayo magio mei maj",
    "june juni juin junio giugno",
    "july juli juilet julio luglio",
    "august aut agosto augustus aout",
    "september septembre septiembre setembre",
    "october oktober octobre octubre otobre",
    "november novembre noviembre",
    "december dezember decembre diciembre dicembre",
];

fn date(year: Option<u16>, month: u16, day: u16) -> Option<DateSaid> {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let is_real =
        (1..=days).contains(&day) && year.is_none_or(|year| (1_990..2_100).contains(&year));
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    is_real.then_some(DateSaid { year, month, day })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_europe_writes_them() {
        for (text, year, month, day) in [
            ("am 12.03.2026 bestellt", Some(2026), 3, 12),
            ("on 12/3/26.", Some(2026), 3, 12),
            ("2026-03-12", Some(2026), 3, 12),
            ("since 3/25/2026", Some(2026), 3, 25),
            ("12 March", None, 3, 12),
            ("March 12th, 2026", Some(2026), 3, 12),
            ("am 12. März 2026", Some(2026), 3, 12),
            ("le 1er août", None, 8, 1),
            ("12 de marzo de 2026", Some(2026), 3, 12),
            ("il 5 maggio", None, 5, 5),
            ("5 mei 2026", Some(2026), 5, 5),
            ("d. 5. oktober", None, 10, 5),
            ("12/3", None, 3, 12),
        ] {
            assert_eq!(dates_in(text), [DateSaid { year, month, day }], "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_left_alone() {
        for text in [
            "order 1001",
            "49.90",
            "31.02.2026",
            "99/99",
            "1.2.3.4",
            "30 February",
            "13.13.2026",
            "",
        ] {
            assert_eq!(dates_in(text), [], "{text}");
        }
    }
}

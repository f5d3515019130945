//! A number as people write it: `1,234.56`, `1.234,56`, `1 234,56`, `1'234.50`, `50,-`.

use crate::language::Language;

/// A number in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// In millionths.
    pub(super) micros: i64,
    /// The first character.
    pub(super) start: usize,
    /// Behind the last character.
    pub(super) end: usize,
}

/// More digits than any amount has.
const DIGITS_MAX: usize = 19;

/// The character before the decimals in a language.
pub(crate) fn decimal_mark(language: Language) -> char {
    match language {
        Language::English => '.',
        Language::German
        | Language::French
        | Language::Spanish
        | Language::Italian
        | Language::Dutch
        | Language::Danish => ',',
    }
}

/// Digits with a mark before them; the first group has none.
struct Group {
    mark: Option<char>,
    digits: String,
}

/// The number that begins at a digit. `None` with the place to go on when it is no amount.
pub(super) fn number_at(
    chars: &[char],
    start: usize,
    language: Option<Language>,
) -> Result<Number, usize> {
    let mut groups = vec![Group {
        mark: None,
        digits: digits_at(chars, start),
    }];
    let mut end = start + groups.first().map_or(0, |group| group.digits.len());
    while let Some(mark) = chars.get(end).copied() {
        let digits = digits_at(chars, end + 1);
        let is_first_short = groups.first().is_some_and(|group| group.digits.len() <= 3);
        let has_decimals = groups
            .iter()
            .any(|group| matches!(group.mark, Some('.' | ',')));
        let belongs = match mark {
            '.' | ',' => !digits.is_empty(),
            ' ' | '\'' => digits.len() == 3 && is_first_short && !has_decimals,
            _ => false,
        };
        if !belongs {
            break;
        }
        end += 1 + digits.len();
        groups.push(Group {
            mark: Some(mark),
            digits,
        });
    }
    let micros = value(&groups, language).ok_or(end)?;
    // "50,-" and "50.-" are whole.
    if matches!(chars.get(end), Some('.' | ','))
        && matches!(chars.get(end + 1), Some('-' | '\u{2013}'))
    {
        end += 2;
    }
    Ok(Number { micros, start, end })
}

fn digits_at(chars: &[char], start: usize) -> String {
    chars
        .iter()
        .skip(start)
        .take_while(|c| c.is_ascii_digit())
        .collect()
}

fn value(groups: &[Group], language: Option<Language>) -> Option<i64> {
    let marks: Vec<char> = groups.iter().filter_map(|group| group.mark).collect();
    let (whole, decimals) = match decimals_from(groups, &marks, language)? {
        None => (groups, ""),
        Some(index) => (groups.get(..index)?, groups.get(index)?.digits.as_str()),
    };
    if whole.iter().skip(1).any(|group| group.digits.len() != 3) || decimals.len() > 6 {
        return None;
    }
    let digits: String = whole.iter().map(|group| group.digits.as_str()).collect();
    if digits.len() > DIGITS_MAX {
        return None;
    }
    let text = format!("{digits}{decimals:0<6}");
    i64::try_from(text.parse::<i128>().ok()?).ok()
}

/// Which group holds the decimals, if any; `None` when the marks make no number.
fn decimals_from(
    groups: &[Group],
    marks: &[char],
    language: Option<Language>,
) -> Option<Option<usize>> {
    let points: Vec<char> = marks
        .iter()
        .copied()
        .filter(|mark| matches!(mark, '.' | ','))
        .collect();
    let last = groups.len() - 1;
    match points.as_slice() {
        [] => Some(None),
        [mark] => {
            let (before, after) = (groups.get(last.checked_sub(1)?)?, groups.get(last)?);
            let is_grouped_before = marks.len() > 1;
            let may_group = after.digits.len() == 3
                && before.digits.len() <= 3
                && before.digits != "0"
                && !is_grouped_before;
            // "1.234" alone is a matter of the language, and of the more usual reading without one.
            let is_decimal =
                !may_group || language.is_some_and(|language| decimal_mark(language) == *mark);
            Some(is_decimal.then_some(last))
        }
        [firsts @ .., mark] => {
            let is_one_kind = firsts.iter().all(|first| first == mark);
            let is_grouped = firsts.iter().all(|first| Some(first) == firsts.first());
            match (is_one_kind, is_grouped) {
                (true, _) => Some(None),
                (false, true) => Some(Some(last)),
                (false, false) => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(text: &str, language: Option<Language>) -> Option<i64> {
        let chars: Vec<char> = text.chars().collect();
        number_at(&chars, 0, language)
            .ok()
            .map(|number| number.micros)
    }

    #[test]
    fn every_way_of_writing_a_number_is_read() {
        for (text, expected) in [
            ("50", 50_000_000),
            ("1.234,56", 1_234_560_000),
            ("1,234.56", 1_234_560_000),
            ("1 234,56", 1_234_560_000),
            ("1'234.50", 1_234_500_000),
            ("49,9", 49_900_000),
            ("0.123", 123_000),
            ("50,-", 50_000_000),
            ("1.234.567", 1_234_567_000_000),
            ("9.999", 9_999_000_000),
            ("12,5", 12_500_000),
        ] {
            assert_eq!(micros(text, None), Some(expected), "{text}");
        }
    }

    #[test]
    fn three_digits_after_one_mark_are_a_matter_of_language() {
        assert_eq!(micros("1.234", Some(Language::German)), Some(1_234_000_000));
        assert_eq!(micros("1.234", Some(Language::English)), Some(1_234_000));
        assert_eq!(micros("1,234", Some(Language::Danish)), Some(1_234_000));
    }

    #[test]
    fn dates_and_versions_are_no_numbers() {
        assert_eq!(micros("12.03.2026", None), None);
        assert_eq!(micros("1.2.3", None), None);
        assert_eq!(micros("1,23.4.5", None), None);
        assert_eq!(micros(&"9".repeat(40), None), None);
    }
}

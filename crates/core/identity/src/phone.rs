//! Telephone numbers as E.164, as far as that can be done honestly with a short table.
//!
//! The table holds what is needed to tell a national number from an international one: the calling code
//! (ITU E.164), the digits that are dialled before a national number at home only, and how long the rest
//! may be. A number that the table does not explain has no identity; none is guessed.

use crate::fold::fold;

/// ITU E.164: a whole number has at most 15 digits.
const DIGITS_MAX: usize = 15;
/// Shorter international numbers of countries that are not in the table are not believed.
const DIGITS_MIN: usize = 8;

/// How one country numbers its telephones.
struct Plan {
    country: &'static str,
    code: &'static str,
    /// Dialled at home before the number; empty where nothing is.
    trunk: &'static str,
    /// Digits of the number after code and trunk.
    digits: (usize, usize),
}

const fn plan(
    country: &'static str,
    code: &'static str,
    trunk: &'static str,
    least: usize,
    most: usize,
) -> Plan {
    Plan {
        country,
        code,
        trunk,
        digits: (least, most),
    }
}

const PLANS: [Plan; 25] = [
    plan("AT", "43", "0", 7, 13),
    plan("AU", "61", "0", 9, 9),
    plan("BE", "32", "0", 8, 9),
    plan("CA", "1", "1", 10, 10),
    plan("CH", "41", "0", 9, 9),
    plan("CZ", "420", "", 9, 9),
    plan("DE", "49", "0", 6, 12),
    plan("DK", "45", "", 8, 8),
    plan("ES", "34", "", 9, 9),
    plan("FI", "358", "0", 6, 11),
    plan("FR", "33", "0", 9, 9),
    plan("GB", "44", "0", 9, 10),
    plan("GR", "30", "", 10, 10),
    plan("HU", "36", "06", 8, 9),
    plan("IE", "353", "0", 7, 9),
    // Italy dials its leading zero from abroad too.
    plan("IT", "39", "", 6, 11),
    plan("LU", "352", "", 6, 9),
    plan("NL", "31", "0", 9, 9),
    plan("NO", "47", "", 8, 8),
    plan("NZ", "64", "0", 8, 10),
    plan("PL", "48", "", 9, 9),
    plan("PT", "351", "", 9, 9),
    plan("SE", "46", "0", 7, 9),
    plan("SK", "421", "0", 9, 9),
    plan("US", "1", "1", 10, 10),
];

pub(crate) fn normalise(raw: &str, country: &str) -> Result<String, &'static str> {
    let folded = fold(raw);
    let text = folded.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let (digits, has_plus) = digits(text)?;
    let home = fold(country).trim().to_ascii_uppercase();
    let home = PLANS.iter().find(|plan| plan.country == home);
    let abroad = match (has_plus, home.map(|plan| plan.code)) {
        (true, _) => Some(digits.as_str()),
        // Who dials 00 for abroad. North America dials 011.
        (false, Some("1")) => digits.strip_prefix("011"),
        (false, _) => digits.strip_prefix("00"),
    };
    match abroad {
        Some(number) => international(number, text.contains("(0)")),
        None => national(&digits, home),
    }
}

/// The digits, and whether a plus stands before them.
fn digits(text: &str) -> Result<(String, bool), &'static str> {
    let (has_plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '/' | '(' | ')' | '\u{2010}' | '\u{2012}' | '\u{2013}' => {}
            _ => return Err("it holds something else than digits and separators"),
        }
    }
    Ok((digits, has_plus))
}

fn international(number: &str, has_marked_zero: bool) -> Result<String, &'static str> {
    let plan = PLANS.iter().find(|plan| number.starts_with(plan.code));
    if let Some(plan) = plan {
        let rest = number.strip_prefix(plan.code).unwrap_or_default();
        // Many write the trunk digit although it is not dialled from abroad.
        return number_of(plan, rest.strip_prefix(plan.trunk).unwrap_or(rest));
    }
    if has_marked_zero || number.starts_with('0') {
        return Err("its country's rules are not known");
    }
    if !(DIGITS_MIN..=DIGITS_MAX).contains(&number.len()) || is_placeholder(number) {
        return Err("it is no number that somebody has");
    }
    Ok(format!("+{number}"))
}

fn national(digits: &str, home: Option<&Plan>) -> Result<String, &'static str> {
    let Some(plan) = home else {
        return Err("it is national, and its country's rules are not known");
    };
    match digits.strip_prefix(plan.trunk) {
        Some(rest) => number_of(plan, rest),
        // North America writes its numbers without the trunk digit.
        None if plan.code == "1" => number_of(plan, digits),
        None => Err("it starts neither with + nor as a national number"),
    }
}

fn number_of(plan: &Plan, rest: &str) -> Result<String, &'static str> {
    let (least, most) = plan.digits;
    let fits = (least..=most).contains(&rest.len()) && plan.code.len() + rest.len() <= DIGITS_MAX;
    // No number begins with what is dialled before numbers.
    let is_doubled = !plan.trunk.is_empty() && rest.starts_with(plan.trunk);
    if !fits || is_doubled || is_placeholder(rest) {
        return Err("it is no number that somebody has");
    }
    Ok(format!("+{}{rest}", plan.code))
}

/// What people type when they do not want to give a number. It would link strangers.
fn is_placeholder(digits: &str) -> bool {
    let first = digits.chars().next();
    digits.chars().all(|c| Some(c) == first)
        || ["123456789012345", "012345678901234", "987654321098765"]
            .iter()
            .any(|run| run.starts_with(digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_line_has_one_form() {
        for (raw, country) in [
            ("+49 171 1234567", ""),
            ("0171/123 45 67", "de"),
            ("0049 (171) 1234567", "FR"),
            ("+49 (0)171-1234567", "US"),
            ("011 49 171 1234567", "US"),
            ("＋４９ １７１ １２３４５６７", "DE"),
            ("tel:+49-171-1234567", "DE"),
        ] {
            assert_eq!(
                normalise(raw, country).as_deref(),
                Ok("+491711234567"),
                "{raw}"
            );
        }
        for (raw, country, wanted) in [
            ("06 12345678", "NL", "+31612345678"),
            ("06 12 34 56 78", "FR", "+33612345678"),
            ("06 30 123 4567", "HU", "+36301234567"),
            ("06 6982 1234", "IT", "+390669821234"),
            ("20 12 34 56", "DK", "+4520123456"),
            ("(212) 555-0147", "US", "+12125550147"),
            ("1 212 555 0147", "CA", "+12125550147"),
            ("+972 52 123 4567", "DE", "+972521234567"),
        ] {
            assert_eq!(normalise(raw, country).as_deref(), Ok(wanted), "{raw}");
        }
    }

    #[test]
    fn what_the_table_does_not_explain_is_no_identity() {
        for (raw, country) in [
            ("", "DE"),
            ("+", "DE"),
            ("171 1234567", "DE"),
            ("0171 1234567", ""),
            ("0171 1234567", "ZZ"),
            ("0171 1234567 ext 3", "DE"),
            ("0171 x", "DE"),
            ("+49 171 1234567 +49", "DE"),
            ("000000000", "DE"),
            ("+49 0000000000", "DE"),
            ("0123456789", "DE"),
            ("+33 1 23 45", "FR"),
            ("+972 (0)52 123 4567", "DE"),
            ("+1234567890123456", "DE"),
            ("٠١٧١١٢٣٤٥٦٧", "DE"),
            ("0171 1234567 OR 1=1", "DE"),
        ] {
            assert!(normalise(raw, country).is_err(), "{raw:?}");
        }
    }

    #[test]
    fn calling_codes_do_not_begin_each_other() {
        for a in &PLANS {
            for b in &PLANS {
                assert!(
                    a.code == b.code || !a.code.starts_with(b.code),
                    "{}",
                    a.code
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_has_a_final_form(raw in "[+0-9 ()/.x-]{0,24}", country in "(DE|FR|IT|US|HU|DK|ZZ|)") {
            if let Ok(number) = normalise(&raw, &country) {
                prop_assert!(number.len() <= DIGITS_MAX + 1);
                prop_assert_eq!(normalise(&number, "ZZ"), Ok(number));
            }
        }

        #[test]
        fn no_text_crashes_it(raw in any::<String>(), country in any::<String>()) {
            let _ = normalise(&raw, &country);
        }
    }
}

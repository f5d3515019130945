//! The common fold of text: what looks the same to a person becomes the same bytes.

use unicode_normalization::UnicodeNormalization;

/// Longer texts are no address and no number, in bytes. Some characters fold to eighteen.
pub(crate) const RAW_BYTES_MAX: usize = 1_024;

/// Compatibility form (NFKC), lower case, without characters that nobody sees.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = once(text);
    // The lower case of a compatibility form may have one itself. It settles after a pass or two.
    for _ in 0..3 {
        let again = once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// [`fold`], and letters without their marks: `Müller` and `Mueller` become `muller`.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in fold(text).nfkd() {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push('a'),
            'œ' | 'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            '\u{300}'..='\u{36f}' => {}
            other => plain.push(other),
        }
    }
    for (digraph, letter) in [("ae", "a"), ("oe", "o"), ("ue", "u")] {
        plain = plain.replace(digraph, letter);
    }
    plain
}

fn once(text: &str) -> String {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.filter(|c| !is_invisible(*c)).nfkc().collect()
}

/// Soft hyphen, joiners, directions, variation selectors and fillers.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(fold("Ａｄａ＠Ｘ．com"), "ada@x.com");
        assert_eq!(fold("a\u{200b}d\u{ad}a"), "ada");
        assert_eq!(fold("ﬁne"), "fine");
        assert_eq!(plain("Müller Straße"), plain("MUELLER STRASSE"));
        assert_eq!(plain("Ærø"), "aro");
    }

    proptest! {
        #[test]
        fn a_fold_is_final(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}

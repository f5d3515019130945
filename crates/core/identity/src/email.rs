//! Email addresses in their one form.
//!
//! *Limits.* A domain in Unicode and the same one in punycode stay two. A plus sign means something at
//! Gmail only: elsewhere it may be part of a name, and two people must not become one.

use crate::fold::fold;

/// RFC 5321, 4.5.3.1: octets of the part before the sign, and of the domain.
const LOCAL_BYTES_MAX: usize = 64;
const DOMAIN_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;
/// Characters that need quotes. Nobody shops with such an address.
const QUOTED: &str = "\"(),:;<>[\\]`";

pub(crate) fn normalise(raw: &str) -> Result<String, &'static str> {
    // The ideographic full stop separates labels like the other one does.
    let folded = fold(raw).replace('\u{3002}', ".");
    let text = folded.trim();
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("it holds a space or a control character");
    }
    let Some((local, domain)) = text.split_once('@') else {
        return Err("it has no @");
    };
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    if local.contains(|c| QUOTED.contains(c)) {
        return Err("its local part is quoted or holds a comment");
    }
    if !is_domain(domain) {
        return Err("what follows the @ is no domain");
    }
    let (local, domain) = match domain {
        "gmail.com" | "googlemail.com" => {
            let name = local.split('+').next().unwrap_or_default();
            (name.replace('.', ""), "gmail.com")
        }
        other => (local.to_owned(), other),
    };
    if local.is_empty() || local.len() > LOCAL_BYTES_MAX {
        return Err("its local part is empty or too long");
    }
    Ok(format!("{local}@{domain}"))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= DOMAIN_BYTES_MAX
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_mailbox_has_one_form() {
        for raw in [
            "ada.lovelace@gmail.com",
            "AdaLovelace+shop2@GoogleMail.com",
            " a.d.a.lovelace@GMAIL.COM. ",
            "Ａｄａ．ｌｏｖｅｌａｃｅ＠ｇｍａｉｌ．ｃｏｍ",
            "ada\u{200b}lovelace@gmail\u{3002}com",
        ] {
            assert_eq!(normalise(raw).unwrap(), "adalovelace@gmail.com", "{raw}");
        }
    }

    #[test]
    fn elsewhere_dots_and_plus_are_part_of_the_name() {
        assert_eq!(normalise("Ada.L+1@Web.de").unwrap(), "ada.l+1@web.de");
        assert_ne!(normalise("adal@web.de"), normalise("ada.l@web.de"));
    }

    #[test]
    fn what_is_no_plain_address_is_none() {
        for raw in [
            "",
            "@",
            "ada",
            "ada@",
            "@web.de",
            "+x@gmail.com",
            "...@gmail.com",
            "a@b@web.de",
            "\"a b\"@web.de",
            "Ada <ada@web.de>",
            "ada@localhost",
            "ada@web..de",
            "ada@-web.de",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada\n@web.de",
            "ada@web.de\0",
            "a b@web.de",
            &format!("{}@web.de", "a".repeat(65)),
            &format!("a@{}.de", "w".repeat(64)),
            &format!("a@{}de", "w.".repeat(200)),
        ] {
            assert!(normalise(raw).is_err(), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_has_a_final_form(raw in "\\PC{0,40}(@\\PC{0,20}\\.[a-z]{2,4})?") {
            if let Ok(once) = normalise(&raw) {
                prop_assert_eq!(normalise(&once), Ok(once));
            }
        }

        #[test]
        fn case_and_space_around_do_not_matter(local in "[a-z0-9._-]{1,20}", domain in "[a-z]{1,9}\\.(de|com)") {
            let address = format!("{local}@{domain}");
            let shouted = format!("\t {} \r\n", address.to_uppercase());
            prop_assert_eq!(normalise(&shouted), normalise(&address));
        }
    }
}

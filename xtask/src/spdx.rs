//! Licence expressions: `MIT OR (Apache-2.0 AND ISC)` against a list of what we accept.

/// Whether an expression can be met with accepted licences only. `None` when it cannot be read.
///
/// `/` is the old way to write OR. A licence `WITH` an exception is one name.
pub(crate) fn satisfied(expression: &str, accepted: &[&str]) -> Option<bool> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut parser = Parser {
        words: spaced.split_whitespace().peekable(),
        accepted,
    };
    let value = parser.any()?;
    parser.words.next().is_none().then_some(value)
}

struct Parser<'a, I: Iterator<Item = &'a str>> {
    words: std::iter::Peekable<I>,
    accepted: &'a [&'a str],
}

impl<'a, I: Iterator<Item = &'a str>> Parser<'a, I> {
    fn any(&mut self) -> Option<bool> {
        let mut value = self.all()?;
        while self.words.next_if_eq(&"OR").is_some() {
            value |= self.all()?;
        }
        Some(value)
    }

    fn all(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.words.next_if_eq(&"AND").is_some() {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        match self.words.next()? {
            "(" => {
                let value = self.any()?;
                self.words.next_if_eq(&")").map(|_| value)
            }
            ")" | "AND" | "OR" | "WITH" => None,
            licence => {
                let name = match self.words.next_if_eq(&"WITH") {
                    Some(_) => format!("{licence} WITH {}", self.words.next()?),
                    None => licence.to_owned(),
                };
                Some(self.accepted.contains(&name.as_str()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_by_the_accepted_licences() {
        let accepted = ["MIT", "ISC"];
        let check = |expression| satisfied(expression, &accepted);
        assert_eq!(check("MIT OR GPL-3.0"), Some(true));
        assert_eq!(check("GPL-3.0/MIT"), Some(true));
        assert_eq!(check("MIT AND GPL-3.0"), Some(false));
        assert_eq!(check("GPL-3.0 OR MIT AND ISC"), Some(true));
        assert_eq!(check("(GPL-3.0 OR MIT) AND Zlib"), Some(false));
        assert_eq!(check("MIT WITH LLVM-exception"), Some(false));
    }

    #[test]
    fn what_cannot_be_read_is_not_accepted() {
        for broken in ["", "MIT AND", "(MIT", "MIT ISC", "OR"] {
            assert_eq!(satisfied(broken, &["MIT", "ISC"]), None, "{broken}");
        }
    }
}

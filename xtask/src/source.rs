//! A Rust source cut into code, comments and string literals, so that rules look where they mean to.
//!
//! Limit: it knows tokens, not syntax. That is enough for house rules, and it also sees inside
//! macros, where a parser sees only tokens.

const TESTS_ONLY: &str = "#[cfg(test)]";

/// One string literal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Byte offset of the first character of the literal, prefix included.
    pub(crate) start: usize,
    /// Byte offset just after the closing quote or hash.
    pub(crate) end: usize,
    /// The value, escapes resolved.
    pub(crate) value: String,
}

/// A source and its parts. All texts have the length and the lines of the original.
#[derive(Debug)]
pub(crate) struct Source {
    /// Comments and the insides of literals are blank.
    pub(crate) code: String,
    /// The insides of literals are blank, comments are kept.
    pub(crate) commented: String,
    pub(crate) literals: Vec<Literal>,
}

impl Source {
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = Parts {
            text,
            bytes: text.as_bytes(),
            at: 0,
            ..Parts::default()
        };
        while parts.at < text.len() {
            parts.step();
        }
        Self {
            code: blank(text, insides(&parts).chain(parts.comments.clone())),
            commented: blank(text, insides(&parts)),
            literals: parts.literals,
        }
    }

    /// Byte offset where the unit tests inside a file begin, or its end.
    pub(crate) fn tests_start(&self) -> usize {
        self.test_modules()
            .find(|(_, rest)| rest.starts_with('{'))
            .map_or(self.code.len(), |(at, _)| at)
    }

    /// Names of the modules that are compiled for tests only and have a file of their own.
    pub(crate) fn test_files(&self) -> impl Iterator<Item = &str> {
        self.test_modules()
            .filter(|(_, rest)| rest.starts_with(';'))
            .filter_map(|(at, _)| {
                let words = self.code[at..].split(|c: char| c.is_whitespace() || c == ';');
                words.skip_while(|word| *word != "mod").nth(1)
            })
    }

    /// Where test modules are declared, and what follows their names.
    fn test_modules(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.match_indices(TESTS_ONLY).filter_map(|(at, _)| {
            let rest = self.code[at + TESTS_ONLY.len()..].trim_start();
            let name = rest.strip_prefix("mod ")?.trim_start();
            Some((
                at,
                name.trim_start_matches(|c: char| c.is_ascii() && is_word(c as u8))
                    .trim_start(),
            ))
        })
    }
}

/// The line of a byte offset, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|&&byte| byte == b'\n')
        .count()
        + 1
}

/// Whether a byte can be part of an identifier.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What is between the quotes of each literal.
fn insides(parts: &Parts<'_>) -> impl Iterator<Item = (usize, usize)> {
    parts.literals.iter().map(|literal| {
        let whole = &parts.text[literal.start..literal.end];
        let open = whole.find('"').map_or(0, |at| at + 1);
        (
            literal.start + open,
            literal.start + whole.rfind('"').unwrap_or(open).max(open),
        )
    })
}

fn blank(text: &str, ranges: impl Iterator<Item = (usize, usize)>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (start, end) in ranges {
        for byte in bytes
            .iter_mut()
            .take(end)
            .skip(start)
            .filter(|byte| **byte != b'\n')
        {
            *byte = b' ';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[derive(Default)]
struct Parts<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    literals: Vec<Literal>,
    comments: Vec<(usize, usize)>,
}

impl Parts<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        if rest.starts_with("//") {
            let end = rest
                .find('\n')
                .map_or(self.text.len(), |length| self.at + length);
            self.comment(end);
        } else if rest.starts_with("/*") {
            let end = self.block_comment_end();
            self.comment(end);
        } else if let Some(hashes) = self.raw_hashes() {
            self.raw_string(hashes);
        } else if rest.starts_with('"') {
            self.plain_string();
        } else if rest.starts_with('\'') {
            self.character();
        } else {
            self.at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }

    fn comment(&mut self, end: usize) {
        self.comments.push((self.at, end));
        self.at = end;
    }

    fn block_comment_end(&self) -> usize {
        let mut depth = 0_usize;
        let mut at = self.at;
        while at < self.bytes.len() {
            match &self.bytes[at..] {
                [b'/', b'*', ..] => {
                    depth += 1;
                    at += 2;
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return at;
                    }
                }
                _ => at += 1,
            }
        }
        at
    }

    /// How many hashes a raw string that starts here has; `None` when none starts here.
    fn raw_hashes(&self) -> Option<usize> {
        let before = self.at.checked_sub(1).map(|at| self.bytes[at]);
        // `br"…"` and `cr"…"`: the letter before `r` belongs to the prefix.
        if self.bytes[self.at] != b'r' || before.is_some_and(|b| is_word(b) && !b"bc".contains(&b))
        {
            return None;
        }
        let hashes = self.bytes[self.at + 1..]
            .iter()
            .take_while(|&&byte| byte == b'#')
            .count();
        (self.bytes.get(self.at + 1 + hashes) == Some(&b'"')).then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) {
        let open = self.at + hashes + 2;
        let close = format!("\"{}", "#".repeat(hashes));
        let length = self.text[open..]
            .find(&close)
            .unwrap_or(self.text.len() - open);
        let value = self.text[open..open + length].to_owned();
        let end = (open + length + close.len()).min(self.text.len());
        self.literals.push(Literal {
            start: self.at,
            end,
            value,
        });
        self.at = end;
    }

    fn plain_string(&mut self) {
        let start = self.at;
        let mut at = start + 1;
        while at < self.bytes.len() && self.bytes[at] != b'"' {
            at += if self.bytes[at] == b'\\' { 2 } else { 1 };
        }
        let value = unescape(self.text.get(start + 1..at).unwrap_or_default());
        self.at = (at + 1).min(self.text.len());
        self.literals.push(Literal {
            start,
            end: self.at,
            value,
        });
    }

    /// A character literal, or the quote of a lifetime.
    fn character(&mut self) {
        let rest = &self.text[self.at + 1..];
        let mut chars = rest.chars();
        let end = match (chars.next(), chars.next()) {
            // Skip the escaped character itself, which may be a quote.
            (Some('\\'), Some(_)) => rest.get(2..).and_then(|r| r.find('\'')).map(|n| n + 2),
            (Some(first), Some('\'')) => Some(first.len_utf8()),
            _ => None,
        };
        if let Some(length) = end {
            self.comments.push((self.at + 1, self.at + 1 + length));
        }
        self.at += 1 + end.map_or(0, |length| length + 1);
    }
}

/// Resolves the escapes of a plain string literal.
fn unescape(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some('0') => value.push('\0'),
            // A backslash at the end of a line swallows the line's end and the indentation.
            Some('\n') => chars = chars.as_str().trim_start().chars(),
            Some(code @ ('x' | 'u')) => value.extend(code_point(code, &mut chars)),
            Some(other) => value.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    value.push_str(rest);
    value
}

/// The character of `\x41` or `\u{41}`.
fn code_point(code: char, chars: &mut std::str::Chars<'_>) -> Option<char> {
    let text = chars.as_str();
    let (hex, length) = if code == 'x' {
        (text.get(..2)?, 2)
    } else {
        let close = text.find('}')?;
        (text.get(1..close)?, close + 1)
    };
    *chars = text.get(length..)?.chars();
    char::from_u32(u32::from_str_radix(&hex.replace('_', ""), 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        Source::parse(text)
            .literals
            .into_iter()
            .map(|literal| literal.value)
            .collect()
    }

    #[test]
    fn comments_and_strings_are_told_from_code() {
        let source = Source::parse("let a = \"in // string\"; // in \"comment\"\nlet b;");
        assert_eq!(source.literals.len(), 1);
        assert!(!source.code.contains("comment"));
        assert!(source.commented.contains("comment"));
        assert!(!source.commented.contains("string"));
        assert!(source.code.contains("let b;"));
    }

    #[test]
    fn raw_strings_and_escapes_have_their_value() {
        assert_eq!(
            values(r##"f(r#"a "b" \n"#, "c\"d\n", "\u{41}\x42")"##),
            [r#"a "b" \n"#, "c\"d\n", "AB"]
        );
        assert_eq!(values("f(\"one \\\n    two\")"), ["one two"]);
    }

    #[test]
    fn quotes_of_characters_and_lifetimes_open_no_string() {
        assert_eq!(values(r#"f::<'a>('"', '\'', b'"', "x")"#), ["x"]);
        assert_eq!(values("/* \" /* \" */ \" */ \"y\""), ["y"]);
    }

    #[test]
    fn test_modules_are_found_inside_and_beside_the_file() {
        let source =
            Source::parse("#[cfg(test)]\nmod fixture;\nfn f() {}\n#[cfg(test)]\nmod t { }");
        assert_eq!(source.test_files().collect::<Vec<_>>(), ["fixture"]);
        assert!(source.code[..source.tests_start()].contains("fn f()"));
        assert!(source.code[source.tests_start()..].contains("mod t"));
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "a\n\"x\ny\"\n// c\nz";
        let source = Source::parse(text);
        assert_eq!(source.code.lines().count(), text.lines().count());
        assert_eq!(line_of(text, text.len()), 5);
    }
}

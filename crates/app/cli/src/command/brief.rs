//! `homeostat brief`: what was done, saved, spent and refused on a day, what healed, and what needs a person now.

use std::process::ExitCode;

use homeostat_console::{
    brief::{Brief, BriefError, look},
    operations::Now,
};
use homeostat_model::BrandId;
use homeostat_operator::config::{Brand, Config};

use crate::{failure::Failure, session::Session, ui};

/// Columns of the text, also on a wider terminal: it is read and mailed.
const WIDTH: usize = 100;
/// In front of what belongs to a section.
const INDENT: &str = "  ";

/// Which day of which brand.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The day in the brand's zone [default: the day before until noon, then today so far]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<String>,
    /// The brand [default: the first one]
    #[arg(long)]
    brand: Option<BrandId>,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let ground = session.ground()?;
    let brand = brand_of(&ground.config, args.brand.as_ref())?;
    let now = Now {
        runtime: homeostat_clock::wall(),
        world: ground.clock.now(),
    };
    let looked = look(session.db(), brand, args.day.as_deref(), now).await;
    let brief = looked.map_err(|error| match error {
        BriefError::Day(_) => Failure::Usage(error.to_string()),
        BriefError::Board(error) => Failure::environment(&error),
    })?;
    match as_json {
        true => ui::json(&brief),
        false => text(&brief)
            .iter()
            .for_each(|line| ui::line(&ui::printable(line))),
    }
    Ok(ExitCode::SUCCESS)
}

fn brand_of<'a>(config: &'a Config, id: Option<&BrandId>) -> Result<&'a Brand, Failure> {
    let found = match id {
        None => config.brands.first(),
        Some(id) => config.brands.iter().find(|brand| brand.id == *id),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = config
            .brands
            .iter()
            .map(|brand| brand.id.as_str())
            .collect();
        let names = names.join(", ");
        match id {
            Some(id) => Failure::Usage(format!("--brand: there is no {id}; there are: {names}")),
            None => Failure::Usage("config: it has no brand".into()),
        }
    })
}

/// The brief in lines.
fn text(brief: &Brief) -> Vec<String> {
    let mut lines = wrapped(&format!("{}, {}", brief.title, brief.brand), "");
    lines.extend(wrapped(&format!("{} {}", brief.lead, brief.needs), ""));
    for section in &brief.sections {
        lines.push(String::new());
        lines.push(match section.aside.is_empty() {
            true => section.title.to_owned(),
            false => format!("{} ({})", section.title, section.aside),
        });
        for line in &section.lines {
            lines.extend(wrapped(&line.text, INDENT));
        }
    }
    lines
}

/// A text in lines of at most [`WIDTH`] columns, all but the first of a sentence further in. A longer word is cut.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = indent.to_owned();
    let (mut columns, mut is_empty) = (indent.len(), true);
    for word in text.split_whitespace().flat_map(pieces) {
        let more = word.chars().count() + usize::from(!is_empty);
        if !is_empty && columns + more > WIDTH {
            lines.push(line);
            line = format!("{indent}{INDENT}");
            (columns, is_empty) = (line.len(), true);
        }
        if !is_empty {
            line.push(' ');
            columns += 1;
        }
        line.push_str(&word);
        columns += word.chars().count();
        is_empty = false;
    }
    if !is_empty {
        lines.push(line);
    }
    lines
}

/// A word that fits into a line, or its parts that do.
fn pieces(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let longest = WIDTH - 3 * INDENT.len();
    letters
        .chunks(longest)
        .map(|part| part.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_mail() {
        let long = format!("{} {}", "lorem ipsum ".repeat(40), "x".repeat(250));
        let lines = wrapped(&long, INDENT);
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{lines:?}"
        );
        let read: Vec<&str> = lines
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        assert_eq!(read.concat(), long.split_whitespace().collect::<String>());
        assert!(lines[0].starts_with("  l") && lines[1].starts_with("    "));
    }

    #[test]
    fn a_short_sentence_is_one_line() {
        assert_eq!(
            wrapped("Nothing was refused.", INDENT),
            ["  Nothing was refused."]
        );
        assert_eq!(wrapped("", INDENT), Vec::<String>::new());
    }
}

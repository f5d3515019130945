//! `homeostat erase`: take away what leads from a person to their orders and letters.
//!
//! The address is read from standard input, so that it stands in no shell's history and no list of processes.

use std::{
    io::{IsTerminal, Read},
    process::ExitCode,
};

use homeostat_operator::{People, records::identity};

use crate::{failure::Failure, session::Session, ui};

/// Nobody asks for more at once.
const ADDRESSES_MAX: usize = 1_000;

/// Answers.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let people = People::from_environment().map_err(|e| Failure::Usage(e.to_string()))?;
    if !people.has_keys() {
        let text = "IDENTITY_KEYS: set the keys that the workers run with, as a variable or as a file; without them nobody can be found";
        return Err(Failure::Usage(text.to_owned()));
    }
    let digests = digests(&people, &read()?)?;
    let erased = identity::erase(session.db(), &digests).await?;
    if as_json {
        ui::json(&erased);
        return Ok(ExitCode::SUCCESS);
    }
    if erased.digests == 0 {
        ui::line("Nobody is known by that: nothing was there to erase.");
        return Ok(ExitCode::SUCCESS);
    }
    ui::line(&format!(
        "Nothing leads to them any more: {} orders and {} letters belong to nobody now.",
        erased.orders, erased.letters
    ));
    ui::line(
        "The shop and the inbox still know them: erase them there too, or the next look finds somebody new.",
    );
    Ok(ExitCode::SUCCESS)
}

fn read() -> Result<String, Failure> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        ui::note("Mail addresses to erase, one a line; end with Ctrl-D:");
    }
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .map_err(|e| Failure::Usage(format!("input: {e}; give mail addresses, one a line")))?;
    Ok(text)
}

/// Of every address under every key. A line that is no address erases nobody at all.
fn digests(people: &People, text: &str) -> Result<Vec<String>, Failure> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut digests = Vec::new();
    for (nth, line) in lines.enumerate() {
        if nth >= ADDRESSES_MAX {
            let text = format!("input: more than {ADDRESSES_MAX} addresses; give them in parts");
            return Err(Failure::Usage(text));
        }
        let sight = people.customer(line).ok_or_else(|| {
            Failure::Usage(format!(
                "input: address {} is no mail address; nobody was erased",
                nth + 1
            ))
        })?;
        digests.extend_from_slice(sight.digests());
    }
    match digests.is_empty() {
        true => Err(Failure::Usage(
            "input: no address; write one a line to standard input".to_owned(),
        )),
        false => Ok(digests),
    }
}

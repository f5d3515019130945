//! What a person sees: tables that fit the terminal, colours only on a terminal, one JSON object
//! for scripts.

use std::io::{IsTerminal, Write};

use comfy_table::{Cell, ContentArrangement, Table, presets};
use serde::Serialize;

/// Widest table where the terminal does not say.
const WIDTH_WITHOUT_TERMINAL: u16 = 120;

/// Prints one JSON object on one line of stdout.
pub(crate) fn json<T: Serialize>(value: &T) {
    let text =
        serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    line(&text);
}

/// Prints a line on stdout. A closed pipe is the reader's choice, not our failure.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints a line on stderr, where progress goes.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a table on stdout, or a sentence when it would be empty.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>, when_empty: &str) {
    if rows.is_empty() {
        line(when_empty);
        return;
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH_WITHOUT_TERMINAL);
    }
    let bold =
        |text: &&str| Cell::new(text.to_uppercase()).add_attribute(comfy_table::Attribute::Bold);
    table.set_header(header.iter().map(bold));
    for row in rows {
        table.add_row(row.iter().map(|text| printable(text)));
    }
    for text in table.lines() {
        line(text.trim_end());
    }
}

/// Text from outside, without the control characters that could steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

//! Takes so many megabytes, says so, and holds them until its standard input ends.

use std::{
    hint::black_box,
    io::{self, Read, Write},
    process::ExitCode,
};

pub(crate) fn run(mb: Option<usize>) -> ExitCode {
    let Some(mb) = mb else {
        return ExitCode::from(2);
    };
    // No zeros: those would be had without any memory.
    let eaten = black_box(vec![1_u8; mb << 20]);
    let said = writeln!(io::stdout(), "ate {mb}").and_then(|()| io::stdout().flush());
    let held = io::stdin().read_to_end(&mut Vec::new());
    drop(black_box(eaten));
    ExitCode::from(u8::from(said.and(held).is_err()))
}

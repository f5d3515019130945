//! `homeostat drill eat MB`: takes so much memory bit by bit, says so, and holds it until the end of its input.

use std::{
    hint::black_box,
    io::{self, Read, Write},
    process::ExitCode,
};

use crate::failure::Failure;

/// Taken at once.
const BITE_BYTES: usize = 4 << 20;

/// How much.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Megabytes
    #[arg(value_name = "MB")]
    mb: usize,
}

/// Eats.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let bites = (options.mb << 20).div_ceil(BITE_BYTES);
    // No zeros: those would be had without any memory.
    let eaten: Vec<Vec<u8>> = (0..bites)
        .map(|_| black_box(vec![1_u8; BITE_BYTES]))
        .collect();
    let mut out = io::stdout();
    let said = writeln!(out, "ate {}", options.mb).and_then(|()| out.flush());
    let held = io::stdin().read_to_end(&mut Vec::new());
    drop(black_box(eaten));
    said.and(held).map_err(|e| Failure::environment(&e))?;
    Ok(ExitCode::SUCCESS)
}

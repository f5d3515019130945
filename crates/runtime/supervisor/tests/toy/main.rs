//! A program of the tests: our trampoline without the rest of the product.

use std::process::ExitCode;

use homeostat_supervisor::trampoline;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    match args.next() {
        Some(word) if word == trampoline::WORD => trampoline::run(args),
        Some(_) | None => ExitCode::from(2),
    }
}

//! Mutants are built in when somebody asks for them, and never into a release.

use std::{env, process::exit};

fn main() {
    println!("cargo::rerun-if-env-changed=HOMEOSTAT_MUTANTS");
    println!("cargo::rustc-check-cfg=cfg(mutants)");
    if env::var("HOMEOSTAT_MUTANTS").as_deref() != Ok("1") {
        return;
    }
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::error=HOMEOSTAT_MUTANTS: a release cannot have mutants; unset it");
        exit(1);
    }
    println!("cargo::rustc-cfg=mutants");
}

//! Migrations are embedded at build time, so a new file must trigger a build.

fn main() {
    println!("cargo::rerun-if-changed=../../../db/migrations");
}

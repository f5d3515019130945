//! A command that cannot run is refused with the reason, and where it was looked for.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use homeostat_supervisor::resolve::{Unresolved, resolve};

fn file(dir: &Path, name: &str, text: &str, mode: u32) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_bare_name_is_found_on_the_path_of_the_kind() {
    let found = resolve("sh", Some("/nonexistent:/bin")).unwrap();
    assert_eq!(found, Path::new("/bin/sh"));
    assert_eq!(resolve("/bin/sh", None).unwrap(), Path::new("/bin/sh"));
}

#[test]
fn a_missing_binary_names_the_path_searched() {
    let error = resolve("scraper", Some("/nonexistent:/usr/bin")).unwrap_err();
    let said = error.to_string();
    assert!(said.contains(r#""scraper" is not found"#), "{said}");
    assert!(
        said.contains("searched PATH: /nonexistent:/usr/bin"),
        "{said}"
    );
    let error = resolve("/nonexistent/x", Some("/bin")).unwrap_err();
    assert!(error.to_string().contains("there is no such file"));
}

#[test]
fn a_relative_command_is_refused_and_so_is_none() {
    let relative = |word| resolve(word, Some("/bin")).unwrap_err();
    assert!(matches!(relative("./run"), Unresolved::Relative(_)));
    assert!(matches!(relative("bin/run"), Unresolved::Relative(_)));
    assert_eq!(relative(""), Unresolved::Empty);
    let dot = resolve("Cargo.toml", Some(".:")).unwrap_err();
    assert!(matches!(dot, Unresolved::NotFound { searched, .. } if searched.is_empty()));
}

#[test]
fn what_is_not_executable_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "plain", "x", 0o644);
    let expected = Unresolved::NotExecutable(path.clone().into());
    assert_eq!(resolve(&path, None).unwrap_err(), expected);
    let on_path = resolve("plain", dir.path().to_str()).unwrap_err();
    assert_eq!(on_path, expected);
    let folder = resolve(dir.path().to_str().unwrap(), None).unwrap_err();
    assert!(matches!(folder, Unresolved::NotExecutable(_)));
}

#[test]
fn a_script_needs_its_interpreter() {
    let dir = tempfile::tempdir().unwrap();
    let script = |name: &str, first: &str| file(dir.path(), name, &format!("{first}\nx\n"), 0o755);
    for good in [
        "#!/bin/sh",
        "#! /bin/sh -eu",
        "#!/usr/bin/env sh",
        "#!/usr/bin/env -S A=1 sh -e",
    ] {
        resolve(&script("good", good), Some("/bin")).unwrap();
    }
    let bad = script("bad", "#!/nonexistent/python3");
    let said = resolve(&bad, Some("/bin")).unwrap_err().to_string();
    assert!(said.contains("/nonexistent/python3"), "{said}");
    let bad = script("bad-env", "#!/usr/bin/env no-such-python");
    let said = resolve(&bad, Some("/bin:/sbin")).unwrap_err().to_string();
    assert!(
        said.contains("no-such-python") && said.contains("/bin:/sbin"),
        "{said}"
    );
}

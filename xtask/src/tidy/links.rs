//! Relative links of the documents lead to a file of the repository.

use super::{Repo, Violation};

pub(super) fn check(repo: &Repo) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repo.texts().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, target) in targets(text) {
            let file = target.split(['#', '?']).next().unwrap_or_default();
            let found =
                file.is_empty() || resolve(folder, file).is_some_and(|path| repo.exists(&path));
            if !found {
                violations.push(Violation::new(path, line, format!("nothing at {target}")));
            }
        }
    }
    violations
}

/// Targets of `[text](target)` outside code, with their lines; addresses of the net are left out.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        // Every second piece between back-ticks is code.
        let prose = line.split('`').step_by(2).filter(|_| !in_code);
        for rest in prose.flat_map(|piece| piece.split("](").skip(1)) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            let is_address = target.contains("://") || target.starts_with("mailto:");
            if !is_address {
                found.push((index + 1, target));
            }
        }
    }
    found
}

/// A path relative to a folder, from the root; `None` when it leaves the repository.
fn resolve(folder: &str, file: &str) -> Option<String> {
    let (folder, file) = file
        .strip_prefix('/')
        .map_or((folder, file), |absolute| ("", absolute));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{super::shown, *};

    #[test]
    fn links_lead_somewhere() {
        let text = "[a](job.md#life) [b](../../dev) [c](../gone.md) [d](../../../up.md)\n\
                    ![e](pic.svg) [f](https://x.y/z) [g](#here) `[h](code)`\n```\n[i](code)\n```\n[j](../states)\n[`k`](lost.md)";
        let repo = Repo::from_files(&[
            ("docs/states/index.md", text),
            ("docs/states/job.md", ""),
            ("dev", ""),
        ]);
        assert_eq!(
            shown(&check(&repo)),
            [
                "docs/states/index.md:1: nothing at ../gone.md",
                "docs/states/index.md:1: nothing at ../../../up.md",
                "docs/states/index.md:2: nothing at pic.svg",
                "docs/states/index.md:7: nothing at lost.md",
            ]
        );
    }
}

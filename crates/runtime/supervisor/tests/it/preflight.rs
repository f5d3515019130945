//! A kind that cannot run is refused before it is started, by field and with the reason.

use std::{path::PathBuf, time::Duration};

use homeostat_supervisor::{
    preflight::{Kind, Refused, check, fingerprint, look},
    trampoline::Setup,
};

use crate::kit::{LIMIT, Wood, Words, offered, spawner};

fn kind(preflight: Option<&str>) -> Kind {
    Kind {
        name: "scraper".into(),
        command: "sh".into(),
        args: Vec::new(),
        env: vec![("PATH".into(), "/usr/bin:/bin".into())],
        setup: Setup::default(),
        preflight: preflight.map(|script| ("sh".into(), vec!["-c".into(), script.into()])),
        preflight_limit: LIMIT,
    }
}

async fn checked(kind: &Kind) -> Result<PathBuf, Refused> {
    let wood = Wood::grow(offered()[0]);
    let done = check(kind, &wood.0, &spawner()).await;
    let left = wood.0.members(&[]).unwrap();
    assert!(left.is_empty(), "{left:?}");
    done
}

#[tokio::test]
async fn a_good_kind_is_resolved() {
    let found = checked(&kind(Some("exit 0"))).await.unwrap();
    assert!(found.is_absolute() && found.ends_with("sh"), "{found:?}");
    checked(&kind(None)).await.unwrap();
}

/// The incident: the monitor had a `PATH`, the daemon another.
#[tokio::test]
async fn the_check_is_made_in_the_environment_of_the_kind() {
    let mut kind = kind(Some(
        "[ \"$KEY\" = 7 ] && [ -z \"$HOME\" ] && pwd | grep -q /usr",
    ));
    kind.env.push(("KEY".into(), "7".into()));
    kind.setup.dir = Some("/usr".into());
    checked(&kind).await.unwrap();
    kind.env[0].1 = "/nonexistent".into();
    let said = checked(&kind).await.unwrap_err().to_string();
    assert!(said.contains("searched PATH: /nonexistent"), "{said}");
}

#[tokio::test]
async fn a_preflight_that_fails_says_why() {
    let said = checked(&kind(Some("echo no licence >&2; exit 4"))).await;
    let said = said.unwrap_err().to_string();
    assert_eq!(said, "preflight: ended with code 4: no licence");
}

#[tokio::test]
async fn a_preflight_that_hangs_is_ended_with_all_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let words = Words::in_dir(dir.path());
    let script = "trap '' TERM; echo waiting for the licence; setsid sleep 1000 & wait";
    let mut kind = kind(Some(script));
    kind.preflight_limit = Duration::from_secs(1);
    let refused = checked(&kind).await.unwrap_err();
    assert!(matches!(refused, Refused::TooSlow { .. }), "{refused}");
    assert!(refused.to_string().contains("waiting for the licence"));
    drop(words);
}

#[test]
fn each_field_is_named() {
    let mut bad = kind(None);
    bad.setup.dir = Some("/nonexistent".into());
    assert_eq!(
        look(&bad).unwrap_err().to_string(),
        "dir: /nonexistent is no directory"
    );
    let mut bad = kind(None);
    bad.preflight = Some(("no-such-check".into(), Vec::new()));
    let said = look(&bad).unwrap_err().to_string();
    assert!(
        said.starts_with("preflight: ") && said.contains("no-such-check"),
        "{said}"
    );
}

/// What is quarantined is tried again at once when this changes, and only then.
#[test]
fn the_fingerprint_changes_with_what_could_heal_a_kind() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    let mut kind = kind(None);
    kind.command = "scrape".into();
    kind.env[0].1 = path;
    let mut seen = vec![fingerprint(&kind)];
    let mut changes = |kind: &Kind| {
        let now = fingerprint(kind);
        assert_eq!(now, fingerprint(kind), "nothing changed");
        assert!(!seen.contains(&now), "something changed");
        seen.push(now);
    };
    let program = dir.path().join("scrape");
    std::fs::copy("/bin/true", &program).unwrap();
    changes(&kind);
    std::fs::remove_file(&program).unwrap();
    std::fs::copy("/bin/false", &program).unwrap();
    changes(&kind);
    kind.args.push("--all".into());
    changes(&kind);
    kind.env.push(("KEY".into(), "secret".into()));
    changes(&kind);
    kind.setup.oom_score_adj = Some(3);
    changes(&kind);
}

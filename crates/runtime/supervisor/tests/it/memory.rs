//! Who takes more than its leaf may have is ended and named; nobody else is touched, nothing is left.

use std::{
    fs,
    path::{Path, PathBuf},
};

use homeostat_supervisor::{
    Error,
    mechanism::{Leaf, LeafName, Limiter, Limits, Mechanism, Tree},
    spawn::{Child, Exit, Request},
};

use crate::kit::{LIMIT, Wood, Words, offered, request, shell, spawner, toy};

const LIMIT_MB: u64 = 64;

fn eater(leaf: Leaf, mb: u64) -> Request {
    request(leaf, toy().to_str().unwrap(), &["eat", &mb.to_string()])
}

/// A tree per mechanism, where something limits memory; elsewhere it says that it does not test. One at
/// a time: they have one name.
fn limited() -> impl Iterator<Item = (Mechanism, Wood)> {
    offered().into_iter().filter_map(|mechanism| {
        let wood = Wood::grow(mechanism);
        if wood.0.limiter() == Limiter::None {
            eprintln!("not tested: {mechanism}: nothing limits memory here");
            return None;
        }
        Some((mechanism, wood))
    })
}

fn leaf(wood: &Wood, name: &str) -> Leaf {
    let leaf = wood.leaf(name);
    assert_eq!(leaf.limit_memory(LIMIT_MB).unwrap(), wood.0.limiter());
    leaf
}

/// Where its limits are set, if that is apart from its processes.
fn apart(tree: &Tree) -> Option<PathBuf> {
    match tree.reference().limits {
        Limits::CgroupV1(root) => Some(root),
        Limits::CgroupV2 | Limits::None => None,
    }
}

fn kills(child: &Child) -> u64 {
    child.leaf().memory().unwrap().oom_kills
}

/// What it said first, once it has said it.
async fn said(mut child: Child) -> (Exit, String) {
    child.let_go();
    let exit = child.ended().await.unwrap();
    let (out, _) = child.output(LIMIT).await;
    (exit, String::from_utf8(out.bytes).unwrap())
}

#[tokio::test]
async fn who_is_over_its_limit_is_killed_and_named_and_the_neighbour_is_not() {
    for (mechanism, wood) in limited() {
        let spawner = spawner();
        let modest = spawner
            .spawn(eater(leaf(&wood, "modest"), 16))
            .await
            .unwrap();
        let mut greedy = spawner
            .spawn(eater(leaf(&wood, "greedy"), 300))
            .await
            .unwrap();
        // Let through, it ends by itself.
        greedy.let_go();
        assert_eq!(
            greedy.ended().await.unwrap(),
            Exit::Signal(9),
            "{mechanism}"
        );
        assert!(greedy.leaf().oom_killed_since(0), "{mechanism}: named");
        let seen = greedy.leaf().memory().unwrap();
        assert!(
            !greedy.leaf().oom_killed_since(seen.oom_kills),
            "no other since"
        );
        let peak_mb = seen.peak_mb.unwrap();
        assert!(
            (LIMIT_MB - 1..=LIMIT_MB).contains(&peak_mb),
            "{mechanism}: {peak_mb} MB"
        );

        assert_eq!(kills(&modest), 0, "{mechanism}");
        let leaf = modest.leaf().clone();
        assert_eq!(
            said(modest).await,
            (Exit::Code(0), "ate 16\n".into()),
            "{mechanism}"
        );
        // Counted beyond its end.
        let peak_mb = leaf.memory().unwrap().peak_mb.unwrap();
        assert!(
            (16..LIMIT_MB).contains(&peak_mb),
            "{mechanism}: {peak_mb} MB"
        );
        assert_eq!(leaf.memory().unwrap().oom_kills, 0);
    }
}

/// The limit is the leaf's and not that of its processes.
#[tokio::test]
async fn what_came_of_the_child_counts_with_it() {
    for (mechanism, wood) in limited() {
        let script = "exec 3<&0; for i in 1 2 3 4; do setsid $0 eat 24 <&3 & done; wait; exec cat";
        let child = shell_of_toys(leaf(&wood, "family"), script);
        let mut child = spawner().spawn(child).await.unwrap();
        until(|| child.leaf().oom_killed_since(0));
        // Where the kernel ends one of them only, somebody has to end the rest.
        child.leaf().kill_all(LIMIT).unwrap();
        child.ended().await.unwrap();
        assert!(kills(&child) >= 1, "{mechanism}");
    }
}

/// A shell whose `$0` is our toy.
fn shell_of_toys(leaf: Leaf, script: &str) -> Request {
    request(leaf, "/bin/sh", &["-c", script, toy().to_str().unwrap()])
}

/// Looks until it is so; the kernel gets there by itself.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_leaf_begins_anew_with_each_child() {
    for (mechanism, wood) in limited() {
        let spawner = spawner();
        let mut first = spawner
            .spawn(eater(leaf(&wood, "worker"), 300))
            .await
            .unwrap();
        first.ended().await.unwrap();
        assert_eq!(kills(&first), 1, "{mechanism}");
        let second = spawner
            .spawn(eater(leaf(&wood, "worker"), 16))
            .await
            .unwrap();
        assert_eq!(kills(&second), 0, "{mechanism}");
        assert_eq!(said(second).await.0, Exit::Code(0));
        // Without a limit it has none, also not the one before.
        let third = spawner
            .spawn(eater(wood.leaf("worker"), 100))
            .await
            .unwrap();
        assert_eq!(said(third).await.0, Exit::Code(0), "{mechanism}");
    }
}

#[tokio::test]
async fn the_groups_go_with_their_leaf_and_with_their_tree() {
    for (mechanism, wood) in limited() {
        let Some(root) = apart(&wood.0) else {
            eprintln!("not tested: {mechanism}: the limits are in the leaves");
            continue;
        };
        let spawner = spawner();
        let groups = || names(&root);
        let child = spawner.spawn(eater(leaf(&wood, "a"), 16)).await.unwrap();
        let gone = child.leaf().clone();
        let lives = settled(leaf(&wood, "b")).await;
        assert_eq!(groups(), ["a", "b"]);
        assert_eq!(said(child).await.0, Exit::Code(0));
        gone.remove();
        assert_eq!(groups(), ["b"], "{mechanism}");
        gone.limit_memory(LIMIT_MB).unwrap();
        // As the next guard does, that finds the tree by its reference.
        let tree = Tree::attach(&wood.0.reference()).unwrap();
        tree.remove_leaves();
        assert_eq!(groups(), ["b"], "{mechanism}: somebody is in it");
        lives.leaf().kill_all(LIMIT).unwrap();
        tree.remove();
        assert!(!root.exists(), "{mechanism}");
    }
}

/// One that is in its leaf for certain, since it runs.
async fn settled(leaf: Leaf) -> Child {
    let dir = tempfile::tempdir().unwrap();
    let mut words = Words::in_dir(dir.path());
    let request = shell(leaf, &words, "echo $$ > $words; exec cat");
    let child = spawner().spawn(request).await.unwrap();
    words.processes(1);
    child
}

fn names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).unwrap().flatten();
    let dirs = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<_> = dirs
        .map(|dir| dir.file_name().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Two lives of one leaf at a time would share a limit.
#[tokio::test]
async fn a_limit_is_not_set_over_the_head_of_somebody() {
    for (mechanism, wood) in limited() {
        if apart(&wood.0).is_none() {
            continue;
        }
        let child = settled(leaf(&wood, "a")).await;
        let again = child.leaf().limit_memory(LIMIT_MB).unwrap_err();
        assert!(matches!(again, Error::Survivors(_)), "{mechanism}: {again}");
        assert_eq!(said(child).await.0, Exit::Code(0));
    }
}

/// Where nothing limits it, somebody can at least look.
#[tokio::test]
async fn what_a_leaf_uses_is_added_up() {
    for mechanism in offered() {
        let wood = Wood::grow(mechanism);
        let script = "exec 3<&0; $0 eat 30 <&3 & exec $0 eat 20";
        let child = shell_of_toys(wood.leaf("pair"), script);
        let child = spawner().spawn(child).await.unwrap();
        until(|| child.leaf().used_mb().unwrap() >= 50);
        child.leaf().kill_all(LIMIT).unwrap();
        assert_eq!(child.leaf().used_mb().unwrap(), 0, "{mechanism}");
    }
}

#[test]
fn an_older_reference_has_no_limits() {
    let text = r#"{"name":"a","mechanism":"process_group","root":null}"#;
    let reference = serde_json::from_str(text).unwrap();
    let tree = Tree::attach(&reference).unwrap();
    assert_eq!(tree.limiter(), Limiter::None);
    let leaf = tree.make_leaf(&LeafName::new("b").unwrap()).unwrap();
    assert_eq!(leaf.limit_memory(LIMIT_MB).unwrap(), Limiter::None);
    assert_eq!(leaf.memory(), None);
}

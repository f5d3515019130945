//! A child is heard, a stranger is not, and nothing that is sent breaks the hearing.

use std::{
    io::IoSlice,
    mem::MaybeUninit,
    os::unix::net::UnixDatagram,
    os::{fd::AsFd, linux::net::SocketAddrExt, unix::net::SocketAddr},
    time::Duration,
};

use homeostat_supervisor::{
    mechanism::Leaf,
    notify::{Notifications, Notifier, Said},
    spawn::{Exit, Request},
    trampoline::User,
};
use rustix::{
    cmsg_space,
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix, sendmsg_addr},
};

use crate::kit::{LIMIT, Wood, offered, request, spawner};

/// Ends each test: what was said before it has been heard or passed over.
const LAST: &str = "STATUS=last";

fn us() -> u32 {
    rustix::process::getuid().as_raw()
}

fn speaker(leaf: Leaf, heard_by: &Notifications) -> Request {
    // The trampoline's own program, which is the toy: another user may not reach it by its path.
    let mut request = request(leaf, "/proc/self/exe", &["notify"]);
    request
        .env
        .extend(heard_by.environment(Some(Duration::from_secs(3))));
    request
}

/// All that is heard until the last word.
async fn until_last(from: &Notifications) -> Vec<Said> {
    let last = Said::Status("last".to_owned());
    let mut all = Vec::new();
    loop {
        let said = tokio::time::timeout(LIMIT, from.next()).await;
        match said.unwrap() {
            said if said == last => return all,
            said => all.push(said),
        }
    }
}

#[tokio::test]
async fn a_child_says_what_it_has_come_to() {
    for mechanism in offered() {
        let wood = Wood::grow(mechanism);
        let notifications = Notifications::bind(us()).unwrap();
        let child = speaker(wood.leaf("speaker"), &notifications);
        let mut child = spawner().spawn(child).await.unwrap();
        let words = format!(
            "READY=1|STATUS=serving|MAINPID=1\nWATCHDOG=1\nWATCHDOG=trigger\nSTOPPING=1\n{LAST}\n"
        );
        child.feed(words.as_bytes()).await;
        let said = until_last(&notifications).await;
        let expected = [
            Said::Ready,
            Said::Status("serving".into()),
            Said::Other,
            Said::Watchdog,
            Said::WatchdogTrigger,
            Said::Stopping,
        ];
        assert_eq!(said, expected, "{mechanism}");
        assert_eq!(child.ended().await.unwrap(), Exit::Code(0));
    }
}

#[tokio::test]
async fn each_child_has_an_address_of_its_own_and_is_asked_for_signs_of_life() {
    let (one, other) = (
        Notifications::bind(us()).unwrap(),
        Notifications::bind(us()).unwrap(),
    );
    assert!(one.address().starts_with('@') && one.address() != other.address());
    let env = one.environment(Some(Duration::from_millis(1_500)));
    let watchdog = ("WATCHDOG_USEC".to_owned(), "1500000".to_owned());
    assert_eq!(env, [("NOTIFY_SOCKET".to_owned(), one.address()), watchdog]);
    assert_eq!(
        one.environment(None),
        [("NOTIFY_SOCKET".to_owned(), one.address())]
    );
    Notifier::to(Some(other.address().into())).say("READY=1");
    Notifier::to(Some(one.address().into())).say(LAST);
    assert_eq!(until_last(&one).await, []);
}

/// Red when the sender's user is not compared.
#[tokio::test]
async fn a_stranger_is_not_heard() {
    if us() != 0 {
        eprintln!("not tested: another user: only root becomes one");
        return;
    }
    let wood = Wood::grow(offered()[0]);
    let nobody = User {
        uid: 65534,
        gid: 65534,
    };
    // The child of one user is a stranger to the child of another.
    let (its_own, another) = (
        Notifications::bind(nobody.uid).unwrap(),
        Notifications::bind(nobody.uid - 1).unwrap(),
    );
    for (name, address) in [("stranger", &another), ("known", &its_own)] {
        let mut request = speaker(wood.leaf(name), address);
        request.setup.user = Some(nobody);
        let mut child = spawner().spawn(request).await.unwrap();
        child.feed(b"READY=1\n").await;
        let exit = child.ended().await.unwrap();
        let (_, err) = child.output(LIMIT).await;
        let err = String::from_utf8_lossy(&err.bytes).into_owned();
        assert_eq!(exit, Exit::Code(0), "{err}");
    }
    for address in [&another, &its_own] {
        Notifier::to(Some(address.address().into())).say(LAST);
    }
    assert_eq!(until_last(&another).await, []);
    assert_eq!(until_last(&its_own).await, [Said::Ready]);
}

#[tokio::test]
async fn what_is_sent_in_bad_faith_is_passed_over() {
    let notifications = Notifications::bind(us()).unwrap();
    let address = notifications.address();
    let name = address.strip_prefix('@').unwrap().as_bytes();
    let socket = UnixDatagram::unbound().unwrap();
    let to = SocketAddr::from_abstract_name(name).unwrap();
    let send = |bytes: &[u8]| {
        socket.send_to_addr(bytes, &to).unwrap();
    };
    send(b"");
    send(b"\n\n=\n\0");
    send(&[0xff; 100]);
    // Too long: no part of it is believed.
    send(&[b"READY=1\n".as_slice(), &[b'x'; 4_096]].concat());
    // With a descriptor in it.
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    let gift = [socket.as_fd()];
    assert!(beside.push(SendAncillaryMessage::ScmRights(&gift)));
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let before = open();
    sendmsg_addr(
        &socket,
        &SocketAddrUnix::new_abstract_name(name).unwrap(),
        &[IoSlice::new(b"WATCHDOG=1")],
        &mut beside,
        SendFlags::empty(),
    )
    .unwrap();
    send(LAST.as_bytes());
    let said = until_last(&notifications).await;
    let expected = [Said::Other, Said::Other, Said::Other, Said::Watchdog];
    assert_eq!(said, expected);
    assert_eq!(open(), before, "the descriptor is not taken");
}

/// Red when what came in one datagram is lost with the call that took it.
#[tokio::test]
async fn to_stop_waiting_loses_nothing() {
    let notifications = Notifications::bind(us()).unwrap();
    let nothing = tokio::time::timeout(Duration::ZERO, notifications.next()).await;
    assert!(nothing.is_err());
    let notifier = Notifier::to(Some(notifications.address().into()));
    notifier.say("READY=1\nWATCHDOG=1\nSTOPPING=1");
    notifier.say(LAST);
    let mut heard = Vec::new();
    let last = Said::Status("last".to_owned());
    while heard.last() != Some(&last) {
        tokio::select! {
            biased;
            said = notifications.next() => heard.push(said),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(heard, [Said::Ready, Said::Watchdog, Said::Stopping, last]);
}

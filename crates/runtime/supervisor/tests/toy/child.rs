//! Children that show what they were given.

use std::{
    error::Error,
    fs,
    io::{self, Read, Write},
    process::ExitCode,
};

use homeostat_supervisor::{notify::Notifier, sockets::Given};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

type Result = std::result::Result<(), Box<dyn Error>>;

/// Plays the child of this name, if there is one.
pub(crate) fn play(word: &str) -> Option<ExitCode> {
    let played = match word {
        "descriptors" => descriptors(),
        "serve" => serve(),
        "serve-path" => serve_path(),
        "notify" => notify(),
        "say" => say(),
        "drone" => drone(),
        _ => return None,
    };
    Some(match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    })
}

/// Prints the numbers of what is open, and waits for the end of its input.
fn descriptors() -> Result {
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        // The directory that is being read is open too.
        if !fs::read_link(entry.path())?.ends_with("fd") {
            writeln!(io::stdout(), "{}", entry.file_name().display())?;
        }
    }
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Tells each client its own number.
fn serve() -> Result {
    let listener = Given::from_environment().tcp("web")?.ok_or("no socket")?;
    loop {
        let (mut client, _) = listener.accept()?;
        // A client that left is no failure.
        let _ = write!(client, "{}", std::process::id());
    }
}

fn serve_path() -> Result {
    let listener = Given::from_environment()
        .unix("control")?
        .ok_or("no socket")?;
    loop {
        let (mut client, _) = listener.accept()?;
        let _ = write!(client, "{}", std::process::id());
    }
}

/// Says what its input says, a datagram a line, and what comes after it.
fn notify() -> Result {
    let notifier = Notifier::from_environment();
    for line in io::stdin().lines() {
        notifier.say(&line?.replace('|', "\n"));
    }
    Ok(())
}

/// Says its arguments once, and then nothing to the end of its input.
fn say() -> Result {
    let notifier = Notifier::from_environment();
    for words in std::env::args().skip(2) {
        notifier.say(&words);
    }
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Says its arguments again and again, to the end of its input; which time it is in place of `{round}`.
fn drone() -> Result {
    let notifier = Notifier::from_environment();
    let input = io::stdin();
    let between = Timespec {
        tv_sec: 0,
        tv_nsec: 5_000_000,
    };
    for round in 0_u64.. {
        for words in std::env::args().skip(2) {
            notifier.say(&words.replace("{round}", &round.to_string()));
        }
        let mut ready = [PollFd::new(&input, PollFlags::IN)];
        if poll(&mut ready, Some(&between))? > 0 {
            break;
        }
    }
    Ok(())
}

//! What the end of a command means for its job. Pure.

use std::{fmt::Write, time::Duration};

use homeostat_queue::{Failure, Outcome};
use homeostat_supervisor::{
    jobs::Ended,
    spawn::Exit,
    trampoline::{NOT_EXECUTABLE, NOT_FOUND, SETUP_FAILED},
};
use serde_json::Value;

/// Try again later, as sysexits has it.
const TEMPORARY: i32 = 75;
/// Configuration, as sysexits has it.
const CONFIGURATION: i32 = 78;
/// When a command that asked for it is tried again.
const LATER: Duration = Duration::from_secs(30);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct End<'a> {
    pub(crate) exit: Exit,
    /// What the supervisor says about it.
    pub(crate) ended: &'a Ended,
    /// How long it might take.
    pub(crate) deadline: Duration,
    /// How much it might take.
    pub(crate) mb: u64,
    /// The last that it wrote to standard error.
    pub(crate) last_words: &'a str,
}

/// What becomes of the job.
pub(crate) fn verdict(
    end: &End<'_>,
    result: impl FnOnce() -> Result<Value, String>,
) -> Result<Outcome, Failure> {
    if end.ended.overdue {
        return Err(Failure::timeout(overdue(end)));
    }
    let words = said(end.last_words);
    let exit = match end.exit {
        Exit::Code(0) => return result().map(Outcome::Done).map_err(Failure::error),
        _ if end.ended.out_of_memory => {
            let (mb, exit) = (end.mb, end.exit);
            let text = format!("out of memory: it has {mb} MB; ended with {exit}{words}");
            return Err(Failure::error(text));
        }
        Exit::Code(code) => code,
        Exit::Signal(signal) => {
            return Err(Failure::error(format!("ended by signal {signal}{words}")));
        }
    };
    if exit == TEMPORARY {
        return Ok(Outcome::Snooze {
            wait: LATER,
            reason: format!("exit code 75, try again later{words}"),
        });
    }
    let cannot_start = [SETUP_FAILED, NOT_EXECUTABLE, NOT_FOUND].map(i32::from);
    if exit == CONFIGURATION || cannot_start.contains(&exit) {
        let text = format!("configuration: exit code {exit}{words}");
        return Err(Failure::permanent(text));
    }
    Err(Failure::error(format!("exit code {exit}{words}")))
}

fn overdue(end: &End<'_>) -> String {
    let mut text = format!(
        "took longer than its {} s and was ended by signal",
        end.deadline.as_secs()
    );
    for (n, stubborn) in end.ended.ignored_term.iter().enumerate() {
        let before = if n == 0 {
            "; ignored TERM and were killed: "
        } else {
            ", "
        };
        let _ = write!(text, "{before}{} ({})", stubborn.comm, stubborn.pid);
    }
    text + &said(end.last_words)
}

fn said(last_words: &str) -> String {
    match last_words.trim() {
        "" => String::new(),
        words => format!(": {words}"),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_supervisor::jobs::Stubborn;
    use serde_json::json;

    use super::*;

    fn judged(exit: Exit, ended: &Ended, words: &str) -> Result<Outcome, Failure> {
        let end = End {
            exit,
            ended,
            deadline: Duration::from_secs(5),
            mb: 64,
            last_words: words,
        };
        verdict(&end, || Ok(json!({"n": 1})))
    }

    fn coded(code: i32) -> Result<Outcome, Failure> {
        judged(Exit::Code(code), &Ended::default(), "no route\n")
    }

    #[test]
    fn each_exit_code_has_its_meaning() {
        assert_eq!(coded(0), Ok(Outcome::Done(json!({"n": 1}))));
        let reason = "exit code 75, try again later: no route".to_owned();
        assert_eq!(
            coded(75),
            Ok(Outcome::Snooze {
                wait: LATER,
                reason
            })
        );
        for code in [78, 125, 126, 127] {
            let text = format!("configuration: exit code {code}: no route");
            assert_eq!(coded(code), Err(Failure::permanent(text)));
        }
        for code in [1, 2, 74, 77, 124, 255] {
            let text = format!("exit code {code}: no route");
            assert_eq!(coded(code), Err(Failure::error(text)));
        }
        let killed = judged(Exit::Signal(11), &Ended::default(), "");
        assert_eq!(killed, Err(Failure::error("ended by signal 11")));
    }

    #[test]
    fn a_deadline_names_who_ignored_it_and_is_no_success() {
        let deaf = |pid, comm: &str| Stubborn {
            pid,
            comm: comm.into(),
        };
        let ended = Ended {
            overdue: true,
            ignored_term: vec![deaf(7, "sh"), deaf(8, "sleep")],
            ..Ended::default()
        };
        for exit in [Exit::Signal(9), Exit::Code(0), Exit::Code(78)] {
            let text = "took longer than its 5 s and was ended by signal; \
                        ignored TERM and were killed: sh (7), sleep (8)";
            assert_eq!(judged(exit, &ended, ""), Err(Failure::timeout(text)));
        }
    }

    #[test]
    fn want_of_memory_is_named_and_a_survivor_of_it_may_succeed() {
        let ended = Ended {
            out_of_memory: true,
            ..Ended::default()
        };
        let text = "out of memory: it has 64 MB; ended with signal 9: loading";
        let killed = judged(Exit::Signal(9), &ended, "loading");
        assert_eq!(killed, Err(Failure::error(text)));
        assert!(judged(Exit::Code(0), &ended, "").is_ok());
    }
}

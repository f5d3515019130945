//! What is under way when a point is struck: one small, whole piece of work each, with what must have
//! become of it.
//!
//! Everything is data, so that a scenario is added by adding it: who plays, what sets it off, when it is
//! over, and what besides the auditor's questions must be true then.

/// A process of the product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Fires schedules, finds the dead, does the chores.
    Scheduler,
    /// Works on these kinds, so many jobs at once.
    Worker(&'static [&'static str], u32),
    /// A command that a person gives, and gives again when it failed.
    Command(&'static [&'static str]),
}

impl Role {
    /// For logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Scheduler => "scheduler",
            Self::Worker(..) => "worker",
            Self::Command(_) => "command",
        }
    }

    /// What the program is called with.
    pub(crate) fn args(&self) -> Vec<String> {
        match self {
            Self::Scheduler => vec!["run".into(), "scheduler".into()],
            Self::Worker(kinds, slots) => {
                let mut args = vec!["run".into(), "worker".into()];
                args.extend(["--slots".into(), slots.to_string()]);
                for kind in *kinds {
                    args.extend(["--kind".into(), (*kind).into()]);
                }
                args
            }
            Self::Command(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

/// A life before the one that is struck: it ends by SIGKILL in the middle of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    pub(crate) role: Role,
    /// Sets it off.
    pub(crate) sql: &'static str,
    /// A fault of the vendor's own that keeps it in the middle.
    pub(crate) order: Option<&'static str>,
    /// It is in the middle when this is not 0.
    pub(crate) until: &'static str,
    /// And so many of our acts are in the vendor's books.
    pub(crate) acts: usize,
}

/// One piece of work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What it is, for the report.
    pub(crate) about: &'static str,
    /// Whether the vendor is in the play.
    pub(crate) world: bool,
    /// Whether only its calls to the vendor are struck, since its talk with Postgres is another's too.
    pub(crate) only_calls: bool,
    /// Who is there from the beginning to the end.
    pub(crate) support: &'static [Role],
    pub(crate) before: Option<Before>,
    /// Who is struck.
    pub(crate) subject: Role,
    /// Whether its start is part of the work, or it is ready when the work begins.
    pub(crate) from_start: bool,
    /// Sets the work off.
    pub(crate) sql: &'static str,
    /// When this is not 0, the subject is asked to stop.
    pub(crate) stop_when: Option<&'static str>,
    /// The work is over when this is not 0.
    pub(crate) goal: &'static str,
    /// Who takes over when the subject is dead.
    pub(crate) heirs: &'static [Role],
    /// What must be true in the end besides: each must be 0.
    pub(crate) checks: &'static [(&'static str, &'static str)],
}

const LOAD: Role = Role::Worker(&["drill.load"], 1);
const TRIP: Role = Role::Worker(&["drill.trip"], 1);
const PAY: Role = Role::Worker(&["job.pay"], 1);
const ACTS: Role = Role::Worker(&["drill.decide", "act.*"], 2);

const ONE_JOB: &str =
    "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\"}'::jsonb])";
const JOB_DONE: &str =
    "SELECT count(*) FROM homeostat.event WHERE entity = 'job' AND to_state = 'done' AND NOT EXISTS (
         SELECT FROM homeostat.job WHERE kind LIKE 'drill.%' OR kind LIKE 'job.%')";
/// No wish is left, no act is open.
const ACTS_CLOSED: &str = "SELECT (EXISTS (SELECT FROM homeostat.decision WHERE policy = 'request' AND state <> 'proposed')
    AND NOT EXISTS (SELECT FROM homeostat.effect WHERE finished_at IS NULL)
    AND NOT EXISTS (SELECT FROM homeostat.job WHERE kind LIKE 'drill.%' OR kind LIKE 'act.%'))::int";
const LAUNCH: &str = "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY['{\"name\":\"1-launch\",
    \"brand\":\"aurora\",\"wish\":{\"act\":\"launch\",\"name\":\"Point launch\",\"daily_budget\":
    {\"amount_micros\":20000000,\"currency\":\"EUR\"}}}'::jsonb])";
const PAUSE: &str = "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY(SELECT jsonb_build_object(
    'name', '1-pause', 'brand', 'aurora', 'wish', jsonb_build_object('act', 'pause', 'campaign', c.id))
    FROM homeostat.campaign c WHERE c.brand = 'aurora' AND c.state = 'ACTIVE' ORDER BY c.id LIMIT 1))";
const SPENDERS: &str = "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY(SELECT jsonb_build_object(
    'name', '1-spend-' || n, 'brand', 'aurora', 'wish', jsonb_build_object('act', 'launch', 'name', 'Point spend ' || n,
    'daily_budget', jsonb_build_object('amount_micros', 30000000, 'currency', 'EUR'))) FROM unnest(ARRAY['a', 'b']) n))";
const HELD_CREATION: &str = "{\"on\":\"meta.create_campaign\",\"fault\":\"hold_reply\",\"object\":\"act_1001\",\"after_ms\":20000}";
const LATE_CREATION: &str = "{\"on\":\"meta.create_campaign\",\"fault\":\"land_late\",\"object\":\"act_1001\",\"after_ms\":1200}";
const SENDING: &str = "SELECT count(*) FROM homeostat.effect WHERE state = 'sending'";

const NOT_DONE_ONCE: (&str, &str) = (
    "done exactly once",
    "SELECT abs(count(*) - 1) FROM homeostat.event WHERE entity = 'job' AND to_state = 'done' AND data ->> 'kind' IS NULL",
);
const ONE_BIRTH: (&str, &str) = (
    "one job was accepted",
    "SELECT abs(count(*) - 1) FROM homeostat.event WHERE entity = 'job' AND from_state IS NULL
     AND data ->> 'kind' = 'drill.load'",
);
const ONE_ACT: (&str, &str) = (
    "the wish was fulfilled, once",
    "SELECT abs(count(*) - 1) FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
     WHERE e.state = 'settled' AND d.policy = 'request'",
);

const PLAIN: Scenario = Scenario {
    name: "",
    about: "",
    world: false,
    only_calls: false,
    support: &[Role::Scheduler],
    before: None,
    subject: LOAD,
    from_start: false,
    sql: ONE_JOB,
    stop_when: None,
    goal: JOB_DONE,
    heirs: &[LOAD],
    checks: &[],
};

const ACT: Scenario = Scenario {
    world: true,
    subject: ACTS,
    goal: ACTS_CLOSED,
    heirs: &[ACTS],
    checks: &[ONE_ACT],
    ..PLAIN
};

/// All of them, the smallest first.
pub(crate) const ALL: [Scenario; 15] = [
    Scenario {
        name: "work",
        about: "a worker claims a job, does it, and finishes it",
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "enqueue",
        about: "a person puts a job with a key into the queue, and again when that failed",
        support: &[Role::Scheduler, LOAD],
        subject: Role::Command(&[
            "enqueue", "drill.load", "{\"name\":\"one\"}", "--dedup-key", "one", "--dedup-for-s", "3600",
        ]),
        from_start: true,
        sql: "SELECT 1",
        heirs: &[],
        checks: &[ONE_BIRTH],
        ..PLAIN
    },
    Scenario {
        name: "mode",
        about: "a person says HALT, and again when that failed",
        subject: Role::Command(&["mode", "HALT", "--reason", "points", "--who", "ada"]),
        from_start: true,
        sql: "SELECT 1",
        goal: "SELECT count(*) FROM homeostat.mode WHERE state = 'HALT'",
        heirs: &[],
        ..PLAIN
    },
    Scenario {
        name: "retry",
        about: "the first attempt fails, the second does not",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"fails\":1}'::jsonb])",
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "stop",
        about: "a worker is asked to stop with a job in hand, finishes it and says goodbye",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"holds_ms\":[300]}'::jsonb])",
        stop_when: Some("SELECT count(*) FROM homeostat.job WHERE state = 'running'"),
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "schedule",
        about: "a schedule is due, and fires once",
        support: &[Role::Scheduler, LOAD],
        subject: Role::Scheduler,
        sql: "INSERT INTO homeostat.schedule (name, kind, args, every_s, overlap, missed, next_at)
              VALUES ('points:due', 'drill.load', '{\"name\":\"one\"}', 3600, 'queue', 'once', now() - interval '30 min')",
        heirs: &[Role::Scheduler],
        checks: &[ONE_BIRTH],
        ..PLAIN
    },
    Scenario {
        name: "phases",
        about: "a run of three phases goes from checkpoint to checkpoint",
        subject: TRIP,
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.trip', ARRAY['{\"name\":\"one\"}'::jsonb])",
        goal: "SELECT count(*) FROM homeostat.run WHERE state = 'done'",
        heirs: &[TRIP],
        checks: &[(
            "three checkpoints",
            "SELECT abs(count(*) - 3) FROM homeostat.event WHERE entity = 'phase' AND from_state IS NULL",
        )],
        ..PLAIN
    },
    Scenario {
        name: "rescue",
        about: "a worker died with a job in hand; who finds it gives the job back",
        support: &[LOAD],
        before: Some(Before {
            role: LOAD,
            sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"holds_ms\":[600000]}'::jsonb])",
            order: None,
            until: "SELECT count(*) FROM homeostat.job WHERE state = 'running'",
            acts: 0,
        }),
        subject: Role::Scheduler,
        from_start: true,
        sql: "SELECT 1",
        heirs: &[Role::Scheduler],
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "boot",
        about: "a worker starts while a job waits: its epoch begins, its kinds are known, it claims",
        from_start: true,
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "command",
        about: "a job that is a command is begun, answers, and is finished",
        subject: PAY,
        sql: "SELECT job_id FROM homeostat.enqueue_many('job.pay', ARRAY['{\"amount\":1}'::jsonb])",
        heirs: &[PAY],
        checks: &[NOT_DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "launch",
        about: "a creation: decided, its money held, asked of the vendor, settled",
        sql: LAUNCH,
        ..ACT
    },
    Scenario {
        name: "pause",
        about: "a pause: an act that may be done again without harm",
        sql: PAUSE,
        ..ACT
    },
    Scenario {
        name: "spend",
        about: "two spenders race for the last room of an hour; one is permitted",
        sql: SPENDERS,
        goal: "SELECT (NOT EXISTS (SELECT FROM homeostat.effect WHERE finished_at IS NULL)
            AND NOT EXISTS (SELECT FROM homeostat.job WHERE kind LIKE 'drill.%' OR kind LIKE 'act.%')
            AND (SELECT count(*) FROM homeostat.decision WHERE policy = 'request' AND state <> 'proposed') = 2)::int",
        ..ACT
    },
    Scenario {
        name: "recover",
        about: "a sender died, its act is done and nobody here knows: the vendor is asked",
        before: Some(Before {
            role: ACTS,
            sql: LAUNCH,
            order: Some(HELD_CREATION),
            until: SENDING,
            acts: 1,
        }),
        from_start: true,
        sql: "SELECT 1",
        ..ACT
    },
    Scenario {
        name: "late",
        about: "a sender died, its request lands later than the first question: not sent again before the horizon",
        before: Some(Before {
            role: ACTS,
            sql: LAUNCH,
            order: Some(LATE_CREATION),
            until: SENDING,
            acts: 0,
        }),
        only_calls: true,
        from_start: true,
        sql: "SELECT 1",
        ..ACT
    },
];

/// The scenario of this name.
pub(crate) fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}

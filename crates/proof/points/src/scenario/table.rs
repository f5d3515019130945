//! The table of scenarios. Each is a constant; what they share stands first.

use super::{Before, Check, Midway, Role, Scenario};

const LOAD: Role = Role::Worker(&["drill.load"], 1);
const TRIP: Role = Role::Worker(&["drill.trip"], 1);
const PAY: Role = Role::Worker(&["job.pay"], 1);
const BRIEF: Role = Role::Worker(&["drill.brief"], 1);
const SENSE: Role = Role::Worker(&["sense.*"], 1);
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
const LAUNCH: &str =
    "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY['{\"name\":\"1-launch\",
    \"brand\":\"aurora\",\"wish\":{\"act\":\"launch\",\"name\":\"Point launch\",\"daily_budget\":
    {\"amount_micros\":20000000,\"currency\":\"EUR\"}}}'::jsonb])";
const PAUSE: &str = "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY(SELECT jsonb_build_object(
    'name', '1-pause', 'brand', 'aurora', 'wish', jsonb_build_object('act', 'pause', 'campaign', c.id))
    FROM homeostat.campaign c WHERE c.brand = 'aurora' AND c.state = 'ACTIVE' ORDER BY c.id LIMIT 1))";
const SPENDERS: &str = "SELECT job_id FROM homeostat.enqueue_many('drill.decide', ARRAY(SELECT jsonb_build_object(
    'name', '1-spend-' || n, 'brand', 'aurora', 'wish', jsonb_build_object('act', 'launch', 'name', 'Point spend ' || n,
    'daily_budget', jsonb_build_object('amount_micros', 30000000, 'currency', 'EUR'))) FROM unnest(ARRAY['a', 'b']) n))";
const HELD_CREATION: &str = "{\"on\":\"meta.create_campaign\",\"fault\":\"hold_reply\",\"object\":\"act_1001\",\"after_ms\":20000}";
const LATE_CREATION: &str = "{\"on\":\"meta.create_campaign\",\"fault\":\"land_late\",\"object\":\"act_1001\",\"after_ms\":2200}";
const BRIEFLY_HELD: &str = "{\"on\":\"meta.create_campaign\",\"fault\":\"hold_reply\",\"object\":\"act_1001\",\"after_ms\":800}";
const SENDING: &str = "SELECT count(*) FROM homeostat.effect WHERE state = 'sending'";

const DONE_ONCE: Check = Check::always(
    "done exactly once",
    "SELECT abs(count(*) - 1) FROM homeostat.event WHERE entity = 'job' AND to_state = 'done'",
);
const NOTHING_SPENT: &str = "SELECT count(*) FROM homeostat.event WHERE entity = 'job' AND (data ->> 'attempts_used')::int > 0";
/// What did not reach the server is said again; what was done meanwhile is not done again.
const CLAIMED_ONCE: Check = Check::after(
    "pg.cut_before",
    "done without a second claim",
    "SELECT abs(count(*) - 1) FROM homeostat.event e WHERE entity = 'job' AND from_state = 'ready' AND to_state = 'running'
     AND EXISTS (SELECT FROM homeostat.event b WHERE b.entity = 'job' AND b.entity_id = e.entity_id
                 AND b.from_state IS NULL AND b.data ->> 'kind' = 'drill.load')",
);
/// Whoever ends in good order or by a proven death is not guessed to be dead.
pub(crate) const NOBODY_GIVEN_UP: Check = Check::always(
    "nobody who lived was given up",
    "SELECT count(*) FROM homeostat.process WHERE ended_by = 'guess'",
);
const ONE_BIRTH: Check = Check::always(
    "one job was accepted",
    "SELECT abs(count(*) - 1) FROM homeostat.event WHERE entity = 'job' AND from_state IS NULL
     AND data ->> 'kind' = 'drill.load'",
);
const ONE_ACT: Check = Check {
    name: "the wish was fulfilled, once",
    sql: "SELECT abs(count(*) - 1) FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
     WHERE e.state = 'settled' AND d.policy = 'request'",
    only: None,
    except: Some("http.refused"),
};
const TAP_SHUT: Check = Check::after(
    "http.throttled",
    "the vendor's word to wait shuts the tap",
    "SELECT 1 - least(count(*), 1) FROM homeostat.event WHERE entity = 'breaker' AND to_state = 'open'",
);
const NO_ACT: Check = Check::always(
    "nothing was sent",
    "SELECT count(*) FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id WHERE d.policy = 'request'",
);
/// The wish was looked at, and waits or was refused. Others are put off too, such as looks at a shop.
const LOOKED_AT: &str = "SELECT (EXISTS (SELECT FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
        WHERE d.policy = 'request' AND e.finished_at IS NOT NULL)
    OR EXISTS (SELECT FROM homeostat.decision WHERE policy = 'request' AND state = 'refused')
    OR EXISTS (SELECT FROM homeostat.event e JOIN homeostat.event b ON b.entity = 'job' AND b.entity_id = e.entity_id
               WHERE e.entity = 'job' AND e.from_state = 'running' AND e.cause = 'snooze'
                 AND b.from_state IS NULL AND b.data ->> 'kind' LIKE 'act.%'))::int";

const PLAIN: Scenario = Scenario {
    name: "",
    about: "",
    world: false,
    runs: false,
    only_calls: false,
    support: &[Role::Scheduler],
    before: None,
    subject: LOAD,
    from_start: false,
    first: "SELECT 1",
    sql: ONE_JOB,
    order: None,
    midway: None,
    lock: None,
    fails: false,
    may_fail_after: None,
    goal: JOB_DONE,
    heirs: &[LOAD],
    checks: &[],
    is_whole: false,
};

const ACT: Scenario = Scenario {
    world: true,
    subject: ACTS,
    goal: ACTS_CLOSED,
    heirs: &[ACTS],
    checks: &[ONE_ACT, TAP_SHUT],
    ..PLAIN
};

/// All of them, the smallest first.
pub(crate) const ALL: [Scenario; 24] = [
    Scenario {
        name: "work",
        about: "a worker claims a job, does it, and finishes it",
        checks: &[
            DONE_ONCE,
            Check::after("pg.cut_after", "a lost answer costs no attempt", NOTHING_SPENT),
            CLAIMED_ONCE,
        ],
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
        checks: &[DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "stop",
        about: "a worker is asked to stop with a job in hand, finishes it and says goodbye",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"holds_ms\":[300]}'::jsonb])",
        midway: Some(Midway::Term {
            when: "SELECT count(*) FROM homeostat.job WHERE state = 'running'",
        }),
        checks: &[DONE_ONCE],
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
        checks: &[Check::always(
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
            sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"holds_ms\":[2000]}'::jsonb])",
            order: None,
            until: "SELECT count(*) FROM homeostat.job WHERE state = 'running'",
            acts: 0,
            calls: 0,
            lands_within_ms: 0,
        }),
        subject: Role::Scheduler,
        from_start: true,
        sql: "SELECT 1",
        heirs: &[Role::Scheduler],
        checks: &[DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "boot",
        about: "a worker starts while a job waits: its epoch begins, its kinds are known, it claims",
        from_start: true,
        checks: &[DONE_ONCE],
        ..PLAIN
    },
    Scenario {
        name: "command",
        about: "a job that is a command is begun, acts on a world of its own, answers, and is finished",
        runs: true,
        subject: PAY,
        sql: "SELECT job_id FROM homeostat.enqueue_many('job.pay', ARRAY['{\"amount\":1,\"key\":\"one\"}'::jsonb])",
        goal: "SELECT (NOT EXISTS (SELECT FROM homeostat.job WHERE kind = 'job.pay' AND state IN ('ready', 'running')))::int",
        may_fail_after: Some("run.refused"),
        heirs: &[PAY],
        checks: &[
            DONE_ONCE.but_after("run.refused"),
            Check::after(
                "run.refused",
                "what can never be done fails for good",
                "SELECT abs(count(*) - 1) FROM homeostat.job WHERE kind = 'job.pay' AND state = 'failed'",
            ),
            Check::after("run.later_after", "being put off costs no attempt", NOTHING_SPENT),
        ],
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
        // The first call takes long enough for the second to meet its hold. Whoever comes later finds the
        // room again: a campaign at rest costs nothing. That no cap was passed is for the auditor to say.
        order: Some(BRIEFLY_HELD),
        sql: SPENDERS,
        goal: "SELECT (NOT EXISTS (SELECT FROM homeostat.effect WHERE finished_at IS NULL)
            AND NOT EXISTS (SELECT FROM homeostat.job WHERE kind LIKE 'drill.%' OR kind LIKE 'act.%')
            AND (SELECT count(*) FROM homeostat.decision WHERE policy = 'request' AND state <> 'proposed') = 2)::int",
        checks: &[],
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
            calls: 1,
            lands_within_ms: 0,
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
            calls: 1,
            lands_within_ms: 2_500,
        }),
        only_calls: true,
        from_start: true,
        sql: "SELECT 1",
        ..ACT
    },
    Scenario {
        name: "sense",
        about: "a sensor asks the vendor",
        only_calls: true,
        subject: SENSE,
        sql: "SELECT job_id FROM homeostat.enqueue_many('sense.meta', ARRAY['{\"brand\":\"aurora\"}'::jsonb])",
        goal: "SELECT (NOT EXISTS (SELECT FROM homeostat.job WHERE kind = 'sense.meta'
            AND state IN ('ready', 'running')))::int",
        // A read that is refused is refused again: the schedule's next one asks anew.
        may_fail_after: Some("http.refused"),
        heirs: &[SENSE],
        checks: &[TAP_SHUT, Check::after("http.throttled", "being put off costs no attempt", NOTHING_SPENT)],
        ..ACT
    },
    Scenario {
        name: "stale",
        about: "a worker stands still, its job is given away, and it wakes and finishes",
        subject: BRIEF,
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.brief', ARRAY['{\"name\":\"one\",\"holds_ms\":[300,450]}'::jsonb])",
        midway: Some(Midway::Stall {
            when: "SELECT count(*) FROM homeostat.job WHERE state = 'running'",
            acts: 0,
            until: "SELECT count(*) FROM homeostat.job WHERE state = 'running' AND fence > 1",
        }),
        heirs: &[BRIEF],
        checks: &[DONE_ONCE],
        is_whole: true,
        ..PLAIN
    },
    Scenario {
        name: "company",
        about: "another worker starts while one has a job in hand, and takes nothing from it",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"holds_ms\":[1500]}'::jsonb])",
        midway: Some(Midway::Company {
            when: "SELECT count(*) FROM homeostat.job WHERE state = 'running'",
        }),
        checks: &[
            DONE_ONCE,
            NOBODY_GIVEN_UP,
            Check::always("no attempt was spent", NOTHING_SPENT),
        ],
        is_whole: true,
        ..PLAIN
    },
    Scenario {
        name: "overtaken",
        about: "a sender stands still in the middle of its call, its act is settled by another, and its answer comes late",
        order: Some(BRIEFLY_HELD),
        sql: LAUNCH,
        midway: Some(Midway::Stall {
            when: SENDING,
            acts: 1,
            until: "SELECT count(*) FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
                    WHERE d.policy = 'request' AND e.finished_at IS NOT NULL",
        }),
        goal: "SELECT count(*) FROM homeostat.late_receipt",
        is_whole: true,
        ..ACT
    },
    Scenario {
        name: "locked",
        about: "somebody else's transaction holds one job; the next is done meanwhile",
        from_start: true,
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\"}', '{\"name\":\"two\"}']::jsonb[])",
        lock: Some((
            "SELECT FROM homeostat.job WHERE kind = 'drill.load' ORDER BY id LIMIT 1 FOR UPDATE",
            "SELECT count(*) FROM homeostat.event WHERE entity = 'job' AND to_state = 'done'",
        )),
        is_whole: true,
        ..PLAIN
    },
    Scenario {
        name: "later",
        about: "a job that is due in three seconds, of which nobody tells anybody then",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\"}'::jsonb], run_at => now() + interval '3 s')",
        checks: &[DONE_ONCE],
        is_whole: true,
        ..PLAIN
    },
    Scenario {
        name: "give_up",
        about: "a job that always fails: three attempts, and no more",
        sql: "SELECT job_id FROM homeostat.enqueue_many('drill.load', ARRAY['{\"name\":\"one\",\"fails\":9}'::jsonb])",
        goal: "SELECT count(*) FROM homeostat.job WHERE state = 'failed'",
        fails: true,
        checks: &[Check::always(
            "three attempts were made",
            "SELECT abs(3 - max(attempts_used)) FROM homeostat.job WHERE kind = 'drill.load'",
        )],
        is_whole: true,
        ..PLAIN
    },
    Scenario {
        name: "halted",
        about: "a wish while HALT stands",
        from_start: true,
        first: "UPDATE homeostat.mode SET state = 'HALT', cause = 'person', who = 'ada', reason = 'points'",
        sql: LAUNCH,
        goal: LOOKED_AT,
        checks: &[NO_ACT],
        is_whole: true,
        ..ACT
    },
    Scenario {
        name: "lapsed",
        about: "a wish while nobody renews the dead-man lease",
        from_start: true,
        first: "UPDATE homeostat.lease SET renewed_at = now() - interval '2 min', expires_at = now() - interval '1 min'",
        sql: LAUNCH,
        goal: LOOKED_AT,
        checks: &[NO_ACT],
        is_whole: true,
        ..ACT
    },
];

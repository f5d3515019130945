-- A past of many events: what a system of one brand leaves behind in ninety days, in the order in which it came about,
-- written without its triggers. Nine of ten events are of jobs; the rest are of decisions and acts, with their rows.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '1GB';
SET statement_timeout = 0;

CREATE TEMP TABLE size AS
SELECT :events::bigint * 3 / 10 AS jobs, :events::bigint / 40 AS acts, clock_timestamp() - interval '90 days' AS began,
       interval '90 days' AS lasted;

SELECT homeostat.keep_event_partitions(began, 4) FROM size;

INSERT INTO homeostat.event (at, brand, entity, entity_id, from_state, to_state, fence, owner, cause, data)
SELECT past.at, 'aurora', past.entity, past.id::text, past.from_state, past.to_state, 1, 1, past.cause,
       CASE past.from_state
           WHEN 'running' THEN '{"$gone": true}'
           WHEN 'ready' THEN '{"state": "running", "fence": 1, "owner": 1}'
           ELSE jsonb_build_object('id', past.id, 'state', past.to_state, 'kind', 'sense.meta', 'args', '{"brand": "aurora"}'::jsonb)
       END
FROM (
    SELECT began + lasted * (n::float8 / jobs) + m.late AS at, 'job' AS entity, 1000000000 + n AS id, m.from_state, m.to_state, m.cause
    FROM size, generate_series(1, jobs) n,
         (VALUES (interval '0', NULL, 'ready', 'fire'), (interval '20 ms', 'ready', 'running', 'claim'),
                 (interval '90 ms', 'running', 'done', 'finish')) m (late, from_state, to_state, cause)
    UNION ALL
    SELECT began + lasted * (n::float8 / acts) + m.late, m.entity, 1000000 + n, m.from_state, m.to_state, NULL
    FROM size, generate_series(1, acts) n,
         (VALUES ('decision', interval '0', NULL, 'proposed'), ('decision', interval '10 ms', 'proposed', 'permitted'),
                 ('effect', interval '10 ms', NULL, 'sending'), ('effect', interval '200 ms', 'sending', 'settled'))
             m (entity, late, from_state, to_state)
) past
ORDER BY past.at;

INSERT INTO homeostat.decision (id, key, brand, target, policy, version, seed, inputs, belief, proposal, judged, verdict, state,
                                decided_at, data_as_of, created_at)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + n, 'bench:' || n, 'aurora', 'bench-' || n % 400, 'kill', 'kill-v1', 0,
       '{"params":{"zero_sale_k":3.0,"bleed":{"times_target":3.0,"odds":20.0},"hard_stop_cpas":6.0,"guards":{"freshness_s":7200,"two_checks_from_conversions":50,"two_checks_gap_s":86400}},"campaign":{"currency":"EUR","target":{"kind":"cpa","cpa_micros":20000000},"delay":{"kind":"exponential","mean_s":86400,"cut_s":604800},"now":"2026-03-02T06:18:49.8834Z","read_at":"2026-03-02T06:10:37.5066Z","spend":[{"from":"2026-02-28T23:00:00Z","until":"2026-03-01T23:00:00Z","amount_micros":33200000}],"sales":1},"conversions_30d":1,"flagged_at":null}',
       '{"currency":"EUR","target_cpa_micros":20000000,"raw_spend_micros":152820000,"matured_spend_micros":126538791,"sales":1,"k":6.32693955,"chance_if_on_target":0.01309687476,"chance_below_target":0.994524346022}',
       '{"act":"pause","rule":"B","k":6.32693955,"sales":1,"false_kill_chance":0.05}',
       '{}', '{"allowed":true,"interlocks":[{"name":"mode","passed":true,"reason":"mode NORMAL, autonomy full"}]}', 'permitted',
       at, at, at
FROM size, generate_series(1, acts) n, LATERAL (SELECT began + lasted * (n::float8 / acts) AS at) t;

INSERT INTO homeostat.effect (id, key, decision_id, kind, vendor, class, brand, target, request, request_hash, amount_micros, currency,
                              risk_reducing, state, sender, call_ended_at, horizon_at, receipt, provenance, actual_micros, created_at,
                              finished_at)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + n, 'bench:' || n, 1000000 + n, 'meta.pause_campaign', 'meta', 'idempotent', 'aurora', 'bench-' || n % 400,
       '{"status":"PAUSED"}', 'x', 0, 'EUR', true, 'settled', 1, at, at, '{"body":{"status":"PAUSED"},"finished":true}',
       CASE WHEN n % 50 = 0 THEN 'recovered' ELSE 'normal' END, 0, at, at + interval '200 ms'
FROM size, generate_series(1, acts) n, LATERAL (SELECT began + lasted * (n::float8 / acts) AS at) t;

INSERT INTO homeostat.run (id, pipeline, phases, brand, args, state, created_at, give_up_at, finished_at)
SELECT 500000000 + n, 'ads', ARRAY['ads.search', 'ads.filter', 'ads.track', 'ads.audit', 'ads.report'], 'aurora', '{}', 'done', at,
       at + interval '1 day', at + interval '40 s'
FROM size, generate_series(1, acts / 10) n, LATERAL (SELECT began + lasted * (n * 10.0 / acts) AS at) t;

INSERT INTO homeostat.budget_window (id, brand, interlock, scope, unit, period, currency, starts_at, ends_at, cap, held, settled)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + row_number() OVER (), 'aurora', i.interlock, 'brand:aurora', 'money', i.period, 'EUR', date_trunc(i.period, clock_timestamp()),
       date_trunc(i.period, clock_timestamp()) + ('1 ' || i.period)::interval, i.cap, i.cap / 4, i.cap / 3
FROM (VALUES ('hourly_budget', 'hour', 250000000), ('daily_budget', 'day', 1000000000), ('monthly_budget', 'month', 20000000000))
    i (interlock, period, cap);

INSERT INTO homeostat.posting (transfer_id, brand, window_id, effect_id, account, kind, amount, at)
SELECT 1000000000 + n, 'aurora', 1000002, 1000000 + n, a.account, 'hold', a.sign * 1000000, began + lasted * (n::float8 / acts)
FROM size, generate_series(1, acts) n, (VALUES ('available', -1), ('held', 1)) a (account, sign);

INSERT INTO homeostat.process (id, kind, host, boot_id, pid, lock_key, version, run_dir, state, started_at, seen_at, ended_at,
                               end_reason, ended_by)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + n, 'worker-act', 'bench', 'bench', 1, n, '0.1.0', '/nowhere', 'ended', at, at + interval '59 min', at + interval '59 min',
       'killed', 'waitpid'
FROM size, generate_series(1, 2159) n, LATERAL (SELECT began + n * interval '1 hour' AS at) t;

INSERT INTO homeostat.campaign (id, brand, vendor, name, state, effective_status, daily_budget_micros, currency, read_at)
SELECT 'bench-' || n, 'aurora', 'meta', 'Campaign ' || n, CASE WHEN n % 3 = 0 THEN 'PAUSED' ELSE 'ACTIVE' END, 'ACTIVE', 20000000, 'EUR',
       clock_timestamp()
FROM generate_series(0, 399) n;

INSERT INTO homeostat.observation (brand, campaign, day, opens_at, closes_at, spend_micros, currency, sales, value_micros, read_at)
SELECT 'aurora', 'bench-' || n, day::date, day, day + interval '1 day', 20000000, 'EUR', n % 3, n % 3 * 50000000, day + interval '1 day'
FROM generate_series(0, 399) n, generate_series(date_trunc('day', clock_timestamp()) - interval '89 days', clock_timestamp(), interval '1 day') day;

INSERT INTO homeostat.api_usage (at, brand, vendor, task, model_asked, cost_micros, currency, latency_ms, outcome)
SELECT began + lasted * (n::float8 / acts), 'aurora', 'anthropic', 'answer', 'model-' || n % 4, 1200, 'USD', 900,
       CASE WHEN n % 40 = 0 THEN 'throttled' ELSE 'ok' END
FROM size, generate_series(1, acts) n;

SET session_replication_role = origin;
RESET synchronous_commit;
RESET work_mem;
RESET statement_timeout;
ANALYZE;

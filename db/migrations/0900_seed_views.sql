-- owner: runtime/store
-- purpose: the logs of the systems this one grew from, under the names people search for

CREATE VIEW homeostat.activity_log AS
    SELECT id, at, brand, entity, entity_id, from_state, to_state, cause, data FROM homeostat.event;

CREATE VIEW homeostat.background_job_log AS
    SELECT id, at, brand, entity_id::bigint AS job_id, from_state, to_state, fence, owner AS process_id, cause, data
    FROM homeostat.event WHERE entity = 'job';

CREATE VIEW homeostat.pipeline_step_log AS
    SELECT id, at, brand, entity, entity_id, from_state, to_state, cause, data
    FROM homeostat.event WHERE entity IN ('run', 'phase');

CREATE VIEW homeostat.cs_conversation_log AS
    SELECT id, at, brand, entity_id AS conversation_id, from_state, to_state, cause, data
    FROM homeostat.event WHERE entity = 'conversation';

CREATE VIEW homeostat.meta_auto_kill_log AS
    SELECT e.id AS effect_id, e.brand, e.target AS campaign_id, e.state, e.provenance, e.created_at, e.finished_at,
           e.receipt, d.id AS decision_id, d.policy, d.version, d.decided_at AS decided_at_world, d.belief, d.proposal
    FROM homeostat.effect e JOIN homeostat.decision d ON d.id = e.decision_id
    WHERE e.kind = 'meta.pause_campaign';

-- owner: runtime/effects
-- purpose: one row per model or paid vendor call, failures too

CREATE TABLE homeostat.api_usage (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    brand          text,
    vendor         text NOT NULL,
    task           text NOT NULL,
    effect_id      bigint REFERENCES homeostat.effect,
    model_asked    text,
    model_answered text,
    units          jsonb NOT NULL DEFAULT '{}',
    price_row      text,
    cost_micros    bigint NOT NULL DEFAULT 0 CHECK (cost_micros >= 0),
    currency       text,
    latency_ms     bigint NOT NULL CHECK (latency_ms >= 0),
    outcome        text NOT NULL CHECK (outcome IN ('ok', 'refused', 'unsent', 'throttled', 'unknown')),
    CHECK (cost_micros = 0 OR currency IS NOT NULL)
);

CREATE INDEX api_usage_by_time ON homeostat.api_usage USING brin (at);
CREATE TRIGGER api_usage_stays BEFORE UPDATE OR DELETE ON homeostat.api_usage
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('usage is append-only');
CREATE TRIGGER api_usage_keeps_its_rows BEFORE TRUNCATE ON homeostat.api_usage
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('usage is append-only');

-- owner: runtime/effects
-- purpose: acts on the outside world, each done once, and every answer that ever came (L3)

CREATE TABLE homeostat.effect (
    id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key                   text NOT NULL UNIQUE,
    decision_id           bigint NOT NULL REFERENCES homeostat.decision,
    kind                  text NOT NULL,
    vendor                text NOT NULL,
    class                 text NOT NULL CHECK (class IN ('keyed', 'queryable', 'idempotent', 'blind')),
    brand                 text NOT NULL,
    target                text NOT NULL,
    request               text NOT NULL,
    request_hash          text NOT NULL,
    amount_micros         bigint NOT NULL CHECK (amount_micros >= 0),
    currency              text NOT NULL,
    risk_reducing         boolean NOT NULL,
    vendor_key            text,
    vendor_key_expires_at timestamptz,
    state                 text NOT NULL DEFAULT 'sending'
                          CHECK (state IN ('sending', 'accepted', 'settled', 'refused', 'unknown', 'void')),
    -- The epoch that calls or probes now, and until when.
    owner                 bigint,
    call_deadline         timestamptz,
    -- The fence: grows with every call and every probe.
    calls                 int NOT NULL DEFAULT 1 CHECK (calls >= 1),
    -- Permits given, and who got the last one.
    sends                 int NOT NULL DEFAULT 1 CHECK (sends >= 1),
    sender                bigint NOT NULL,
    -- The sender itself said that its call is over; or that the request never left.
    call_ended_at         timestamptz,
    unsent                boolean NOT NULL DEFAULT false,
    -- A read from here on sees every request the sender can have sent.
    horizon_at            timestamptz NOT NULL,
    -- An owner died while it held the effect.
    crashed               boolean NOT NULL DEFAULT false,
    next_probe_at         timestamptz,
    probes                int NOT NULL DEFAULT 0 CHECK (probes >= 0),
    unknown_since         timestamptz,
    alarmed_at            timestamptz,
    reason                text,
    receipt               text,
    vendor_ref            text,
    provenance            text CHECK (provenance IN ('normal', 'recovered', 'probed', 'deduplicated', 'manual')),
    actual_micros         bigint,
    created_at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at           timestamptz,
    CHECK ((state IN ('settled', 'refused', 'void')) = (finished_at IS NOT NULL)),
    CHECK (state NOT IN ('settled', 'accepted') OR (receipt IS NOT NULL AND provenance IS NOT NULL)),
    CHECK (state NOT IN ('refused', 'void', 'unknown') OR reason IS NOT NULL),
    CHECK ((state = 'unknown') = (unknown_since IS NOT NULL)),
    CHECK ((owner IS NULL) = (call_deadline IS NULL)),
    -- Open effects are in somebody's hands or have their next probe scheduled; closed ones neither.
    CHECK ((finished_at IS NULL) = (owner IS NOT NULL OR next_probe_at IS NOT NULL)),
    CHECK (owner IS NULL OR next_probe_at IS NULL),
    CHECK ((vendor_key IS NULL) = (vendor_key_expires_at IS NULL)),
    CHECK (class <> 'keyed' OR vendor_key IS NOT NULL)
);

CREATE INDEX effect_open ON homeostat.effect (id) WHERE finished_at IS NULL;
CREATE INDEX effect_by_target ON homeostat.effect (brand, target, id);
CREATE INDEX effect_by_decision ON homeostat.effect (decision_id);
SELECT homeostat.journal('effect', 'effect', 'state');

CREATE TRIGGER effect_is_what_was_intended BEFORE UPDATE OF key, decision_id, kind, vendor, class, brand, target,
    request, request_hash, amount_micros, currency, risk_reducing, vendor_key ON homeostat.effect
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('what was intended never changes');

-- What a fenced owner heard: proof is never thrown away.
CREATE TABLE homeostat.late_receipt (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand     text NOT NULL,
    effect_id bigint NOT NULL REFERENCES homeostat.effect,
    call      int NOT NULL,
    outcome   text NOT NULL CHECK (outcome IN ('happened', 'refused', 'unsent', 'unknown')),
    receipt   text NOT NULL,
    -- The effect's state says the same.
    matches   boolean NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX late_receipt_by_effect ON homeostat.late_receipt (effect_id);
CREATE TRIGGER late_receipt_stays BEFORE UPDATE OR DELETE ON homeostat.late_receipt
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('late receipts are append-only');
CREATE TRIGGER late_receipt_keeps_its_rows BEFORE TRUNCATE ON homeostat.late_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('late receipts are append-only');

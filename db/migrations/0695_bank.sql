-- owner: app/operator
-- purpose: what the bank says became of the payments that were made to suppliers. One that was completed may come back days
--          later, when its act is long settled: what came back was not paid.

-- One payment. Times are the world's.
CREATE TABLE homeostat.bank_payment (
    -- The bank's id of the transaction.
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    -- Who is paid, as the bank knows them; empty where it does not say.
    counterparty  text NOT NULL,
    -- The key under which it was made.
    request_id    text NOT NULL,
    -- What has become of it. A word that this build does not know is unknown, and kept in state_raw.
    state         text NOT NULL CHECK (state IN ('created', 'pending', 'completed', 'declined', 'failed', 'reverted', 'unknown')),
    state_raw     text NOT NULL,
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- What left the account, above zero.
    amount_micros bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    read_at       timestamptz NOT NULL
);

-- They are few, and asked for with every decision.
CREATE INDEX bank_payment_returned ON homeostat.bank_payment (brand, counterparty) WHERE state = 'reverted';

SELECT homeostat.journal('bank_payment', 'bank_payment', 'state', '{state_raw,read_at}');

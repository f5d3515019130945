-- owner: app/operator
-- purpose: what customers wrote, as what follows from it. No word, subject, name or address stands here: a letter is
--          read once, and its text stays with the vendor. Who wrote and what was said are keyed digests.

-- One message that was received. Times are the world's, but for created_at.
CREATE TABLE homeostat.letter (
    -- brand:message id; a long or odd one is the brand and its digest
    id             text PRIMARY KEY,
    brand          text NOT NULL,
    -- Where the answer goes: our own address, the message and its thread as the vendor names them.
    inbox          text NOT NULL,
    message_id     text NOT NULL,
    thread_id      text NOT NULL,
    received_at    timestamptz NOT NULL,
    -- Who wrote, as a digest; NULL where no key is set or nobody can be told.
    customer       text,
    language       text NOT NULL CHECK (language IN ('en', 'de', 'fr', 'es', 'it', 'nl', 'da')),
    -- The text itself told its language, and neither its thread nor the shop.
    language_told  boolean NOT NULL,
    -- What is asked in the reader's words, the strongest first; empty for what was not read.
    intents        text[] NOT NULL,
    -- What is wanted, and what is said to be wrong, in the policy's words.
    wants          text NOT NULL CHECK (wants IN ('refund', 'track', 'cancel', 'exchange', 'question', 'thanks', 'spam', 'unclear')),
    claim          text CHECK (claim IN ('not_received', 'late', 'damaged', 'wrong_item', 'not_as_described', 'changed_mind',
                                         'double_charged')),
    -- Numbers of orders and parcels that the text names, capitals and digits.
    orders_said    text[] NOT NULL,
    parcels_said   text[] NOT NULL,
    -- The most that is asked for in the brand's currency.
    asked_micros   bigint CHECK (asked_micros > 0),
    asked_currency text CHECK (asked_currency ~ '^[A-Z]{3}$'),
    has_evidence   boolean NOT NULL,
    wants_person   boolean NOT NULL,
    -- Signs of steering. They raise nothing and permit nothing.
    flags          text[] NOT NULL,
    -- The same for the same words, as a digest; NULL without a key.
    said           text,
    -- The order that it was found to be about: brand:number, one of this customer's.
    order_id       text,
    state          text NOT NULL CHECK (state IN ('read', 'decided', 'replied', 'handed_over', 'ignored')),
    -- What was decided about it; NULL as long as nothing was, and for what a machine wrote.
    decision_id    bigint,
    read_at        timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (brand, message_id),
    CHECK ((asked_micros IS NULL) = (asked_currency IS NULL)),
    CHECK (state <> 'read' OR decision_id IS NULL),
    CHECK (state NOT IN ('decided', 'replied') OR decision_id IS NOT NULL)
);

CREATE INDEX letter_by_time ON homeostat.letter (brand, received_at);
CREATE INDEX letter_of_thread ON homeostat.letter (brand, thread_id, received_at);
CREATE INDEX letter_of_customer ON homeostat.letter (customer, received_at) WHERE customer IS NOT NULL;
CREATE INDEX letter_about_order ON homeostat.letter (order_id) WHERE order_id IS NOT NULL;

SELECT homeostat.journal('letter', 'letter', 'state', '{customer,said,read_at}');

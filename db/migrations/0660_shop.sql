-- owner: app/operator
-- purpose: a brand's shop as last read. No name, address or word of a person stands here: who bought is a keyed digest,
--          whose key is not in the database, so throwing the key away erases everybody.

-- One order. Times are the world's.
CREATE TABLE homeostat.shop_order (
    -- brand:number of the shop's id
    id              text PRIMARY KEY,
    brand           text NOT NULL,
    -- The shop's id, and the name that people use, such as #1001.
    vendor_id       text NOT NULL,
    name            text NOT NULL,
    -- How far it is paid, as the shop says. A word that this build does not know is UNKNOWN, and kept in state_raw.
    state           text NOT NULL CHECK (state IN ('PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED',
                                                   'REFUNDED', 'VOIDED', 'EXPIRED', 'UNKNOWN')),
    state_raw       text NOT NULL,
    fulfillment     text NOT NULL,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total_micros    bigint NOT NULL CHECK (total_micros >= 0),
    refunded_micros bigint NOT NULL CHECK (refunded_micros >= 0),
    -- Who bought and where it went, as digests; NULL where the shop does not say, or no key is set.
    customer        text,
    household       text,
    -- What a refund gives back: the payment, and through whom it came.
    payment         text,
    gateway         text,
    -- Numbers at carriers.
    parcels         text[] NOT NULL,
    units           int NOT NULL CHECK (units >= 0),
    -- How far a dispute is; NULL without one.
    dispute         text,
    placed_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    read_at         timestamptz NOT NULL,
    UNIQUE (brand, vendor_id)
);

CREATE INDEX shop_order_by_name ON homeostat.shop_order (brand, name);
CREATE INDEX shop_order_by_day ON homeostat.shop_order (brand, placed_at);
CREATE INDEX shop_order_of_customer ON homeostat.shop_order (customer, placed_at) WHERE customer IS NOT NULL;
CREATE INDEX shop_order_of_household ON homeostat.shop_order (household) WHERE household IS NOT NULL;

SELECT homeostat.journal('shop_order', 'shop_order', 'state',
    '{state_raw,customer,household,payment,gateway,parcels,read_at}');

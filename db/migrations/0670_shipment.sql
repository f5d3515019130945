-- owner: app/operator
-- purpose: where the parcels of a brand's orders are, as their carriers last told.

-- One parcel. Times are the world's.
CREATE TABLE homeostat.shipment (
    -- brand:number
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    -- The number at the carrier, in capitals.
    number        text NOT NULL,
    -- 17TRACK's key of the carrier; NULL while nobody knows it.
    carrier       int CHECK (carrier > 0),
    -- The order that it was first seen with, as in shop_order.
    order_id      text NOT NULL,
    -- Where it is, in our word. A word that this build does not know is 'unknown'; what was sent is kept beside it.
    state         text NOT NULL CHECK (state IN ('not_seen', 'announced', 'moving', 'expired', 'exception', 'failed',
                                                 'out_for_delivery', 'awaits_pickup', 'unknown', 'coming_back',
                                                 'returned', 'lost', 'delivered')),
    state_raw     text NOT NULL,
    sub_status    text,
    -- Since when the vendor follows it; NULL while it does not.
    registered_at timestamptz,
    -- Why the vendor does not follow it.
    refused       text,
    -- When the carrier had it in hand.
    shipped_at    timestamptz,
    -- The end of the day by which the carrier wants to deliver it.
    promised_by   timestamptz,
    -- What was told, the oldest first: [{"at", "status", "sub_status"}], no more than 32.
    readings      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(readings) = 'array'),
    -- When the vendor was last asked and answered; NULL while it never was.
    read_at       timestamptz,
    -- When what is known of it last changed.
    updated_at    timestamptz NOT NULL,
    CHECK (registered_at IS NULL OR refused IS NULL)
);

CREATE INDEX shipment_of_brand ON homeostat.shipment (brand, number);

SELECT homeostat.journal('shipment', 'shipment', 'state', '{shipped_at,promised_by,readings,read_at,updated_at}');

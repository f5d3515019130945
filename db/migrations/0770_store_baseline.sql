-- owner: app/operator
-- purpose: what is normal for a brand's store, as its orders tell, and whether it has fallen silent. Figures that move with
--          every reading are no state, so they leave no event; that a store falls silent, or sells again, does.

-- One brand's. Times are the world's.
CREATE TABLE homeostat.store_baseline (
    -- The brand.
    id                    text PRIMARY KEY,
    brand                 text NOT NULL,
    -- unjudged: too few orders to say. silent: too long without one to be chance; only an order ends it.
    state                 text NOT NULL CHECK (state IN ('unjudged', 'usual', 'silent')),
    currency              text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- The time whose orders were counted. It ends with the last complete reading of the shop, not with the check.
    counted_from          timestamptz NOT NULL,
    counted_to            timestamptz NOT NULL,
    orders                int NOT NULL CHECK (orders >= 0),
    -- Rounded down; NULL without an order.
    aov_micros            bigint CHECK (aov_micros >= 0),
    -- NULL as long as nobody counts visits.
    conversion_ppm        int CHECK (conversion_ppm BETWEEN 0 AND 1000000),
    orders_per_hour_micro bigint NOT NULL CHECK (orders_per_hour_micro >= 0),
    -- Orders whose click is known, which the delay is measured on.
    delays_measured       int NOT NULL CHECK (delays_measured >= 0),
    -- The last order until counted_to, however long ago; NULL: there never was one.
    last_order_at         timestamptz,
    updated_at            timestamptz NOT NULL,
    CHECK (counted_from < counted_to),
    CHECK (orders > 0 OR aov_micros IS NULL),
    CHECK (state <> 'silent' OR last_order_at IS NOT NULL)
);

SELECT homeostat.journal('store_baseline', 'store_baseline', 'state',
    '{counted_from,counted_to,orders,aov_micros,conversion_ppm,orders_per_hour_micro,delays_measured,last_order_at,updated_at}');

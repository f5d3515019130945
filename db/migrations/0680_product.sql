-- owner: app/operator
-- purpose: what a brand's shop sells and how much of it there is, what was ordered of it, and what banks dispute.
--          Titles are the shop's own; nobody is named here.

-- One item: a variant of a product, with its price and its stock. Times are the world's.
CREATE TABLE homeostat.product (
    -- brand:number of the stock item
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    -- The shop's ids of the product, of its variant, of what is counted, and of where; no place where stock is kept
    -- in several.
    product       text NOT NULL,
    variant       text NOT NULL,
    item          text NOT NULL,
    location      text,
    title         text NOT NULL,
    -- The shop's own number of the article.
    sku           text,
    -- It is all that the product comes in.
    is_only       boolean NOT NULL,
    -- Whether the product is on sale. A word that this build does not know is UNKNOWN, and kept in state_raw.
    state         text NOT NULL CHECK (state IN ('ACTIVE', 'ARCHIVED', 'DRAFT', 'UNLISTED', 'UNKNOWN')),
    state_raw     text NOT NULL,
    -- It is a draft because we made it one.
    is_draft_by_us boolean NOT NULL DEFAULT false,
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    price_micros  bigint NOT NULL CHECK (price_micros >= 0),
    -- What can be sold, as the shop says, and since when; NULL where the shop counts nothing or in several places.
    available     bigint,
    available_at  timestamptz,
    read_at       timestamptz NOT NULL,
    CHECK (NOT is_draft_by_us OR state = 'DRAFT')
);

CREATE INDEX product_of_brand ON homeostat.product (brand, item);
CREATE INDEX product_by_product ON homeostat.product (brand, product);

SELECT homeostat.journal('product', 'product', 'state', '{state_raw,title,available_at,read_at}');

-- One line of an order: how many of what. Nothing of a cancelled order is ordered any more.
CREATE TABLE homeostat.shop_line (
    -- brand:number of the line
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    -- homeostat.shop_order
    shop_order    text NOT NULL,
    sku           text,
    quantity      int NOT NULL CHECK (quantity >= 0),
    placed_at     timestamptz NOT NULL
);

CREATE INDEX shop_line_by_sku ON homeostat.shop_line (brand, sku, placed_at);

SELECT homeostat.journal('shop_line', 'shop_line', NULL);

-- One dispute with a bank.
CREATE TABLE homeostat.dispute (
    -- brand:number of the dispute
    id            text PRIMARY KEY,
    brand         text NOT NULL,
    -- homeostat.shop_order, whether or not it was read yet; NULL where the shop does not know.
    shop_order    text,
    kind          text NOT NULL,
    -- How far it is, as the shop says. A word that this build does not know is UNKNOWN, and kept in state_raw.
    state         text NOT NULL CHECK (state IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'ACCEPTED', 'WON', 'LOST', 'PREVENTED',
                                                 'CHARGE_REFUNDED', 'UNKNOWN')),
    state_raw     text NOT NULL,
    reason        text NOT NULL,
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_micros bigint NOT NULL CHECK (amount_micros >= 0),
    opened_at     timestamptz NOT NULL,
    -- Evidence is taken until then.
    due_at        timestamptz,
    -- When it was decided.
    ended_at      timestamptz,
    read_at       timestamptz NOT NULL
);

CREATE INDEX dispute_of_order ON homeostat.dispute (shop_order) WHERE shop_order IS NOT NULL;
CREATE INDEX dispute_of_brand ON homeostat.dispute (brand, opened_at);

SELECT homeostat.journal('dispute', 'dispute', 'state', '{state_raw,read_at}');

-- owner: app/operator
-- purpose: a delivery is known again by what its vendor calls it as well, and may be as long as the longest of any vendor

-- The hash of the vendor's own name for it; null where it has none. The body's hash stays: a name in a header that is not
-- signed can be changed by whoever saw the delivery.
ALTER TABLE homeostat.webhook
    ADD COLUMN name_hash bytea CHECK (octet_length(name_hash) = 32),
    DROP CONSTRAINT webhook_body_bytes_check,
    ADD CONSTRAINT webhook_body_bytes_check CHECK (body_bytes BETWEEN 0 AND 1048576),
    ADD CONSTRAINT webhook_name UNIQUE (vendor, name_hash);

-- Time-weighted meters: a resource at one level from one instant to another, or still open (ends_at = 2200-01-01).
--
-- slot is 1, 2, … for meters that count slots and 0 for an amount. An interval belongs to the event that opened it.
-- When a late event changes a resource's history its intervals are computed anew from there; an interval that no
-- longer exists is replaced by a row with is_deleted = 1.
CREATE TABLE IF NOT EXISTS usage_intervals_v1
(
    account_id    LowCardinality(String),
    meter         LowCardinality(String),
    meter_version UInt32,
    subject       String CODEC(ZSTD(1)),
    slot          UInt32,
    starts_at     DateTime64(6, 'UTC') CODEC(ZSTD(1)),
    ends_at       DateTime64(6, 'UTC') CODEC(ZSTD(1)),
    level         Decimal(38, 12) CODEC(ZSTD(1)),
    dimensions    Array(LowCardinality(String)),
    source        LowCardinality(String),
    id            String CODEC(ZSTD(1)),
    rolled_at     DateTime64(6, 'UTC'),
    is_deleted    UInt8
)
ENGINE = ReplacingMergeTree(rolled_at, is_deleted)
ORDER BY (account_id, meter, meter_version, subject, slot, starts_at)
SETTINGS index_granularity = 1024

-- Every accepted usage event, once, as it was received: the source all usage is computed from.
--
-- Partitioned by receive month, not event month: a request may touch any hour of 13 months, and an insert into one
-- partition is one part, so a flush is there as a whole or not at all.
-- The projection answers "which of these ids do we have?" and is written within the same part, so no crash can
-- separate an event from its key (see README, dedupe rule).
-- received_at is unique and rising over the whole table: it is the receive order and the scale of the watermark.
CREATE TABLE IF NOT EXISTS usage_events_raw_v1
(
    account_id   LowCardinality(String),
    received_at  DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    time         DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    key_hash     UUID CODEC(NONE),
    content_hash UUID CODEC(NONE),
    source       LowCardinality(String),
    id           String CODEC(ZSTD(1)),
    type         LowCardinality(String),
    subject      String CODEC(ZSTD(1)),
    envelope     String CODEC(ZSTD(1)),
    INDEX received_at_minmax received_at TYPE minmax GRANULARITY 1,
    INDEX time_minmax time TYPE minmax GRANULARITY 1,
    PROJECTION by_key
    (
        SELECT account_id, key_hash, content_hash, received_at
        ORDER BY account_id, key_hash
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (account_id, received_at)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1

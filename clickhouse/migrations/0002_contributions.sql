-- What each event adds to each meter: one row for an event and a meter version, values exact.
--
-- Derived from usage_events_raw_v1 by the roller, so that a bucket is recomputed without parsing JSON again and an
-- explanation can page through a charge's events in order. Partitioned by event month because all its readers ask by
-- event time; several parts per insert do no harm here, a crash between them is healed from the raw events.
-- dimensions are the values of the meter version's dimensions, in the order of their names.
CREATE TABLE IF NOT EXISTS contributions_v1
(
    account_id    LowCardinality(String),
    meter         LowCardinality(String),
    meter_version UInt32,
    minute        DateTime('UTC') CODEC(Delta, ZSTD(1)),
    time          DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    source        LowCardinality(String),
    id            String CODEC(ZSTD(1)),
    received_at   DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    subject       LowCardinality(String),
    dimensions    Array(LowCardinality(String)),
    value         Decimal(38, 12) CODEC(ZSTD(1)),
    text_value    String CODEC(ZSTD(1)),
    INDEX received_at_minmax received_at TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (account_id, meter, meter_version, minute, time, source, id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1

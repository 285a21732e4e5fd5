-- Usage of a meter for a subject and its dimensions in one hour (UTC), recomputed as a whole from
-- its minutes whenever one of them changed, so that a busy hour is not read again from its events every second.
-- One table serves every aggregation: a meter reads the column it needs. No delta is ever added to a row.
CREATE TABLE IF NOT EXISTS usage_per_hour_v1
(
    account_id    LowCardinality(String),
    meter         LowCardinality(String),
    meter_version UInt32,
    hour        DateTime('UTC') CODEC(Delta, ZSTD(1)),
    subject       LowCardinality(String),
    dimensions    Array(LowCardinality(String)),
    events        UInt64,
    sum           Decimal(38, 12) CODEC(ZSTD(1)),
    max           Decimal(38, 12) CODEC(ZSTD(1)),
    latest        Tuple(time DateTime64(6, 'UTC'), source String, id String, value Decimal(38, 12)),
    uniques       AggregateFunction(uniqExact, String),
    rolled_at     DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(rolled_at)
PARTITION BY toYYYYMM(hour)
ORDER BY (account_id, meter, meter_version, hour, subject, dimensions)
SETTINGS index_granularity = 1024

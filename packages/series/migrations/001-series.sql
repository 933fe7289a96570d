-- What is measured: a metric of a subject, such as `cpu` of `app/shop/web`.
create table series (
  id integer generated always as identity primary key,
  host_id text not null,
  subject text not null,
  metric text not null,
  created_at timestamptz not null,
  unique (host_id, subject, metric)
);

-- A span of points of one resolution; its layout is in codec.ts.
create table series_chunks (
  series_id integer not null references series (id) on delete cascade,
  tier smallint not null,
  starts_at timestamptz not null,
  data bytea not null,
  primary key (series_id, tier, starts_at)
);
create index series_chunks_by_age on series_chunks (tier, starts_at);
-- Compressed already: a second try by the database only costs time.
alter table series_chunks alter column data set storage external;

-- What came in since its hour began, one row for each minute and all series.
create table series_open (
  minute timestamptz primary key,
  data bytea not null
);

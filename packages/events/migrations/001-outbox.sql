create table event_outbox (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  topic text not null,
  access text not null,
  data text not null
);
create index event_outbox_by_time on event_outbox (at);

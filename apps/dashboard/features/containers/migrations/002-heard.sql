-- Until when the events of an engine were heard, so that what happened while nobody listened is asked for and judged.
create table container_events_heard (
  host_id text primary key,
  at timestamptz not null
);

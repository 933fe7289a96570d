create table change_markers (
  id uuid primary key,
  host_id text not null,
  at timestamptz not null,
  -- The last of several in a row.
  until timestamptz,
  -- Null for the whole machine.
  app text,
  kind text not null,
  container_id text,
  container_name text not null default '',
  exit_code integer,
  image text,
  image_id text,
  image_digest text,
  detail text not null default '',
  count integer not null default 1
);
create index change_markers_by_time on change_markers (host_id, at desc, id desc);
create index change_markers_of_app on change_markers (host_id, app, at desc, id desc);
create index change_markers_of_container on change_markers (container_id) where container_id is not null;

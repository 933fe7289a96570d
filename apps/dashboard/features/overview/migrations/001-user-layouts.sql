create table user_layouts (
  -- An account, or an API key without one; ids of the two never meet.
  owner_id uuid not null,
  page text not null check (page in ('overview')),
  version integer not null check (version > 0),
  -- [{"id": "system", "isHidden": false}, …]
  tiles text not null,
  updated_at timestamptz not null,
  primary key (owner_id, page)
);

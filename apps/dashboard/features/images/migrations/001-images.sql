create table image_checks (
  host_id text not null,
  image text not null,
  image_id text not null,
  registry text not null,
  state text not null check (state in ('current', 'available', 'pinned', 'local', 'failed')),
  failure text check (
    failure in ('unreachable', 'refused-login', 'needs-login', 'rate-limited', 'not-found', 'rejected')
  ),
  detail text not null default '',
  local_digest text,
  remote_digest text,
  checked_at timestamptz not null,
  -- The registry asked not to be asked before.
  retry_at timestamptz,
  primary key (host_id, image, image_id)
);
create index image_checks_of_registry on image_checks (registry, retry_at);

create table registry_credentials (
  id uuid primary key,
  registry text not null unique,
  username text not null,
  -- Sealed by the vault.
  password text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

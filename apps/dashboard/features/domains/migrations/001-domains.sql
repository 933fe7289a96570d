create table domains (
  id uuid primary key,
  host_id text not null,
  name text not null,
  target jsonb not null,
  options jsonb not null,
  dns jsonb not null,
  note text not null,
  follows_address boolean not null,
  status text not null check (status in ('new', 'provisioning', 'active', 'failed', 'removing')),
  problem text,
  run_id uuid,
  -- The route that the proxy should serve, and the last one that it did.
  route jsonb,
  good_route jsonb,
  -- Records that we put there, by type; what stood there before is in the run.
  records jsonb not null,
  certificate jsonb,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (host_id, name)
);
create index domains_by_status on domains (status, name);

-- No foreign key: what happened outlives the domain.
create table domain_events (
  id uuid primary key,
  domain_id uuid not null,
  name text not null,
  at timestamptz not null,
  kind text not null,
  summary text not null,
  actor text not null,
  run_id uuid
);
create index domain_events_of_domain on domain_events (domain_id, id desc);

create table domain_checks (
  domain_id uuid not null references domains (id) on delete cascade,
  at timestamptz not null,
  state text not null check (state in ('ok', 'warning', 'failed', 'unknown')),
  layers jsonb not null,
  primary key (domain_id, at)
);

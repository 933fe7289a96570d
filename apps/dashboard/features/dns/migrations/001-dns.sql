create table dns_providers (
  id uuid primary key,
  name text not null unique,
  kind text not null check (kind in ('powerdns', 'cloudflare', 'zoneedit', 'rfc2136', 'manual')),
  settings jsonb not null,
  -- Names and values as one document, sealed by the vault.
  secrets text not null,
  secret_names jsonb not null,
  -- What the last test of the connection found, zones included; anything in it can be asked again.
  last_check jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- From when on a provider takes the next change of something.
create table dns_waits (
  provider_id uuid not null references dns_providers (id) on delete cascade,
  key text not null,
  until timestamptz not null,
  primary key (provider_id, key)
);

-- What was asked for and what it changed; outlives its provider.
create table dns_changes (
  id uuid primary key,
  run_id uuid not null,
  provider_id uuid not null,
  provider_name text not null,
  zone text not null,
  name text not null,
  type text not null,
  before jsonb,
  after jsonb,
  is_made boolean not null default false,
  actor_name text not null,
  created_at timestamptz not null
);
create index dns_changes_of_zone on dns_changes (provider_id, zone, created_at desc, id desc);
create index dns_changes_by_age on dns_changes (created_at);

-- What is known of each authority: our account there, and since when it is left alone.
create table acme_authorities (
  directory text primary key,
  account_url text,
  sealed_key text not null,
  email text,
  failures integer not null,
  retry_at timestamptz,
  problem text,
  failed_at timestamptz,
  succeeded_at timestamptz
);

-- An order is a row before the authority hears of it, and its proofs stand in it before they are placed.
create table acme_orders (
  id uuid primary key,
  request text not null,
  subject text not null,
  names jsonb not null,
  directory text not null,
  method text not null check (method in ('dns-01', 'http-01')),
  is_rehearsal boolean not null,
  state text not null check (state in ('planned', 'open', 'issued', 'failed', 'dropped')),
  url text,
  sealed_key text,
  proofs jsonb not null,
  chain text,
  problem text,
  -- Whether it failed at the proof of the name, or at the authority.
  fault text check (fault in ('proof', 'authority')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index acme_orders_of_request on acme_orders (request, id);
create index acme_orders_of_subject on acme_orders (subject, id desc);
create index acme_orders_with_proofs on acme_orders (updated_at) where proofs <> '[]'::jsonb;

-- Certificates that are kept here with their keys.
create table acme_certificates (
  id uuid primary key,
  subject text not null,
  source text not null check (source in ('acme', 'own')),
  directory text,
  chain text not null,
  sealed_key text not null,
  not_after timestamptz not null,
  created_at timestamptz not null
);
create index acme_certificates_of_subject on acme_certificates (subject, id desc);

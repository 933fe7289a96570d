-- Certificates that a domain was seen with; they outlive it.
create table certificates (
  domain_id uuid not null,
  fingerprint text not null,
  name text not null,
  issuer text not null,
  names jsonb not null,
  serial text not null,
  chain jsonb not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  keeper text not null check (keeper in ('proxy', 'nebula', 'own')),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (domain_id, fingerprint)
);
create index certificates_of_domain on certificates (domain_id, first_seen_at desc);

-- What the watch knows of the certificate that a domain shows now.
create table certificate_watch (
  domain_id uuid primary key,
  fingerprint text,
  is_trusted boolean not null,
  distrust text,
  window_start timestamptz,
  window_end timestamptz,
  window_ask_at timestamptz,
  missing_since timestamptz,
  failures integer not null,
  last_failure_at timestamptz,
  problem text,
  told text,
  seen_at timestamptz not null
);

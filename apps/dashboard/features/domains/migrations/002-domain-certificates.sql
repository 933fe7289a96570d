-- Whose certificate a domain is served with; a domain without a row has that of the proxy.
create table domain_certificates (
  domain_id uuid primary key references domains (id) on delete cascade,
  keeper text not null check (keeper in ('proxy', 'nebula', 'own')),
  certificate_id uuid,
  -- Proofs that the proxy answers with while an authority looks for them.
  answers jsonb not null,
  -- Whether the proxy serves a certificate of its own making, so that an authority can be answered at all.
  has_stand_in boolean not null,
  updated_at timestamptz not null
);

-- Whose certificate a domain is served with; a domain without a row has that of the proxy.
create table domain_certificates (
  domain_id uuid primary key references domains (id) on delete cascade,
  keeper text not null check (keeper in ('proxy', 'nebula', 'own')),
  certificate_id uuid,
  -- The one that was last proven to be served, as good_route is to route; null is the proxy's.
  good_certificate_id uuid,
  -- Proofs that the proxy answers with while an authority looks for them.
  answers jsonb not null,
  updated_at timestamptz not null
);

-- What a container is to be made from, between the person's word and the end of the run that makes it. The environment holds
-- secrets, so all of it is sealed by the vault; the run itself carries only the id.
create table container_drafts (
  id uuid primary key,
  sealed text not null,
  created_at timestamptz not null
);
create index container_drafts_by_age on container_drafts (created_at);

-- Files of a stack as they are to be, between the person's word and the end of the run that writes them. They hold secrets, so
-- all of it is sealed by the vault; the run itself carries only the id.
create table stack_drafts (
  id uuid primary key,
  sealed text not null,
  created_at timestamptz not null
);
create index stack_drafts_by_age on stack_drafts (created_at);

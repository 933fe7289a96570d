-- Values that people gave in the product; a secret's value is sealed.
create table settings (
  variable text primary key,
  value text not null,
  updated_at timestamptz not null
);

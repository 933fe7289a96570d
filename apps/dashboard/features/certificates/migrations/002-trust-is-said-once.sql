-- What browsers have against a certificate stands in `distrust`; null says that they trust it.
alter table certificate_watch drop column is_trusted;

create index dyndns_names_provider on dyndns_names (provider_id);

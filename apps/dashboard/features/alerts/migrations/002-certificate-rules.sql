-- Rules for certificates that are there from the first start; people change them or turn them off.
insert into alert_rules (id, name, kind, severity, threshold, recover, for_seconds, recover_seconds) values
  ('018f0000-0000-7000-8000-000000000009', 'Certificate was not renewed', 'certificate', 'warning', 80, 70, 600, 0),
  ('018f0000-0000-7000-8000-00000000000a', 'Certificate near its end', 'certificate', 'critical', 90, 70, 60, 0),
  ('018f0000-0000-7000-8000-00000000000b', 'Certificate expired', 'certificate', 'critical', 100, 70, 0, 0),
  ('018f0000-0000-7000-8000-00000000000c', 'Visitors meet no certificate', 'certificate-missing', 'critical', 1, 0, 600, 0);

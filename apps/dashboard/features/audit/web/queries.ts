import { api, pagesQuery } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';
import type { AuditFilter } from './filter.ts';

/** Who did what, newest first, page by page. */
export function auditQuery(filter: AuditFilter) {
  return pagesQuery<AuditEntry>(['audit', 'list', filter], (cursor, signal) =>
    api.audit.list({ query: { ...filter, cursor, limit: 50 }, signal }),
  );
}

import { useMutation } from '@tanstack/react-query';
import { api, usePages } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';

/** What the audit is narrowed to. */
export type AuditFilter = {
  action?: string | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  targetId?: string | undefined;
  actorId?: string | undefined;
};

/** Who did what, newest first, page by page. */
export function useAudit(filter: AuditFilter) {
  return usePages<AuditEntry>(['audit', 'list', filter], (cursor, signal) =>
    api.audit.list({ query: { ...filter, cursor, limit: 50 }, signal }),
  );
}

/** Checks the whole record against its seals. */
export function useVerification() {
  return useMutation({ mutationFn: () => api.audit.verify() });
}

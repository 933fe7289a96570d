import { call, defineContract, Id, Instant, IdPageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { whenOf } from './contract-when.ts';

const epoch = new Date(0);
const When = text(40).refine(
  (words) => whenOf(words, epoch) !== null,
  'Give an instant such as 2026-01-31T08:00:00Z, a day, or how long ago, such as 90m, 2h or 7d.',
);

export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  action: z.string(),
  target: z.object({ type: z.string(), id: z.string(), name: z.string(), hostId: z.string() }),
  requestId: z.string(),
  runId: Id.optional(),
  outcome: z.enum(['done', 'denied', 'failed']),
  code: z.string().optional(),
  origin: z.object({ address: z.string(), userAgent: z.string() }).optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  isSealed: z.boolean(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const Verification = z.object({
  entries: z.number().int(),
  seals: z.number().int(),
  findings: z.array(
    z.object({
      kind: z.enum(['entry-changed', 'entry-inserted', 'entry-removed', 'seal-changed', 'seal-removed']),
      subject: z.string(),
      message: z.string(),
    }),
  ),
});
export type Verification = z.infer<typeof Verification>;

export const audit = defineContract({
  id: 'audit',
  permissions: { 'audit:read': { role: 'admin', summary: 'See who did what' } },
  actions: {},
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/audit',
      summary: 'Who did what, newest first',
      access: 'audit:read',
      query: IdPageQuery.extend({
        action: text(80).optional(),
        actorId: text(80).optional(),
        targetType: text(80).optional(),
        targetId: text(200).optional(),
        outcome: z.enum(['done', 'denied', 'failed']).optional(),
        from: When.optional().describe('Not before this instant, or this long ago, such as 2h or 7d'),
        to: When.optional().describe('Before this instant, or this long ago'),
      }),
      output: pageOf(AuditEntry),
    }),
    verify: call({
      method: 'GET',
      path: '/audit/verification',
      summary: 'Find entries that were changed, removed or inserted behind our back',
      access: 'audit:read',
      limit: '10/1m',
      output: Verification,
    }),
  },
});

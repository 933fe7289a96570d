import type { OutboundReply } from '@nebula/outbound';
import { z } from 'zod';
import { oneLine } from '../../call.ts';

/** What every answer of the API has around its result. */
export const Envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ page: z.number(), total_pages: z.number() }).partial().nullish(),
});

/** A zone. `permissions` says what the token may do in it. */
export const ZoneResult = z.object({
  id: z.string().regex(/^[0-9a-zA-Z_-]+$/),
  name: z.string(),
  permissions: z.array(z.string()).default([]),
});

/** A record. Types with several parts have them in `data`. */
export const RecordResult = z.object({
  id: z.string().regex(/^[0-9a-zA-Z_-]+$/),
  name: z.string(),
  type: z.string(),
  content: z.string().default(''),
  ttl: z.number(),
  proxied: z.boolean().default(false),
  priority: z.number().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type RecordResult = z.infer<typeof RecordResult>;

/** Codes that speak of the token. */
const tokenCodes = new Set([6003, 6111, 9106, 9109, 10_000, 10_001]);

/** Whether a refusal says that the token is not taken at all. */
export function isTokenRefused(errors: { code: number }[]): boolean {
  return errors.some(({ code }) => tokenCodes.has(code));
}

/** The API's words about what is wrong. */
export function wordsOf(errors: { code: number; message: string }[]): string | null {
  const words = errors.map(({ code, message }) => `${oneLine(message)} (${code})`).join(', ');
  return words === '' ? null : words;
}

/** The envelope of an answer, or null when it is none (a page of the edge, cut short). */
export function envelopeOf(reply: OutboundReply): z.infer<typeof Envelope> | null {
  try {
    const parsed = Envelope.safeParse(JSON.parse(reply.body.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: the caller says so.
    return null;
  }
}

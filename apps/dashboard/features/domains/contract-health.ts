import { Instant } from '@nebula/contract';
import { z } from 'zod';

/** How a domain or a layer of it does. */
export const HealthState = z.enum(['ok', 'warning', 'failed', 'unknown']);
export type HealthState = z.infer<typeof HealthState>;

/** How one layer of a domain does. */
export const HealthLayer = z.object({
  layer: z.enum(['dns', 'tls', 'http', 'upstream']),
  state: HealthState,
  detail: z.string().describe('What was seen, as evidence'),
  ms: z.number().int().nullable(),
});
export type HealthLayer = z.infer<typeof HealthLayer>;

/** A check of a domain, layer by layer. */
export const HealthCheck = z.object({
  at: Instant,
  state: HealthState,
  layers: z.array(HealthLayer),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

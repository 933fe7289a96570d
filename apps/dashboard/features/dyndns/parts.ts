import type { Actor } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Job, Jobs } from '@nebula/jobs';
import type { Journal } from '@nebula/journal';
import type { Log } from '@nebula/log';
import type { Context } from '@nebula/runtime';
import type { DnsAccess } from '../dns/index.ts';
import type { FoundAddress } from '../domains/index.ts';
import type { TokenRow } from './store.ts';

/** What the verbs and jobs of this feature work with. */
export interface DyndnsParts {
  access: DnsAccess;
  clock: Clock;
  database: Database;
  journal: Journal;
  log: Log;
  queue: Jobs;
  publicAddress(family: 4 | 6): Promise<FoundAddress>;
  systemContext(name: string, signal: AbortSignal): Context;
}

/** What brings a name to where it is wanted; see `push.ts`. */
export interface PushPayload {
  id: string;
  /** How often it was looked at already. */
  looks: number;
}

/** The job of {@link PushPayload}. */
export type PushJob = Job<PushPayload>;

/** Who is named where a token changes something: a key without any right of its own. */
export function tokenActor({ id, label }: Pick<TokenRow, 'id' | 'label'>): Actor {
  return { kind: 'apiKey', id, name: label, role: 'viewer', scopes: [], userId: null, expiresAt: null };
}

/** Who changes names that follow this machine. */
export const followerName = 'dynamic DNS';

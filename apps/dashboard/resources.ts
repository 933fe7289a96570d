import type { Audit } from '@nebula/audit';
import type { ApiKeys, Authenticator, Judge, SignIn } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Api } from '@nebula/contract';
import type { Database } from '@nebula/db';
import type { Docker } from '@nebula/docker';
import type { Hub } from '@nebula/events';
import type { Jobs } from '@nebula/jobs';
import type { Journal } from '@nebula/journal';
import type { Log } from '@nebula/log';
import type { Outbound } from '@nebula/outbound';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import type { RunningSettings } from './features/settings/index.ts';

/** What the composition root hands to every feature. */
export interface Resources {
  api: Api;
  audit: Audit;
  apiKeys: ApiKeys;
  authenticator: Authenticator;
  clock: Clock;
  database: Database;
  docker: Docker;
  hub: Hub;
  journal: Journal;
  judge: Judge;
  log: Log;
  outbound: Outbound;
  /** The queue of background jobs. */
  queue: Jobs;
  signIn: SignIn;
  /** Seconds between two readings of live figures. */
  sampleSeconds: number;
  settings: RunningSettings;
  vault: Vault;
  version: string;
  /** A context in which a part of NebulaCommand itself acts. */
  systemContext(name: string, signal: AbortSignal): Context;
}

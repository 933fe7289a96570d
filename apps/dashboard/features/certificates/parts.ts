import type { AcmeParts } from '@nebula/acme';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import type { Vault } from '@nebula/vault';
import type { CertifiedDomains } from '../domains/index.ts';
import type { Board } from './conditions.ts';

/** What the verbs and runs of certificates work with. */
export interface CertificateParts {
  acme: AcmeParts;
  board: Board;
  /** How long a run waits until the proxy has a certificate of its own. */
  certificateWaitSeconds: number;
  clock: Clock;
  database: Database;
  domains: CertifiedDomains;
  log: Log;
  vault: Vault;
}

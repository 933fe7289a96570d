import type { AcmeParts } from '@nebula/acme';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Docker } from '@nebula/docker';
import type { Issuer, Proxy } from '@nebula/proxy';
import type { Applier } from './applier.ts';
import type { Naming } from './naming.ts';
import type { ProxyPorts } from './ports.ts';

/** What the verbs and runs of domains work with. */
export interface DomainParts {
  /** What certificates are ordered with where the proxy does not get them. */
  acme: AcmeParts;
  applier: Applier;
  /** How long a run waits for a certificate. */
  certificateWaitSeconds: number;
  clock: Clock;
  database: Database;
  naming: Naming;
  docker: Docker;
  hostId: string;
  /** Authorities that certificates come from, in order; none leaves it to the proxy. */
  issuers: Issuer[];
  /** Where visitors meet the proxy. */
  ports(signal: AbortSignal): Promise<ProxyPorts>;
  proxy: Proxy;
  /** Kind of the run that renews what NebulaCommand ordered itself; null while nobody has said one. */
  renewal: { orderedBy: string | null };
  /** PEM of authorities that are trusted besides the usual ones. */
  roots: readonly string[];
}

import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

/** Tables of this package. */
export const acmeMigrations: MigrationSet = { id: 'acme', dir: join(import.meta.dirname, 'migrations') };

export { afterFailure, type AuthorityState, type Method, wellAuthority } from './authorities.ts';
export { type AcmeClient, hostOf, openAcme } from './client.ts';
export {
  decide,
  instantAt,
  type Keeper,
  type Life,
  lifeState,
  shareOf,
  shares,
  type Situation,
} from './decide.ts';
export {
  type CertificateFacts,
  type ChainLink,
  covers,
  factsOf,
  factsOfChain,
  renewalId,
} from './facts.ts';
export {
  abandon,
  type AcmeParts,
  type Authority,
  certificateSeal,
  obtain,
  type Obtained,
  type Prover,
  type Waiting,
  type Wanted,
} from './obtain.ts';
export { judgeOwn, type OwnProblem } from './own.ts';
export { chooseOrder } from './plan-order.ts';
export type { Proof } from './schema.ts';
export {
  authorityRows,
  findCertificates,
  insertCertificate,
  newestOrders,
  ordersWithProofs,
  removeExpiredCertificates,
  removeOrdersBefore,
} from './store.ts';
export { forgetProofs, postpone, takeDown, takeDownAll } from './take-down.ts';

import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

/** Tables of this package. */
export const acmeMigrations: MigrationSet = { id: 'acme', dir: join(import.meta.dirname, 'migrations') };

export {
  afterFailure,
  askableAt,
  type AuthorityState,
  chooseAuthority,
  chooseMethod,
  type Method,
  wellAuthority,
} from './authorities.ts';
export { type AcmeClient, openAcme, type RenewalWindow } from './client.ts';
export {
  decide,
  type Decision,
  instantAt,
  type Keeper,
  type Life,
  type LifeState,
  lifeState,
  missingPatienceMs,
  retryMs,
  shareOf,
  shares,
  type Situation,
} from './decide.ts';
export {
  type CertificateFacts,
  certificatesIn,
  type ChainLink,
  commonName,
  covers,
  factsOf,
  factsOfChain,
  renewalId,
} from './facts.ts';
export { AcmeProblem } from './problems.ts';
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
export { type BroughtCertificate, judgeOwn, type Judgement, type OwnProblem } from './own.ts';
export type { Proof } from './schema.ts';
export {
  type AuthorityRow,
  authorityRows,
  type CertificateRow,
  findCertificates,
  insertCertificate,
  newestOrders,
  ordersWithProofs,
  removeExpiredCertificates,
  removeOrdersBefore,
} from './store.ts';
export { forgetProofs, postpone, takeDown, takeDownAll } from './take-down.ts';

import type {
  ApiKeys,
  Authenticator,
  Judge,
  Passkeys,
  People,
  Provider,
  SecondFactors,
  SignIn,
} from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Permission } from '@nebula/contract';
import type { Database } from '@nebula/db';

/** What the verbs of accounts are made of. */
export interface AccountParts {
  apiKeys: ApiKeys;
  authenticator: Authenticator;
  clock: Clock;
  database: Database;
  factors: SecondFactors;
  judge: Judge;
  passkeys: Passkeys;
  people: People;
  /** Every permission there is. */
  permissions: Permission[];
  /** Null when none is set up. */
  provider: Provider | null;
  signIn: SignIn;
}

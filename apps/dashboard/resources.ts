import type { Audit } from '@nebula/audit';
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
import type { Api } from '@nebula/contract';
import type { Database } from '@nebula/db';
import type { Docker, SignGrant } from '@nebula/docker';
import type { Foreseen, ForeseenKind, Foresight, HostVerbs } from '@nebula/broker';
import type { Hub } from '@nebula/events';
import type { Host } from '@nebula/hosts';
import type { Jobs } from '@nebula/jobs';
import type { Journal } from '@nebula/journal';
import type { Log } from '@nebula/log';
import type { Outbound } from '@nebula/outbound';
import type { Context, Measure, OverviewPart } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import type { RunningSettings } from './features/settings/index.ts';

export type { UnitStatus } from '@nebula/broker';

/** Calls a host verb of the broker; throws a DriverError when it does not answer or refuses. */
export type CallBroker = <Name extends keyof HostVerbs>(
  verb: Name,
  input: HostVerbs[Name]['input'],
  signal: AbortSignal,
) => Promise<HostVerbs[Name]['output']>;

/** Judges a request before it is sent, by the broker's own rules. */
export type Foresee = (kind: ForeseenKind, body: unknown, foresight: Foresight) => Promise<Foreseen>;

/** What the composition root hands to every feature. */
export interface Resources {
  api: Api;
  audit: Audit;
  apiKeys: ApiKeys;
  /** Directories of the machine that containers may mount from; the broker refuses all others. */
  appRoots: string[];
  authenticator: Authenticator;
  callBroker: CallBroker;
  clock: Clock;
  /** Path of the program of Docker Compose; looked for when undefined. */
  composeProgram: string | undefined;
  /** Directory of all data. */
  dataDir: string;
  database: Database;
  docker: Docker;
  /** Socket of the broker's filtered Docker API; null where the engine was made elsewhere. */
  dockerSocket: string | null;
  factors: SecondFactors;
  foresee: Foresee;
  /** The machine we run on. */
  host: Host;
  hub: Hub;
  /** Hours between two checks of all images against their registries; 0 is never. */
  imageCheckHours: number;
  journal: Journal;
  judge: Judge;
  log: Log;
  /** MiB of lines kept of each app, and of all. */
  logMebibytes: number;
  logMebibytesInAll: number;
  /** The newest figures of each feature, for the history; complete once all are set up. */
  measures: ReadonlyMap<string, () => Iterable<Measure>>;
  /** What each feature gives to the overview, by feature; complete once all are set up. */
  overviewParts: ReadonlyMap<string, OverviewPart>;
  outbound: Outbound;
  passkeys: Passkeys;
  people: People;
  /** Where people may sign in too; null when none is set up. */
  provider: Provider | null;
  /** The queue of background jobs. */
  queue: Jobs;
  signIn: SignIn;
  /** Days that ended runs are kept. */
  keepRunsDays: number;
  /** Seconds between two readings of live figures. */
  sampleSeconds: number;
  settings: RunningSettings;
  signGrant: SignGrant;
  /** Further directories whose folders are stacks. */
  stackRoots: string[];
  /** Minutes after which a terminal that nobody uses is ended. */
  terminalIdleMinutes: number;
  vault: Vault;
  version: string;
  /** A context in which a part of NebulaCommand itself acts. */
  systemContext(name: string, signal: AbortSignal): Context;
}

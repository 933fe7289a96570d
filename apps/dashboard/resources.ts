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
import type { Docker } from '@nebula/docker';
import type { HostVerbs } from '@nebula/broker';
import type { Hub } from '@nebula/events';
import type { Host } from '@nebula/hosts';
import type { Jobs } from '@nebula/jobs';
import type { Journal } from '@nebula/journal';
import type { Log } from '@nebula/log';
import type { Outbound } from '@nebula/outbound';
import type { Condition, Context, Measure, OverviewPart } from '@nebula/runtime';
import type { Series } from '@nebula/series';
import type { Vault } from '@nebula/vault';
import type { RunningSettings } from './features/settings/index.ts';

export type { UnitStatus } from '@nebula/broker';

/** Calls a host verb of the broker; throws a DriverError when it does not answer or refuses. */
export type CallBroker = <Name extends keyof HostVerbs>(
  verb: Name,
  input: HostVerbs[Name]['input'],
  signal: AbortSignal,
) => Promise<HostVerbs[Name]['output']>;

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
  /** Directory of all data. */
  /** What each feature tells alerts to judge, by feature; complete once all are set up. */
  conditions: ReadonlyMap<string, (wanted: ReadonlySet<string>) => Iterable<Condition>>;
  dataDir: string;
  database: Database;
  docker: Docker;
  factors: SecondFactors;
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
  /** Where people open NebulaCommand, for links in messages; null when nobody has said. */
  publicUrl: string | null;
  /** Push services that browsers may name; `*.` stands for any name below. */
  pushHosts: string[];
  /** The queue of background jobs. */
  queue: Jobs;
  /** The history of figures; the feature of that name keeps it going. */
  series: Series;
  signIn: SignIn;
  /** Days that ended runs are kept. */
  keepRunsDays: number;
  /** Seconds between two readings of live figures. */
  sampleSeconds: number;
  settings: RunningSettings;
  /** Minutes after which a terminal that nobody uses is ended. */
  terminalIdleMinutes: number;
  vault: Vault;
  version: string;
  /** A context in which a part of NebulaCommand itself acts. */
  systemContext(name: string, signal: AbortSignal): Context;
}

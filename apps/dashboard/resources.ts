import type { Authority } from '@nebula/acme';
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
import type { AddressSource } from '@nebula/dns';
import type { Api } from '@nebula/contract';
import type { Database } from '@nebula/db';
import type { Docker, SignGrant } from '@nebula/docker';
import type { Foreseen, ForeseenKind, Foresight, HostVerbs } from '@nebula/broker';
import type { Hub } from '@nebula/events';
import type { Host } from '@nebula/hosts';
import type { Jobs } from '@nebula/jobs';
import type { Journal } from '@nebula/journal';
import type { Issuer, Proxy } from '@nebula/proxy';
import type { Log } from '@nebula/log';
import type { Outbound } from '@nebula/outbound';
import type { Condition, Context, MarkerSource, Measure, OverviewPart } from '@nebula/runtime';
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

/** Judges a request before it is sent, by the broker's own rules. */
export type Foresee = (kind: ForeseenKind, body: unknown, foresight: Foresight) => Promise<Foreseen>;

/** What the composition root hands to every feature. */
export interface Resources {
  /** PEM of authorities by which the HTTPS of ACME servers is trusted besides the usual ones. */
  acmeRoots: readonly string[];
  /** Who is asked for our public address. */
  addressSources: readonly AddressSource[];
  api: Api;
  audit: Audit;
  apiKeys: ApiKeys;
  /** Directories of the machine that containers may mount from; the broker refuses all others. */
  appRoots: string[];
  authenticator: Authenticator;
  /** Authorities that we order certificates from ourselves, in order. */
  authorities: Authority[];
  callBroker: CallBroker;
  /** Seconds that a run waits for a certificate. */
  certificateWaitSeconds: number;
  clock: Clock;
  /** Path of the program of Docker Compose; looked for when undefined. */
  composeProgram: string | undefined;
  /** What each feature tells alerts to judge, by feature; complete once all are set up. */
  conditions: ReadonlyMap<string, (wanted: ReadonlySet<string>) => Iterable<Condition>>;
  /** Directory of all data. */
  dataDir: string;
  database: Database;
  /** Port at which authoritative name servers are asked. */
  dnsPort: number;
  /** Resolvers that are asked; those of the machine when there are none. */
  dnsResolvers: string[];
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
  /** Authorities that certificates come from; none leaves it to the reverse proxy. */
  issuers: Issuer[];
  journal: Journal;
  judge: Judge;
  log: Log;
  /** MiB of lines kept of each app, and of all. */
  logMebibytes: number;
  logMebibytesInAll: number;
  /** What each feature knows that changed, by feature; complete once all are set up. */
  markerSources: ReadonlyMap<string, MarkerSource>;
  /** The newest figures of each feature, for the history; complete once all are set up. */
  measures: ReadonlyMap<string, () => Iterable<Measure>>;
  /** What each feature gives to the overview, by feature; complete once all are set up. */
  overviewParts: ReadonlyMap<string, OverviewPart>;
  outbound: Outbound;
  passkeys: Passkeys;
  people: People;
  /** Where people may sign in too; null when none is set up. */
  provider: Provider | null;
  /** Addresses that names lead to, instead of those at which the internet sees this machine. */
  publicAddresses: readonly string[];
  /** The reverse proxy. */
  proxy: Proxy;
  /** Where people open NebulaCommand, for links in messages; null when nobody has said. */
  publicUrl: string | null;
  /** Push services that browsers may name; `*.` stands for any name below. */
  pushHosts: string[];
  /** The queue of background jobs. */
  queue: Jobs;
  /** The history of figures; the feature of that name keeps it going. */
  series: Series;
  signIn: SignIn;
  /** Days that it is kept what changed. */
  keepChangesDays: number;
  /** Days that ended runs are kept. */
  keepRunsDays: number;
  /** Seconds between two readings of live figures. */
  sampleSeconds: number;
  /** Short private directory for sockets; gone with the machine's next start. */
  runtimeDir: string;
  settings: RunningSettings;
  signGrant: SignGrant;
  /** Further directories whose folders are stacks. */
  stackRoots: string[];
  /** Minutes after which a terminal that nobody uses is ended. */
  terminalIdleMinutes: number;
  /** PEM of authorities that are trusted besides the usual ones. */
  trustedRoots: readonly string[];
  vault: Vault;
  version: string;
  /** A context in which a part of NebulaCommand itself acts. */
  systemContext(name: string, signal: AbortSignal): Context;
}

import type { Json, JsonObject } from './json.ts';
import type { Route, Upstream } from './route.ts';

/** The reverse proxy as the driver may use it: Caddy's admin API, judged on its way by the broker. */
export interface ProxyAdmin {
  read(
    signal: AbortSignal,
  ): Promise<{ reachable: false; reason: string } | { reachable: true; config: Json; etag: string }>;
  /** Replaces the whole configuration, if it is still the one with this version. */
  write(
    config: string,
    etag: string,
    signal: AbortSignal,
  ): Promise<{ outcome: 'written' } | { outcome: 'conflict' } | { outcome: 'invalid'; message: string }>;
  /** Translates a Caddyfile. */
  adapt(
    caddyfile: string,
    signal: AbortSignal,
  ): Promise<
    | { outcome: 'adapted'; config: Json; warnings: { line: number | null; message: string }[] }
    | { outcome: 'invalid'; message: string }
  >;
  upstreams(signal: AbortSignal): Promise<{ upstreams: UpstreamTraffic[] }>;
}

/** What the proxy counts of an upstream just now. */
export interface UpstreamTraffic {
  /** `host:port`. */
  address: string;
  /** Requests under way. */
  requests: number;
  fails: number;
}

/** A route that should be served, and the one that is served instead when the proxy refuses it. */
export interface WantedRoute {
  route: Route;
  lastGood: Route | null;
  /**
   * Why it cannot be served as wanted, where that is known before the proxy is asked: it stays as it runs now, whatever that
   * is, or is `lastGood` where it does not run. Only what it answers over plain HTTP is as wanted, so that another certificate
   * can be proven.
   */
  problem?: string;
}

/** What came of {@link Proxy.apply}. */
export interface Applied {
  /** False when the proxy served all of it already; then nothing was loaded and no connection was cut. */
  isChanged: boolean;
  /** Routes that the proxy refused, with its reason; they are served as they last were or as they run, or not at all. */
  refused: { id: string; reason: string }[];
  /** What the load replaced, routes of others included; null when nothing was loaded. */
  before: ProxyBackup | null;
}

/** The configuration at one instant, to go back to. */
export interface ProxyBackup {
  config: Json;
}

/** A route that the proxy has from somebody else; it stays as it is. */
export interface ForeignRoute {
  server: string;
  /** Empty for a route that takes every name. */
  hosts: string[];
}

/** What the proxy serves. */
export interface ProxyState {
  version: string;
  /** Ids of our routes. */
  ours: string[];
  foreign: ForeignRoute[];
  httpPort: number;
  httpsPort: number;
}

/** What this proxy can do beyond the least. */
export interface ProxyCapabilities {
  /** Whether connections that were taken over (WebSockets) outlive a change of the configuration (Caddy 2.7 and newer). */
  keepsStreams: boolean;
}

/** A site of a Caddyfile, or its global options. */
export type ImportedSite = {
  hosts: string[];
  /** Where its text begins, counted from 1; null when that is not known. */
  line: number | null;
  /** The comments above it and inside. */
  comment: string;
} & (
  | {
      kind: 'route';
      target: Route['target'];
      options: Route['options'];
      /** Directives that are kept as the options' snippet. */
      kept: string[];
      /** Directives that a route cannot have. */
      lost: string[];
      /** Whether it was not served over HTTPS. */
      isHttpOnly: boolean;
    }
  | {
      kind: 'left';
      why: 'global' | 'every-name' | 'more-than-names' | 'other-port' | 'nowhere' | 'snippet';
      /** What of it, in the proxy's words; may be empty. */
      detail: string;
    }
);

/** A reverse proxy that runs on its own and is changed as a whole, or not at all. Failures are DriverErrors. */
export interface Proxy {
  /** @throws {DriverError} `unavailable` when nobody answers */
  state(signal: AbortSignal): Promise<ProxyState>;
  capabilities(signal: AbortSignal): Promise<ProxyCapabilities>;
  /**
   * Serves exactly these routes of ours; routes of others stay. One that the proxy refuses harms no other.
   *
   * @param wanted all of our routes
   * @param options `renewNow`: hosts whose certificates are to be renewed at once
   * @throws {DriverError} `unavailable`; `rejected` when somebody else keeps changing the configuration
   */
  apply(wanted: readonly WantedRoute[], options: ApplyOptions, signal: AbortSignal): Promise<Applied>;
  /** What is wrong with directives for the inside of a site; null when nothing is. */
  checkSnippet(snippet: string, signal: AbortSignal): Promise<string | null>;
  backup(signal: AbortSignal): Promise<ProxyBackup>;
  /** Goes back to a configuration as a whole, routes of others included. */
  restore(backup: ProxyBackup, signal: AbortSignal): Promise<void>;
  /** Reads the sites of a Caddyfile without serving them; its global options are left. @throws {DriverError} `rejected` with the proxy's reason */
  readCaddyfile(caddyfile: string, signal: AbortSignal): Promise<ImportedSite[]>;
  traffic(signal: AbortSignal): Promise<UpstreamTraffic[]>;
  /**
   * Keeps new requests of every route from an upstream for {@link holdOffMs}, without a load; requests under way go on. Again
   * before that is over, it lasts longer; when nobody asks again, the upstream is as it was.
   *
   * @param route a route that is served, has a `drainKey` and this upstream among several
   * @throws {DriverError} `unsupported` for another route; `unavailable` when the proxy does not do it
   */
  holdOff(route: Route, upstream: Pick<Upstream, 'host' | 'port'>, signal: AbortSignal): Promise<void>;
}

/** What an {@link Proxy.apply} does besides. */
export interface ApplyOptions {
  renewNow?: readonly string[];
  /** Called before the first load, and only when there is one. Nothing is loaded when it throws. */
  beforeLoad?: (changes: Changes) => Promise<void>;
}

/** What a load changes of ours, by the ids of routes. */
export interface Changes {
  /** Routes that come, change or go, be it only in what they answer or in their certificate. */
  changed: readonly string[];
  /** Those among them whose certificate, or the way to it, becomes another. */
  certificates: readonly string[];
  /** Routes that are not served as wanted after it, as far as that is known before. */
  refused: readonly string[];
}

export { openCaddy } from './drivers/caddy/caddy.ts';
export { type DrainOptions, type DrainPlace, whileDrained } from './drain.ts';
export { dialOf, holdOffMs } from './route.ts';
export type { Json, JsonObject };
export {
  type Balance,
  type ExternalAccount,
  type HeaderChange,
  isRouteHost,
  type Issuer,
  plainOptions,
  problemsOf,
  type RedirectStatus,
  type Route,
  type RouteCertificate,
  type RouteOptions,
  type RouteTarget,
  type Upstream,
} from './route.ts';

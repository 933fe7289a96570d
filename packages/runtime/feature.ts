import type { Readable } from 'node:stream';
import type { Call, Contract, Download, Permission, Plain, Socket, Stream, Upload } from '@nebula/contract';
import type { MigrationSet, Sql } from '@nebula/db';
import type { Job, Schedule } from '@nebula/jobs';
import type { RunDefinition, RunSummary } from '@nebula/journal';
import type { z } from 'zod';
import type { Context } from './context.ts';

type Parsed<E, K extends string> = E extends { [P in K]: infer S }
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;

/** Input of an endpoint after its schemas have proven it. */
export interface EndpointInput<E> {
  params: Parsed<E, 'params'>;
  query: Parsed<E, 'query'>;
  body: Parsed<E, 'body'>;
  request: RequestFacts;
}

/** What a verb may know of the request that carried it. */
export interface RequestFacts {
  address: string;
  userAgent: string;
  cookies: Readonly<Record<string, string | undefined>>;
  isSecure: boolean;
  /** The session's token when the request was made with one; for its CSRF token. */
  sessionToken: string | null;
  /** Origin under which the caller reached us, such as `https://host.example`. */
  origin: string;
}

/** A cookie to set; `value` null removes it. Always HttpOnly, SameSite=Strict and, over TLS, Secure. */
export interface CookieChange {
  name: string;
  value: string | null;
  maxAgeSeconds?: number;
}

/** An output together with cookies to set. */
export class WithCookies<T> {
  readonly output: T;
  readonly cookies: CookieChange[];

  constructor(output: T, cookies: CookieChange[]) {
    this.output = output;
    this.cookies = cookies;
  }
}

/** The sending end of a stream. */
export interface StreamSink {
  /**
   * Writes server-sent-event frames; false when the reader is too slow and should be given up. What is sent at the start may
   * be large without counting as slowness.
   */
  write(frames: string, isStart?: boolean): boolean;
  /** Ends the stream from our side. */
  end(): void;
  /** Aborts when the reader has gone. */
  signal: AbortSignal;
  /** The last id the reader saw before it reconnected. */
  lastEventId: string | null;
}

/** The server's end of a socket. */
export interface SocketEnd<In, Out> {
  messages: AsyncIterable<In>;
  /** Sends a message; false when the reader is too slow. */
  send(message: Out): boolean;
  /** Resolves when the reader has taken most of what was sent, or has gone. */
  ready(): Promise<void>;
  close(reason: string): void;
  signal: AbortSignal;
}

/** An uploaded file as it arrives. */
export interface IncomingFile {
  stream: Readable;
  contentType: string;
}

/** A file to be sent as it is made; nothing of it is read before its reader takes what came before. */
export interface OutgoingFile {
  /** Its name for who keeps it; letters, digits, dots, dashes and underscores, others are replaced. */
  name: string;
  /** One of the types of its contract. */
  type: string;
  bytes: AsyncIterable<Uint8Array>;
}

/** Name and password of HTTP Basic. */
export interface Login {
  name: string;
  password: string;
}

/** What a protocol that is not ours is answered. */
export interface PlainAnswer {
  text: string;
  /** Whether who asks has to prove who they are, or could not; some programs send their password only then. */
  asksForLogin: boolean;
}

type Output<E> = E extends { output: infer S } ? (S extends z.ZodType ? z.input<S> : undefined) : undefined;

/** The function that answers an endpoint of each kind. */
export type Handler<E> = E extends Call
  ? (context: Context, input: EndpointInput<E>) => Promise<Output<E> | WithCookies<Output<E>>>
  : E extends Stream
    ? (context: Context, input: EndpointInput<E>, sink: StreamSink) => Promise<void>
    : E extends Upload
      ? (context: Context, input: EndpointInput<E>, file: IncomingFile) => Promise<Output<E>>
      : E extends Download
        ? (context: Context, input: EndpointInput<E>) => Promise<OutgoingFile>
        : E extends Plain
          ? (context: Context, input: EndpointInput<E>, login: Login | null) => Promise<PlainAnswer>
          : E extends Socket
            ? (
                context: Context,
                input: EndpointInput<E>,
                socket: SocketEnd<z.output<E['receives']>, z.input<E['sends']>>,
              ) => Promise<void>
            : never;

/** One handler for each endpoint of a contract. */
export type Routes<C extends { endpoints: Record<string, unknown> }> = {
  [K in keyof C['endpoints']]: Handler<C['endpoints'][K]>;
};

/** What a sentence about a matter is made of. */
export type MatterValues = Record<string, string | number>;

/** Something a person should look at: what it is, and where to go. */
export interface Attention {
  /** The same as long as it is the same matter, such as `containers.unhealthy.<id>`. */
  id: string;
  severity: 'critical' | 'warning' | 'notice';
  /** `<feature>.<matter>`: which of the feature's words say it, with these values. */
  code: string;
  values: MatterValues;
  /** The same in plain English, for whoever has no catalogue. */
  sentence: string;
  /** Page of the web that shows it. */
  path: string;
}

/** What a feature gives to the overview (docs/decisions/0016); both are asked for only while somebody looks. */
export interface OverviewPart {
  /** Permission without which nobody gets any of it. */
  needs: Permission;
  /** Figures for the feature's tile; the overview's contract says their shape. */
  tile?(context: Context): Promise<unknown>;
  attention?(context: Context): Promise<Attention[]>;
}

/** Something that changed, at an instant or over a while, as it is shown on charts beside figures. */
export interface Marker {
  /** Unique within its feature. */
  id: string;
  at: Date;
  /** Its end; null for an instant. */
  until: Date | null;
  /**
   * What it is about: an app (`appOf` of packages/docker), a compose project for all its apps, or null for the whole machine.
   * A marker that knows only a container names that instead.
   */
  app: string | null;
  /** Full id of the container it is about, where its app is not known. */
  containerId?: string;
  kind: 'run' | 'deploy' | 'incident';
  severity: 'good' | 'info' | 'warning' | 'critical';
  /** One sentence that says what happened. */
  sentence: string;
  /** Page of the web that tells more; null when there is none. */
  path: string | null;
}

/** What a feature adds to the markers of a span; asked for when somebody looks at one. */
export interface MarkerSource {
  /** Permission without which nobody gets any of it. */
  needs: Permission;
  /** Markers that begin in the span, the newest first, at most `limit`; what is about other apps may be among them. */
  between(
    context: Context,
    span: { from: Date; to: Date; app: string | null; limit: number },
  ): Promise<Marker[]>;
}

/** A value whose history is kept: a metric of a subject, such as `cpu` of `host` or of `app/shop/web`. */
export interface Measure {
  subject: string;
  metric: string;
  value: number;
}

/** A figure or a state that alerts judge, as it is now. Of a state 1 is wrong and 0 is right. */
export interface Condition {
  /** What is judged, such as `cpu` or `down`; rules name it. */
  kind: string;
  /** Of what, as in {@link Measure}: `host`, `disk/srv`, `app/shop/web`. */
  subject: string;
  /** What people call it. */
  name: string;
  value: number;
  /** Page of the web that shows it. */
  path: string;
  /** What a person would want to know when it is wrong, in a sentence. */
  detail?: string;
}

/** What a feature brings once it has its resources. */
export interface FeatureParts<C extends { endpoints: Record<string, unknown> }> {
  routes: Routes<C>;
  jobs?: Job[];
  schedules?: Schedule[];
  /** Long-running work; ends when the signal aborts. */
  work?: (signal: AbortSignal) => Promise<void>;
  overview?: OverviewPart;
  /** Its newest figures, for the history; asked for every ten seconds, so they must be at hand. */
  measures?: () => Iterable<Measure>;
  /** Told in the transaction in which a run fails or comes to need a person; takes no locks beyond its own rows. */
  onTrouble?: (sql: Sql, run: RunSummary) => Promise<void>;
  /** What it knows that changed, for the charts. */
  markers?: MarkerSource;
  /**
   * What alerts judge, of the kinds that rules want; asked for every ten seconds, so it must be at hand. What is not known
   * just now is left out: it is then neither right nor wrong.
   */
  conditions?: (wanted: ReadonlySet<string>) => Iterable<Condition>;
}

/** A feature as the composition root sees it. */
export interface Feature<Resources> {
  contract: Contract;
  migrations: MigrationSet[];
  runs(resources: Omit<Resources, 'journal'>): RunDefinition[];
  setUp(resources: Resources): FeatureParts<{ endpoints: Record<string, unknown> }>;
}

/** Declares a feature: its contract, its tables, and how it is made from the application's resources. */
export function defineFeature<Resources, C extends Contract>(feature: {
  contract: C;
  migrations?: MigrationSet[];
  /** Kinds of durable runs; made before the journal that drives them. */
  runs?(resources: Omit<Resources, 'journal'>): RunDefinition[];
  setUp(resources: Resources): FeatureParts<C>;
}): Feature<Resources> {
  return {
    contract: feature.contract,
    migrations: feature.migrations ?? [],
    runs: (resources) => feature.runs?.(resources) ?? [],
    setUp: (resources) => widen(feature.setUp(resources)),
  };
}

/** Routes are looked up by name where the contract that typed them is no longer known. */
function widen<C extends Contract>(
  parts: FeatureParts<C>,
): FeatureParts<{ endpoints: Record<string, unknown> }> {
  return parts as unknown as FeatureParts<{ endpoints: Record<string, unknown> }>;
}

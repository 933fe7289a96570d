import type { FieldProblem, Problem } from '@nebula/errors';
import type { z } from 'zod';
import {
  addressOf,
  type Api,
  type Call,
  type Download,
  type Endpoint,
  type Plain,
  type Socket,
  type Stream,
  type Upload,
} from './define.ts';

/** What the client needs to know of endpoints at run time: no schema, so no zod in the browser's first load. */
export type EndpointTable = Record<
  string,
  Record<string, readonly [kind: Endpoint['kind'], method: string, path: string]>
>;

type Input<E, K extends string> = E extends { [P in K]: infer S }
  ? S extends z.ZodType
    ? z.input<S>
    : never
  : never;
type Given<K extends string, V> = [V] extends [never]
  ? object
  : object extends V
    ? { [P in K]?: V }
    : { [P in K]: V };

/** Arguments of an endpoint: `params`, `query` and `body` where its contract has them. */
export type Arguments<E> = Given<'params', Input<E, 'params'>> &
  Given<'query', Input<E, 'query'>> &
  Given<'body', Input<E, 'body'>>;

type Rest<A> = object extends A ? [args?: A & Options] : [args: A & Options];
interface Options {
  signal?: AbortSignal;
}

/** What an upload sends; a stream where the whole is not known before (not in every browser). */
export type UploadFile = Blob | ArrayBuffer | ReadableStream<Uint8Array>;

interface UploadArguments {
  file: UploadFile;
  /** Media type of the file; `application/octet-stream` when left out. */
  contentType?: string;
}

/** What a call answers. */
export type Answer<E> = E extends { output: infer S }
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;

type Method<E> = E extends Call
  ? (...rest: Rest<Arguments<E>>) => Promise<Answer<E>>
  : E extends Upload
    ? (args: Arguments<E> & Options & UploadArguments) => Promise<Answer<E>>
    : E extends Stream | Download | Socket | Plain
      ? (...rest: Rest<Omit<Arguments<E>, 'body'>>) => string
      : never;

/**
 * The typed client of an api: `client.containers.restart({ params: { id } })`. Calls and uploads answer a promise; the others
 * answer their address, to be opened by the caller.
 */
export type Client<A extends Api> = {
  [F in keyof A]: { [E in keyof A[F]['endpoints']]: Method<A[F]['endpoints'][E]> };
};

/** An answer of the server that is an error: everything of its {@link Problem}. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  readonly fields: FieldProblem[];
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId;
    this.fields = problem.fields ?? [];
    this.problem = problem;
  }
}

/** How a client reaches the server. */
export interface ClientOptions {
  /** Origin of the server, such as `https://host.example`; empty for the page's own. */
  baseUrl: string;
  fetch?: typeof fetch;
  /** Headers added to each request (an API key, the CSRF token). */
  headers?: () => Record<string, string>;
}

/**
 * Makes the client of the api that `table` was generated from. Its methods throw {@link ApiError}; when the server cannot
 * be reached the error has the code `UNREACHABLE` and status 0.
 */
export function createClient<A extends Api>(table: EndpointTable, options: ClientOptions): Client<A> {
  const client: Record<string, Record<string, unknown>> = {};
  for (const [feature, endpoints] of Object.entries(table)) {
    client[feature] = Object.fromEntries(
      Object.entries(endpoints).map(([name, [kind, method, path]]) => [
        name,
        (args: RequestArguments = {}) => {
          const url = urlOf(options.baseUrl, addressOf({ kind, path }), args);
          if (kind === 'stream' || kind === 'download' || kind === 'plain') return url;
          if (kind === 'socket') return url.replace(/^http/, 'ws');
          return send(options, method, url, args);
        },
      ]),
    );
  }
  return client as Client<A>;
}

interface RequestArguments {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  file?: UploadFile;
  contentType?: string;
  signal?: AbortSignal;
}

async function send(
  options: ClientOptions,
  method: string,
  url: string,
  args: RequestArguments,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers?.() };
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (args.signal !== undefined) init.signal = args.signal;
  if (args.file !== undefined) {
    headers['content-type'] = args.contentType ?? 'application/octet-stream';
    init.body = args.file;
    // Fetch standard §5.4: a stream is sent while the answer is not yet read.
    if (args.file instanceof ReadableStream) Object.assign(init, { duplex: 'half' });
  } else if (args.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(args.body);
  }
  const response = await reach(options.fetch ?? fetch, url, init);
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (response.ok) return text === '' ? undefined : JSON.parse(text);
  throw new ApiError(problemOf(response, text));
}

/**
 * Fetches for callers that read the answer themselves, such as a stream. Throws {@link ApiError} with the code `UNREACHABLE` and
 * the reason as cause, or the signal's reason.
 */
export async function reach(fetchIt: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetchIt(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    const error = new ApiError({
      type: 'about:blank',
      title: 'Unreachable',
      status: 0,
      code: 'UNREACHABLE',
      detail: 'The server cannot be reached.',
      requestId: '',
    });
    error.cause = cause;
    throw error;
  }
}

/** What an answer that is an error says; `text` is its body. Answers that are not ours get the code `UNEXPECTED_ANSWER`. */
export function problemOf(response: Response, text: string): Problem {
  const isProblem = response.headers.get('content-type')?.includes('application/problem+json') ?? false;
  if (isProblem) return JSON.parse(text);
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'UNEXPECTED_ANSWER',
    detail: `The server answered ${response.status} in a form that is not ours; a proxy in between may have said it.`,
    requestId: response.headers.get('x-request-id') ?? '',
  };
}

function urlOf(baseUrl: string, path: string, args: RequestArguments): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(args.params?.[name] ?? '')),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(args.query ?? {})) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return `${baseUrl}${filled}${text === '' ? '' : `?${text}`}`;
}

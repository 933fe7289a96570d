import { type Client, createClient, type UploadFile } from '@nebula/contract/client';
import { type Api, endpointTable } from '@nebula/contract';
import { api, type DashboardApi } from '@nebula/dashboard/contract';
import type { ServerTarget } from '../contexts/target.ts';

/** A server that calls go to. */
export interface Server {
  client: Client<DashboardApi>;
  target: ServerTarget;
  /** Calls an endpoint by its place in the contract; streams answer their address. */
  call(feature: string, endpoint: string, args: CallArguments): Promise<unknown>;
  /** Opens an address of the server as it is. */
  fetch: typeof fetch;
}

/** Arguments of a call whose types are known at run time only; the contract's schemas have proven them. */
export interface CallArguments {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body?: unknown;
  file?: UploadFile;
  contentType?: string;
  signal: AbortSignal;
}

/** Prepares calls to a server that serves `contracts`; nothing is connected yet. */
export async function openServer(target: ServerTarget, contracts: Api = api): Promise<Server> {
  if (target.authority !== null) await trust(target.authority);
  const headers = (): Record<string, string> =>
    target.key === null ? {} : { authorization: `Bearer ${target.key}` };
  // A redirect would carry the key or the body to a place nobody named.
  const fetchIt: typeof fetch = (url, init) => fetch(url, { ...init, redirect: 'manual' });
  const client = createClient<DashboardApi>(endpointTable(contracts), {
    baseUrl: target.url,
    fetch: fetchIt,
    headers,
  });
  return {
    client,
    target,
    call: async (feature, endpoint, args) => await method(client, feature, endpoint)(args),
    fetch: (url, init) => fetchIt(url, { ...init, headers: { ...init?.headers, ...headers() } }),
  };
}

/** The client's method for an endpoint: its table was made from the same contract, so every name there is a function. */
function method(client: object, feature: string, endpoint: string): (args: CallArguments) => unknown {
  const methods: unknown = Reflect.get(client, feature);
  const found: unknown =
    typeof methods === 'object' && methods !== null ? Reflect.get(methods, endpoint) : undefined;
  if (typeof found !== 'function') throw new TypeError(`${feature}.${endpoint} is not in the contract`);
  return (args) => Reflect.apply(found, client, [args]);
}

async function trust(authority: string): Promise<void> {
  const { getCACertificates, setDefaultCACertificates } = await import('node:tls');
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}

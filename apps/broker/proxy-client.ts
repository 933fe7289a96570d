import { hostCall } from './host-call.ts';
import type { ProxyVerbs } from './proxy-verbs.ts';

type Output<Name extends keyof ProxyVerbs> = Promise<ProxyVerbs[Name]['output']>;

/** The reverse proxy's admin API as the broker lets it through. */
export interface ProxyClient {
  read(signal: AbortSignal): Output<'proxy-read'>;
  write(config: string, etag: string, signal: AbortSignal): Output<'proxy-write'>;
  adapt(caddyfile: string, signal: AbortSignal): Output<'proxy-adapt'>;
  upstreams(signal: AbortSignal): Output<'proxy-upstreams'>;
}

/** @param socketPath the broker's `host.sock`; failures are those of {@link hostCall} */
export function proxyClient(socketPath: string): ProxyClient {
  return {
    read: (signal) => hostCall(socketPath, 'proxy-read', {}, { signal }),
    write: (config, etag, signal) => hostCall(socketPath, 'proxy-write', { config, etag }, { signal }),
    adapt: (caddyfile, signal) => hostCall(socketPath, 'proxy-adapt', { caddyfile }, { signal }),
    upstreams: (signal) => hostCall(socketPath, 'proxy-upstreams', {}, { signal }),
  };
}

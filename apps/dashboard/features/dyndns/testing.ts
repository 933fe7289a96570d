import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostCall } from '@nebula/broker';
import { startBroker } from '@nebula/broker/testing';
import type { CallBroker } from '../../resources.ts';
import { type Caller, json } from '../../testing.ts';
import type { RouterToken } from './contract.ts';

/** A machine with a configuration of ddclient, behind a broker of its own. */
export interface DdclientMachine extends AsyncDisposable {
  file: string;
  callBroker: CallBroker;
  /** What systemd says of ddclient's unit; null where there is no systemd. */
  setActive(active: string | null): void;
}

/** Starts one; only what systemd says of the one unit is not the broker's own word. */
export async function startDdclientMachine(lines: readonly string[]): Promise<DdclientMachine> {
  const dir = mkdtempSync('/tmp/nebula-ddclient-');
  const file = join(dir, 'ddclient.conf');
  writeFileSync(file, lines.join('\n'), { mode: 0o600 });
  let active: string | null = 'active';
  const broker = await startBroker(
    {
      ...{ socketDir: dir, engine: join(dir, 'no-engine.sock'), appRoots: [], clientGid: undefined },
      ...{ grantKey: undefined, units: [], caddyAdmin: join(dir, 'no-caddy.sock'), siteRoots: [] },
      ddclientFiles: [file],
    },
    () => new Date(),
    () => undefined,
  );
  return {
    file,
    setActive(next) {
      active = next;
    },
    callBroker: async (verb, input, signal) => {
      if (verb !== 'unit-status' || active === null)
        return await hostCall(broker.hostSocket, verb, input, { signal });
      return JSON.parse(
        JSON.stringify({ name: 'ddclient.service', load: 'loaded', active, canChange: true }),
      );
    },
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A token as it is told once, or the code of what was refused. */
export interface MadeToken {
  token: RouterToken;
  secret: string;
  code?: string;
}

/** Makes a token as somebody does. */
export async function makeTokenAs(caller: Caller, names: string[], label: string): Promise<MadeToken> {
  const response = await caller.fetch('/api/dyndns/tokens', json('POST', { label, names }));
  return (await response.json()) as MadeToken;
}

/** What a router is answered. */
export async function tellAt(
  url: string,
  query: Record<string, string>,
  secret: string | null,
  from = '9.9.9.9',
): Promise<{ status: number; text: string; asks: string | null; type: string | null }> {
  const login = Buffer.from(`whoever:${secret ?? ''}`).toString('base64');
  const response = await fetch(`${url}/nic/update?${new URLSearchParams(query)}`, {
    headers: { 'x-forwarded-for': from, ...(secret === null ? {} : { authorization: `Basic ${login}` }) },
  });
  const text = await response.text();
  return {
    ...{ status: response.status, text: text.trim(), asks: response.headers.get('www-authenticate') },
    type: response.headers.get('content-type'),
  };
}

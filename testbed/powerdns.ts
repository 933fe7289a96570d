import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { powerDnsSchema } from './parts.ts';
import { requireProgram } from './run.ts';
import { freePorts, startService } from './service.ts';

/** A PowerDNS authoritative server of the test's own, on loopback, with its API and dynamic updates. */
export interface PowerDns extends AsyncDisposable {
  /** Address of its API. */
  url: string;
  apiKey: string;
  /** `127.0.0.1:PORT` at which it answers questions, UDP and TCP. */
  nameServer: string;
  port: number;
  /** Makes a zone with an SOA, two name servers (ns1 and ns2 of it, at 127.0.0.1) and these records besides. */
  addZone(name: string, rrsets?: PowerDnsRrset[]): Promise<void>;
  /** Changes an rrset behind everybody's back; no values remove it. */
  put(zone: string, rrset: PowerDnsRrset): Promise<void>;
  /** What it holds of one rrset, in its own words. */
  rrset(zone: string, name: string, type: string): Promise<string[]>;
  /** Makes a TSIG key that may update and transfer a zone; answers its secret in base64. */
  allowUpdates(zone: string, keyName: string): Promise<string>;
}

/** Records of one name and type in the words of a zone file: whole names end in a dot. */
export interface PowerDnsRrset {
  name: string;
  type: string;
  ttl?: number;
  values: string[];
}

/** Starts one; it is up when this answers. */
export async function startPowerDns(): Promise<PowerDns> {
  const dir = await mkdtemp(join(tmpdir(), 'nebula-pdns-'));
  const apiKey = randomBytes(12).toString('hex');
  const [port = 0, apiPort = 0] = await freePorts(2);
  const database = new DatabaseSync(join(dir, 'pdns.db'));
  database.exec(await readFile(powerDnsSchema, 'utf8'));
  database.close();
  await writeFile(join(dir, 'pdns.conf'), configuration({ dir, port, apiPort, apiKey }));
  const url = `http://127.0.0.1:${apiPort}`;

  async function api(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/api/v1/servers/localhost${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  const service = await startService([requireProgram('pdns_server'), `--config-dir=${dir}`], {
    logFile: join(dir, 'pdns.log'),
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    isReady: () =>
      api('GET', '/zones').then(
        () => true,
        () => false,
      ),
  }).catch(async (error: unknown) => {
    await rm(dir, { recursive: true, force: true });
    throw error;
  });
  const put = (zone: string, rrset: PowerDnsRrset) =>
    api('PATCH', `/zones/${zone}.`, { rrsets: [changeOf(rrset)] }).then(() => undefined);
  return {
    ...{ url, apiKey, port, nameServer: `127.0.0.1:${port}`, put },
    async addZone(name, rrsets = []) {
      const nameservers = [`ns1.${name}.`, `ns2.${name}.`];
      await api('POST', '/zones', { name: `${name}.`, kind: 'Native', nameservers });
      for (const server of ['ns1', 'ns2'])
        await put(name, { name: `${server}.${name}`, type: 'A', values: ['127.0.0.1'] });
      for (const rrset of rrsets) await put(name, rrset);
    },
    async rrset(zone, name, type) {
      const found = (await api('GET', `/zones/${zone}.`)) as {
        rrsets: { name: string; type: string; records: { content: string }[] }[];
      };
      const rrset = found.rrsets.find((one) => one.name === `${name}.` && one.type === type);
      return (rrset?.records ?? []).map(({ content }) => content).sort();
    },
    async allowUpdates(zone, keyName) {
      const key = { name: keyName, algorithm: 'hmac-sha256' };
      const made = (await api('POST', '/tsigkeys', key)) as { id: string; key: string };
      await api('POST', `/zones/${zone}./metadata`, { kind: 'TSIG-ALLOW-DNSUPDATE', metadata: [keyName] });
      await api('PUT', `/zones/${zone}.`, { master_tsig_key_ids: [made.id] });
      return made.key;
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function changeOf({ name, type, ttl = 300, values }: PowerDnsRrset): object {
  const records = values.map((content) => ({ content, disabled: false }));
  return { name: `${name}.`, type, ttl, records, changetype: records.length === 0 ? 'DELETE' : 'REPLACE' };
}

function configuration(given: { dir: string; port: number; apiPort: number; apiKey: string }): string {
  const { dir, port, apiPort, apiKey } = given;
  return [
    ...['launch=gsqlite3', `gsqlite3-database=${dir}/pdns.db`, 'gsqlite3-pragma-synchronous=0'],
    ...['local-address=127.0.0.1', `local-port=${port}`, 'api=yes', `api-key=${apiKey}`, 'webserver=yes'],
    ...['webserver-address=127.0.0.1', `webserver-port=${apiPort}`, 'webserver-allow-from=127.0.0.1/32'],
    ...['cache-ttl=0', 'query-cache-ttl=0', 'negquery-cache-ttl=0', 'zone-cache-refresh-interval=0'],
    ...['dnsupdate=yes', 'allow-dnsupdate-from=127.0.0.0/8', 'guardian=no', 'daemon=no', 'disable-axfr=no'],
    ...['security-poll-suffix=', `socket-dir=${dir}`, 'loglevel=4', 'expand-alias=no', 'write-pid=no'],
    'default-soa-content=ns1.@ hostmaster.@ 0 10800 3600 604800 60',
    '',
  ].join('\n');
}

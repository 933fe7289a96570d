import type { Outbound, OutboundReply } from '@nebula/outbound';
import { z } from 'zod';
import { LayerFault } from '../../faults.ts';
import type { Capabilities, Driver } from '../../port.ts';
import { gatherRrsets, nameOrNull, parseValue, type RecordType, zoneFileValue } from '../../record.ts';
import { type Caller, callerOf, failureOf, notUnderstood, oneLine, parsedReply } from '../../call.ts';

/** How a PowerDNS server is reached. */
export interface PowerDnsOptions {
  /** Address of its web server, such as `http://127.0.0.1:8081`. */
  url: string;
  apiKey: string;
  /** Name of the server in the API; `localhost` with every authoritative server so far. */
  server?: string;
  outbound: Outbound;
}

const ZoneRow = z.object({ id: z.string(), name: z.string() });
const RecordRow = z.object({ content: z.string(), disabled: z.boolean().default(false) });
const RrsetRow = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number(),
  records: z.array(RecordRow),
});
const ZoneReply = z.object({ name: z.string(), rrsets: z.array(RrsetRow) });
const Refusal = z.object({ error: z.string() });

const types: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR'];
const capabilities: Capabilities = {
  types,
  lists: true,
  minimumTtl: 1,
  maximumTtl: 2_147_483_647,
  hasWildcards: true,
  writes: 'rrset',
  comparesAndSets: false,
  propagationSeconds: 20,
  limits: [],
};

/** Zones of a PowerDNS authoritative server (doc.powerdns.com/authoritative/http-api). */
export function openPowerDns({ url, apiKey, server = 'localhost', outbound }: PowerDnsOptions): Driver {
  const caller: Caller = callerOf(outbound, url, 'PowerDNS', 'own');
  const root = `/api/v1/servers/${encodeURIComponent(server)}`;

  async function call(path: string, signal: AbortSignal | undefined, patch?: object): Promise<OutboundReply> {
    const headers: Record<string, string> = { 'x-api-key': apiKey, accept: 'application/json' };
    if (patch !== undefined) headers['content-type'] = 'application/json';
    const reply = await caller.fetch(`${root}${path}`, {
      ...{ method: patch === undefined ? 'GET' : 'PATCH', headers },
      ...(patch === undefined ? {} : { body: JSON.stringify(patch) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (reply.status >= 300) throw failureOf(reply, wordsOf(reply));
    return reply;
  }

  async function zoneRows(signal: AbortSignal | undefined) {
    const rows = parsedReply(z.array(ZoneRow), await call('/zones', signal));
    return rows.flatMap(({ id, name }) => {
      const canonical = nameOrNull(name);
      return canonical === null ? [] : [{ id, name: canonical }];
    });
  }

  async function zonePath(zone: string, signal: AbortSignal | undefined): Promise<string> {
    const row = (await zoneRows(signal)).find(({ name }) => name === zone);
    if (row === undefined)
      throw new LayerFault('zone', 'rejected', `This server does not hold the zone ${zone}.`);
    return `/zones/${encodeURIComponent(row.id)}`;
  }

  async function rows(path: string, signal: AbortSignal | undefined) {
    const reply = await call(path, signal);
    const zone = parsedReply(ZoneReply, reply);
    if (nameOrNull(zone.name) === null) throw notUnderstood(reply);
    return zone.rrsets;
  }

  return {
    capabilities: () => capabilities,
    unusedLayers: () => (url.startsWith('https:') ? [] : ['tls']),
    listZones: async (signal) => (await zoneRows(signal)).map(({ name }) => name),
    async read(zone, signal) {
      const found = await rows(await zonePath(zone, signal), signal);
      return gatherRrsets(
        found.flatMap(({ name, type, ttl, records }) =>
          records
            .filter(({ disabled }) => !disabled)
            .map(({ content }) => ({ name, type, ttl, value: content })),
        ),
      );
    },
    async write({ zone, key, after }, { signal }) {
      const path = await zonePath(zone, signal);
      // Records that somebody switched off are not served, but they are kept: replacing the set must not lose them.
      const off = (await rows(path, signal))
        .filter(({ name, type }) => nameOrNull(name) === key.name && type === key.type)
        .flatMap(({ records }) => records.filter(({ disabled }) => disabled));
      const on = (after?.values ?? []).map((value) => ({
        content: zoneFileValue(parseValue(key.type, value)),
        disabled: false,
      }));
      const records = [...on, ...off.filter(({ content }) => !on.some((one) => one.content === content))];
      const set = { name: `${key.name}.`, type: key.type, ttl: after?.ttl ?? 3600, records };
      await call(path, signal, {
        rrsets: [{ ...set, changetype: records.length === 0 ? 'DELETE' : 'REPLACE' }],
      });
    },
  };
}

function wordsOf(reply: OutboundReply): string | null {
  try {
    const parsed = Refusal.safeParse(JSON.parse(reply.body.toString('utf8')));
    return parsed.success ? parsed.data.error : null;
  } catch {
    // An older server answers in plain text.
    const text = oneLine(reply.body.toString('utf8'));
    return text === '' || text.startsWith('<') ? null : text;
  }
}

import { DriverError } from '@nebula/errors';
import type { Outbound } from '@nebula/outbound';
import { z } from 'zod';
import { DnsConflict, LayerFault } from '../../faults.ts';
import type { Capabilities, Driver } from '../../port.ts';
import { gatherRrsets, nameOrNull, type RrsetKey } from '../../record.ts';
import { versionOf } from '../../version.ts';
import { callerOf, failureOf, notUnderstood } from '../../call.ts';
import { batchFor, rawOf } from './records.ts';
import { envelopeOf, isTokenRefused, RecordResult, wordsOf, ZoneResult } from './replies.ts';

/** An account at Cloudflare. */
export interface CloudflareOptions {
  /** An API token with the rights Zone:Read and DNS:Edit. */
  token: string;
  url?: string;
  outbound: Outbound;
}

const capabilities: Capabilities = {
  types: ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR'],
  lists: true,
  minimumTtl: 60,
  maximumTtl: 86_400,
  hasWildcards: true,
  writes: 'record',
  comparesAndSets: false,
  propagationSeconds: 10,
  limits: ['The name servers of the zone itself are kept by Cloudflare and not listed.'],
};
const perPage = 100;
const mostPages = 500;

/** Zones at Cloudflare (developers.cloudflare.com/api, version 4). */
export function openCloudflare({
  token,
  url = 'https://api.cloudflare.com/client/v4',
  outbound,
}: CloudflareOptions): Driver {
  const caller = callerOf(outbound, url, 'Cloudflare', 'public');

  async function call(path: string, signal: AbortSignal | undefined, body?: object) {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const reply = await caller.fetch(path, {
      ...{ method: body === undefined ? 'GET' : 'POST', headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const envelope = envelopeOf(reply);
    const errors = envelope?.errors ?? [];
    if (isTokenRefused(errors))
      throw new LayerFault(
        'sign-in',
        'unauthorized',
        `Cloudflare refuses the token: ${wordsOf(errors) ?? ''}.`,
      );
    if (reply.status >= 300) throw failureOf(reply, wordsOf(errors));
    if (envelope === null) throw notUnderstood(reply);
    if (!envelope.success)
      throw new DriverError('rejected', `Cloudflare refuses this: ${wordsOf(errors) ?? 'no reason given'}.`);
    return { reply, envelope };
  }

  /** All pages of a list. */
  async function all<T extends z.ZodType>(
    schema: T,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<z.output<T>[]> {
    const rows: z.output<T>[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const { reply, envelope } = await call(
        `${path}${path.includes('?') ? '&' : '?'}page=${page}&per_page=${perPage}`,
        signal,
      );
      const parsed = z.array(schema).safeParse(envelope.result);
      if (!parsed.success) throw notUnderstood(reply, parsed.error);
      rows.push(...parsed.data);
      if (page >= (envelope.result_info?.total_pages ?? 1)) return rows;
    }
    throw new DriverError('rejected', `Cloudflare has more than ${mostPages} pages of this.`);
  }

  async function zoneNamed(
    zone: string,
    signal: AbortSignal | undefined,
  ): Promise<z.infer<typeof ZoneResult>> {
    const found = (await all(ZoneResult, `/zones?name=${encodeURIComponent(zone)}`, signal)).find(
      ({ name }) => nameOrNull(name) === zone,
    );
    if (found === undefined)
      throw new LayerFault('zone', 'rejected', `This account does not hold the zone ${zone}.`);
    return found;
  }

  async function recordsOf(zoneId: string, { name, type }: RrsetKey, signal: AbortSignal | undefined) {
    const query = new URLSearchParams({ name, type });
    const rows = await all(RecordResult, `/zones/${zoneId}/dns_records?${query}`, signal);
    return rows.filter((row) => nameOrNull(row.name) === name && row.type === type);
  }

  return {
    capabilities: () => capabilities,
    unusedLayers: () => (url.startsWith('https:') ? [] : ['tls']),
    listZones: async (signal) =>
      (await all(ZoneResult, '/zones', signal)).flatMap(({ name }) => nameOrNull(name) ?? []),
    async read(zone, signal) {
      const { id } = await zoneNamed(zone, signal);
      return gatherRrsets((await all(RecordResult, `/zones/${id}/dns_records`, signal)).map(rawOf));
    },
    async provesRight(zone, signal) {
      const { permissions } = await zoneNamed(zone, signal);
      if (permissions.length > 0 && !permissions.includes('#dns_records:edit'))
        throw new LayerFault('right', 'unauthorized', `The token may not edit the DNS records of ${zone}.`);
    },
    async write({ zone, key, before, after }, { signal }) {
      const { id } = await zoneNamed(zone, signal);
      const records = await recordsOf(id, key, signal);
      const found = gatherRrsets(records.map(rawOf)).rrsets[0] ?? null;
      if (versionOf(found) !== versionOf(before)) throw new DnsConflict(zone, key, { wanted: after, found });
      const valued = records.map((record) => ({
        record,
        value: gatherRrsets([rawOf(record)]).rrsets[0]?.values[0] ?? '',
      }));
      const batch = batchFor(valued, key, after);
      await call(`/zones/${id}/dns_records/batch`, signal, batch);
    },
  };
}

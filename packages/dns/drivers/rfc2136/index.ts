import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { DnsConflict, LayerFault } from '../../faults.ts';
import type { Capabilities, Driver } from '../../port.ts';
import { gatherRrsets, type RawRecord, type Rrset, type RrsetKey } from '../../record.ts';
import { type Answer, exchange, exchangeMany, type NameServer, nameServerText } from '../../wire/exchange.ts';
import { encodeQuestion, type Message, type QuestionType, type WireRecord } from '../../wire/message.ts';
import { sign, type TsigKey, TsigVerifier } from '../../wire/tsig.ts';
import { locateServer } from '../../wire/locate.ts';
import { encodeUpdate } from './update.ts';

/** How a name server that takes dynamic updates is reached. */
export interface Rfc2136Options {
  /** Name or address, with a port where it is not 53. */
  server: string;
  key: TsigKey;
  /** Its zones, canonical: nothing in the protocol lists them. */
  zones: string[];
  /** Whether it transfers its zones to the key; without that only single names can be read. */
  transfers: boolean;
  clock: Clock;
}

const types = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR'] as const;
const timeoutMs = 10_000;
const mostRecords = 500_000;

/** Dynamic updates (RFC 2136) signed with a shared key (RFC 8945), zones read by transfer (RFC 5936). */
export function openRfc2136({ server, key, zones, transfers, clock }: Rfc2136Options): Driver {
  const capabilities: Capabilities = {
    types,
    lists: transfers,
    minimumTtl: 1,
    maximumTtl: 2_147_483_647,
    hasWildcards: true,
    writes: 'rrset',
    comparesAndSets: true,
    propagationSeconds: 20,
    limits: transfers
      ? []
      : ['Only single names can be read: the server does not transfer its zones to this key.'],
  };

  async function ask(message: Buffer, signal: AbortSignal | undefined): Promise<Message> {
    const place = await locateServer(server, signal);
    const { signed, mac } = sign(message, key, clock.now());
    const answer = await reached(exchange(place, signed, { timeoutMs, signal, overTcp: true }));
    new TsigVerifier(key, mac).take(answer.message, answer.bytes, clock.now());
    return answer.message;
  }

  const query = (name: string, type: QuestionType, signal: AbortSignal | undefined) =>
    ask(encodeQuestion({ name, type }, { recursion: false, edns: false }), signal);

  async function transfer(zone: string, signal: AbortSignal | undefined): Promise<RawRecord[]> {
    const place = await locateServer(server, signal);
    const { signed, mac } = sign(
      encodeQuestion({ name: zone, type: 'AXFR' }, { recursion: false, edns: false }),
      key,
      clock.now(),
    );
    const verifier = new TsigVerifier(key, mac);
    const records: RawRecord[] = [];
    let ends = 0;
    const take = ({ message, bytes }: Answer) => {
      verifier.take(message, bytes, clock.now());
      if (message.code !== 'NOERROR') throw refusal(place, message, zone);
      for (const record of message.answers) {
        // The SOA stands first and last.
        if (record.type === 'SOA') ends += 1;
        if (ends < 2) records.push(rawOf(record));
      }
      if (records.length > mostRecords)
        throw new DriverError('rejected', `${zone} has more than ${mostRecords} records.`);
      return ends < 2 ? 'more' : 'enough';
    };
    await reached(exchangeMany(place, signed, { timeoutMs: timeoutMs * 3, signal }, take));
    if (!verifier.isProven) throw new DriverError('unauthorized', 'The end of the transfer is not signed.');
    return records;
  }

  async function find(zone: string, rrset: RrsetKey, signal: AbortSignal | undefined): Promise<Rrset | null> {
    const message = await query(rrset.name, rrset.type, signal);
    if (message.code !== 'NOERROR' && message.code !== 'NXDOMAIN')
      throw refusal({ address: server, port: 53 }, message, zone);
    const records = message.answers.filter(({ name, type }) => name === rrset.name && type === rrset.type);
    return gatherRrsets(records.map(rawOf)).rrsets[0] ?? null;
  }

  return {
    capabilities: () => capabilities,
    unusedLayers: () => ['tls'],
    async listZones(signal) {
      const held: string[] = [];
      for (const zone of zones) {
        const { answers, isAuthoritative } = await query(zone, 'SOA', signal);
        if (isAuthoritative && answers.some(({ name, type }) => name === zone && type === 'SOA'))
          held.push(zone);
      }
      return held;
    },
    read: async (zone, signal) => (transfers ? gatherRrsets(await transfer(zone, signal)) : null),
    find,
    async provesRight(zone, signal) {
      // An update without a change is judged like any other.
      const message = await ask(
        encodeUpdate({ zone, key: { name: zone, type: 'SOA' }, before: null, after: null }, 'nothing'),
        signal,
      );
      if (message.code !== 'NOERROR') throw refusal({ address: server, port: 53 }, message, zone);
    },
    async write(change, { signal }) {
      const { code } = await ask(encodeUpdate(change, 'all'), signal);
      if (code === 'NOERROR') return;
      if (code === 'NXRRSET' || code === 'YXRRSET' || code === 'YXDOMAIN' || code === 'NXDOMAIN') {
        const { zone, key: rrset, after } = change;
        throw new DnsConflict(zone, rrset, { wanted: after, found: await find(zone, rrset, signal) });
      }
      throw refusalOf(server, code, change.zone);
    },
  };
}

function rawOf({ name, type, ttl, text }: WireRecord): RawRecord {
  return { name, type, ttl, value: text };
}

/** A server that does not answer was not connected to, as far as anybody can tell. */
async function reached<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DriverError) || error.kind !== 'unavailable') throw error;
    throw new LayerFault('connect', 'unavailable', error.message, { cause: error });
  }
}

function refusal(place: NameServer, { code }: Message, zone: string): DriverError {
  return refusalOf(nameServerText(place), code, zone);
}

function refusalOf(server: string, code: Message['code'], zone: string): DriverError {
  switch (code) {
    case 'NOTZONE':
      return new LayerFault('zone', 'rejected', `${server} does not hold the zone ${zone}.`);
    case 'NOTAUTH':
    case 'REFUSED':
      return new LayerFault(
        'right',
        'unauthorized',
        `${server} does not allow this key to do that in ${zone}.`,
      );
    case 'SERVFAIL':
      return new LayerFault('answer', 'unavailable', `${server} failed (SERVFAIL).`);
    default:
      return new DriverError('rejected', `${server} refuses the change (${code}).`);
  }
}

import { getServers } from 'node:dns';
import { DriverError } from '@nebula/errors';
import { canonicalName, nameOrNull, type RecordType } from '../record.ts';
import { exchange, type NameServer, nameServerText, parseNameServer } from '../wire/exchange.ts';
import { encodeQuestion, type Message, type WireRecord } from '../wire/message.ts';

/** What a name server answered to one question. */
export interface DnsAnswer {
  /** `NOERROR` with no values: the name is there, records of this type are not. */
  code: Message['code'];
  isAuthoritative: boolean;
  /** Values of the type asked for, canonical, after following CNAMEs. */
  values: string[];
  /** The shortest time to live among them. */
  ttl: number | null;
  /** Names that CNAMEs led through, from the one asked for on. */
  aliases: string[];
  /** Seconds a resolver may remember that there is nothing (RFC 2308): the lesser of the SOA's minimum and its own time. */
  negativeTtl: number | null;
  /** The zone that said so, where an SOA came with the answer. */
  soaZone: string | null;
}

/** How a question is asked. */
export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds until a server counts as silent; 3 s unless given. */
  timeoutMs?: number;
}

/** Asks name servers directly. */
export interface Resolver {
  /** The recursive servers it uses. */
  readonly servers: readonly NameServer[];
  /** Asks the recursive servers one after the other until one answers. Throws a DriverError `unavailable` when none does. */
  ask(name: string, type: RecordType, options?: AskOptions): Promise<DnsAnswer>;
  /** Asks one server; an authoritative one is not asked to look elsewhere. */
  askAt(
    server: NameServer,
    name: string,
    type: RecordType,
    options?: AskOptions & { isRecursive?: boolean },
  ): Promise<DnsAnswer>;
  /** The name servers of the zone that holds a name, and that zone, found by asking upwards for NS. */
  authoritative(name: string, options?: AskOptions): Promise<Authority>;
}

/** Who answers for a zone. */
export interface Authority {
  zone: string;
  servers: { name: string; at: NameServer }[];
  /** Name servers whose address is not found. */
  lost: string[];
}

/** How a resolver is made. */
export interface ResolverOptions {
  /** Recursive servers as `address`, `address:port` or `[address]:port`; those of the machine when left out or empty. */
  servers?: readonly string[];
  /** Port at which authoritative servers answer; 53 unless given. */
  authoritativePort?: number;
}

/** Makes a {@link Resolver}. Throws a DriverError `rejected` for a server that is no address. */
export function createResolver({ servers = [], authoritativePort = 53 }: ResolverOptions = {}): Resolver {
  const recursive = (servers.length === 0 ? getServers() : servers).map((text) => {
    const parsed = parseNameServer(text);
    if (parsed === null) throw new DriverError('rejected', `${text} is not the address of a name server.`);
    return parsed;
  });

  const askAt: Resolver['askAt'] = async (server, name, type, options = {}) => {
    const asked = canonicalName(name);
    const question = encodeQuestion({ name: asked, type }, { recursion: options.isRecursive ?? false });
    const { message } = await exchange(server, question, {
      timeoutMs: options.timeoutMs ?? 3000,
      signal: options.signal,
    });
    return answerOf(message, asked, type);
  };

  const ask: Resolver['ask'] = async (name, type, options = {}) => {
    const problems: string[] = [];
    for (const server of recursive) {
      try {
        const answer = await askAt(server, name, type, { ...options, isRecursive: true });
        if (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN') return answer;
        problems.push(`${nameServerText(server)} answered ${answer.code}.`);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        problems.push(error.message);
      }
    }
    throw new DriverError('unavailable', problems[0] ?? 'There is no resolver to ask.');
  };

  return {
    servers: recursive,
    ask,
    askAt,
    authoritative: (name, options = {}) => authorityOf(ask, canonicalName(name), authoritativePort, options),
  };
}

async function authorityOf(
  ask: Resolver['ask'],
  name: string,
  port: number,
  options: AskOptions,
): Promise<Authority> {
  const labels = name.replace(/^\*\./, '').split('.');
  for (let from = 0; from < labels.length; from += 1) {
    const zone = labels.slice(from).join('.');
    const { values, aliases } = await ask(zone, 'NS', options);
    if (values.length === 0 || aliases.length > 0) continue;
    const servers: Authority['servers'] = [];
    const lost: string[] = [];
    for (const server of values) {
      const address = (await addressesOf(ask, server, options))[0];
      if (address === undefined) lost.push(server);
      else servers.push({ name: server, at: { address, port } });
    }
    return { zone, servers, lost };
  }
  throw new DriverError('rejected', `No zone holds ${name}.`);
}

/** IPv4 first: many homes have no way out over IPv6. */
async function addressesOf(ask: Resolver['ask'], name: string, options: AskOptions): Promise<string[]> {
  for (const type of ['A', 'AAAA'] as const) {
    const { values } = await ask(name, type, options);
    if (values.length > 0) return values;
  }
  return [];
}

function answerOf(message: Message, asked: string, type: RecordType): DnsAnswer {
  const aliases: string[] = [];
  let owner = asked;
  // No longer chain than the answer has records.
  for (const _ of message.answers) {
    const alias = message.answers.find((record) => record.type === 'CNAME' && record.name === owner);
    if (alias === undefined || type === 'CNAME' || alias.value?.type !== 'CNAME') break;
    aliases.push(owner);
    owner = alias.value.target;
  }
  const records = message.answers.filter((record) => record.type === type && record.name === owner);
  const soa = message.authority.find((record) => record.type === 'SOA');
  return {
    code: message.code,
    isAuthoritative: message.isAuthoritative,
    values: [...new Set(records.map(({ text }) => text))].sort(),
    ttl: records.length === 0 ? null : Math.min(...records.map(({ ttl }) => ttl)),
    aliases,
    negativeTtl: negativeTtl(soa),
    soaZone: soa === undefined ? null : nameOrNull(soa.name),
  };
}

function negativeTtl(soa: WireRecord | undefined): number | null {
  return soa?.value?.type === 'SOA' ? Math.min(soa.value.minimum, soa.ttl) : null;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PowerDns } from './powerdns.ts';
import { zoneEditPanel } from './zoneedit-panel.ts';

/** Types as the panel calls them. */
export type ZoneEditType = 'a' | 'ipv6' | 'cname' | 'mx' | 'ns' | 'txt';

/** A row of the panel. `host` is `@` for the zone itself. */
export interface ZoneEditRow {
  host: string;
  ttl: number;
  values: Record<string, string>;
}

/** Who signs in. */
export interface ZoneEditAccount {
  user: string;
  password: string;
  zones: string[];
  /** Token of the dynamic channel, the same for every zone. */
  token: string;
  hasSecondFactor: boolean;
}

/** What it does instead of answering. */
export type ZoneEditMood = 'answers' | 'hangs' | 'is-broken' | 'drops' | 'sends-half' | 'drops-after-confirm';

/** ZoneEdit on loopback, both channels, with its limits on a clock of its own. */
export interface ZoneEdit extends AsyncDisposable {
  url: string;
  account: ZoneEditAccount;
  rows(zone: string, type: ZoneEditType): ZoneEditRow[];
  /** Changes rows behind everybody's back. */
  setRows(zone: string, type: ZoneEditType, rows: ZoneEditRow[]): void;
  setMood(mood: ZoneEditMood): void;
  endSessions(): void;
  /** Moves its clock. */
  skip(seconds: number): void;
  /** Requests so far, as `GET /login.php`. */
  requests: string[];
  /** Answers of the dynamic channel so far that asked to wait. */
  refusedTooSoon: number;
  /** Resolves when everything written is in the name server that it publishes to. */
  published(): Promise<void>;
}

const types: Record<ZoneEditType, string> = {
  a: 'A',
  ipv6: 'AAAA',
  cname: 'CNAME',
  mx: 'MX',
  ns: 'NS',
  txt: 'TXT',
};

/** Starts one. Follows the wire facts of the clients that drive it; what it holds is published through `powerDns`. */
export async function startZoneEdit(options: { zones: string[]; powerDns?: PowerDns }): Promise<ZoneEdit> {
  const account: ZoneEditAccount = {
    ...{ user: 'mara', password: 'pass & word', token: 'dyn-token', hasSecondFactor: false },
    zones: options.zones,
  };
  const kept = new Map<string, ZoneEditRow[]>();
  const nextAllowed = new Map<string, number>();
  const requests: string[] = [];
  let mood: ZoneEditMood = 'answers';
  let skipped = 0;
  let refusedTooSoon = 0;
  let publishing: Promise<void> = Promise.resolve();

  const rows = (zone: string, type: ZoneEditType) => kept.get(`${zone} ${type}`) ?? [];
  function replace(zone: string, type: ZoneEditType, next: ZoneEditRow[]): void {
    const before = rows(zone, type);
    kept.set(`${zone} ${type}`, next);
    const { powerDns } = options;
    if (powerDns !== undefined)
      publishing = publishing.then(() => publish(powerDns, zone, type, [...before, ...next], next));
  }
  const panel = zoneEditPanel({ account, rows, replace });

  function tooSoon(key: string, seconds: number): string | null {
    const now = Date.now() / 1000 + skipped;
    const until = nextAllowed.get(key) ?? 0;
    if (until <= now) {
      nextAllowed.set(key, now + seconds);
      return null;
    }
    refusedTooSoon += 1;
    return `<ERROR PARAM="${Math.ceil(until - now)}" CODE="702" TEXT="Minimum ${seconds} seconds between requests" ZONE="x">`;
  }

  function dynamicHost(host: string, address: string): string {
    const zone = account.zones.find((one) => host === one || host.endsWith(`.${one}`)) ?? null;
    if (zone === null) return '<ERROR CODE="709" TEXT="Invalid hostname" ZONE="">';
    const label = host === zone ? '@' : host.slice(0, -zone.length - 1);
    const found = rows(zone, 'a').filter((row) => row.host === label);
    if (found.length === 0) return `<ERROR CODE="703" TEXT="one or more hosts not found" ZONE="${zone}">`;
    if (found.every(({ values }) => values['ip'] === address))
      return `<ERROR TEXT="Duplicate updates for the same host/ip" CODE="707" ZONE="${zone}">`;
    const late = tooSoon(`a ${host}`, 600);
    if (late !== null) return late;
    replace(
      zone,
      'a',
      rows(zone, 'a').map((row) => (row.host === label ? { ...row, values: { ip: address } } : row)),
    );
    return `<SUCCESS CODE="200" TEXT="${host} updated to ${address}" ZONE="${zone}">`;
  }

  function dynamicText(url: URL, isCreate: boolean): string {
    const host = (url.searchParams.get('host') ?? '').replace(/^@\./, '');
    const text = url.searchParams.get('rdata') ?? '';
    const zone = account.zones.find((one) => host === one || host.endsWith(`.${one}`));
    if (zone === undefined) return '<ERROR CODE="703" TEXT="zone not found">';
    const late = tooSoon('txt', 10);
    if (late !== null) return late;
    const label = host === zone ? '@' : host.slice(0, -zone.length - 1);
    const others = rows(zone, 'txt').filter((row) => row.host !== label || row.values['txt'] !== text);
    replace(zone, 'txt', isCreate ? [...others, { host: label, ttl: 300, values: { txt: text } }] : others);
    return `<SUCCESS CODE="200" TEXT="TXT record ${isCreate ? 'created' : 'deleted'}" ZONE="${zone}">`;
  }

  function dynamic(url: URL, authorization: string): string | null {
    const login = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    if (url.pathname === '/checkip.html') return '<html>Current IP Address: 127.0.0.1</html>';
    if (login !== `${account.user}:${account.token}`) return null;
    if (url.pathname === '/txt-create.php') return dynamicText(url, true);
    if (url.pathname === '/txt-delete.php') return dynamicText(url, false);
    const hosts = (url.searchParams.get('host') ?? '').split(',').filter((host) => host !== '');
    if (hosts.length === 0) return '<ERROR CODE="703" TEXT="No host given">';
    const address = url.searchParams.get('dnsto') ?? '127.0.0.1';
    return hosts.map((host) => dynamicHost(host, address)).join('\n');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://zoneedit.test');
    requests.push(`${request.method} ${url.pathname}`);
    const form = new URLSearchParams(await bodyOf(request));
    if (mood === 'hangs') return;
    if (mood === 'drops') return void request.socket.destroy();
    if (mood === 'is-broken') return void response.writeHead(500).end('<h1>Database error</h1>');
    if (isDynamic(url.pathname)) {
      const text = dynamic(url, request.headers.authorization ?? '');
      if (text === null)
        return void response.writeHead(401, { 'www-authenticate': 'Basic' }).end('Authorization Required');
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(text);
    }
    const reply = panel.answer(request.method ?? 'GET', url, request.headers.cookie ?? '', form);
    if (mood === 'drops-after-confirm' && url.pathname.endsWith('/confirm.php'))
      return void request.socket.destroy();
    if (mood === 'sends-half') {
      response.writeHead(reply.status, {
        ...reply.headers,
        'content-length': String(Buffer.byteLength(reply.body) + 500),
      });
      response.write(reply.body.slice(0, reply.body.length / 2));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ account, rows, requests, endSessions: panel.endSessions },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRows: replace,
    setMood(next) {
      mood = next;
    },
    skip(seconds) {
      skipped += seconds;
    },
    get refusedTooSoon() {
      return refusedTooSoon;
    },
    published: () => publishing,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isDynamic(path: string): boolean {
  return [
    '/auth/dynamic.html',
    '/dyn/generic.php',
    '/txt-create.php',
    '/txt-delete.php',
    '/checkip.html',
  ].includes(path);
}

/** Puts what one type of a zone holds into a name server, and takes away what it held. */
async function publish(
  powerDns: PowerDns,
  zone: string,
  type: ZoneEditType,
  touched: ZoneEditRow[],
  now: ZoneEditRow[],
): Promise<void> {
  for (const host of new Set(touched.map((row) => row.host))) {
    const own = now.filter(
      (row) =>
        row.host === host &&
        !Object.values(row.values).some((value) => value === 'PARK' || value === 'LOCAL'),
    );
    const name = host === '@' ? zone : `${host}.${zone}`;
    if (type === 'ns' && name === zone) continue;
    await powerDns.put(zone, {
      name,
      type: types[type],
      ttl: own[0]?.ttl ?? 300,
      values: own.map((row) => zoneFile(type, row)),
    });
  }
}

function zoneFile(type: ZoneEditType, { values }: ZoneEditRow): string {
  if (type === 'txt') {
    const bytes = [...Buffer.from(values['txt'] ?? '')].map((byte) => `\\${String(byte).padStart(3, '0')}`);
    const strings: string[] = [];
    for (let at = 0; at < bytes.length; at += 255) strings.push(`"${bytes.slice(at, at + 255).join('')}"`);
    return strings.join(' ');
  }
  const [value = ''] = [values['ip'], values['alias'], values['server']].filter((one) => one !== undefined);
  if (type === 'a' || type === 'ipv6') return value;
  return type === 'mx' ? `${values['pref']} ${value}.` : `${value}.`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

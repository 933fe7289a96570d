import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record as the API tells it. */
export interface CloudflareRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  proxied: boolean;
  comment: string | null;
  priority?: number;
  data?: Record<string, unknown>;
}

/** What it does instead of answering. */
export type CloudflareMood =
  | 'answers'
  | 'hangs'
  | 'is-broken'
  | 'is-overloaded'
  | 'sends-half'
  | 'talks-nonsense'
  | 'drops-after-write';

/** Cloudflare's API on loopback as far as zones and their records go, answers in the recorded shape. */
export interface Cloudflare extends AsyncDisposable {
  /** Address that ends in `/client/v4`. */
  url: string;
  token: string;
  /** A token that may only read. */
  readToken: string;
  records(zone: string): CloudflareRecord[];
  /** Puts a record there behind everybody's back. */
  put(zone: string, record: Omit<CloudflareRecord, 'id' | 'comment'> & { comment?: string | null }): void;
  /** Takes records away behind everybody's back. */
  drop(zone: string, name: string, type: string): void;
  setMood(mood: CloudflareMood): void;
  /** Requests so far, as `GET /zones`. */
  requests: string[];
}

interface Refusal {
  status: number;
  code: number;
  message: string;
}

/** Starts one with these zones. Follows developers.cloudflare.com/api; pages hold at most 5 rows so that paging is used. */
export async function startCloudflare(zones: string[]): Promise<Cloudflare> {
  const kept = new Map(
    zones.map((name) => [
      name,
      { id: randomBytes(16).toString('hex'), records: new Array<CloudflareRecord>() },
    ]),
  );
  const token = randomBytes(16).toString('hex');
  const readToken = randomBytes(16).toString('hex');
  const requests: string[] = [];
  let mood: CloudflareMood = 'answers';

  const recordsOf = (zone: string) => kept.get(zone)?.records ?? [];

  function route(method: string, url: URL, authorization: string, body: string): object {
    const path = url.pathname.replace(/^\/client\/v4/, '');
    const mayWrite = authorization === `Bearer ${token}`;
    if (!/^Bearer \S+$/.test(authorization)) throw refusal(400, 6003, 'Invalid request headers');
    if (!mayWrite && authorization !== `Bearer ${readToken}`)
      throw refusal(403, 9109, 'Invalid access token');
    if (path === '/zones') {
      const wanted = url.searchParams.get('name');
      const permissions = mayWrite
        ? ['#zone:read', '#dns_records:edit', '#dns_records:read']
        : ['#zone:read', '#dns_records:read'];
      const rows = [...kept].filter(([name]) => wanted === null || wanted === name);
      return paged(
        rows.map(([name, { id }]) => ({ id, name, status: 'active', paused: false, permissions })),
        url,
      );
    }
    const [, id, rest = ''] = /^\/zones\/([0-9a-f]+)\/dns_records(\/batch)?$/.exec(path) ?? [];
    const zone = [...kept].find(([, one]) => one.id === id);
    if (zone === undefined)
      throw refusal(404, 7003, 'Could not route to the path, perhaps your object identifier is invalid?');
    if (method === 'GET') {
      const [name, type] = [url.searchParams.get('name'), url.searchParams.get('type')];
      return paged(
        zone[1].records.filter(
          (one) => (name === null || one.name === name) && (type === null || one.type === type),
        ),
        url,
      );
    }
    if (!mayWrite) throw refusal(403, 10_000, 'Authentication error');
    if (method === 'POST' && rest === '/batch') return { result: batch(zone[0], JSON.parse(body)) };
    throw refusal(405, 10_405, 'Method not allowed for this authentication scheme');
  }

  /** All or nothing, in the order deletes, patches, posts. */
  function batch(
    zone: string,
    asked: {
      deletes?: { id: string }[];
      patches?: Partial<CloudflareRecord>[];
      posts?: Partial<CloudflareRecord>[];
    },
  ) {
    let records = recordsOf(zone).map((record) => ({ ...record }));
    for (const { id } of asked.deletes ?? []) {
      if (!records.some((one) => one.id === id)) throw refusal(404, 81_044, 'Record does not exist.');
      records = records.filter((one) => one.id !== id);
    }
    for (const patch of asked.patches ?? []) {
      const record = records.find((one) => one.id === patch.id);
      if (record === undefined) throw refusal(404, 81_044, 'Record does not exist.');
      Object.assign(record, patch);
    }
    for (const post of asked.posts ?? []) records.push(completed(post));
    for (const record of records) refuseBad(record, records);
    kept.set(zone, { id: kept.get(zone)?.id ?? '', records });
    return { deletes: asked.deletes ?? [], patches: asked.patches ?? [], posts: asked.posts ?? [] };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://cloudflare.test');
    requests.push(`${request.method} ${url.pathname.replace(/^\/client\/v4/, '')}`);
    const body = await bodyOf(request);
    if (mood === 'hangs') return;
    if (mood === 'is-broken')
      return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    if (mood === 'is-overloaded') {
      const limited = {
        success: false,
        errors: [{ code: 971, message: 'Please wait and consider throttling your request speed' }],
        messages: [],
        result: null,
      };
      return void response
        .writeHead(429, { 'content-type': 'application/json', 'retry-after': '120' })
        .end(JSON.stringify(limited));
    }
    if (mood === 'talks-nonsense')
      return void response.writeHead(200).end('{"success":true,"result":[{"id":"../../x","name":7}]}');
    const { status, json } = judged(() =>
      route(request.method ?? 'GET', url, request.headers.authorization ?? '', body),
    );
    const text = JSON.stringify(json);
    if (mood === 'drops-after-write' && request.method === 'POST') return void request.socket.destroy();
    if (mood === 'sends-half') {
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      });
      response.write(text.slice(0, text.length / 2));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ token, readToken, requests, records: recordsOf },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
    put: (zone, record) => void recordsOf(zone).push(completed(record)),
    drop(zone, name, type) {
      const one = kept.get(zone);
      if (one !== undefined)
        one.records = one.records.filter((record) => record.name !== name || record.type !== type);
    },
    setMood(next) {
      mood = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function paged(rows: object[], url: URL): object {
  const page = Number(url.searchParams.get('page') ?? 1);
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 5), 5);
  const result = rows.slice((page - 1) * size, page * size);
  const total_pages = Math.max(1, Math.ceil(rows.length / size));
  return {
    result,
    result_info: { page, per_page: size, count: result.length, total_count: rows.length, total_pages },
  };
}

function completed(record: Partial<CloudflareRecord>): CloudflareRecord {
  const { priority, data } = record;
  return {
    ...{
      id: randomBytes(16).toString('hex'),
      name: record.name ?? '',
      type: record.type ?? '',
      content: record.content ?? '',
    },
    ...{ ttl: record.ttl ?? 1, proxied: record.proxied ?? false, comment: record.comment ?? null },
    ...(priority === undefined ? {} : { priority }),
    ...(data === undefined ? {} : { data }),
  };
}

function refuseBad(record: CloudflareRecord, records: CloudflareRecord[]): void {
  const { type, content, ttl, name } = record;
  if (type === 'A' && !/^\d+\.\d+\.\d+\.\d+$/.test(content))
    throw refusal(400, 9005, 'Content for A record must be a valid IPv4 address.');
  if (ttl !== 1 && (ttl < 60 || ttl > 86_400))
    throw refusal(400, 9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.');
  if (content === 'refused.example.net')
    throw refusal(400, 1004, 'DNS Validation Error\u202e<script>alert(1)</script>');
  const same = records.filter(
    (one) =>
      one.name === name &&
      one.type === type &&
      one.content === content &&
      JSON.stringify(one.data) === JSON.stringify(record.data),
  );
  if (same.length > 1) throw refusal(400, 81_058, 'An identical record already exists.');
}

function refusal(status: number, code: number, message: string): Refusal {
  return { status, code, message };
}

/** The envelope of an answer or of what refused it. */
function judged(work: () => object): { status: number; json: object } {
  try {
    return { status: 200, json: { success: true, errors: [], messages: [], ...work() } };
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('status' in error)) throw error;
    const { status, code, message } = error as Refusal;
    return { status, json: { success: false, errors: [{ code, message }], messages: [], result: null } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

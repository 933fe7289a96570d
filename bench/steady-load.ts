import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What became of requests that were sent at a steady rate. */
export interface Load {
  sent: number;
  failed: number;
  perSecond: number;
  /** What failed, with how often. */
  why: ReadonlyMap<string, number>;
}

/** A steady load that goes on until it is ended. */
export interface SteadyLoad extends AsyncDisposable {
  /** What failed so far, with how often. */
  why(): ReadonlyMap<string, number>;
  /** Waits for the last answers. */
  end(): Promise<Load>;
}

type Method = 'GET' | 'POST';

const perSecond = 200;
const patienceMs = 15_000;
/** Beyond that many under way no more are sent, and the rate that is told is lower: the machine cannot keep up. */
const mostUnderWay = 1000;
const mostAtOnce = 10;
const body = Buffer.alloc(2048, 'x');

interface Site {
  host: string;
  port: number;
}

/**
 * Sends 200 requests a second to a site at a port of loopback, whether those before were answered or not: in turn over
 * HTTP/1.1 with keep-alive, HTTP/1.1 on a connection of its own, and HTTP/2; every fourth is a POST with a body. It has a
 * thread of its own, so that it holds nobody up and is held up by nobody.
 */
export function startLoad(host: string, port: number): SteadyLoad {
  const site: Site = { host, port };
  const worker = new Worker(import.meta.filename, { workerData: site });
  const { promise: ended, resolve, reject } = Promise.withResolvers<Load>();
  let why: Load['why'] = new Map();
  worker.on('error', reject);
  worker.on('message', (told: { figures: Load; isLast: boolean }) => {
    why = told.figures.why;
    if (told.isLast) resolve(told.figures);
  });
  return {
    why: () => why,
    async end() {
      worker.postMessage('end');
      return await ended;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

if (!isMainThread) {
  const load = sendSteadily(siteOf(workerData));
  const telling = setInterval(() => parentPort?.postMessage({ figures: load.figures(), isLast: false }), 500);
  parentPort?.once('message', () => {
    clearInterval(telling);
    void load.end().then((figures) => {
      parentPort?.postMessage({ figures, isLast: true });
      parentPort?.close();
    });
  });
}

function siteOf(data: unknown): Site {
  if (typeof data !== 'object' || data === null || !('host' in data) || !('port' in data)) {
    throw new TypeError('it is told which site');
  }
  return { host: String(data.host), port: Number(data.port) };
}

function sendSteadily({ host, port }: Site): { figures(): Load; end(): Promise<Load> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const why = new Map<string, number>();
  const under = new Set<Promise<void>>();
  let session: ClientHttp2Session | null = null;
  let sent = 0;
  let failed = 0;
  const began = Date.now();
  let ended = 0;

  const overHttp1 = (method: Method, isKept: boolean) =>
    visit({ host, port, method, agent: isKept ? agent : false });
  function overHttp2(method: Method): Promise<void> {
    if (session === null || session.closed || session.destroyed) {
      session = connectHttp2(`https://127.0.0.1:${port}`, { servername: host, rejectUnauthorized: false });
      // Told by each of its requests.
      session.on('error', () => undefined);
    }
    return visitHttp2(session, host, method);
  }

  function send(): void {
    const kind = sent % 3;
    const method = Math.floor(sent / 3) % 4 === 0 ? 'POST' : 'GET';
    const names = ['HTTP/1.1 keep-alive', 'HTTP/1.1', 'HTTP/2'];
    sent += 1;
    const done = (kind === 2 ? overHttp2(method) : overHttp1(method, kind === 0)).catch((error: unknown) => {
      failed += 1;
      const what = `${names[kind] ?? ''} ${method}: ${error instanceof Error ? error.message : String(error)}`;
      why.set(what, (why.get(what) ?? 0) + 1);
    });
    under.add(done);
    void done.finally(() => under.delete(done));
  }

  const timer = setInterval(() => {
    const due = ((Date.now() - began) / 1000) * perSecond;
    // What could not be sent in time is not made up for all at once.
    for (let n = 0; n < mostAtOnce && sent < due && under.size < mostUnderWay; n += 1) send();
  }, 5);
  const figures = (): Load => ({
    ...{ sent, failed, why },
    perSecond: (1000 * sent) / Math.max(1, (ended === 0 ? Date.now() : ended) - began),
  });
  async function end(): Promise<Load> {
    clearInterval(timer);
    if (ended === 0) ended = Date.now();
    await Promise.all(under);
    agent.destroy();
    session?.destroy();
    return figures();
  }
  return { figures, end };
}

function visit(place: { host: string; port: number; method: Method; agent: Agent | false }): Promise<void> {
  const { host, port, method, agent } = place;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, servername: host, method, agent, timeout: patienceMs },
        ...{
          rejectUnauthorized: false,
          headers: { host, ...(method === 'POST' ? { 'content-length': body.length } : {}) },
        },
      },
      (answer) => {
        answer.resume();
        answer.on('error', reject);
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
        );
      },
    );
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
    asked.end(method === 'POST' ? body : undefined);
  });
}

function visitHttp2(session: ClientHttp2Session, host: string, method: Method): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': '/', ':authority': host });
    let status = 0;
    stream.setTimeout(patienceMs, () => stream.destroy(new Error('no answer')));
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.on('error', reject);
    stream.on('end', () => (status === 200 ? resolve() : reject(new Error(`status ${status}`))));
    stream.on('close', () => reject(new Error('the stream was closed')));
    stream.resume();
    stream.end(method === 'POST' ? body : undefined);
  });
}

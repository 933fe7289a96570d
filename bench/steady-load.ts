import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';

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
  figures(): Load;
  /** Waits for the last answers. */
  end(): Promise<Load>;
}

type Method = 'GET' | 'POST';

const perSecond = 200;
const patienceMs = 15_000;
const body = Buffer.alloc(2048, 'x');

/**
 * Sends 200 requests a second to a site at a port of loopback, whether or not those before were answered: in turn over
 * HTTP/1.1 with keep-alive, HTTP/1.1 on a connection of its own, and HTTP/2; every fourth is a POST with a body.
 */
export async function startLoad(host: string, port: number): Promise<SteadyLoad> {
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
    while (sent < due) send();
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
  return {
    figures,
    end,
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
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

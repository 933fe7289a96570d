import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignGrant } from '@nebula/docker';
import type { Log } from '@nebula/log';

// Importing it by name would load fetch and WebSocket with it: 10 MiB at rest.
const http = () => process.getBuiltinModule('node:http');

/** Why a request may have a grant, or null when it may not; it sees what was refused and for which rules. */
export type MayGrant = (asked: {
  method: string;
  path: string;
  body: unknown;
  rules: readonly string[];
}) => { actor: string; reason: string } | null;

/** A Docker API for one command of compose. */
export interface GrantRelay extends AsyncDisposable {
  socket: string;
  /** Whether the engine, or the broker before it, was away for a request. */
  wasAway(): boolean;
}

const largestJson = 1024 * 1024;

/**
 * Stands between a command of compose and the broker. It passes every request on as it is; what the broker refuses for rules
 * that a grant can lift is sent once more with a grant, signed for exactly that request, when `mayGrant` says so. So a grant
 * lives for one request, and a command that outlives us reaches nothing.
 */
export async function openRelay({
  broker,
  sign,
  mayGrant,
  log,
  dir: parent,
}: {
  broker: string;
  sign: SignGrant;
  mayGrant: MayGrant;
  log: Log;
  /** Where it makes its own directory; nobody else may write there. */
  dir: string;
}): Promise<GrantRelay> {
  const dir = await mkdtemp(join(parent, 'r-'));
  await chmod(dir, 0o700);
  const socket = join(dir, 'docker.sock');
  let isAway = false;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isStream = request.headers['content-type'] === 'application/x-tar';
    if (isStream) return await pass(await forward(request, request), response);
    const body = await readAll(request);
    if (body === null) return end(response, 413, 'The request is longer than 1 MiB.');
    const answer = await forward(request, body);
    const rules = rulesOf(answer);
    if (answer.statusCode !== 403 || rules.length === 0) return await pass(answer, response);
    const header = grantFor(request, body, rules);
    if (header === null) return await pass(answer, response);
    answer.resume();
    await pass(await forward(request, body, header), response);
  }

  function grantFor(request: IncomingMessage, body: Buffer, rules: string[]): Record<string, string> | null {
    const { method = 'GET', url = '/' } = request;
    const asked = {
      method,
      body: jsonOf(body),
      rules,
      path: url.replace(/\?.*$/s, '').replace(/^\/v[\d.]+(?=\/)/, ''),
    };
    const word = mayGrant(asked);
    if (word === null) return null;
    log.info({ path: asked.path, rules, actor: word.actor }, 'a grant is given to compose');
    return sign({ ...word, method, target: url, body: asked.body, rules });
  }

  function forward(
    request: IncomingMessage,
    body: Buffer | IncomingMessage,
    more: Record<string, string> = {},
  ): Promise<IncomingMessage> {
    const headers: Record<string, string> = { host: 'docker', ...more };
    for (const name of ['content-type', 'x-registry-auth', 'x-registry-config']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    if (Buffer.isBuffer(body)) headers['content-length'] = String(body.length);
    return new Promise((resolve, reject) => {
      const call = http().request(
        {
          socketPath: broker,
          method: request.method ?? 'GET',
          path: request.url ?? '/',
          headers,
          agent: false,
        },
        resolve,
      );
      call.once('error', reject);
      request.once('close', () => {
        if (!request.complete) call.destroy();
      });
      if (Buffer.isBuffer(body)) call.end(body);
      else body.pipe(call);
    });
  }

  async function pass(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    if (answer.statusCode === 503) isAway = true;
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined && name !== 'connection') headers[name] = value;
    response.writeHead(answer.statusCode ?? 502, headers);
    response.once('close', () => answer.destroy());
    for await (const piece of answer) {
      if (!response.write(piece))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  }

  const server: Server = http().createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      isAway = true;
      log.debug({ error }, 'a request of compose could not be passed on');
      end(response, 503, 'The container engine does not answer.');
    });
  });
  // A stream of both directions would carry what nobody judged here; nothing that we ask of compose needs one.
  server.on('upgrade', (_request, stream) => stream.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    wasAway: () => isAway,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function rulesOf(answer: IncomingMessage): string[] {
  const header = answer.headers['x-nebula-rule'];
  return typeof header === 'string' ? header.split(',') : [];
}

function end(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

async function readAll(request: IncomingMessage): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > largestJson) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // What is no JSON is agreed to by nobody; the broker refuses it too.
    return undefined;
  }
}

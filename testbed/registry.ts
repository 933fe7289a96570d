import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a repository of the emulator does when its manifests are asked for. */
export type RegistryMood =
  | 'answers'
  | 'hangs'
  | 'is-overloaded'
  | 'is-broken'
  | 'names-no-digest'
  | 'talks-nonsense';

/** A Docker registry on loopback as far as digests go: manifests, token and basic login, and bad days. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands before an image's name. */
  host: string;
  /** Puts an image there, or another under the same tag; answers the digest of its manifest. */
  push(repository: string, tag: string, content: string): string;
  setMood(repository: string, mood: RegistryMood, retryAfter?: string): void;
  /** Asks for a login from now on; null lets everybody in. */
  setLogin(login: { scheme: 'basic' | 'bearer'; username: string; password: string } | null): void;
  /** Requests so far, as `HEAD /v2/app/manifests/1`. */
  requests: string[];
}

const manifestType = 'application/vnd.oci.image.index.v1+json';

/** Starts one. Follows distribution.github.io/distribution/spec/api and spec/auth/token. */
export async function startRegistry(): Promise<TestRegistry> {
  const manifests = new Map<string, string>();
  const moods = new Map<string, { mood: RegistryMood; retryAfter: string | undefined }>();
  const requests: string[] = [];
  const token = 'token-of-the-emulator';
  let login: Parameters<TestRegistry['setLogin']>[0] = null;
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', `http://${host}`);
    requests.push(`${request.method} ${url.pathname}`);
    if (url.pathname === '/token') return giveToken(request, response);
    if (!isLetIn(request)) return challenge(response);
    if (url.pathname === '/v2/') return end(response, 200, '{}');
    const [, repository, tag] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? [];
    if (repository === undefined || tag === undefined) return end(response, 404, '{}');
    const { mood, retryAfter } = moods.get(repository) ?? { mood: 'answers', retryAfter: undefined };
    if (mood === 'hangs') return;
    if (mood === 'is-overloaded') {
      return end(response, 429, '{}', retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    }
    if (mood === 'is-broken') return end(response, 500, 'no');
    const manifest = manifests.get(`${repository}:${tag}`);
    if (manifest === undefined) return end(response, 404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const digest = mood === 'talks-nonsense' ? 'sha256:<script>' : digestOf(manifest);
    response.setHeader('content-type', manifestType);
    if (mood !== 'names-no-digest') response.setHeader('docker-content-digest', digest);
    end(response, 200, request.method === 'HEAD' ? '' : manifest);
  }

  function isLetIn({ headers }: IncomingMessage): boolean {
    if (login === null) return true;
    const wanted = login.scheme === 'bearer' ? `Bearer ${token}` : basicOf(login);
    return headers.authorization === wanted;
  }

  function challenge(response: ServerResponse): void {
    const words =
      login?.scheme === 'bearer'
        ? `Bearer realm="http://${host}/token",service="emulator",scope="repository:any:pull"`
        : 'Basic realm="emulator"';
    end(response, 401, '{}', { 'www-authenticate': words });
  }

  function giveToken({ headers }: IncomingMessage, response: ServerResponse): void {
    if (login === null || headers.authorization !== basicOf(login)) return end(response, 401, '{}');
    end(response, 200, JSON.stringify({ token }));
  }

  return {
    host,
    requests,
    push(repository, tag, content) {
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        annotations: { content },
      });
      manifests.set(`${repository}:${tag}`, manifest);
      return digestOf(manifest);
    },
    setMood: (repository, mood, retryAfter) => void moods.set(repository, { mood, retryAfter }),
    setLogin(next) {
      login = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function basicOf({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function end(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(body);
}

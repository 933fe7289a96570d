import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { requireProgram } from './run.ts';
import { freePorts, type Service, startService } from './service.ts';

/** A real Caddy as it runs on a server: on its own, its admin API on a unix socket, resuming what it served last. */
export interface TestCaddy extends AsyncDisposable {
  adminSocket: string;
  httpPort: number;
  httpsPort: number;
  dir: string;
  log(): string;
  /** Ends it as the machine's restart would; {@link start} resumes the configuration it had. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Asks its admin API behind everybody's back; answers the body. Throws an Error when it is not taken. */
  admin(method: string, path: string, body?: string): Promise<string>;
  /** Loads the first configuration again, as its owner would. */
  forget(): Promise<void>;
}

/** What a Caddy may begin with. */
export interface CaddyOptions {
  /** Ports for HTTP and HTTPS; free ones when left out. */
  ports?: [http: number, https: number];
  /** Apps of its first configuration besides the ports. */
  apps?: { http?: Record<string, unknown>; tls?: Record<string, unknown> };
  /** Address of an ACME directory and the file of its root, as the owner of the machine would have set. */
  acme?: { directory: string; rootFile: string };
}

/** Starts one that serves nothing yet. */
export async function startCaddy(options: CaddyOptions = {}): Promise<TestCaddy> {
  const dir = mkdtempSync('/tmp/nebula-caddy-');
  const [httpPort = 0, httpsPort = 0] = options.ports ?? (await freePorts(2));
  const adminSocket = join(dir, 'admin.sock');
  const file = join(dir, 'first.json');
  mkdirSync(join(dir, 'config'), { recursive: true });
  const automation =
    options.acme === undefined
      ? undefined
      : {
          policies: [
            {
              issuers: [
                {
                  module: 'acme',
                  ca: options.acme.directory,
                  email: 'owner@nebula.test',
                  trusted_roots_pem_files: [options.acme.rootFile],
                },
              ],
            },
          ],
        };
  writeFileSync(
    file,
    JSON.stringify({
      admin: { listen: `unix/${adminSocket}` },
      storage: { module: 'file_system', root: join(dir, 'data') },
      apps: {
        http: { http_port: httpPort, https_port: httpsPort, ...options.apps?.http },
        tls: { ...(automation === undefined ? {} : { automation }), ...options.apps?.tls },
        pki: { certificate_authorities: { local: { install_trust: false } } },
      },
    }),
  );
  const caddy = requireProgram('caddy');
  let service: Service;

  const admin: TestCaddy['admin'] = async (method, path, body) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask(adminSocket, method, path, body);
      } catch (error) {
        // Each load opens the admin API anew, and cuts whoever asks at that moment.
        const isCut =
          error instanceof Error && 'code' in error && ['EPIPE', 'ECONNRESET'].includes(`${error.code}`);
        if (method !== 'GET' || !isCut || tries === 3) throw error;
      }
    }
  };

  async function start(): Promise<void> {
    service = await startService([caddy, 'run', '--resume', '--config', file], {
      logFile: join(dir, 'caddy.log'),
      env: { PATH: process.env.PATH, HOME: dir, XDG_CONFIG_HOME: join(dir, 'config'), XDG_DATA_HOME: dir },
      isReady: () =>
        admin('GET', '/config/').then(
          () => true,
          () => false,
        ),
    });
  }

  await start();
  return {
    adminSocket,
    httpPort,
    httpsPort,
    dir,
    log: () => service.log(),
    stop: (signal) => service.stop(signal),
    start,
    admin,
    forget: async () => void (await admin('POST', '/load', readFileSync(file, 'utf8'))),
    async [Symbol.asyncDispose]() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** On a unix socket Caddy lets in only requests that name no host. */
function ask(socketPath: string, method: string, path: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { Host: '', ...(body === '' ? {} : { 'Content-Type': 'application/json' }) };
    const asked = request(
      { socketPath, path, method, headers, setHost: false, timeout: 20_000 },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve(text) : reject(new Error(`Caddy answers ${answer.statusCode}`)),
        );
      },
    );
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error('Caddy does not answer')));
    asked.end(body);
  });
}

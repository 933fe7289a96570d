import { request } from 'node:https';

/** What a visitor of a site at a port of loopback gets. */
export interface Visit {
  status: number;
  body: string;
  /** Whether the certificate is trusted by the root that was given. */
  isTrusted: boolean;
  serial: string;
}

/** Visits a site on a connection of its own. Throws an Error when it does not answer within 20 s. */
export function visitSite(host: string, port: number, root?: string): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, servername: host, agent: false, timeout: 20_000, headers: { host } },
        ...{ rejectUnauthorized: false, ...(root === undefined ? {} : { ca: root }) },
      },
      (answer) => {
        const socket = answer.socket;
        const { isTrusted, serial } =
          'getPeerX509Certificate' in socket ? seenIn(socket) : { isTrusted: false, serial: '' };
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => (body += part));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, isTrusted, serial }));
      },
    );
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
    asked.end();
  });
}

/** Why a visit failed, without numbers that are others each time. */
export function shortly(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (/SSL alert number \d+/.exec(text)?.[0] ?? text.split('\n')[0] ?? '').replace(
    / 127\.0\.0\.1:\d+$/,
    '',
  );
}

function seenIn(socket: object): Pick<Visit, 'isTrusted' | 'serial'> {
  const { authorized, getPeerX509Certificate } = socket as import('node:tls').TLSSocket;
  return { isTrusted: authorized, serial: getPeerX509Certificate.call(socket)?.serialNumber ?? '' };
}

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { requireProgram } from './run.ts';
import { freePorts, startService } from './service.ts';

/** Pebble, the ACME server that Let's Encrypt tests clients with (RFC 8555). */
export interface TestPebble extends AsyncDisposable {
  /** Address of the ACME directory. */
  directory: string;
  /** File with the root of Pebble's own HTTPS, which clients must trust. */
  rootFile: string;
  /** PEM of the root that its certificates end in; another with each start. */
  issuedRoot(): Promise<string>;
  log(): string;
}

/** How Pebble checks names and how long its certificates live. */
export interface PebbleOptions {
  /** `host:port` of the DNS server that it asks. */
  dnsServer: string;
  /** Ports at which it checks HTTP-01 and TLS-ALPN-01. */
  httpPort: number;
  tlsPort: number;
  validitySeconds?: number;
  /** Accounts that ours must be bound to, as key ids with their keys in base64url; none asks for no binding. */
  externalAccounts?: Record<string, string>;
}

/** Starts one on loopback. */
export async function startPebble(options: PebbleOptions): Promise<TestPebble> {
  const dir = mkdtempSync('/tmp/nebula-pebble-');
  const [port = 0, management = 0] = await freePorts(2);
  const tls = await ownTls(port);
  const rootFile = join(dir, 'root.pem');
  writeFileSync(rootFile, tls.root);
  writeFileSync(join(dir, 'tls.pem'), tls.certificate);
  writeFileSync(join(dir, 'tls.key'), tls.key);
  writeFileSync(
    join(dir, 'pebble.json'),
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: join(dir, 'tls.pem'),
        privateKey: join(dir, 'tls.key'),
        httpPort: options.httpPort,
        tlsPort: options.tlsPort,
        ocspResponderURL: '',
        externalAccountBindingRequired: options.externalAccounts !== undefined,
        externalAccountMACKeys: options.externalAccounts ?? {},
        ...(options.validitySeconds === undefined
          ? {}
          : { certificateValidityPeriod: options.validitySeconds }),
      },
    }),
  );
  const ask = (path: string, at: number) => get(`https://127.0.0.1:${at}${path}`, tls.root);
  const argv = ['pebble', '-config', join(dir, 'pebble.json'), '-dnsserver', options.dnsServer];
  const service = await startService([requireProgram('pebble'), ...argv.slice(1)], {
    logFile: join(dir, 'pebble.log'),
    env: { PATH: process.env.PATH, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    isReady: () =>
      ask('/dir', port).then(
        () => true,
        () => false,
      ),
  });
  return {
    directory: `https://127.0.0.1:${port}/dir`,
    rootFile,
    issuedRoot: () => ask('/roots/0', management),
    log: () => service.log(),
    async [Symbol.asyncDispose]() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function get(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, agent: false, timeout: 5000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`${url} answers ${answer.statusCode}`)),
      );
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.end();
  });
}

/** An authority and a certificate of it for loopback, in PEM. */
async function ownTls(port: number): Promise<{ root: string; certificate: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const rootKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(Date.now() - 3_600_000);
  const notAfter = new Date(Date.now() + 30 * 86_400_000);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    // Two roots of one name are taken for each other.
    name: `CN=Test authority of Pebble ${port}`,
    keys: rootKeys,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    root: root.toString('pem'),
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${(key.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

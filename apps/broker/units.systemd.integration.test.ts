import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError } from '@nebula/errors';
import { startSystemd, type TestSystemd } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostVerbs } from './host-verbs.ts';
import { hostCall } from './index.ts';

let machine: TestSystemd;
let dir: string;
const patience = { timeout: 60_000, interval: 50 };

/** A service's text around what it does. */
const service = (lines: string) => `[Unit]\nDescription=For tests = of units\n[Service]\n${lines}\n`;

/** What the shipped unit takes from the broker; its own directory is bound, since /tmp is private in it. */
function hardening(): string {
  const text = readFileSync(join(import.meta.dirname, '../../deploy/systemd/nebula-broker.service'), 'utf8');
  const lines = text.slice(text.indexOf('CapabilityBoundingSet='), text.indexOf('[Install]'));
  return `${lines.trim()}\nBindPaths=${dir}`;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'nb-'));
  mkdirSync(join(dir, 's'), { mode: 0o700 });
  const broker = [
    ...[process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts')],
    ...['--socket-dir', join(dir, 's'), '--engine', join(dir, 'none.sock'), '--app-root', join(dir, 'apps')],
    ...['--units', 'demo-*.service,demo-*.timer'],
  ].join(' ');
  machine = await startSystemd({
    'demo-broker.service': service(`ExecStart=${broker}\n${hardening()}`),
    'demo-sleeps.service': service('ExecStart=/usr/bin/sleep 3600'),
    'demo-fails.service': service('ExecStart=/usr/bin/false'),
    'demo-talks.service': service('Type=oneshot\nExecStart=/usr/bin/printf "grüße %%s\\n" a-real-unit'),
    'demo-later.timer': '[Timer]\nOnActiveSec=1h\nUnit=demo-sleeps.service\n',
    'locked.service': `${service('ExecStart=/usr/bin/sleep 3600')}[Install]\nAlias=demo-alias.service\n`,
  });
  const alias = await machine.exec([
    '/usr/bin/ln',
    '-s',
    'locked.service',
    join(machine.dir, 'units', 'demo-alias.service'),
  ]);
  expect(alias.code).toBe(0);
  await systemctl('daemon-reload');
  await systemctl('start', 'demo-broker.service');
  for (const until = Date.now() + 60_000; !(await answers()); await sleep(50))
    if (Date.now() > until) throw new Error('the broker does not answer');
}, 240_000);
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

async function systemctl(...args: string[]): Promise<void> {
  const { code, stderr } = await machine.exec(['/usr/bin/systemctl', ...args]);
  if (code !== 0) throw new Error(stderr);
}

/** Whether the broker listens by now. */
async function answers(): Promise<boolean> {
  try {
    return (await call('units-list', {})).systemd;
  } catch (error) {
    if (error instanceof DriverError && error.kind === 'unavailable') return false;
    throw error;
  }
}

function call<Name extends keyof HostVerbs>(verb: Name, input: HostVerbs[Name]['input']) {
  const signal = AbortSignal.timeout(30_000);
  return hostCall(join(dir, 's', 'host.sock'), verb, input, { signal });
}

const status = (unit: string) => call('unit-status', { unit });

async function untilActive(unit: string, active: string) {
  await expect.poll(async () => (await status(unit)).active, patience).toBe(active);
  return await status(unit);
}

test('a unit is started, started anew and stopped, and what systemd says of it is told', async () => {
  const unit = 'demo-sleeps.service';
  expect(await call('unit-start', { unit })).toEqual({ accepted: true });
  const first = await untilActive(unit, 'active');
  expect(first).toMatchObject({
    name: unit,
    description: 'For tests = of units',
    load: 'loaded',
    sub: 'running',
    result: 'success',
    restarts: 0,
    canChange: true,
    invocation: expect.stringMatching(/^[0-9a-f]{32}$/),
    mainPid: expect.any(Number),
    changedAtMicros: expect.any(Number),
  });

  await call('unit-restart', { unit });
  await expect.poll(async () => (await status(unit)).invocation, patience).not.toBe(first.invocation);
  const second = await untilActive(unit, 'active');
  expect(second.mainPid).not.toBe(first.mainPid);
  const { units } = await listed();
  expect(units).toContainEqual(
    expect.objectContaining({ name: unit, active: 'active', sub: 'running', canChange: true }),
  );

  await call('unit-stop', { unit });
  expect(await untilActive(unit, 'inactive')).toMatchObject({ sub: 'dead', mainPid: null });
});

test('a unit that fails says how, and stands in the list as failed', async () => {
  await call('unit-start', { unit: 'demo-fails.service' });

  expect(await untilActive('demo-fails.service', 'failed')).toMatchObject({
    result: 'exit-code',
    exitStatus: 1,
    mainPid: null,
  });
  const { units } = await listed();
  expect(units.filter(({ active }) => active === 'failed').map(({ name }) => name)).toEqual([
    'demo-fails.service',
  ]);
});

test('what a unit writes is read from the journal', async () => {
  await call('unit-start', { unit: 'demo-talks.service' });
  const lines = async () => (await call('unit-journal', { unit: 'demo-talks.service', lines: 50 })).entries;

  await expect
    .poll(async () => (await lines()).map(({ message }) => message), patience)
    .toContain('grüße a-real-unit');
  const found = (await lines()).find(({ message }) => message.startsWith('grüße'));
  expect(found).toMatchObject({ source: 'printf', priority: 6, pid: expect.any(Number) });
  expect(Math.abs(Date.parse(found?.at ?? '') - Date.now())).toBeLessThan(3_600_000);
});

test('a timer is started and stopped as services are', async () => {
  await call('unit-start', { unit: 'demo-later.timer' });
  expect(await untilActive('demo-later.timer', 'active')).toMatchObject({ sub: 'waiting' });
  await call('unit-stop', { unit: 'demo-later.timer' });
  await untilActive('demo-later.timer', 'inactive');
});

test('another name opens no unit, nor does a pattern the one in which the broker runs', async () => {
  await expect(call('unit-start', { unit: 'demo-alias.service' })).rejects.toThrow(
    'may not be changed from here: NEBULA_UNITS does not name it',
  );
  await expect(call('unit-start', { unit: 'locked.service' })).rejects.toThrow(
    'NEBULA_UNITS does not name it',
  );
  await expect(call('unit-stop', { unit: 'demo-broker.service' })).rejects.toThrow(
    'runs NebulaCommand itself',
  );
  expect(await status('demo-alias.service')).toMatchObject({
    name: 'locked.service',
    active: 'inactive',
    canChange: false,
  });
});

test('a unit that is not there is told as such, with the words of systemd', async () => {
  expect(await status('demo-nothing.service')).toMatchObject({ load: 'not-found', active: 'inactive' });
  await expect(call('unit-start', { unit: 'demo-nothing.service' })).rejects.toThrow(
    /systemd refuses: .*demo-nothing\.service not found/,
  );
});

async function listed() {
  const answer = await call('units-list', {});
  if (!answer.systemd) throw new Error(answer.reason);
  return answer;
}

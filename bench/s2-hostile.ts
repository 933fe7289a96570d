import { ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api } from '@nebula/dashboard/contract';
import { type TestApp, testApp } from '@nebula/dashboard/testing';
import { startTestCluster } from '@nebula/db/test-cluster';
import { commonErrors } from '@nebula/errors';
import { z } from 'zod';
import type { BenchOptions, Figure } from './bench.ts';
import { type HostileInput, hostileInput } from './hostile-input.ts';

const total = 100_000;
const quickTotal = 10_000;
const keyCount = 120;
const shells = /(^|\/)(sh|bash|dash|zsh|ksh|ash|fish)$/;

interface Target {
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  parts: Partial<Record<'params' | 'query' | 'body', HostileInput>>;
  codes: Set<string>;
}

/**
 * S2: hostile strings in every input of every call, at least half of them valid for their schemas so that they reach what
 * lies behind. Counts answers that the contract does not know or that are 500, shells, files that appeared, and answers
 * that a browser would take for markup.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  const canary = join(tmpdir(), `nebula-canary-${randomBytes(6).toString('hex')}`);
  const shellsStarted = watchShells();
  await using cluster = await startTestCluster();
  const connection = cluster.postgres.connection('postgres');
  if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
  const { socketDir, user, password } = connection;
  await using app = await testApp({ socketDir, user, password });
  const containers = Array.from({ length: 20 }, (_, n) => n.toString(16).padStart(64, '0'));
  for (const [n, id] of containers.entries()) app.docker.put({ id, name: `c${n}` });
  const keys: string[] = [];
  for (let n = 0; n < keyCount; n += 1) keys.push((await app.as('admin')).key ?? '');

  const targets = targetsOf([...containers, ...words()], canary);
  const count = quick ? quickTotal : total;
  const seen = { sent: 0, valid: 0, limited: 0 };
  const faults = new Map<string, number>();
  while (seen.sent < count) {
    signal.throwIfAborted();
    const batch = Array.from({ length: 32 }, () => targets[(seen.sent += 1) % targets.length]);
    await Promise.all(
      batch.map(async (target) => {
        if (target === undefined) return;
        const outcome = await attack(app, target, keys[randomInt(keys.length)] ?? '');
        if (outcome.isValid) seen.valid += 1;
        if (outcome.isLimited) seen.limited += 1;
        if (outcome.fault !== null) faults.set(outcome.fault, (faults.get(outcome.fault) ?? 0) + 1);
      }),
    );
  }
  const appeared = readdirSync(tmpdir()).filter((name) =>
    canary.endsWith(name.split('-').slice(0, 3).join('-')),
  );
  const alive = await app.nobody.fetch('/api/health');
  const bad =
    [...faults.values()].reduce((sum, n) => sum + n, 0) +
    appeared.length +
    shellsStarted().length +
    (alive.ok ? 0 : 1);
  const share = Math.round((seen.valid / seen.sent) * 100);
  const told = [...faults].map(([fault, n]) => `${n} x ${fault}`).slice(0, 20);
  const detail = `${seen.sent} requests over ${targets.length} calls, ${share} % valid for their schemas, ${seen.limited} stopped by the rate limit; ${shellsStarted().length} shells, ${appeared.length} files appeared${told.length > 0 ? `; ${told.join('; ')}` : ''}`;
  return [
    {
      id: 'S2',
      what: 'Hostile strings: shells, escapes, markup, 500s',
      figure: bad,
      unit: '',
      target: '0',
      met: bad === 0 && share >= 50,
      detail,
    },
  ];
}

function targetsOf(known: readonly string[], canary: string): Target[] {
  const targets: Target[] = [];
  for (const [feature, contract] of Object.entries(api)) {
    for (const [name, endpoint] of Object.entries(contract.endpoints)) {
      if (endpoint.kind !== 'call') continue;
      const parts: Target['parts'] = {};
      for (const part of ['params', 'query', 'body'] as const) {
        const schema: unknown = part in endpoint ? Reflect.get(endpoint, part) : undefined;
        if (schema instanceof z.ZodType) parts[part] = hostileInput(schema, known, canary);
      }
      const own = 'errors' in endpoint ? Object.keys(endpoint.errors) : [];
      const codes = new Set([...Object.keys(commonErrors), ...own]);
      codes.delete('INTERNAL');
      if (Object.keys(parts).length > 0)
        targets.push({
          name: `${feature}.${name}`,
          method: endpoint.method,
          path: endpoint.path,
          parts,
          codes,
        });
    }
  }
  return targets;
}

/** Strings that identifiers of this application may be. */
function words(): string[] {
  const permissions = Object.values(api).flatMap((contract) => Object.keys(contract.permissions));
  return [
    ...permissions,
    '*',
    'NEBULA_LOG_LEVEL',
    'NEBULA_SAMPLE_SECONDS',
    'events.remove-old',
    '1',
    '42',
    'a',
  ];
}

async function attack(
  { app, port }: TestApp,
  target: Target,
  key: string,
): Promise<{ isValid: boolean; isLimited: boolean; fault: string | null }> {
  const { params, query, body } = target.parts;
  const given = { params: params?.make(), query: query?.make(), body: body?.make() };
  const isValid = (['params', 'query', 'body'] as const).every(
    (part) => target.parts[part]?.isValid(given[part]) ?? true,
  );
  const response = await app.server.app.inject({
    method: target.method,
    url: `/api${filled(target.path, given.params)}${searchOf(given.query)}`,
    headers: {
      host: `127.0.0.1:${port}`,
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    },
    remoteAddress: `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
    ...(body === undefined ? {} : { payload: JSON.stringify(given.body) ?? 'null' }),
  });
  const type = String(response.headers['content-type'] ?? '');
  const code = /"code":"([A-Z_]+)"/.exec(response.payload.slice(0, 500))?.[1];
  const isKnown = response.statusCode < 400 || (code !== undefined && target.codes.has(code));
  const isPlain = response.payload === '' || /^application\/(problem\+)?json/.test(type);
  const fault = !isKnown
    ? `${target.name} answered ${response.statusCode} ${code ?? response.payload.slice(0, 80)}`
    : isPlain
      ? null
      : `${target.name} answered ${type}`;
  return { isValid, isLimited: response.statusCode === 429, fault };
}

function filled(path: string, params: unknown): string {
  const values = typeof params === 'object' && params !== null ? params : {};
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const text = encodable(Reflect.get(values, name) ?? 'x');
    // Longer names and empty ones are other paths, which are not this call's.
    return encodeURIComponent(text.slice(0, 250)) || '%20';
  });
}

function searchOf(query: unknown): string {
  if (typeof query !== 'object' || query === null) return '';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    search.append(encodable(name), encodable(value).slice(0, 4000));
  return search.size === 0 ? '' : `?${search}`;
}

function encodable(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();
}

/** Remembers every shell that this process starts from now on. */
function watchShells(): () => string[] {
  const started: string[] = [];
  const prototype = ChildProcess.prototype as unknown as {
    spawn(options: { file: string; args?: string[] }): number;
  };
  const original = prototype.spawn;
  prototype.spawn = function spawn(options) {
    if (shells.test(options.file)) started.push([options.file, ...(options.args ?? [])].join(' '));
    return original.call(this, options);
  };
  return () => started;
}

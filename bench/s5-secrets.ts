import { randomBytes } from 'node:crypto';
import { json, testApp, until } from '@nebula/dashboard/testing';
import { startTestCluster } from '@nebula/db/test-cluster';
import { DriverError } from '@nebula/errors';
import { registerSecret } from '@nebula/log';
import type { BenchOptions, Figure } from './bench.ts';

const count = 200;

const encodings: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 inside a longer text': (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  percent: encodeURIComponent,
  json: (secret) => JSON.stringify(secret).slice(1, -1),
  html: (secret) =>
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

/**
 * S5: 200 secrets planted in eight encodings in container names, error messages of the engine, sign-ins, keys and addresses;
 * then everything that was written is searched: log, audit, events, runs, and the API's answers.
 */
export async function run(_options: BenchOptions): Promise<Figure[]> {
  const secrets = Array.from({ length: count }, (_, n) => `p&"<${n}>/${randomBytes(15).toString('base64')}`);
  for (const secret of secrets) registerSecret(secret);
  await using cluster = await startTestCluster();
  const connection = cluster.postgres.connection('postgres');
  if (!('socketDir' in connection)) throw new TypeError('the embedded database is reached by its socket');
  const { socketDir, user, password } = connection;
  await using app = await testApp({ socketDir, user, password });
  const admin = await app.as('admin');
  const answers: string[] = [];
  const call = async (path: string, init?: RequestInit) => {
    const response = await admin.fetch(path, init);
    answers.push(await response.text());
  };

  for (const [n, secret] of secrets.entries()) {
    const form = Object.values(encodings)[n % 8]?.(secret) ?? secret;
    const id = n.toString(16).padStart(64, '0');
    app.docker.put({ id, name: `c${n}` });
    await call(
      '/api/account/sign-in',
      json('POST', { email: `u${n}@example.com`, password: secret.slice(0, 200) }),
    );
    await call(`/api/containers?search=${encodeURIComponent(form).slice(0, 90)}`, {
      headers: { 'x-api-key': form, 'user-agent': form },
    });
    await call(`/api/nothing/${encodeURIComponent(form)}`);
    await call('/api/account/api-keys', json('POST', { name: form.slice(0, 80), scopes: [form] }));
    app.app.resources.hub.publish({
      topic: 'planted',
      access: 'audit:read',
      data: { note: form, password: secret },
    });
    app.app.resources.log.error(
      { error: new DriverError('rejected', `engine said ${form}`), token: secret },
      'planted',
    );
    await app.app.resources.audit.append(app.app.resources.database.sql, planted(n, form));
  }
  await runsThatFail(app, secrets, call);
  await until(async () => (await app.app.resources.audit.seal(app.app.resources.database)) === 0);

  const written = await everythingWritten(app);
  const places: Record<string, string> = { log: app.log.join('\n'), ...written, answers: answers.join('\n') };
  const leaks: string[] = [];
  for (const [place, text] of Object.entries(places)) {
    for (const secret of secrets) {
      for (const [name, encode] of Object.entries(encodings))
        if (text.includes(encode(secret))) leaks.push(`${place} (${name})`);
    }
  }
  const sizes = Object.entries(places).map(
    ([place, text]) => `${place} ${Math.round(text.length / 1024)} KiB`,
  );
  const detail = `searched ${sizes.join(', ')}${leaks.length > 0 ? `; found in ${[...new Set(leaks)].join(', ')}` : ''}`;
  return [
    {
      id: 'S5',
      what: 'Planted secrets found',
      figure: leaks.length,
      unit: '',
      target: '0',
      met: leaks.length === 0,
      detail,
    },
  ];
}

function planted(n: number, form: string) {
  return {
    actor: { kind: 'user', id: `u${n}`, name: form },
    action: 'planted.secret',
    target: { type: 'test', id: `t${n}`, name: form, hostId: 'local' },
    requestId: `r${n}`,
    outcome: 'done' as const,
    before: { note: form },
    after: { password: form },
  };
}

type App = Awaited<ReturnType<typeof testApp>>;

/** Restarts that the engine refuses with a secret in its words; the run, its events and the answer all carry the words. */
async function runsThatFail(
  app: App,
  secrets: string[],
  call: (path: string, init?: RequestInit) => Promise<void>,
): Promise<void> {
  for (const [n, encode] of Object.values(encodings).entries()) {
    app.docker.refuse('restart', `registry password is ${encode(secrets[n] ?? '')}`);
    await call(`/api/containers/${n.toString(16).padStart(64, '0')}/restart`, { method: 'POST' });
    await until(async () => {
      const { rows } = await app.app.resources.database.pool.query(
        `select 1 from runs where state not in ('failed', 'succeeded')`,
      );
      return rows.length === 0;
    });
  }
  await call('/api/jobs/runs?limit=200');
  await call('/api/audit?limit=200');
}

async function everythingWritten(app: App): Promise<Record<string, string>> {
  const { pool } = app.app.resources.database;
  const texts: Record<string, string> = {};
  for (const table of [
    'audit_entries',
    'event_outbox',
    'runs',
    'run_steps',
    'sign_in_throttle',
    'sessions',
  ]) {
    const { rows } = await pool.query<{ text: string }>(`select t::text as text from ${table} t`);
    texts[table] = rows.map((row) => row.text).join('\n');
  }
  return texts;
}

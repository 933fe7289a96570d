import { launchBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineOk, type House, makeKey, openHouse, password, patience } from './everyday-ways.ts';

/** Long, for a machine that does much else; a quiet one needs a tenth of it. */
const long = 300_000;
const setting = 'NEBULA_REQUESTS_PER_MINUTE';
const schedule = 'notices.remove-old';
const opened = new AsyncDisposableStack();
let house: House;
let page: Page;

beforeAll(async () => {
  house = opened.use(await openHouse());
  ({ page } = house);
  for (const name of ['web', 'database']) await house.start(name);
}, long);
afterAll(async () => {
  await opened.disposeAsync();
}, long);

/** A step of a task, in the three ways, what it ends in, and what the audit calls it. */
interface Move<State> {
  browser(): Promise<unknown>;
  nebula(): Promise<unknown>;
  curl(): Promise<unknown>;
  ends: State;
  audit: string;
  /** Who did it, where it is not the person and their key. */
  actor?: string;
}

/** A task: every way makes all its steps, and each of them ends in the same state. */
interface Task<State> {
  before?(): Promise<unknown>;
  state(): Promise<State>;
  moves: Move<State>[];
}

async function inEveryWay<State>({ before, state, moves }: Task<State>): Promise<void> {
  for (const way of ['browser', 'nebula', 'curl'] as const) {
    await before?.();
    for (const move of moves) {
      await move[way]();
      await expect.poll(state, { timeout: patience, message: `${move.audit} by ${way}` }).toEqual(move.ends);
      await house.isQuiet();
      const { items } = await house.look<Audit>(`/audit?action=${move.audit}&limit=1`);
      expect(
        items.map(({ actor, outcome }) => `${actor.name}: ${outcome}`),
        `${move.audit} by ${way}`,
      ).toEqual([`${move.actor ?? (way === 'browser' ? 'Evin' : 'terminal')}: done`]);
    }
  }
}

interface Audit {
  items: { actor: { name: string }; outcome: string }[];
}
interface Listed<T> {
  items: T[];
}

/** What is begun anew since it was last looked at, by the engine's own clock. */
async function startTimes(...names: string[]): Promise<Record<string, string>> {
  const times = names.map(async (name) => [name, await house.inspect(name, '.State.StartedAt')] as const);
  return Object.fromEntries(await Promise.all(times));
}

async function openContainer(name: string): Promise<void> {
  await page.goto(`${house.product.url}/containers/${await house.idOf(name)}`);
  await page.getByRole('heading', { name: 'What it may do' }).waitFor();
}

async function choose(name: string, item: RegExp): Promise<void> {
  await openContainer(name);
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

const inDialog = () => page.getByRole('dialog');
const answer = (name: string) => inDialog().getByRole('button', { name, exact: true }).click();

test(
  'a container is restarted',
  async () => {
    let before: Record<string, string> = {};
    await inEveryWay({
      before: async () => {
        before = await startTimes('web');
      },
      state: async () => ({
        status: await house.inspect('web', '.State.Status'),
        isAnew: (await startTimes('web'))['web'] !== before['web'],
      }),
      moves: [
        {
          audit: 'containers.restart',
          browser: async () => {
            await choose('web', /^Restart/);
            await answer('Restart');
            await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: () => house.nebula(['containers', 'restart', 'web']),
          curl: async () => house.curlRun(`/containers/${await house.idOf('web')}/restart`),
          ends: { status: 'running', isAnew: true },
        },
      ],
    });
  },
  long,
);

test(
  'a container is stopped and started again',
  async () => {
    await inEveryWay({
      state: () => house.inspect('web', '.State.Status'),
      moves: [
        {
          audit: 'containers.stop',
          browser: async () => {
            await choose('web', /^Stop/);
            await answer('Stop');
          },
          nebula: () => house.nebula(['containers', 'stop', 'web']),
          curl: async () => house.curlRun(`/containers/${await house.idOf('web')}/stop`),
          ends: 'exited',
        },
        {
          audit: 'containers.start',
          // The page tells by itself that it stopped, and then offers the start.
          browser: () => page.getByRole('button', { name: 'Start', exact: true }).click(),
          nebula: () => house.nebula(['containers', 'start', 'web']),
          curl: async () => house.curlRun(`/containers/${await house.idOf('web')}/start`),
          ends: 'running',
        },
      ],
    });
  },
  long,
);

test(
  'a container gets another name, and its own back',
  async () => {
    const rename = (from: string, to: string): Move<string> => ({
      audit: 'containers.rename',
      browser: async () => {
        await choose(from, /^Rename/);
        await inDialog().getByLabel('New name').fill(to);
        await answer('Rename');
        await page.getByRole('heading', { name: to }).first().waitFor();
      },
      nebula: () => house.nebula(['containers', 'rename', from, '--name', to]),
      curl: async () => house.curlRun(`/containers/${await house.idOf(from)}/rename`, { name: to }),
      ends: to,
    });
    const id = await house.idOf('web');
    await inEveryWay({
      state: async () => (await house.inspect(id, '.Name')).slice(1),
      moves: [rename('web', 'shop'), rename('shop', 'web')],
    });
  },
  long,
);

test(
  'a container is made and started',
  async () => {
    const image = house.engine.busyboxImage;
    const body = {
      name: 'fresh',
      image,
      command: ['sleep', '3600'],
      environment: [{ name: 'GREETING', value: 'güten täg' }],
      memoryBytes: 64 * 1024 * 1024,
    };
    await inEveryWay({
      before: () => house.engine.docker(['rm', '-f', 'fresh']).then(() => house.isAway('fresh')),
      state: async () => ({
        status: await house.inspect('fresh', '.State.Status'),
        image: await house.inspect('fresh', '.Config.Image'),
        command: await house.inspect('fresh', 'json .Config.Cmd'),
        environment: await house.inspect('fresh', 'json .Config.Env'),
        memory: await house.inspect('fresh', '.HostConfig.Memory'),
        ports: await house.inspect('fresh', 'json .HostConfig.PortBindings'),
        policy: await house.inspect('fresh', '.HostConfig.RestartPolicy.Name'),
      }),
      moves: [
        {
          audit: 'containers.create',
          browser: async () => {
            await page.goto(`${house.product.url}/containers/new`);
            await page.getByLabel('Name', { exact: true }).fill(body.name);
            await page.getByLabel('Image', { exact: true }).fill(image);
            await page.getByLabel('Command', { exact: true }).fill(body.command.join('\n'));
            await page.getByRole('button', { name: 'Add a variable' }).click();
            await page.getByLabel('Name of the variable').fill('GREETING');
            await page.getByLabel('Value of the variable').fill('güten täg');
            await page.getByLabel('Memory limit in MiB').fill('64');
            await page.getByRole('button', { name: 'Make and start it' }).click();
            await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: () => house.nebula(['containers', 'create', '--body', '-'], JSON.stringify(body)),
          curl: () => house.curlRun('/containers', body),
          ends: {
            status: 'running',
            image,
            command: '["sleep","3600"]',
            environment: '["GREETING=güten täg","PATH=/bin"]',
            memory: String(body.memoryBytes),
            ports: '{}',
            policy: 'unless-stopped',
          },
        },
      ],
    });
  },
  long,
);

test(
  'a container is removed once its name is typed',
  async () => {
    await inEveryWay({
      before: () => house.start('old'),
      state: async () => (await house.engine.docker(['inspect', 'old'])).code === 0,
      moves: [
        {
          audit: 'containers.remove',
          browser: async () => {
            await choose('old', /^Remove/);
            await inDialog().getByLabel('Type old to go on').fill('old');
            await inDialog().getByLabel('It runs: end it first').check();
            await answer('Remove');
          },
          nebula: () => house.nebula(['containers', 'remove', 'old', '--name', 'old', '--is-forced']),
          curl: async () =>
            house.curlRun(`/containers/${await house.idOf('old')}/remove`, { name: 'old', isForced: true }),
          ends: false,
        },
      ],
    });
  },
  long,
);

test(
  'two containers are restarted at once',
  async () => {
    let before: Record<string, string> = {};
    const ids = async () => [await house.idOf('web'), await house.idOf('database')];
    await inEveryWay({
      before: async () => {
        before = await startTimes('web', 'database');
      },
      state: async () => {
        const now = await startTimes('web', 'database');
        return Object.keys(now).map(
          (name) => `${name} is ${now[name] === before[name] ? 'the same' : 'anew'}`,
        );
      },
      moves: [
        {
          audit: 'containers.bulk',
          browser: async () => {
            await page.goto(`${house.product.url}/containers`);
            for (const name of ['web', 'database']) await page.getByLabel(`Select ${name}`).check();
            await page
              .getByRole('region', { name: 'What to do with the selected containers' })
              .getByRole('button', { name: 'Restart' })
              .click();
            await answer('Restart');
            await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: async () => {
            const list = (await ids()).join(',');
            await house.nebula(['containers', 'bulk', '--verb', 'restart', '--ids', list]);
          },
          curl: async () => house.curlRun('/containers/bulk', { verb: 'restart', ids: await ids() }),
          ends: ['web is anew', 'database is anew'],
        },
      ],
    });
  },
  long,
);

test(
  'an API key with two scopes is made, works as far as they go, and is revoked',
  async () => {
    const scopes = ['containers:read', 'jobs:read'];
    let token = '';
    const keyNow = async () => {
      const { items } =
        await house.look<
          Listed<{ id: string; name: string; role: string; scopes: string[]; revokedAt: string | null }>
        >('/account/api-keys');
      const [key] = items.filter(({ name }) => name === 'script');
      if (key === undefined) throw new Error('the key should be listed');
      return key;
    };
    const status = async (path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${house.product.url}/api${path}`, { headers })).status;
    };
    await inEveryWay({
      state: async () => {
        const { role, scopes: its, revokedAt } = await keyNow();
        return {
          role,
          scopes: its.toSorted(),
          isRevoked: revokedAt !== null,
          answers: [await status('/containers'), await status('/audit')],
        };
      },
      moves: [
        {
          audit: 'account.create-key',
          browser: async () => {
            token = await makeKey(page, house.product.url, { name: 'script', role: 'Operator', scopes });
          },
          nebula: async () => {
            const args = ['--name', 'script', '--role', 'operator', '--scopes', scopes.join(',')];
            const made = await house.nebulaJson<{ token: string }>(['account', 'create-key', ...args]);
            ({ token } = made);
          },
          curl: async () => {
            const body = { name: 'script', role: 'operator', scopes };
            ({ token } = await house.curl<{ token: string }>('POST', '/account/api-keys', body));
          },
          ends: { role: 'operator', scopes, isRevoked: false, answers: [200, 403] },
        },
        {
          audit: 'account.revoke-key',
          browser: async () => {
            const line = page.getByRole('listitem').filter({ hasText: 'script' }).first();
            await line.getByRole('button', { name: 'Revoke' }).click();
            await answer('Revoke');
          },
          nebula: async () => house.nebula(['account', 'revoke-key', (await keyNow()).id]),
          curl: async () => house.curl('DELETE', `/account/api-keys/${(await keyNow()).id}`),
          ends: { role: 'operator', scopes, isRevoked: true, answers: [401, 401] },
        },
      ],
    });
  },
  long,
);

test(
  'somebody is invited by a link and makes an account with it',
  async () => {
    const email = 'guest@example.com';
    let link = '';
    const tokenOf = () => link.slice(link.indexOf('#') + 1);
    const people = async () =>
      (await house.look<Listed<{ id: string; email: string; name: string; role: string }>>('/account/users'))
        .items;
    await inEveryWay({
      before: async () => {
        const guest = (await people()).find((one) => one.email === email);
        if (guest !== undefined) await house.curl('DELETE', `/account/users/${guest.id}?email=${email}`);
      },
      state: async () => {
        const invited = await house.look<Listed<{ email: string; role: string }>>('/account/invitations');
        return {
          invited: invited.items.map((one) => `${one.email} as ${one.role}`),
          guests: (await people())
            .filter((one) => one.email === email)
            .map((one) => `${one.name} as ${one.role}`),
        };
      },
      moves: [
        {
          audit: 'account.invite',
          browser: async () => {
            await page.goto(`${house.product.url}/users`);
            await page.getByRole('button', { name: 'Invite', exact: true }).click();
            await inDialog().getByLabel('E-mail').fill(email);
            await inDialog().getByLabel('Role').selectOption('operator');
            await answer('Make the link');
            link = (await page.getByLabel('Invitation link').textContent()) ?? '';
            await page.getByRole('button', { name: 'Done' }).click();
          },
          nebula: async () => {
            const args = ['account', 'invite', '--email', email, '--role', 'operator'];
            link = (await house.nebulaJson<{ url: string }>(args)).url;
          },
          curl: async () => {
            const body = { email, role: 'operator' };
            link = (await house.curl<{ url: string }>('POST', '/account/invitations', body)).url;
          },
          ends: { invited: [`${email} as operator`], guests: [] },
        },
        {
          audit: 'account.accept-invitation',
          actor: 'Guest',
          browser: async () => {
            await using guest = await launchBrowser({ viewport: { width: 390, height: 844 } });
            const other = await guest.context.newPage();
            other.setDefaultTimeout(patience);
            await other.goto(link);
            await other.getByLabel('Your name').fill('Guest');
            await other.getByLabel('New password').fill(password);
            await other.getByRole('button', { name: 'Make my account' }).click();
            await other.getByRole('button', { name: 'Your menu' }).waitFor();
          },
          nebula: () =>
            house.nebula(
              ['account', 'accept-invitation', '--token-stdin', '--name', 'Guest', '--password-stdin'],
              `${tokenOf()}\n${password}\n`,
            ),
          curl: () =>
            house.curl('POST', '/account/invitations/accept', { token: tokenOf(), name: 'Guest', password }),
          ends: { invited: [], guests: ['Guest as operator'] },
        },
      ],
    });
  },
  long,
);

test(
  'a setting is changed, and set back',
  async () => {
    await inEveryWay({
      state: async () => {
        const { items } =
          await house.look<Listed<{ variable: string; value: string; source: string }>>('/settings');
        return items
          .filter(({ variable }) => variable === setting)
          .map(({ value, source }) => `${value}, ${source}`);
      },
      moves: [
        {
          audit: 'settings.change',
          browser: async () => {
            await page.goto(`${house.product.url}/settings?search=${setting}`);
            await page.getByLabel(setting, { exact: true }).fill('7000');
            await page.getByRole('button', { name: 'Save' }).click();
          },
          nebula: () => house.nebula(['settings', 'change', setting, '--value', '7000']),
          curl: () => house.curl('PUT', `/settings/${setting}`, { value: '7000' }),
          ends: ['7000, stored'],
        },
        {
          audit: 'settings.reset',
          browser: () => page.getByRole('button', { name: `Set ${setting} back to the default` }).click(),
          nebula: () => house.nebula(['settings', 'reset', setting]),
          curl: () => house.curl('DELETE', `/settings/${setting}`),
          ends: ['6000, default'],
        },
      ],
    });
  },
  long,
);

test(
  'the overview is arranged: a tile is hidden, and shown again',
  async () => {
    interface Layout {
      version: number;
      tiles: { id: string; isHidden: boolean }[];
    }
    const layout = () => house.look<Layout>('/overview/layout');
    const order = ['attention', 'system', 'containers', 'jobs', 'audit', 'links'];
    const hide = (hidden: string[]): Move<string[]> => ({
      audit: 'overview.change-layout',
      browser: async () => {
        await page.goto(`${house.product.url}/`);
        await page.getByRole('button', { name: 'Arrange' }).click();
        await inDialog()
          .getByRole('checkbox', { name: 'Running jobs' })
          .setChecked(hidden.length === 0);
        await answer('Done');
      },
      nebula: async () => {
        const args = ['--based-on', String((await layout()).version), '--order', order.join(',')];
        await house.nebula(['overview', 'change-layout', ...args, '--hidden', hidden.join(',')]);
      },
      curl: async () =>
        house.curl('PUT', '/overview/layout', { basedOn: (await layout()).version, order, hidden }),
      ends: order.map((id) => (hidden.includes(id) ? `${id} hidden` : id)),
    });
    await inEveryWay({
      state: async () => (await layout()).tiles.map(({ id, isHidden }) => (isHidden ? `${id} hidden` : id)),
      moves: [hide(['jobs']), hide([])],
    });
  },
  long,
);

test(
  'a schedule runs now',
  async () => {
    interface Schedules {
      items: { name: string; last: { startedAt: string; succeeded: boolean } | null }[];
    }
    const last = async () =>
      (await house.look<Schedules>('/jobs/schedules')).items.find(({ name }) => name === schedule)?.last ??
      null;
    let before: string | null = null;
    await inEveryWay({
      before: async () => {
        before = (await last())?.startedAt ?? null;
      },
      state: async () => {
        const now = await last();
        return { isAnew: (now?.startedAt ?? null) !== before, succeeded: now?.succeeded };
      },
      moves: [
        {
          audit: 'jobs.run-schedule',
          browser: async () => {
            await page.goto(`${house.product.url}/jobs/schedules`);
            await page.getByRole('button', { name: `Run ${schedule} now` }).click();
          },
          nebula: () => house.nebula(['jobs', 'run-schedule', schedule]),
          curl: () => house.curl('POST', `/jobs/schedules/${schedule}/run`),
          ends: { isAnew: true, succeeded: true },
        },
      ],
    });
  },
  long,
);

test(
  'a notice about a run that failed is read, and all are marked',
  async () => {
    const unread = async () => (await house.look<{ count: number }>('/notices/unread')).count;
    const newest = async () =>
      (await house.look<Listed<{ id: string }>>('/notices?limit=1')).items[0]?.id ?? '';
    await engineOk(house.engine, [
      'create',
      '--name',
      'broken',
      house.engine.busyboxImage,
      '/no-such-program',
    ]);
    await inEveryWay({
      before: async () => {
        await house.curlRun(`/containers/${await house.idOf('broken')}/start`);
        await expect.poll(unread, { timeout: patience }).toBeGreaterThan(0);
      },
      state: unread,
      moves: [
        {
          audit: 'notices.mark-all-read',
          browser: async () => {
            await page.goto(`${house.product.url}/notices`);
            await page
              .getByText(/^Failed: .*broken$/)
              .first()
              .waitFor();
            await page.getByRole('button', { name: 'Mark all as read' }).click();
          },
          nebula: async () => house.nebula(['notices', 'mark-all-read', '--up-to', await newest()]),
          curl: async () => house.curl('POST', '/notices/read', { upTo: await newest() }),
          ends: 0,
        },
      ],
    });
  },
  long,
);

test('nothing on any page broke', () => {
  expect(house.errors).toEqual([]);
});

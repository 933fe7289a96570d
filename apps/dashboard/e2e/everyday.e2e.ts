import { launchBrowser } from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { containerTasks } from './everyday-containers.ts';
import { inEveryWay, type Move } from './everyday-task.ts';
import { engineOk, type House, makeKey, openHouse, patience } from './everyday-ways.ts';
import { password } from './opening.ts';

const setting = 'NEBULA_REQUESTS_PER_MINUTE';
const schedule = 'notices.remove-old';
const opened = new AsyncDisposableStack();
let house: House;
let page: Page;

beforeAll(async () => {
  house = opened.use(await openHouse(process.env));
  ({ page } = house);
  for (const name of ['web', 'database']) await house.start(name);
}, 300_000);
afterAll(async () => {
  await opened.disposeAsync();
}, 300_000);

interface Listed<T> {
  items: T[];
}

const inDialog = () => page.getByRole('dialog');
const answer = (name: string) => inDialog().getByRole('button', { name, exact: true }).click();

containerTasks(() => house);

test('an API key with two scopes is made, works as far as they go, and is revoked', async () => {
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
  await inEveryWay(house, {
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
}, 300_000);

test('somebody is invited by a link and makes an account with it', async () => {
  const email = 'guest@example.com';
  let link = '';
  const tokenOf = () => link.slice(link.indexOf('#') + 1);
  const people = async () =>
    (await house.look<Listed<{ id: string; email: string; name: string; role: string }>>('/account/users'))
      .items;
  await inEveryWay(house, {
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
}, 300_000);

test('a setting is changed, and set back', async () => {
  await inEveryWay(house, {
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
}, 300_000);

test('the overview is arranged: a tile is hidden, and shown again', async () => {
  interface Layout {
    version: number;
    tiles: { id: string; isHidden: boolean }[];
  }
  const layout = () => house.look<Layout>('/overview/layout');
  const order = ['attention', 'system', 'containers', 'alerts', 'jobs', 'audit', 'links'];
  const hide = (hidden: string[]): Move<string[]> => ({
    audit: 'overview.change-layout',
    browser: async () => {
      await page.goto(`${house.product.url}/`);
      await page.getByRole('button', { name: 'Arrange' }).click();
      const box = inDialog().getByRole('checkbox', { name: 'Running jobs' });
      if ((await box.isChecked()) !== (hidden.length === 0)) await box.click();
      await expect.poll(() => box.isChecked(), { timeout: patience }).toBe(hidden.length === 0);
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
  await inEveryWay(house, {
    state: async () => (await layout()).tiles.map(({ id, isHidden }) => (isHidden ? `${id} hidden` : id)),
    moves: [hide(['jobs']), hide([])],
  });
}, 300_000);

test('a schedule runs now', async () => {
  interface Schedules {
    items: { name: string; last: { startedAt: string; succeeded: boolean } | null }[];
  }
  const last = async () =>
    (await house.look<Schedules>('/jobs/schedules')).items.find(({ name }) => name === schedule)?.last ??
    null;
  let before: string | null = null;
  await inEveryWay(house, {
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
          await page.getByRole('button', { name: `Run now: ${schedule}` }).click();
        },
        nebula: () => house.nebula(['jobs', 'run-schedule', schedule]),
        curl: () => house.curl('POST', `/jobs/schedules/${schedule}/run`),
        ends: { isAnew: true, succeeded: true },
      },
    ],
  });
}, 300_000);

test('a notice about a run that failed is read, and all are marked', async () => {
  const unread = async () => (await house.look<{ count: number }>('/notices/unread')).count;
  const newest = async () =>
    (await house.look<Listed<{ id: string }>>('/notices?limit=1')).items[0]?.id ?? '';
  await engineOk(house.engine, ['create', '--name', 'broken', house.engine.busyboxImage, '/no-such-program']);
  await inEveryWay(house, {
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
}, 300_000);

test('nothing on any page broke', () => {
  expect(house.errors).toEqual([]);
});

import { test } from 'vitest';
import { inEveryWay, type Move } from './everyday-task.ts';
import type { House } from './everyday-ways.ts';

/** The tasks about containers, as tests. */
export function containerTasks(house: () => House): void {
  /** What is begun anew since it was last looked at, by the engine's own clock. */
  async function startTimes(...names: string[]): Promise<Record<string, string>> {
    const times = names.map(async (name) => [name, await house().inspect(name, '.State.StartedAt')] as const);
    return Object.fromEntries(await Promise.all(times));
  }

  async function openContainer(name: string): Promise<void> {
    await house().page.goto(`${house().product.url}/containers/${await house().idOf(name)}`);
    await house().page.getByRole('heading', { name: 'What it may do' }).waitFor();
  }

  async function choose(name: string, item: RegExp): Promise<void> {
    await openContainer(name);
    await house()
      .page.getByRole('button', { name: `Actions for ${name}`, exact: true })
      .click();
    await house().page.getByRole('menuitem', { name: item }).click();
  }

  const inDialog = () => house().page.getByRole('dialog');
  const answer = (name: string) => inDialog().getByRole('button', { name, exact: true }).click();

  test('a container is restarted', async () => {
    let before: Record<string, string> = {};
    await inEveryWay(house(), {
      before: async () => {
        before = await startTimes('web');
      },
      state: async () => ({
        status: await house().inspect('web', '.State.Status'),
        isAnew: (await startTimes('web'))['web'] !== before['web'],
      }),
      moves: [
        {
          audit: 'containers.restart',
          browser: async () => {
            await choose('web', /^Restart/);
            await answer('Restart');
            await house().page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: () => house().nebula(['containers', 'restart', 'web']),
          curl: async () => house().curlRun(`/containers/${await house().idOf('web')}/restart`),
          ends: { status: 'running', isAnew: true },
        },
      ],
    });
  }, 300_000);

  test('a container is stopped and started again', async () => {
    await inEveryWay(house(), {
      state: () => house().inspect('web', '.State.Status'),
      moves: [
        {
          audit: 'containers.stop',
          browser: async () => {
            await choose('web', /^Stop/);
            await answer('Stop');
          },
          nebula: () => house().nebula(['containers', 'stop', 'web']),
          curl: async () => house().curlRun(`/containers/${await house().idOf('web')}/stop`),
          ends: 'exited',
        },
        {
          audit: 'containers.start',
          // The page tells by itself that it stopped, and then offers the start.
          browser: () => house().page.getByRole('button', { name: 'Start', exact: true }).click(),
          nebula: () => house().nebula(['containers', 'start', 'web']),
          curl: async () => house().curlRun(`/containers/${await house().idOf('web')}/start`),
          ends: 'running',
        },
      ],
    });
  }, 300_000);

  test('a container gets another name, and its own back', async () => {
    const rename = (from: string, to: string): Move<string> => ({
      audit: 'containers.rename',
      browser: async () => {
        await choose(from, /^Rename/);
        await inDialog().getByLabel('New name').fill(to);
        await answer('Rename');
        await house().page.getByRole('heading', { name: to }).first().waitFor();
      },
      nebula: () => house().nebula(['containers', 'rename', from, '--name', to]),
      curl: async () => house().curlRun(`/containers/${await house().idOf(from)}/rename`, { name: to }),
      ends: to,
    });
    const id = await house().idOf('web');
    await inEveryWay(house(), {
      state: async () => (await house().inspect(id, '.Name')).slice(1),
      moves: [rename('web', 'shop'), rename('shop', 'web')],
    });
  }, 300_000);

  test('a container is made and started', async () => {
    const image = house().engine.busyboxImage;
    const body = {
      name: 'fresh',
      image,
      command: ['sleep', '3600'],
      environment: [{ name: 'GREETING', value: 'güten täg' }],
      memoryBytes: 64 * 1024 * 1024,
    };
    await inEveryWay(house(), {
      before: () =>
        house()
          .engine.docker(['rm', '-f', 'fresh'])
          .then(() => house().isAway('fresh')),
      state: async () => ({
        status: await house().inspect('fresh', '.State.Status'),
        image: await house().inspect('fresh', '.Config.Image'),
        command: await house().inspect('fresh', 'json .Config.Cmd'),
        environment: await house().inspect('fresh', 'json .Config.Env'),
        memory: await house().inspect('fresh', '.HostConfig.Memory'),
        ports: await house().inspect('fresh', 'json .HostConfig.PortBindings'),
        policy: await house().inspect('fresh', '.HostConfig.RestartPolicy.Name'),
      }),
      moves: [
        {
          audit: 'containers.create',
          browser: async () => {
            await house().page.goto(`${house().product.url}/containers/new`);
            await house().page.getByLabel('Name', { exact: true }).fill(body.name);
            await house().page.getByLabel('Image', { exact: true }).fill(image);
            await house().page.getByLabel('Command', { exact: true }).fill(body.command.join('\n'));
            await house().page.getByRole('button', { name: 'Add a variable' }).click();
            await house().page.getByLabel('Name of the variable').fill('GREETING');
            await house().page.getByLabel('Value of the variable').fill('güten täg');
            await house().page.getByLabel('Memory limit in MiB').fill('64');
            await house().page.getByRole('button', { name: 'Make and start it' }).click();
            await house().page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: () => house().nebula(['containers', 'create', '--body', '-'], JSON.stringify(body)),
          curl: () => house().curlRun('/containers', body),
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
  }, 300_000);

  test('a container is removed once its name is typed', async () => {
    await inEveryWay(house(), {
      before: () => house().start('old'),
      state: async () => (await house().engine.docker(['inspect', 'old'])).code === 0,
      moves: [
        {
          audit: 'containers.remove',
          browser: async () => {
            await choose('old', /^Remove/);
            await inDialog().getByLabel('Type old to go on').fill('old');
            await inDialog().getByLabel('It runs: end it first').check();
            await answer('Remove');
          },
          nebula: () => house().nebula(['containers', 'remove', 'old', '--name', 'old', '--is-forced']),
          curl: async () =>
            house().curlRun(`/containers/${await house().idOf('old')}/remove`, {
              name: 'old',
              isForced: true,
            }),
          ends: false,
        },
      ],
    });
  }, 300_000);

  test('two containers are restarted at once', async () => {
    let before: Record<string, string> = {};
    const ids = async () => [await house().idOf('web'), await house().idOf('database')];
    await inEveryWay(house(), {
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
            await house().page.goto(`${house().product.url}/containers`);
            for (const name of ['web', 'database']) await house().page.getByLabel(`Select ${name}`).check();
            await house()
              .page.getByRole('region', { name: 'What to do with the selected containers' })
              .getByRole('button', { name: 'Restart' })
              .click();
            await answer('Restart');
            await house().page.waitForURL(/\/jobs\/[0-9a-f-]{36}/);
          },
          nebula: async () => {
            const list = (await ids()).join(',');
            await house().nebula(['containers', 'bulk', '--verb', 'restart', '--ids', list]);
          },
          curl: async () => house().curlRun('/containers/bulk', { verb: 'restart', ids: await ids() }),
          ends: ['web is anew', 'database is anew'],
        },
      ],
    });
  }, 300_000);
}

import { expect, test } from 'vitest';
import type { Docker, NewContainer } from './index.ts';

/** An engine under test, with an image in it whose command ends when it is asked to. */
export interface Subject {
  docker: Docker;
  image: string;
  /** Command that runs on until it is stopped. */
  command: string[];
}

/** A container with nothing special. */
export function plainContainer({ image, command }: Subject, name: string): NewContainer {
  return {
    ...{ name, image, command },
    environment: ['A=b'],
    labels: { 'conformance.test': name },
    ports: [],
    mounts: [],
    network: null,
    restartPolicy: { name: 'no', maximumRetries: 0 },
    memoryBytes: null,
    cpus: null,
    healthCheck: null,
  };
}

const nobody = 'f'.repeat(64);

/** What every driver of the port must do; the real engine and the fake are held to it. */
export function conformance(subjectOf: () => Subject): void {
  const make = async (name: string) => {
    const subject = subjectOf();
    const id = await subject.docker.create(plainContainer(subject, name));
    return { docker: subject.docker, id };
  };
  const stateOf = async (docker: Docker, id: string) => (await docker.inspect(id))?.state;

  test('a container is made, found by its label, started, stopped and removed', async () => {
    const { docker, id } = await make('conform-life');

    const listed = await docker.list({ label: 'conformance.test=conform-life' });
    const created = await stateOf(docker, id);
    await docker.start(id);
    const running = await docker.inspect(id);
    await docker.start(id);
    await docker.stop(id, 1);
    const stopped = await stateOf(docker, id);
    await docker.stop(id, 1);
    await docker.remove(id, false);

    expect(listed.map((row) => row.id)).toEqual([id]);
    expect([created, running?.state, stopped]).toEqual(['created', 'running', 'exited']);
    expect(running).toMatchObject({ name: 'conform-life', environment: expect.arrayContaining(['A=b']) });
    expect(running?.startedAt).toBeInstanceOf(Date);
    expect(await docker.inspect(id)).toBe(null);
  });

  test('a restart moves the time of the start', async () => {
    const { docker, id } = await make('conform-restart');
    await docker.start(id);
    const before = (await docker.inspect(id))?.startedAt?.getTime() ?? 0;

    await docker.restart(id, 1);

    expect((await docker.inspect(id))?.startedAt?.getTime()).toBeGreaterThan(before);
    await docker.remove(id, true);
  });

  test('a container is frozen, thawed and killed', async () => {
    const { docker, id } = await make('conform-kill');
    await docker.start(id);

    await docker.pause(id);
    const paused = await stateOf(docker, id);
    await docker.unpause(id);
    const thawed = await stateOf(docker, id);
    await docker.kill(id, 'SIGKILL');
    await expect.poll(() => stateOf(docker, id), { timeout: 20_000 }).toBe('exited');

    expect([paused, thawed]).toEqual(['paused', 'running']);
    await docker.remove(id, false);
  });

  test('a container gets another name, but none that another has', async () => {
    const { docker, id } = await make('conform-one');
    const other = await make('conform-two');

    await docker.rename(id, 'conform-three');

    expect((await docker.inspect(id))?.name).toBe('conform-three');
    await expect(make('conform-two')).rejects.toMatchObject({ name: 'DriverError', kind: 'rejected' });
    for (const one of [id, other.id]) await docker.remove(one, true);
  });

  test('a container that runs is not removed unless it is forced', async () => {
    const { docker, id } = await make('conform-busy');
    await docker.start(id);

    await expect(docker.remove(id, false)).rejects.toMatchObject({ kind: 'rejected' });
    await docker.remove(id, true);

    expect(await docker.inspect(id)).toBe(null);
  });

  test('what is not there is null to look at and refused to change', async () => {
    const { docker } = subjectOf();

    expect(await docker.inspect(nobody)).toBe(null);
    expect(await docker.describe(nobody)).toBe(null);
    expect(await docker.image('conformance/nothing:1')).toBe(null);
    const changes = [
      () => docker.start(nobody),
      () => docker.stop(nobody, 1),
      () => docker.pause(nobody),
      () => docker.remove(nobody, true),
    ];
    for (const change of changes)
      await expect(change()).rejects.toMatchObject({ name: 'DriverError', kind: 'rejected' });
  });

  test('an image that is not here makes no container', async () => {
    const subject = subjectOf();
    const wanted = { ...plainContainer(subject, 'conform-none'), image: 'conformance/nothing:1' };

    await expect(subject.docker.create(wanted)).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/no such image/i),
    });
  });

  test('counters come from what runs only', async () => {
    const { docker, id } = await make('conform-counters');

    const { signal } = new AbortController();
    const before = await docker.counters([id], signal);
    await docker.start(id);
    const running = await docker.counters([id, 'e'.repeat(64)], signal);

    expect([...before]).toEqual([]);
    expect([...running.keys()]).toEqual([id]);
    expect(running.get(id)).toMatchObject({ memoryLimitBytes: null, cpuNanoseconds: expect.any(Number) });
    await docker.remove(id, true);
  });

  test('a volume is made, held by a container that never ran, and removed by its name', async () => {
    const subject = subjectOf();
    const { docker } = subject;
    await docker.createVolume({ name: 'conform-data', labels: { 'conformance.test': 'yes' } });
    await docker.createVolume({ name: 'conform-data', labels: {} });
    const mount = { type: 'volume', source: 'conform-data', target: '/data', isReadOnly: false } as const;
    const id = await docker.create({ ...plainContainer(subject, 'conform-holder'), mounts: [mount] });

    const holding = (await docker.holdings()).find((one) => one.id === id);
    const word = { actor: 'a test', reason: 'it made it' };
    await expect(docker.removeVolume('conform-data', word)).rejects.toMatchObject({ kind: 'rejected' });
    await docker.remove(id, true);
    const sizes = await docker.volumeSizes();
    const found = (await docker.volumes()).find(({ name }) => name === 'conform-data');
    await docker.removeVolume('conform-data', word);

    expect(holding).toMatchObject({ name: 'conform-holder', state: 'created', volumes: ['conform-data'] });
    expect(found?.labels).toEqual({ 'conformance.test': 'yes' });
    expect(sizes.get('conform-data')).toBe(0);
    expect((await docker.volumes()).some(({ name }) => name === 'conform-data')).toBe(false);
  });

  test('a network is made with its subnet, joined and left by a container that runs, and removed', async () => {
    const { docker, id } = await make('conform-member');
    await docker.start(id);
    const network = await docker.createNetwork({
      ...{ name: 'conform-net', isInternal: true, subnet: '10.231.7.0/24', gateway: null },
      labels: { 'conformance.test': 'yes' },
    });
    const isOn = async () => {
      const holding = (await docker.holdings()).find((one) => one.id === id);
      return holding?.networks.find((one) => one.name === 'conform-net')?.address ?? null;
    };

    await docker.connect(network, id);
    const address = await isOn();
    await expect(docker.removeNetwork(network)).rejects.toMatchObject({ kind: 'rejected' });
    await docker.disconnect(network, id);
    const found = (await docker.networks()).find((one) => one.id === network);
    const left = await isOn();
    await docker.removeNetwork(network);
    await docker.remove(id, true);

    expect(found).toMatchObject({ name: 'conform-net', isInternal: true, driver: 'bridge' });
    expect(found?.subnets.map(({ subnet }) => subnet)).toEqual(['10.231.7.0/24']);
    expect([address, left]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/), null]);
    expect((await docker.networks()).some((one) => one.id === network)).toBe(false);
  });

  test('an image gets a further name and loses it again, and stays', async () => {
    const { docker, image } = subjectOf();
    const id = (await docker.image(image))?.id ?? '';
    await docker.tagImage(id, 'conformance/other', '1');

    const named = (await docker.images()).find((one) => one.id === id);
    const described = await docker.describeImage(id);
    await docker.removeImage('conformance/other:1');

    expect(named?.tags).toContain('conformance/other:1');
    expect(named?.sizeBytes).toBeGreaterThan(0);
    expect(described).toMatchObject({ id, os: 'linux' });
    expect((await docker.image(id))?.tags).toEqual([image]);
    expect(await docker.describeImage('conformance/nothing:1')).toBe(null);
  });

  test('what happens is told with what it is about and how it ended', async () => {
    const { docker, id } = await make('conform-happens');
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { type, action, id: whom, attributes } of docker.happenings(stop.signal))
        if (whom === id) seen.push(`${type} ${action} ${attributes['name']}`);
    })();

    await expect
      .poll(
        async () => {
          await docker.start(id);
          await docker.stop(id, 1);
          return seen.includes('container start conform-happens');
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    stop.abort();

    await reading;
    await docker.remove(id, true);
  });

  test('events tell whom they are about, and end with their signal', async () => {
    const { docker, id } = await make('conform-events');
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of docker.events(stop.signal)) if (event.id === id) seen.push(event.action);
    })();

    await expect
      .poll(
        async () => {
          await docker.start(id);
          await docker.stop(id, 1);
          return seen.some((action) => action === 'start');
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    stop.abort();

    await reading;
    await docker.remove(id, true);
  });
}

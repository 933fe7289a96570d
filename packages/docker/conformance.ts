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

    const before = await docker.counters(id);
    await docker.start(id);
    const running = await docker.counters(id);

    expect(before).toBe(null);
    expect(running).toMatchObject({ memoryLimitBytes: null, cpuNanoseconds: expect.any(Number) });
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

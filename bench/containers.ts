import type { TestEngine } from '@nebula/testbed';

/** Starts containers that do nothing, `<name>-0` and on. Throws when one does not start: fewer would make the figure better. */
export async function startSleepers(engine: TestEngine, count: number, name: string): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const args = [
      'run',
      '-d',
      '--name',
      `${name}-${n}`,
      engine.busyboxImage,
      '/bin/busybox',
      'sleep',
      '86400',
    ];
    const outcome = await engine.docker(args);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  }
}

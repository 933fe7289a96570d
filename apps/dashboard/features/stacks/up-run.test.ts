import { expect, test } from 'vitest';
import { upRuns } from './up-run.ts';
import type { UpParts } from './up-steps.ts';

/** Parts of which none may be touched. */
const untouchable = new Proxy({} as UpParts, {
  get(_parts, name) {
    throw new Error(`${String(name)} was touched`);
  },
});

test('a run that is taken back before it knew what ran touches nothing', async () => {
  const up = upRuns(untouchable).find(({ kind }) => kind === 'stacks.up');
  const hold = up?.steps({ draftId: null }).find(({ name }) => name === 'hold');
  const context = { input: { name: 'shop' }, memory: { find: () => undefined, read: () => null } };

  await expect(hold?.undo?.run(context as never)).resolves.toBeUndefined();
});

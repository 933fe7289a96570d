import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const program = `
  import { createLog } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
  const log = createLog({ service: 'test', level: 'info' });
  log.info({}, 'begun');
  process.stdin.once('data', () => {
    for (let n = 0; n < 3; n += 1) log.info({ n }, 'nobody reads this');
    setImmediate(() => {
      console.error('still here');
      process.exit(0);
    });
  });
`;

test('a program goes on when nobody reads its log any more', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');

  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.end('go on\n');

  expect((await ended)[0]).toBe(0);
  expect(told).toContain('still here');
});

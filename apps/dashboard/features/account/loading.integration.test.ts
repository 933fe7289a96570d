import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const runProgram = promisify(execFile);
const app = join(import.meta.dirname, '..', '..', 'app.ts');

/** Imports a module in a process of its own and prints what that loads. */
const script = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
  await import(process.argv[1]);
  process.stdout.write(JSON.stringify(loaded));
  process.exit(0);
`;

test('the libraries of signing in are not loaded with the application, but on first use', async () => {
  const { stdout } = await runProgram(process.execPath, ['--input-type=module', '-e', script, app], {
    maxBuffer: 32 * 1024 * 1024,
  });

  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.some((url) => url.endsWith('/packages/auth/index.ts'))).toBe(true);
  const early =
    /node_modules\/(?:otpauth|@simplewebauthn|openid-client|oauth4webapi|jose|@node-rs|@peculiar)\//;
  expect(loaded.filter((url) => early.test(url))).toEqual([]);
}, 60_000);

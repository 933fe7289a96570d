import {
  findProgram,
  launchBrowser,
  type Product,
  run,
  startEngine,
  startProduct,
  type TestBrowser,
  type TestEngine,
} from '@nebula/testbed';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { makeFirstAccount, nebulaOn, watchFaults } from './opening.ts';

/** How long a person of these tests waits for anything. */
export const patience = 60_000;

/** A product on an engine of its own, and the three ways to it. */
export interface House extends AsyncDisposable {
  product: Product;
  engine: TestEngine;
  browser: TestBrowser;
  page: Page;
  /** What went wrong on the page so far. */
  errors: string[];
  /** `nebula` as a program, with the key of the person who sits at the browser. */
  nebula(args: string[], input?: string): Promise<string>;
  /** `nebula … --json` and what it answered. */
  nebulaJson<T>(args: string[], input?: string): Promise<T>;
  /** A call of the API by the program `curl`. */
  curl<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A call that starts a run, followed to its end by asking again and again. */
  curlRun(path: string, body?: unknown): Promise<void>;
  /** An answer of the API, for looking. */
  look<T>(path: string): Promise<T>;
  /** The id of a container as the API lists it, as soon as it does. */
  idOf(name: string): Promise<string>;
  /** Waits until the API does not list a container any more. */
  isAway(name: string): Promise<void>;
  /** Waits until the newest run has ended. */
  isQuiet(): Promise<void>;
  /** Starts a container anew by the engine's own client. */
  start(name: string): Promise<void>;
  /** A field of a container as the engine tells it; empty where there is none. */
  inspect(name: string, field: string): Promise<string>;
}

/** Starts everything, makes the first account in the browser and the key of that person for the other two ways. */
export async function openHouse(environment: NodeJS.ProcessEnv): Promise<House> {
  // Given back whatever goes wrong until all of it stands.
  await using parts = new AsyncDisposableStack();
  const engine = await startEngine();
  parts.defer(() => engine.stop());
  const product = parts.use(await startProduct({ engine: engine.socket }));
  const browser = parts.use(await launchBrowser({ viewport: { width: 1440, height: 900 } }));
  const page = await browser.context.newPage();
  page.setDefaultTimeout(patience);
  const errors = watchFaults(page);
  await makeFirstAccount(page, product);
  await page.getByRole('heading', { name: 'Mission Control' }).waitFor();
  const key = await makeKey(page, product.url, {
    name: 'terminal',
    role: 'Administrator',
    scopes: ['Everything the role allows', 'Dangerous things without a fresh proof'],
  });

  const program = nebulaOn(product, environment);
  const nebula = (args: string[], input = '') => program(args, { key, input });
  const curl = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    answerOf<T>(await callByCurl({ url: `${product.url}/api${path}`, method, key, body }));
  const found = async (name: string) => {
    const { items } = await curl<{ items: { id: string; name: string }[] }>(
      'GET',
      `/containers?search=${name}`,
    );
    return items.find((one) => one.name === name)?.id;
  };
  await curl('POST', '/tour/end');

  const kept = parts.move();
  return {
    product,
    engine,
    browser,
    page,
    errors,
    nebula,
    nebulaJson: async (args, input) => answerOf(await nebula([...args, '--json'], input)),
    curl,
    async curlRun(path, body) {
      const { runId } = await curl<{ runId: string }>('POST', path, body);
      const state = async () => (await curl<{ state: string }>('GET', `/jobs/runs/${runId}`)).state;
      await expect.poll(state, { timeout: patience, interval: 100 }).toMatch(/succeeded|failed|unknown/);
    },
    look: (path) => curl('GET', path),
    async idOf(name) {
      await expect.poll(() => found(name), { timeout: patience }).toBeDefined();
      return (await found(name)) ?? '';
    },
    async isAway(name) {
      await expect.poll(() => found(name), { timeout: patience }).toBeUndefined();
    },
    async isQuiet() {
      const state = async () =>
        (await curl<{ items: { state: string }[] }>('GET', '/jobs/runs?limit=1')).items[0]?.state ?? 'none';
      await expect.poll(state, { timeout: patience, interval: 100 }).toMatch(/succeeded|failed|unknown|none/);
    },
    async start(name) {
      await engine.docker(['rm', '-f', name]);
      const options = ['--init', '--stop-timeout', '1', '--name', name];
      await engineOk(engine, ['run', '-d', ...options, engine.busyboxImage, 'sleep', '3600']);
    },
    inspect: async (name, field) =>
      (await engine.docker(['inspect', '-f', `{{${field}}}`, name])).stdout.trim(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Makes an API key on the account's page and answers it. */
export async function makeKey(
  page: Page,
  url: string,
  { name, role, scopes }: { name: string; role: string; scopes: string[] },
): Promise<string> {
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: role });
  for (const scope of scopes) await dialog.getByLabel(scope).check();
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const key = (await page.getByLabel('Your new API key').textContent()) ?? '';
  await page.getByRole('button', { name: 'I have stored it' }).click();
  return key;
}

/** Asks the engine for something that has to succeed. */
export async function engineOk(engine: TestEngine, args: readonly string[]): Promise<void> {
  const ended = await engine.docker([...args]);
  if (ended.code !== 0) throw new Error(ended.stderr);
}

interface Call {
  url: string;
  method: string;
  key: string;
  body: unknown;
}

/** The program where there is one, else what it would send. */
async function callByCurl({ url, method, key, body }: Call): Promise<string> {
  const json = body === undefined ? null : JSON.stringify(body);
  const headers = [
    `Authorization: Bearer ${key}`,
    ...(json === null ? [] : ['Content-Type: application/json']),
  ];
  const program = findProgram('curl');
  if (program === null) {
    const answer = await fetch(url, {
      method,
      headers: headers.map((line): [string, string] => {
        const [name = '', value = ''] = line.split(': ');
        return [name, value];
      }),
      body: json,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${text}`);
    return text;
  }
  const argv = [program, '-sS', '--fail-with-body', '-X', method, ...headers.flatMap((one) => ['-H', one])];
  const ended = await run([...argv, ...(json === null ? [] : ['--data-binary', '@-']), url], {
    input: json ?? '',
  });
  if (ended.code !== 0) throw new Error(`${method} ${url}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

/** JSON is whatever the test says that it is. */
function answerOf<T>(text: string): T {
  return text === '' ? (null as T) : (JSON.parse(text) as T);
}

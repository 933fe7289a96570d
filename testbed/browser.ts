import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { parts } from './parts.ts';
import { findProgram } from './run.ts';

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with one profile of its own. */
export interface TestBrowser extends AsyncDisposable {
  context: BrowserContext;
  /** Closes the browser and removes its profile. */
  close(): Promise<void>;
}

/** What a browser may differ in: what its pages do, and which names lead where. */
export interface BrowserOptions extends BrowserContextOptions {
  /** Names with the `host:port` that they lead to, past any DNS. */
  hosts?: Record<string, string>;
}

/**
 * Starts the machine's Chromium without a window, with a profile of its own.
 *
 * @param options of the page: viewport, colour scheme, reduced motion; and where names lead.
 * @throws Error when the machine has no Chromium.
 */
export async function launchBrowser({ hosts = {}, ...options }: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'nebula-chromium-'));
  const close = async (context: BrowserContext | null) => {
    await context?.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const context = await chromium.launchPersistentContext(profile, {
      ...options,
      executablePath: browserProgram(),
      // Chromium refuses its sandbox to root.
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...flags, ...resolverFlag(hosts)],
      env: { ...stringsOf(process.env), HOME: profile },
    });
    return { context, close: () => close(context), [Symbol.asyncDispose]: () => close(context) };
  } catch (error) {
    await close(null);
    throw error;
  }
}

function resolverFlag(hosts: Record<string, string>): string[] {
  const rules = Object.entries(hosts).map(([name, place]) => `MAP ${name} ${place}`);
  return rules.length === 0 ? [] : [`--host-resolver-rules=${rules.join(', ')}`];
}

function browserProgram(): string {
  const names = parts.find((part) => part.id === 'chromium')?.binaries[0]?.names ?? [];
  for (const name of names) {
    const path = findProgram(name);
    if (path !== null) return path;
  }
  throw new Error('No Chromium here; `npm test` installs it.');
}

function stringsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

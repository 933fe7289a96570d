import { join } from 'node:path';
import { type Product, runOk } from '@nebula/testbed';
import type { Page } from 'playwright-core';

const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'nebula.mjs');

/** Who makes the first account. */
export const me = 'evin@example.com';
export const password = 'correct horse battery';

/** What went wrong on a page so far: errors of scripts, and dialogs of the browser, which only markup let in would open. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => void faults.push(error.message));
  page.on('dialog', (dialog) => {
    faults.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}

/** Follows the set-up link and makes the first account, until the page behind it stands. */
export async function makeFirstAccount(page: Page, product: Product): Promise<void> {
  await page.goto(product.setUpUrl ?? '');
  await page.getByLabel('Your name').fill('Evin');
  await page.getByLabel('E-mail').fill(me);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('navigation').first().waitFor({ timeout: 60_000 });
}

/** Runs `nebula` as a program of its own on a product's server and data; answers what it printed. */
export function nebulaOn(
  product: Product,
  environment: NodeJS.ProcessEnv,
): (args: readonly string[], more?: { key?: string; input?: string }) => Promise<string> {
  return (args, { key = '', input = '' } = {}) =>
    runOk([process.execPath, program, ...args], {
      input,
      env: {
        ...environment,
        NEBULA_URL: product.url,
        NEBULA_DATA: product.dataDir,
        NO_COLOR: '1',
        ...(key === '' ? {} : { NEBULA_API_KEY: key }),
      },
    });
}

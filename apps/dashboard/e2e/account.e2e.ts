import { join } from 'node:path';
import {
  launchBrowser,
  type OpenIdProvider,
  openIdProvider,
  type Product,
  startProduct,
  type TestBrowser,
  totpCode,
} from '@nebula/testbed';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, runningEmbeddedPostgres } from '@nebula/db';
import { createLog } from '@nebula/log';
import { dashboardDatabase } from '../contract.ts';
import { until } from '../testing.ts';
import { seriousFaults } from './looking.ts';
import { me, nebulaOn } from './opening.ts';

const password = 'correct horse battery';
const patience = 30_000;
let provider: OpenIdProvider;
let product: Product;
let browser: TestBrowser;
let page: Page;
let authenticator: { session: CDPSession; id: string };
let home = '';
let secret = '';
let recoveryCodes: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  provider = await openIdProvider();
  product = await startProduct({
    env: {
      NEBULA_OIDC_ISSUER: provider.issuer,
      NEBULA_OIDC_CLIENT_ID: provider.clientId,
      NEBULA_OIDC_CLIENT_SECRET: provider.clientSecret,
      NEBULA_OIDC_NAME: 'Test House',
    },
  });
  // Browsers know passkeys at a name only.
  home = product.url.replace('127.0.0.1', 'localhost');
  browser = await launchBrowser({ viewport: { width: 1440, height: 900 } });
  page = await browser.context.newPage();
  page.setDefaultTimeout(patience);
  page.on('pageerror', (error) => errors.push(error.message));
  authenticator = await virtualAuthenticator(page);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await product.stop();
  await provider[Symbol.asyncDispose]();
}, 60_000);

/** Chromium's own authenticator in software, which says yes to everything (WebAuthn testing extension, section 11). */
async function virtualAuthenticator(of: Page) {
  const session = await of.context().newCDPSession(of);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}

async function look(name: string): Promise<void> {
  expect(await seriousFaults(page), name).toEqual([]);
  for (const width of [390, 820, 1440]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), name).toBe(true);
  }
}

let lastStep = 0;

/** A code that was not used yet; the server takes that of the next half minute too, and no later one. */
async function freshCode(): Promise<string> {
  const now = () => Math.floor(Date.now() / 30_000);
  const step = Math.max(now(), lastStep + 1);
  await until(() => now() + 1 >= step, 60_000);
  lastStep = step;
  return totpCode(secret, new Date(step * 30_000));
}

/** Waits until somebody is signed in, whichever page they came back to. */
async function isIn(): Promise<void> {
  await page.getByRole('button', { name: 'Your menu' }).waitFor();
}

async function signOut(): Promise<void> {
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
}

async function enterPassword(email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Makes every proof of this product stale, as ten minutes do. */
async function forgetProofs(): Promise<void> {
  const running = await runningEmbeddedPostgres(join(product.dataDir, 'postgres'));
  if (running === null) throw new Error('the database of the product should run');
  const log = createLog({ service: 'test', level: 'silent' });
  await using database = openDatabase(running.connection(dashboardDatabase), { log, max: 1 });
  await database.pool.query('update sessions set stepped_up_at = null');
  await database.pool.query("select pg_notify('nebula_auth', '')");
}

const proofDialog = () => page.getByRole('dialog', { name: 'Is it you?' });

test('the first account sees how it is protected', async () => {
  await page.goto((product.setUpUrl ?? '').replace('127.0.0.1', 'localhost'));
  await page.getByLabel('Your name').fill('Evin');
  await page.getByLabel('E-mail').fill('evin@example.com');
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await isIn();

  await page.goto(`${home}/account`);
  await page.getByText('No passkeys yet').waitFor();
  await page.getByText('This one').waitFor();
  await look('account-fresh');
});

test('a passkey is made and signs in without e-mail and password', async () => {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('test key');
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByText('test key', { exact: true }).waitFor();
  const { credentials } = await authenticator.session.send('WebAuthn.getCredentials', {
    authenticatorId: authenticator.id,
  });
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);

  await signOut();
  await look('sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();

  await isIn();
});

test('two-step sign-in is turned on with a picture, and its recovery codes are shown once', async () => {
  await page.goto(`${home}/account`);
  await page.getByRole('button', { name: 'Turn it on' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: /QR code/ }).waitFor();
  secret = (await dialog.locator('code').textContent()) ?? '';
  await look('enrol');
  await dialog.getByLabel('Code that the app shows').fill(await freshCode());
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByRole('dialog', { name: 'Keep your recovery codes' }).waitFor();
  recoveryCodes = await page.getByRole('dialog').locator('code').allTextContents();
  expect(recoveryCodes).toHaveLength(10);
  await look('recovery-codes');
  await page.getByRole('button', { name: 'I have stored them' }).click();

  await page.getByText('10 codes left').waitFor();
  await look('account');
});

test('signing in with the password then asks for a code; a recovery code does too, once', async () => {
  await signOut();
  await enterPassword('evin@example.com');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await look('second-step');
  await page.getByLabel('Code of your authenticator app').fill(await freshCode());
  await page.getByRole('button', { name: 'Go on' }).click();
  await isIn();

  await signOut();
  await enterPassword('evin@example.com');
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
  await page.getByRole('button', { name: 'Go on' }).click();
  await isIn();
  await page.goto(`${home}/account`);
  await page.getByText('9 codes left').waitFor();
});

describe('a dangerous thing with a stale proof', () => {
  test('asks once, takes a passkey, and is then done without another click', async () => {
    await forgetProofs();
    await page.getByRole('button', { name: 'New codes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New codes' }).click();
    await proofDialog().waitFor();
    await proofDialog().getByRole('button', { name: 'Use a passkey' }).waitFor();
    await look('proof');
    await proofDialog().getByRole('button', { name: 'Use a passkey' }).click();

    await page.getByRole('dialog', { name: 'Keep your recovery codes' }).waitFor();
    await page.getByRole('button', { name: 'I have stored them' }).click();
    await page.getByText('10 codes left').waitFor();
  });

  test('takes password and code as well, and is not done when the person will not', async () => {
    await forgetProofs();
    const remove = async () => {
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await proofDialog().waitFor();
    };
    await remove();
    await proofDialog().getByRole('button', { name: 'Close' }).click();
    await page.getByText('test key still signs you in').waitFor();

    await remove();
    await proofDialog().getByLabel('Password', { exact: true }).fill(password);
    await proofDialog()
      .getByLabel(/Code of your authenticator app/)
      .fill(await freshCode());
    await proofDialog().getByRole('button', { name: 'It is me' }).click();

    await page.getByText('No passkeys yet').waitFor();
  });
});

test('somebody is invited by a link, makes an account in another browser, and is seen', async () => {
  await page.goto(`${home}/users`);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByLabel('E-mail').fill('guest@example.com');
  await page.getByLabel('Role').selectOption('operator');
  await look('invite');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.getByLabel('Invitation link').textContent()) ?? '';
  expect(link).toMatch(/\/invitation#neu_/);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Withdraw the invitation of guest@example.com' }).waitFor();

  const guest = await launchBrowser({ viewport: { width: 390, height: 844 } });
  const other = await guest.context.newPage();
  await other.goto(link);
  await other.getByLabel('Your name').fill('Guest');
  expect(await other.evaluate('location.href')).not.toContain('neu_');
  await other.getByLabel('New password').fill(password);
  expect(await other.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await other.getByRole('button', { name: 'Make my account' }).click();
  await other.getByRole('heading', { name: 'Containers' }).first().waitFor({ timeout: patience });
  // The session's answer comes after the page wanted to ask for the link: it must wait for the token, not be refused.
  await other.route('**/api/account/session', async (route) => {
    await other.waitForRequest('**/api/account/invitations/view', { timeout: 2000 }).catch(() => null);
    await route.continue();
  });
  await other.goto(link);
  await other.getByText('This link does not work any more').waitFor({ timeout: patience });

  await page.getByText('No open invitations').waitFor();
  await page.getByRole('button', { name: 'Edit guest@example.com' }).waitFor();
  await look('users');
  await guest.close();
});

test('two who edit one account: the second sees both versions and decides', async () => {
  await page.getByRole('button', { name: 'Edit guest@example.com' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Mine');
  const second = await browser.context.newPage();
  await second.goto(`${home}/users`);
  await second.getByRole('button', { name: 'Edit guest@example.com' }).click();
  await second.getByRole('dialog').getByLabel('Role').selectOption('viewer');
  await second.getByRole('button', { name: 'Save' }).click();
  await second.getByText('guest@example.com is changed').waitFor({ timeout: patience });
  await second.close();

  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: /Somebody changed this account/ }).waitFor();
  await look('conflict');
  await page.getByRole('button', { name: 'Save mine all the same' }).click();

  await page.getByText('guest@example.com is changed').waitFor();
  await page.getByText('Mine', { exact: true }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'guest@example.com' }).getByText('Viewer').waitFor();
});

test('an account is removed once its address is typed', async () => {
  await page.getByRole('button', { name: 'Remove guest@example.com' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
  await dialog.getByLabel(/Type guest@example.com/).fill('guest@example.com');
  await dialog.getByRole('button', { name: 'Remove' }).click();

  await until(async () => (await page.getByRole('button', { name: 'Edit guest@example.com' }).count()) === 0);
});

test('the account is linked to the provider, which then signs in to the second step', async () => {
  provider.setPerson({ sub: 'evin', email: 'evin@example.com', email_verified: true });
  await page.goto(`${home}/account`);
  await page.getByRole('button', { name: 'Link Test House' }).click();
  await page.getByText('Linked as evin@example.com').waitFor();

  await signOut();
  await page.getByRole('button', { name: 'Sign in with Test House' }).click();
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await page.getByRole('button', { name: 'Use a recovery code' }).waitFor();

  provider.setPerson({ sub: 'other', email: 'other@example.com', email_verified: true });
  await page.goto(`${home}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with Test House' }).click();
  await page.getByText(/other@example.com has no account here/).waitFor();
  await look('provider-refused');
});

test('the owner of the server makes a reset link, which sets a password and removes second factors', async () => {
  const printed = await nebulaOn(
    product,
    process.env,
  )(['account', 'reset', '--email', me, '--second-factors']);
  const link = printed.trim();
  expect(link).toMatch(/^http:\/\/\S+\/reset#neu_[\w-]{43}$/);
  await page.goto(link.replace('127.0.0.1', 'localhost'));
  await page
    .getByText('Two-step sign-in, recovery codes and passkeys of this account are removed too.')
    .waitFor();
  await look('reset');
  await page.getByLabel('New password').fill('a brand new password');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('link', { name: 'To the sign-in' }).click();
  await page.getByLabel('E-mail').fill('evin@example.com');
  await page.getByLabel('Password', { exact: true }).fill('a brand new password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await isIn();
});

test('nothing on any page broke', () => {
  expect(errors).toEqual([]);
});

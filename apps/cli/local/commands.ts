import type { Command } from 'commander';
import { addBackupCommands } from './backup-commands.ts';
import { changeContexts, contextsPath, readContexts } from '../contexts/store.ts';
import { localUrl, readAuthority, requireSafe, serverUrl } from '../contexts/target.ts';
import { readSecrets } from '../input.ts';
import { usage } from '../failure.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import type { CliConfig } from '../settings.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Adds what works on the data of this machine, without the server and without a key. What it needs loads on first use. */
export function addLocalCommands(program: Command, surroundings: Surroundings): void {
  const account = program.commands.find((command) => command.name() === 'account');
  if (account === undefined) throw new TypeError('the contract has no feature "account"');
  addCreateAdmin(account, program, surroundings);
  addReset(account, program, surroundings);
  addApiKey(account, program, surroundings);
  addBackupCommands(program, surroundings);
}

function addCreateAdmin(account: Command, program: Command, { config, print, signal }: Surroundings): void {
  account
    .command('create-admin')
    .description('On the server: make an account of an administrator, also while it is stopped')
    .requiredOption('--email <email>', 'address to sign in with')
    .requiredOption('--name <name>', 'name that others see')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .addHelpText(
      'after',
      `${onTheMachine}\nExample:\n  nebula account create-admin --email me@example.com --name Me --password-stdin\n`,
    )
    .action(async ({ email, name }: { email: string; name: string }) => {
      const [password = ''] = await readSecrets(['password']);
      const { createAdmin } = await import('./accounts.ts');
      const made = await createAdmin(config, { email, name, password }, signal);
      const { json, quiet } = program.opts<GlobalOptions>();
      if (json === true) print(`${safeJson(made)}\n`);
      else print(quiet === true ? `${made.id}\n` : `${safeText(made.email)} is an administrator now.\n`);
    });
}

interface ResetOptions {
  email: string;
  secondFactors?: true;
  keepKeys?: true;
}

function addReset(account: Command, program: Command, { config, print, tell, signal }: Surroundings): void {
  account
    .command('reset')
    .description('On the server: make a one-time link with which somebody sets a new password')
    .requiredOption('--email <email>', 'address of the account')
    .option('--second-factors', 'the link also removes two-step sign-in, recovery codes and passkeys')
    .option('--keep-keys', 'API keys of the account go on working; they are revoked otherwise')
    .addHelpText('after', `${onTheMachine}\nExample:\n  nebula account reset --email me@example.com\n`)
    .action(async ({ email, secondFactors, keepKeys }: ResetOptions) => {
      const { makeReset } = await import('./accounts.ts');
      const does = { clearsFactors: secondFactors === true, keepsKeys: keepKeys === true };
      const made = await makeReset(config, { email, ...does }, signal);
      const { json, quiet } = program.opts<GlobalOptions>();
      print(json === true ? `${safeJson(made)}\n` : `${safeText(made.url)}\n`);
      if (json === true || quiet === true) return;
      const also = secondFactors === true ? ' It also removes second factors and passkeys.' : '';
      const ends = does.keepsKeys ? 'ends every session' : 'ends every session and API key';
      tell(
        `Open this link within an hour: it sets a new password for ${safeText(made.email)}, works once, and ${ends}.${also}\n`,
      );
    });
}

interface KeyOptions {
  name: string;
  role: 'viewer' | 'operator' | 'admin';
  scopes: string;
  expires: string;
  save?: true;
  ca?: string;
}

function addApiKey(account: Command, program: Command, surroundings: Surroundings): void {
  const { config, print, tell, signal } = surroundings;
  account
    .command('api-key')
    .description('On the server: make an API key without signing in, also while it is stopped')
    .requiredOption('--name <name>', 'name of the key')
    .option('--role <role>', 'viewer, operator or admin', 'viewer')
    .requiredOption('--scopes <a,b>', '*, <feature>:* or permissions, separated by commas')
    .option('--expires <span>', 'such as 90d or 12h, or never', '90d')
    .option('--save', 'keep it as the context "local", which becomes the current one')
    .option('--ca <file>', 'with --save: certificate (PEM) of the own authority of the server')
    .addHelpText(
      'after',
      `${onTheMachine}\nExample:\n  nebula account api-key --name cli --role admin --scopes '*' --save\n`,
    )
    .action(async ({ name, role, scopes, expires, save, ca }: KeyOptions) => {
      if (ca !== undefined && save !== true) throw usage('--ca is kept with the key, so it needs --save.');
      const keep = save === true ? await prepareKeeping(ca, config) : undefined;
      const { createOwnerKey } = await import('./accounts.ts');
      const list = scopes.split(',').map((scope) => scope.trim());
      const made = await createOwnerKey(config, { name, role, scopes: list, expires }, signal);
      const { json, quiet } = program.opts<GlobalOptions>();
      if (json === true) print(`${safeJson(made)}\n`);
      else if (save !== true || quiet !== true) print(`${made.token}\n`);
      await keep?.(made.token);
      if (json === true || quiet === true) return;
      const until =
        made.expiresAt === null ? 'It does not expire.' : `It expires on ${made.expiresAt.slice(0, 10)}.`;
      tell(
        `This key is shown this once. ${until}${save === true ? ' It is kept as the context "local".' : ''}\n`,
      );
    });
}

/** Finds out where and whether a key can be kept before one is made. */
async function prepareKeeping(
  ca: string | undefined,
  config: CliConfig,
): Promise<(key: string) => Promise<void>> {
  const { authorityOf, findInstallation, runningUrl } = await import('./installation.ts');
  const installation = findInstallation(config);
  const url = serverUrl((await runningUrl(installation)) ?? localUrl(config));
  requireSafe(url, false);
  const file = ca ?? (url.isEncrypted ? authorityOf(installation) : undefined);
  const authority = file === undefined ? null : await readAuthority(file);
  const path = contextsPath(config);
  await readContexts(path);
  return async (key) => {
    const context = { name: 'local', url: url.text, key, authority, isInsecure: false };
    await changeContexts(path, ({ contexts }) => ({
      version: 1,
      current: 'local',
      contexts: [...contexts.filter(({ name }) => name !== 'local'), context],
    }));
  };
}

const onTheMachine = `
Works on the data of this machine (NEBULA_DATA), as its owner or root; the server may run or not.`;

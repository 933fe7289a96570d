import type { Command } from 'commander';
import { readSecrets } from '../input.ts';
import { usage } from '../failure.ts';
import { safeJson } from '../output/safe-text.ts';
import { table } from '../output/table.ts';
import type { Surroundings } from '../surroundings.ts';
import { changeContexts, Context, contextNamed, contextsPath, readContexts } from './store.ts';
import { readAuthority, requireSafe, serverUrl } from './target.ts';

/** Adds `nebula context …`: which servers there are and how they are reached. */
export function addContextCommands(program: Command, { config, print }: Surroundings): void {
  const path = contextsPath(config);
  const group = program
    .command('context')
    .description('Servers that this machine reaches, and the keys to them');

  group
    .command('add <name>')
    .description('Add a server, or replace the one of this name; the first becomes the current one')
    .requiredOption('--url <url>', 'address, such as https://host.example')
    .option('--key-stdin', 'read the API key from standard input; without a key only public calls work')
    .option('--ca <file>', "certificate (PEM) of the server's own authority, kept in the context")
    .addHelpText(
      'after',
      '\nExample:\n  nebula context add home --url https://server.lan:5000 --ca authority.pem --key-stdin < key.txt',
    )
    .action(async (name: string, options: { url: string; keyStdin?: true; ca?: string }) => {
      const isInsecure = program.opts()['insecure'] === true;
      const url = serverUrl(options.url);
      requireSafe(url, isInsecure);
      const authority = options.ca === undefined ? null : await readAuthority(options.ca);
      const [key = null] = options.keyStdin === true ? await readSecrets(['API key']) : [];
      const proven = Context.safeParse({ name, url: url.text, key, authority, isInsecure });
      if (!proven.success) throw usage(proven.error.issues[0]?.message ?? 'This context cannot be added.');
      const context = proven.data;
      await changeContexts(path, (file) => ({
        ...file,
        current: file.current ?? name,
        contexts: [...file.contexts.filter((other) => other.name !== name), context],
      }));
    });

  group
    .command('use <name>')
    .description('Make a server the current one')
    .addHelpText('after', '\nExample:\n  nebula context use home\n')
    .action(async (name: string) => {
      await changeContexts(path, (file) => ({ ...file, current: contextNamed(file, name).name }));
    });

  group
    .command('list')
    .description('Show the servers; keys are not shown')
    .addHelpText('after', '\nExample:\n  nebula context list --json\n')
    .action(async () => {
      const { current, contexts } = await readContexts(path);
      const shown = contexts.map(({ key, authority, ...context }) => ({
        ...context,
        isCurrent: context.name === current,
        hasKey: key !== null,
        hasAuthority: authority !== null,
      }));
      if (program.opts()['json'] === true) return print(`${safeJson({ items: shown })}\n`);
      if (program.opts()['quiet'] === true) return print(shown.map(({ name }) => `${name}\n`).join(''));
      if (shown.length === 0) return print('There are no contexts.\n');
      const yes = (is: boolean, text: string) => (is ? text : '');
      print(
        table(
          ['CURRENT', 'NAME', 'ADDRESS', 'KEY', 'AUTHORITY'],
          shown.map((row) => [
            yes(row.isCurrent, '*'),
            row.name,
            row.url,
            yes(row.hasKey, 'yes'),
            yes(row.hasAuthority, 'own'),
          ]),
        ),
      );
    });

  group
    .command('remove <name>')
    .description('Forget a server and the key to it; the key itself works on until it is revoked')
    .addHelpText('after', '\nExample:\n  nebula context remove home\n')
    .action(async (name: string) => {
      await changeContexts(path, (file) => {
        contextNamed(file, name);
        const contexts = file.contexts.filter((context) => context.name !== name);
        return { ...file, current: file.current === name ? null : file.current, contexts };
      });
    });
}

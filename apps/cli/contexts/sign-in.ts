import { hostname } from 'node:os';
import type { Command } from 'commander';
import { exitCodes, Failure, usage } from '../failure.ts';
import { readSecrets } from '../input.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { changeContexts, Context, contextsPath } from './store.ts';
import { localUrl, readAuthority, requireSafe, serverUrl } from './target.ts';

/** Adds `nebula sign-in`: keeps a key to a server once the server has taken it. */
export function addSignIn(program: Command, surroundings: Surroundings): void {
  const { config, print, signal } = surroundings;
  program
    .command('sign-in [url]')
    .description('Keep an API key to a server and make it the current context; asks for the key')
    .option('--name <name>', "name of the context (default: the server's host name)")
    .option('--ca <file>', "certificate (PEM) of the server's own authority, kept in the context")
    .addHelpText(
      'after',
      `
The key comes from the page "API keys" of the web, from \`nebula account create-key\`, or on the server itself from
\`nebula account api-key --name cli --role admin --scopes '*'\`. It is asked for, or read from standard input.

Examples:
  nebula sign-in https://server.lan:5000 --ca authority.pem
  nebula sign-in https://server.lan:5000 < key.txt
`,
    )
    .action(async (address: string | undefined, options: { name?: string; ca?: string }) => {
      const { json, quiet, insecure } = program.opts<GlobalOptions>();
      const url = serverUrl(address ?? localUrl(config));
      requireSafe(url, insecure === true);
      const authority = options.ca === undefined ? null : await readAuthority(options.ca);
      const name = options.name ?? nameOf(url.hostname);
      const [key = ''] = await readSecrets(['API key']);
      const proven = Context.safeParse({
        name,
        url: url.text,
        key,
        authority,
        isInsecure: insecure === true,
      });
      if (!proven.success) throw usage(proven.error.issues[0]?.message ?? 'This context cannot be kept.');
      const who = await whoIs(proven.data, signal);
      await changeContexts(contextsPath(config), (file) => ({
        ...file,
        current: name,
        contexts: [...file.contexts.filter((other) => other.name !== name), proven.data],
      }));
      if (json === true) return print(`${safeJson({ context: name, url: url.text, ...who })}\n`);
      if (quiet === true) return print(`${name}\n`);
      const as = who.user === null ? '' : ` as ${safeText(who.user)}`;
      print(`Signed in to ${url.text}${as}; ${name} is the current context.\n`);
    });
}

/** Asks the server what the key may do. Throws a failure when it does not take the key. */
async function whoIs(
  context: Context,
  signal: AbortSignal,
): Promise<{ user: string | null; permissions: string[] }> {
  const { openServer } = await import('../calls/server.ts');
  const { url, key, authority } = context;
  const { client } = await openServer({ url, key, authority });
  const { user, permissions } = await client.account.session({ signal });
  if (permissions.length === 0) {
    throw new Failure(exitCodes.denied, `${url} does not take this key.`, {
      next: 'Make a new one: on the server `nebula account api-key --name cli --role admin --scopes "*"`.',
    });
  }
  return { user: user?.email ?? null, permissions };
}

function nameOf(host: string): string {
  if (host === 'localhost' || host === '[::1]' || host.startsWith('127.')) return 'local';
  const name = host
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return name === '' ? hostname().slice(0, 63) : name;
}

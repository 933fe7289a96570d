import { systemClock } from '@nebula/clock';
import type { Api } from '@nebula/contract';
import { serverTarget } from '../contexts/target.ts';
import { type ExitCode, exitCodes, Failure } from '../failure.ts';
import { type Form, shownAnswer } from '../output/answer.ts';
import { isPage, isRow } from '../output/rows.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import { selected } from '../output/selection.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import type { CallCommand } from './commands.ts';
import { endOf, exitCodeOfRun, followRun } from './follow.ts';
import { type Given, inputOf } from './given.ts';
import { lookupFor } from './lookup.ts';
import { type CallArguments, openServer, type Server } from './server.ts';
import { prove } from './values.ts';

/** Makes a call and shows its answer. */
export async function perform(
  call: CallCommand,
  given: Given,
  globals: GlobalOptions,
  surroundings: Surroundings,
  contracts: Api,
): Promise<void> {
  const { endpoint, feature, name, fields } = call;
  const { config, end, signal } = surroundings;
  const input = await inputOf(call, given);
  const target = await serverTarget(config, {
    context: globals.context,
    isInsecure: globals.insecure === true,
  });
  const body = endpoint.kind === 'call' ? endpoint.body : undefined;
  // A name is not yet an id, so parameters that are looked up are proven by the server.
  const looked = call.params.some((param) => lookupFor(contracts, endpoint.path, param) !== undefined);
  prove({ params: looked ? undefined : endpoint.params, query: endpoint.query, body }, input, fields);
  if (endpoint.access !== 'public' && target.key === null) throw noKey(target.url);

  const server = await openServer(target, contracts);
  const args: CallArguments = {
    params: await lookedUp(call, input.params, server, signal, contracts),
    query: input.query,
    signal,
    ...(input.body === undefined ? {} : { body: input.body }),
  };
  if (endpoint.kind === 'download') {
    const { saveFile } = await import('./download.ts');
    const url = String(await server.call(feature, name, args));
    const saved = await saveFile(server, url, String(given.options['file'] ?? '-'), signal);
    if (saved !== null) surroundings.tell(`${safeText(saved)}\n`);
    return end(signal.aborted ? exitCodes.interrupted : exitCodes.ok);
  }
  if (endpoint.kind === 'stream' || endpoint.kind === 'socket') {
    const url = String(await server.call(feature, name, args));
    await converse(endpoint.kind, {
      server,
      url,
      isFollowed: given.options['follow'] === true,
      surroundings,
    });
    return end(signal.aborted ? exitCodes.interrupted : exitCodes.ok);
  }
  const sent = endpoint.kind === 'upload' ? await upload(endpoint, given, globals, surroundings) : {};
  const read = async () => {
    const answer = await server.call(feature, name, { ...args, ...sent });
    return given.options['all'] === true ? await rest(call, server, args, answer) : answer;
  };
  const { watch, watchSeconds } = await import('./watch.ts');
  const seconds = watchSeconds(given.options['watch']);
  if (seconds !== undefined) {
    await watch(seconds, async () => shown(call, await read(), globals, surroundings), surroundings);
    return end(exitCodes.interrupted);
  }
  const answer = await read();
  if (await followed(call, answer, given, globals, server, surroundings)) return;
  surroundings.print(shown(call, answer, globals, surroundings));
  if (formOf(globals) === 'people' && isPage(answer) && typeof answer.next === 'string') {
    surroundings.tell(`There is more: --cursor ${safeText(answer.next)}, or --all.\n`);
  }
  end(verdictOf(answer));
}

/** How answers are shown; fields that were chosen are for programs as well. */
function formOf({ json, quiet, output }: GlobalOptions): Form {
  if (json === true) return 'json';
  return quiet === true || output !== undefined ? 'quiet' : 'people';
}

function shown(
  { feature, name }: CallCommand,
  answer: unknown,
  globals: GlobalOptions,
  { terminal }: Surroundings,
): string {
  if (globals.output !== undefined) return selected(answer, globals.output);
  return shownAnswer(`${feature}.${name}`, answer, formOf(globals), { terminal, now: systemClock.now() });
}

interface Conversation {
  server: Server;
  url: string;
  isFollowed: boolean;
  surroundings: Surroundings;
}

async function converse(
  kind: 'stream' | 'socket',
  { server, url, isFollowed, surroundings: { signal, print, tell } }: Conversation,
): Promise<void> {
  if (kind === 'socket') {
    const { talk } = await import('./socket.ts');
    return await talk(url, server.target.key, signal, print);
  }
  const { followStream, printStream } = await import('./stream.ts');
  if (isFollowed) await followStream(server, url, signal, { print, tell });
  else await printStream(server, url, signal, print);
}

async function upload(
  endpoint: Extract<CallCommand['endpoint'], { kind: 'upload' }>,
  { options }: Given,
  globals: GlobalOptions,
  { terminal, tell }: Surroundings,
): Promise<Pick<CallArguments, 'file' | 'contentType'>> {
  const { fileToSend } = await import('./upload.ts');
  const isWatched = terminal.isInteractive && formOf(globals) === 'people';
  const progress = (sent: number, total: number | null) => {
    const share = total === null || total === 0 ? '' : ` (${Math.floor((sent / total) * 100)} %)`;
    tell(`\r${Math.ceil(sent / 1024)} KiB sent${share}${sent === total ? '\n' : ''}`);
  };
  const file = await fileToSend(String(options['file']), endpoint, isWatched ? progress : undefined);
  const type = options['type'] ?? endpoint.accept?.[0];
  return typeof type === 'string' ? { file, contentType: type } : { file };
}

/** Follows the run that an answer names, unless that is not wanted; true when it has. */
async function followed(
  call: CallCommand,
  answer: unknown,
  { options }: Given,
  globals: GlobalOptions,
  server: Server,
  { print, tell, signal, end }: Surroundings,
): Promise<boolean> {
  const runId = isRow(answer) && call.startsRun ? answer['runId'] : undefined;
  if (typeof runId !== 'string' || options['wait'] === false) return false;
  const form = formOf(globals);
  const say = (line: string) => {
    if (form === 'people') print(`${safeText(line)}\n`);
    if (form === 'json') tell(`${safeText(line)}\n`);
  };
  const run = await followRun(server.client, runId, signal, say);
  if (globals.output !== undefined) print(selected(run, globals.output));
  else if (form === 'json') print(`${safeJson(run)}\n`);
  else say(endOf(run));
  if (form === 'quiet' && run.state !== 'succeeded') tell(`${safeText(endOf(run))}\n`);
  end(exitCodeOfRun(run));
  return true;
}

/** An answer with findings is a success of the call and a bad sign all the same. */
function verdictOf(answer: unknown): ExitCode {
  const findings = isRow(answer) ? answer['findings'] : undefined;
  return Array.isArray(findings) && findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

function noKey(url: string): Failure {
  return new Failure(exitCodes.denied, `There is no API key for ${url}.`, {
    next: 'On the server: `nebula account api-key --name cli --role admin --scopes "*" --save`. Elsewhere: `nebula sign-in URL`.',
  });
}

async function lookedUp(
  call: CallCommand,
  params: Record<string, string>,
  server: Server,
  signal: AbortSignal,
  contracts: Api,
): Promise<Record<string, string>> {
  const found = { ...params };
  for (const [param, text] of Object.entries(params)) {
    const lookup = lookupFor(contracts, call.endpoint.path, param);
    if (lookup !== undefined) found[param] = await lookup.find(server, found, text, signal);
  }
  return found;
}

async function rest(
  { feature, name }: CallCommand,
  server: Server,
  args: CallArguments,
  first: unknown,
): Promise<unknown> {
  const items: Record<string, unknown>[] = [];
  for (let page = first; isPage(page); ) {
    items.push(...page.items);
    if (typeof page.next !== 'string') break;
    page = await server.call(feature, name, { ...args, query: { ...args.query, cursor: page.next } });
  }
  return { items, next: null };
}

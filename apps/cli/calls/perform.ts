import { openAsBlob } from 'node:fs';
import type { Api } from '@nebula/contract';
import { serverTarget } from '../contexts/target.ts';
import { type ExitCode, exitCodes, Failure, usage } from '../failure.ts';
import { readSecrets, readStdin } from '../input.ts';
import { type Form, isPage, shownAnswer } from '../output/answer.ts';
import { isRow } from '../output/columns.ts';
import { safeJson, safeText } from '../output/safe-text.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import type { CallCommand } from './commands.ts';
import type { Field } from './fields.ts';
import { endOf, exitCodeOfRun, followRun } from './follow.ts';
import { lookupFor } from './lookup.ts';
import { openServer, type Server } from './server.ts';
import { printStream } from './stream.ts';
import { type CallInput, mergeBody, prove, valueOf } from './values.ts';

/** What stood on the command line. */
export interface Given {
  args: string[];
  options: Record<string, unknown>;
}

/** Makes a call and shows its answer. */
export async function perform(
  call: CallCommand,
  given: Given,
  globals: GlobalOptions,
  { config, print, tell, signal, end }: Surroundings,
  contracts: Api,
): Promise<void> {
  const { endpoint, feature, name, fields } = call;
  const input = await inputOf(call, given);
  const target = await serverTarget(config, {
    context: globals.context,
    isInsecure: globals.insecure === true,
  });
  const body = endpoint.kind === 'call' ? endpoint.body : undefined;
  // A name is not yet an id, so parameters that are looked up are proven by the server.
  const looked = call.params.some((param) => lookupFor(endpoint.path, param) !== undefined);
  prove({ params: looked ? undefined : endpoint.params, query: endpoint.query, body }, input, fields);
  if (endpoint.access !== 'public' && target.key === null) throw noKey(target.url);

  const server = await openServer(target, contracts);
  const params = await lookedUp(call, input.params, server, signal);
  const args = {
    params,
    query: input.query,
    signal,
    ...(input.body === undefined ? {} : { body: input.body }),
  };
  if (endpoint.kind === 'stream') {
    await printStream(server, String(await server.call(feature, name, args)), signal, print);
    return end(signal.aborted ? exitCodes.interrupted : exitCodes.ok);
  }
  if (endpoint.kind === 'socket') {
    const { talk } = await import('./socket.ts');
    await talk(String(await server.call(feature, name, args)), target.key, signal, print);
    return end(signal.aborted ? exitCodes.interrupted : exitCodes.ok);
  }
  const file = endpoint.kind === 'upload' ? { file: await fileOf(String(given.options['file'])) } : {};
  let answer = await server.call(feature, name, { ...args, ...file });
  if (given.options['all'] === true) answer = await rest(call, server, args, answer);

  const form: Form = globals.json === true ? 'json' : globals.quiet === true ? 'quiet' : 'people';
  const runId = isRow(answer) && call.startsRun ? answer['runId'] : undefined;
  if (typeof runId === 'string' && given.options['wait'] !== false) {
    const say = (line: string) => {
      if (form === 'people') print(`${safeText(line)}\n`);
      if (form === 'json') tell(`${safeText(line)}\n`);
    };
    const run = await followRun(server.client, runId, signal, say);
    if (form === 'json') print(`${safeJson(run)}\n`);
    else say(endOf(run));
    if (form === 'quiet' && run.state !== 'succeeded') tell(`${safeText(endOf(run))}\n`);
    return end(exitCodeOfRun(run));
  }
  print(shownAnswer(`${feature}.${name}`, answer, form));
  if (form === 'people' && isPage(answer) && typeof answer.next === 'string') {
    tell(`There is more: --cursor ${safeText(answer.next)}, or --all.\n`);
  }
  end(verdictOf(answer));
}

/** An answer with findings is a success of the call and a bad sign all the same. */
function verdictOf(answer: unknown): ExitCode {
  const findings = isRow(answer) ? answer['findings'] : undefined;
  return Array.isArray(findings) && findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

function noKey(url: string): Failure {
  return new Failure(exitCodes.denied, `There is no API key for ${url}.`, {
    next: 'On the server: `nebula account api-key --name cli --role admin --scopes "*" --save`. Elsewhere: `nebula context add NAME --url URL --key-stdin`.',
  });
}

async function inputOf(call: CallCommand, { args, options }: Given): Promise<CallInput> {
  const secrets = call.fields.filter(
    (field) => field.isSecret && options[optionKey(field, '-stdin')] === true,
  );
  if (secrets.length > 0 && options['body'] === '-') {
    throw usage('Standard input cannot hold both the body and a secret; put the secret into the body.');
  }
  const values: Record<Field['place'], Record<string, unknown>> = { query: {}, body: {} };
  for (const field of call.fields) {
    const text = options[optionKey(field)];
    if (text === undefined || field.isSecret) continue;
    if (typeof text === 'string') values[field.place][field.name] = valueOf(field, text);
    else values[field.place][field.name] = field.type.kind === 'flag' ? text : null;
  }
  const typed = await readSecrets(secrets.map(({ name }) => name));
  secrets.forEach((field, at) => {
    values[field.place][field.name] = typed[at];
  });
  const params = Object.fromEntries(call.params.map((param, at) => [param, args[at] ?? '']));
  const given = await bodyOf(options['body']);
  if (options['body'] !== '-') refuseVisibleSecrets(call, given);
  const body = mergeBody(given, values.body);
  return { params, query: values.query, body: call.hasBody && body === undefined ? {} : body };
}

/** Arguments can be read by every user of the machine, in the body too. */
function refuseVisibleSecrets({ fields }: CallCommand, body: unknown): void {
  const seen = fields.find((field) => field.isSecret && isRow(body) && body[field.name] !== undefined);
  if (seen === undefined) return;
  throw usage(`--body: ${seen.name} must not stand on the command line, where others can read it.`, {
    next: `Use --${seen.option}-stdin, or give the whole body with \`--body -\`.`,
  });
}

/** The name under which commander keeps an option. */
function optionKey(field: Field, suffix = ''): string {
  return `${field.option}${suffix}`.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

async function bodyOf(option: unknown): Promise<unknown> {
  if (typeof option !== 'string') return undefined;
  const text = option === '-' ? await readStdin() : option;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usage(`--body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

async function lookedUp(
  call: CallCommand,
  params: Record<string, string>,
  server: Server,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const found = { ...params };
  for (const [param, text] of Object.entries(params)) {
    const lookup = lookupFor(call.endpoint.path, param);
    if (lookup !== undefined) found[param] = await lookup.find(server.client, text, signal);
  }
  return found;
}

async function rest(
  { feature, name }: CallCommand,
  server: Server,
  args: Parameters<Server['call']>[2],
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

async function fileOf(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (cause) {
    throw usage(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

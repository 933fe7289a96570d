import { type Api, type Endpoint, endpointsOf, type ListedEndpoint } from '@nebula/contract';
import { api } from '@nebula/dashboard/contract';
import { type Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import { examplesFor } from './examples.ts';
import { type Field, fieldsOf, kebab } from './fields.ts';
import type { Given } from './given.ts';
import { lookupFor } from './lookup.ts';

/** A call of the contract as a command. */
export interface CallCommand extends ListedEndpoint {
  params: string[];
  /** The first parameter can be completed with what the server has. */
  hasNames: boolean;
  /** What stands for each parameter in the usage line. */
  placeholders: string[];
  /** What a person might write for each. */
  exampleArguments: string[];
  fields: Field[];
  /** It answers the id of a run, which can be followed. */
  startsRun: boolean;
  /** It answers a page, and more can be asked for. */
  isList: boolean;
  hasBody: boolean;
}

const calls = new WeakMap<Command, CallCommand>();

/** The call that a command makes; undefined for commands that make none. */
export function callOf(command: Command): CallCommand | undefined {
  return calls.get(command);
}

/** Words under `nebula <feature>` for each call of the contract: the tree follows from it, nothing is listed here. */
export function addCalls(program: Command, surroundings: Surroundings, contracts: Api = api): void {
  const groups = new Map<string, Command>();
  for (const listed of endpointsOf(contracts)) {
    // Those are for routers and the like, with passwords of their own.
    if (listed.endpoint.kind === 'plain') continue;
    const call = callCommand(listed, contracts);
    let group = groups.get(call.feature);
    if (group === undefined) {
      group = program
        .command(kebab(call.feature))
        .aliases(aliases[call.feature] ?? [])
        .description(summaries[call.feature] ?? `Calls of ${kebab(call.feature).replaceAll('-', ' ')}`);
      groups.set(call.feature, group);
    }
    addCall(group, call, async (given) => {
      const { perform } = await import('./perform.ts');
      await perform(call, given, program.opts(), surroundings, contracts);
    });
  }
}

const aliases: Record<string, string[]> = { certificates: ['certs'] };

const summaries: Record<string, string> = {
  about: 'The server itself',
  account: 'Accounts, sessions and API keys',
  audit: 'Who did what',
  containers: 'Containers and their engine',
  dyndns: 'Names that follow a changing address, tokens of routers, ddclient',
  images: 'Images, newer ones, and the logins of registries',
  jobs: 'Runs: what was started and how it went',
  live: 'Everything that changes, as it changes',
  apps: 'Apps and what they consist of',
  certificates: 'Certificates: what renews when, orders, authorities',
  changes: 'What changed: starts, ends, updates, runs',
  logs: 'What containers write, live and past',
  networks: 'Networks and who is on them',
  volumes: 'Volumes and who uses them',
};

/** What the contract says of a call that the command line needs to know. */
function callCommand({ feature, name, endpoint }: ListedEndpoint, contracts: Api): CallCommand {
  const body = endpoint.kind === 'call' ? endpoint.body : undefined;
  const query = fieldsOf('query', endpoint.query);
  const taken = new Set(query.map(({ option }) => option));
  const fields = [
    ...query,
    ...fieldsOf('body', body).map((field) =>
      taken.has(field.option) ? { ...field, option: `body-${field.option}` } : field,
    ),
  ];
  const params = Object.keys(endpoint.params?.shape ?? {});
  const lookups = params.map((param) => lookupFor(contracts, endpoint.path, param));
  const capitals = (param: string) => kebab(param).replaceAll('-', '_').toUpperCase();
  const answered = outputKeys(endpoint);
  return {
    feature,
    name,
    endpoint,
    fields,
    params,
    hasNames: lookups[0] !== undefined,
    placeholders: params.map((param, at) => lookups[at]?.placeholder ?? capitals(param)),
    exampleArguments: params.map((param, at) => lookups[at]?.example ?? capitals(param)),
    startsRun: answered.includes('runId'),
    isList: answered.includes('items') && answered.includes('next'),
    hasBody: body !== undefined,
  };
}

function outputKeys(endpoint: Endpoint): string[] {
  const output = 'output' in endpoint ? endpoint.output : undefined;
  return output !== undefined &&
    'shape' in output &&
    typeof output.shape === 'object' &&
    output.shape !== null
    ? Object.keys(output.shape)
    : [];
}

function addCall(group: Command, call: CallCommand, run: (given: Given) => Promise<void>): void {
  const { endpoint, name } = call;
  const command = group.command(kebab(name)).description(endpoint.summary);
  for (const placeholder of call.placeholders) command.argument(`<${placeholder}>`);
  if (call.fields.some(({ isFile }) => isFile)) {
    command.argument('[FILE]', 'file to send, or - for standard input');
  }
  calls.set(command, call);
  for (const field of call.fields) addField(command, field);
  if (call.hasBody)
    command.option('--body <json>', 'the whole body as JSON, or - to read it from standard input');
  if (endpoint.kind === 'upload') {
    command.requiredOption('--file <path>', 'file to send, or - for standard input');
    if (endpoint.accept !== undefined)
      command.addOption(new Option('--type <media>', 'what the file is').choices(endpoint.accept));
  }
  if (endpoint.kind === 'download')
    command.option(
      '--file <path>',
      'where to write it; standard output when left out, which must be no screen',
    );
  if (endpoint.kind === 'stream' && !call.fields.some(({ option }) => option === 'follow'))
    command.option('--follow', 'open it again whenever it ends, until Ctrl-C');
  if (endpoint.kind === 'call' && endpoint.method === 'GET')
    command.option('--watch [seconds]', 'read it again and again (every 2 seconds), until Ctrl-C');
  if (call.isList) command.option('--all', 'go on to the last page');
  if (call.startsRun) {
    command.option('--wait', 'follow the run to its end (the default)');
    command.option('--no-wait', 'answer at once with the id of the run');
  }
  const lines = examplesFor(call).map((example) => `  nebula ${example}\n`);
  command.addHelpText(
    'after',
    `${notes(endpoint)}\nNeeds: ${needs(endpoint)}.\n\nExamples:\n${lines.join('')}`,
  );
  command.action(() => run({ args: command.args, options: command.opts() }));
}

function notes({ kind }: Endpoint): string {
  if (kind === 'stream') return '\nPrints one line of JSON per event. Ctrl-C ends it (exit code 130).\n';
  if (kind === 'socket') {
    return '\nEach line of standard input is a message in JSON; each message that comes is printed as a line.\n';
  }
  return '';
}

function needs({ access }: Endpoint): string {
  if (access === 'public') return 'nothing';
  return access === 'signed-in' ? 'an API key' : `an API key with ${access}`;
}

function addField(command: Command, field: Field): void {
  const { option, type, help, isNullable } = field;
  if (field.isSecret) {
    command.option(
      `--${option}-stdin`,
      `${help}: read from standard input${field.isLong ? '' : ', one line'}`,
    );
    return;
  }
  if (type.kind === 'flag') {
    command.option(`--${option}`, help).option(`--no-${option}`, `not: ${help}`);
    return;
  }
  const value = new Option(`--${option} <${type.kind === 'list' ? 'a,b' : type.kind}>`, help);
  if (type.kind === 'choice') value.choices(type.choices);
  if (type.kind === 'list')
    value.argParser((text, before) => (before === undefined ? text : `${before},${text}`));
  command.addOption(value);
  if (isNullable) command.option(`--no-${option}`, `none: ${help}`);
}

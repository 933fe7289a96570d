import { type Api, type Endpoint, endpointsOf, type ListedEndpoint } from '@nebula/contract';
import { api } from '@nebula/dashboard/contract';
import { type Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import { examples } from './examples.ts';
import { type Field, fieldsOf, kebab } from './fields.ts';
import { lookupFor } from './lookup.ts';
import { type Given, perform } from './perform.ts';

/** A call of the contract as a command. */
export interface CallCommand extends ListedEndpoint {
  params: string[];
  fields: Field[];
  /** It answers the id of a run, which can be followed. */
  startsRun: boolean;
  /** It answers a page, and more can be asked for. */
  isList: boolean;
  hasBody: boolean;
}

/** Words under `nebula <feature>` for each call of the contract: the tree follows from it, nothing is listed here. */
export function addCalls(program: Command, surroundings: Surroundings, contracts: Api = api): void {
  const groups = new Map<string, Command>();
  for (const listed of endpointsOf(contracts)) {
    const call = callCommand(listed);
    let group = groups.get(call.feature);
    if (group === undefined) {
      group = program
        .command(kebab(call.feature))
        .description(summaries[call.feature] ?? `Calls of ${call.feature}`);
      groups.set(call.feature, group);
    }
    addCall(group, call, async (given) => {
      await perform(call, given, program.opts(), surroundings, contracts);
    });
  }
}

const summaries: Record<string, string> = {
  about: 'The server itself',
  account: 'Accounts, sessions and API keys',
  audit: 'Who did what',
  containers: 'Containers and their engine',
  images: 'Newer images and the logins of registries',
  jobs: 'Runs: what was started and how it went',
  live: 'Everything that changes, as it changes',
};

/** What the contract says of a call that the command line needs to know. */
function callCommand({ feature, name, endpoint }: ListedEndpoint): CallCommand {
  const body = endpoint.kind === 'call' ? endpoint.body : undefined;
  const fields = [...fieldsOf('query', endpoint.query), ...fieldsOf('body', body)];
  const options = fields.map(({ option }) => option);
  const twice = options.find((option, at) => options.indexOf(option) !== at);
  if (twice !== undefined) throw new TypeError(`${feature}.${name} has two fields for the option --${twice}`);
  const answered = outputKeys(endpoint);
  return {
    feature,
    name,
    endpoint,
    fields,
    params: Object.keys(endpoint.params?.shape ?? {}),
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
  const { endpoint, feature, name } = call;
  const command = group.command(kebab(name)).description(endpoint.summary);
  for (const param of call.params) {
    const placeholder = lookupFor(endpoint.path, param)?.placeholder ?? kebab(param).toUpperCase();
    command.argument(`<${placeholder}>`);
  }
  for (const field of call.fields) addField(command, field);
  if (call.hasBody)
    command.option('--body <json>', 'the whole body as JSON, or - to read it from standard input');
  if (endpoint.kind === 'upload') command.requiredOption('--file <path>', 'file to send');
  if (call.isList) command.option('--all', 'go on to the last page');
  if (call.startsRun) {
    command.option('--wait', 'follow the run to its end (the default)');
    command.option('--no-wait', 'answer at once with the id of the run');
  }
  const shown = examples[`${feature}.${name}`] ?? [];
  const lines = shown.map((example) => `  nebula ${example}\n`).join('');
  command.addHelpText(
    'after',
    `\nNeeds: ${needs(endpoint)}.${lines === '' ? '' : `\n\nExamples:\n${lines}`}`,
  );
  command.action(() => run({ args: command.args, options: command.opts() }));
}

function needs({ access }: Endpoint): string {
  if (access === 'public') return 'nothing';
  return access === 'signed-in' ? 'an API key' : `an API key with ${access}`;
}

function addField(command: Command, field: Field): void {
  const { option, type, help, isNullable } = field;
  if (field.isSecret) {
    command.option(`--${option}-stdin`, `${help}: read from standard input, one line`);
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

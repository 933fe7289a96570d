import type { JsonObject } from './json.ts';
import { portOwner } from './port-owner.ts';
import { Refusal } from './refusal.ts';

/** What each verb takes and gives; the client is typed by it. */
export interface HostVerbs {
  'port-owner': {
    input: { port: number; protocol: 'tcp' | 'udp' };
    output: { port: number; owners: PortOwner[]; partial?: true };
  };
}

/** A process that listens on a port. */
export interface PortOwner {
  pid: number;
  command: string;
  /** User id the socket belongs to. */
  user: number;
  address: string;
}

interface HostVerb {
  name: string;
  /** Judges the input field by field and runs; throws a 400 {@link Refusal} that names the field. */
  call(input: JsonObject): Promise<unknown>;
}

/** The verbs the broker has. Each has an input grammar; what the grammar does not name is refused. */
export const hostVerbs: readonly HostVerb[] = [
  verb(
    'port-owner',
    {
      port: (value) =>
        typeof value === 'number' && value >= 1 && value <= 65_535 ? value : bad('a port, 1 to 65535'),
      protocol: (value) => (value === 'tcp' || value === 'udp' ? value : bad('tcp or udp')),
    },
    (input) => portOwner(input.port, input.protocol),
  ),
];

type Grammar<Input> = { [Field in keyof Input]: (value: unknown) => Input[Field] };

function verb<Name extends keyof HostVerbs>(
  name: Name,
  grammar: Grammar<HostVerbs[Name]['input']>,
  run: (input: HostVerbs[Name]['input']) => Promise<HostVerbs[Name]['output']>,
): HostVerb {
  return { name, call: (input) => run(parseInput(grammar, input)) };
}

function parseInput<Input extends object>(grammar: Grammar<Input>, input: JsonObject): Input {
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(grammar, key))
      throw new Refusal(400, `${key} is not an input of this verb.`, { field: key });
  }
  const parsed: Partial<Input> = {};
  for (const key in grammar) {
    try {
      parsed[key] = grammar[key](input[key]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(400, `${key} must be ${error.message}.`, { field: key });
    }
  }
  return isComplete(grammar, parsed) ? parsed : bad('complete');
}

function isComplete<Input extends object>(grammar: Grammar<Input>, parsed: Partial<Input>): parsed is Input {
  return Object.keys(grammar).every((key) => Object.hasOwn(parsed, key));
}

function bad(what: string): never {
  throw new Refusal(400, what);
}

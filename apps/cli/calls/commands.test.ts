import { endpointsOf } from '@nebula/contract';
import { api } from '@nebula/dashboard/contract';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { failureOf } from '../failure.ts';
import { thingsProgram } from '../fixtures/things-program.ts';
import { noTerminal } from '../output/terminal.ts';
import { createProgram, everyCommand } from '../program.ts';
import { readCliConfig } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import { fieldsOf, kebab } from './fields.ts';

const said: string[] = [];
const surroundings: Surroundings = {
  config: readCliConfig({ NEBULA_URL: 'http://127.0.0.1:1', NEBULA_API_KEY: 'neb_x' }),
  print: (text) => void said.push(text),
  tell: (text) => void said.push(text),
  end: () => undefined,
  signal: new AbortController().signal,
  terminal: noTerminal,
};
const program = createProgram('0.0.0-test', surroundings);

function find(path: string[]): Command {
  return path.reduce((command, name) => {
    const child = command.commands.find((one) => one.name() === name);
    if (child === undefined) throw new Error(`there is no command ${path.join(' ')}`);
    return child;
  }, program);
}

const listed = endpointsOf(api);
const ours = listed.filter(({ endpoint }) => endpoint.kind !== 'plain');

test('what speaks another protocol is for other programs, and no command', () => {
  const others = listed.filter((one) => !ours.includes(one));
  expect(others.map(({ endpoint }) => endpoint.path)).toContain('/nic/update');
  for (const { feature, name } of others)
    expect(() => find([kebab(feature), kebab(name)])).toThrow('there is no command');
});

describe.each(ours.map((one) => [`${one.feature}.${one.name}`, one] as const))(
  '%s',
  (_, { feature, name, endpoint }) => {
    const command = find([kebab(feature), kebab(name)]);
    const options = command.options.map(({ long }) => long);

    test('is a command with its path parameters as arguments', () => {
      const body = endpoint.kind === 'call' ? endpoint.body : undefined;
      const files = fieldsOf('body', body).filter(({ isFile }) => isFile).length;
      expect(command.registeredArguments).toHaveLength(
        Object.keys(endpoint.params?.shape ?? {}).length + files,
      );
      expect(command.description()).toBe(endpoint.summary);
    });

    test('has an option for every field, with help, and none that takes a secret', () => {
      const body = endpoint.kind === 'call' ? endpoint.body : undefined;
      const fields = [endpoint.query, body].flatMap((schema) =>
        schema !== undefined && 'shape' in schema ? Object.keys(schema.shape as object) : [],
      );
      for (const field of fields) {
        if (isStructured(body, field)) {
          expect(options).toContain('--body');
          continue;
        }
        const isSecret = /password|token|private/i.test(field);
        const option = `${kebab(field)}${isSecret ? '-stdin' : ''}`;
        // Where every command has an option of that name already, the field's own says where it belongs.
        const names = [`--${option}`, `--query-${option}`, `--body-${option}`, `--${chosenIn(body, field)}`];
        expect([field, options.filter((name) => names.includes(name ?? '')).length]).toEqual([field, 1]);
        if (isSecret) expect(options).not.toContain(`--${kebab(field)}`);
      }
      for (const { description } of command.options) expect(description).not.toBe('');
    });
  },
);

/** The word by which the contract wants a field to be called, where it says one. */
function chosenIn(schema: z.ZodType | undefined, name: string): string {
  if (schema === undefined) return kebab(name);
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const property = properties[name];
  const chosen = typeof property === 'object' ? property['x-option'] : undefined;
  return typeof chosen === 'string' ? chosen : kebab(name);
}

const leaves: [path: string, command: Command][] = [];
(function collect(command: Command, path: string) {
  for (const child of command.createHelp().visibleCommands(command)) {
    if (child.commands.length > 0) collect(child, `${path} ${child.name()}`);
    else leaves.push([`${path} ${child.name()}`.trim(), child]);
  }
})(program, '');

test.each(leaves)('the help of %s says what it does and has examples that are commands', (_, command) => {
  said.length = 0;
  command.outputHelp();
  const help = said.join('');

  expect(command.description()).not.toBe('');
  const examples = help.split(/^Examples?:$/m)[1]?.match(/^ {2}(?:bin\/)?nebula(?:\.mjs)? .+$/gm) ?? [];
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const words =
      example
        .trim()
        .split(/ [|<>] ?| \|\| /)[0]
        ?.split(/\s+/)
        .slice(1) ?? [];
    const path = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
    const named = path.reduce<Command>(
      (found, word) => found.commands.find((child) => child.name() === word) ?? found,
      program,
    );
    expect([example, named]).toEqual([example, command]);
    // What stands behind a lone -- belongs to another program.
    const own = words.slice(0, words.indexOf('--') >>> 0);
    for (const option of own.filter((word) => word.startsWith('--'))) {
      const known = [...command.options, ...program.options].map(({ long }) => long);
      expect(known).toContain(option.replace(/=.*/, ''));
    }
  }
});

test('help finds commands by words, explains the one that is named, and lists all', async () => {
  const ask = async (...words: string[]) => {
    said.length = 0;
    await program.parseAsync(['help', ...words], { from: 'user' });
    return said.join('');
  };

  expect(await ask('api', 'key')).toMatch(/nebula account api-key[^]*nebula account create-key/);
  expect(await ask('containers', 'restart')).toContain('Usage: nebula containers restart');
  expect((await ask('--list')).split('\n')).toEqual(expect.arrayContaining(leaves.map(([path]) => path)));
  await expect(ask('zzz')).rejects.toMatchObject({ exitCode: 2 });
});

test.each([
  ['restart', 'Perhaps: nebula containers restart'],
  ['contaners', 'Did you mean containers?'],
])('%s is no command, and the likely one is named', async (word, sentence) => {
  said.length = 0;
  await expect(program.parseAsync([word], { from: 'user' })).rejects.toMatchObject({
    name: 'CommanderError',
  });
  expect(said.join('')).toContain(sentence);
});
/** Objects and lists of them do not fit into an option; `--body` takes them. */
function isStructured(schema: z.ZodType | undefined, field: string): boolean {
  if (schema === undefined) return false;
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return /"type":"object"/.test(JSON.stringify(properties[field] ?? {}));
}

test('no command hides a global option or another command', () => {
  const globals = program.options.map(({ long }) => long);
  everyCommand(program, (command) => {
    const names = command.commands.map((child) => child.name());
    expect(new Set(names).size).toBe(names.length);
    if (command === program) return;
    const own = command.options.map(({ long }) => long);
    expect(own.filter((long) => globals.includes(long))).toEqual([]);
    expect(new Set(own).size).toBe(own.length);
  });
});

test('no option anywhere takes a password, token or key as its value', () => {
  everyCommand(program, (command) => {
    for (const option of command.options) {
      if (option.required) expect(option.long).not.toMatch(/password|token|secret|key/);
    }
  });
});

test.each([
  [['make-one', '--name', 'x', '--weights', '1,zwei'], '--weights must be a number'],
  [['make-one', '--name', 'x', '--max-age', '1.5'], '--max-age must be a whole number'],
  [['list', '--limit', '0x10'], '--limit must be a whole number'],
  [['list', '--limit', '201'], '--limit: '],
  [['list', '--min-size', '0.1'], '--min-size: '],
  [['make-one'], '--name: '],
  [['make-one', '--body', '{'], '--body is not JSON'],
  [['make-one', '--body', '[1]', '--name', 'x'], 'not a JSON object'],
  [['make-one', '--body', '{"password":"planted"}'], '--body: password must not stand on the command line'],
  [['store', 'a', '--file', '/nonexistent'], 'cannot be read'],
])('%o is refused before anything is sent', async (args, sentence) => {
  const failure = await thingsProgram(surroundings)
    .parseAsync(['things', ...args], { from: 'user' })
    .then(() => undefined, failureOf);

  expect(failure).toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
});

test.each([
  [['make-one', '--name', 'x', '--password', 'planted'], "unknown option '--password'"],
  [['store', 'a'], "required option '--file"],
  [['watch'], "missing required argument 'NAME'"],
  [['nothing'], "unknown command 'nothing'"],
])('%o is refused as wrong use', async (args, sentence) => {
  said.length = 0;

  const parsing = thingsProgram(surroundings).parseAsync(['things', ...args], { from: 'user' });

  await expect(parsing).rejects.toMatchObject({ name: 'CommanderError' });
  expect(said.join('')).toContain(sentence);
  expect(said.join('')).not.toContain('planted');
});

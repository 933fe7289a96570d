import { usage } from '../failure.ts';
import { readSecrets, readStdin } from '../input.ts';
import { isRow } from '../output/rows.ts';
import type { CallCommand } from './commands.ts';
import type { Field } from './fields.ts';
import { type CallInput, mergeBody, valueOf } from './values.ts';

/** What stood on the command line. */
export interface Given {
  args: string[];
  options: Record<string, unknown>;
}

/** What a call sends, from arguments, options and standard input. Throws usage failures. */
export async function inputOf(call: CallCommand, { args, options }: Given): Promise<CallInput> {
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
  const file = call.fields.find(({ isFile }) => isFile);
  const path = args[call.params.length];
  if (file !== undefined && path !== undefined) {
    const { textOfFile } = await import('./upload.ts');
    values[file.place][file.name] = await textOfFile(path, largestBody(call));
  }
  const typed =
    secrets.length === 1 && secrets[0]?.isLong === true
      ? [await readStdin()]
      : await readSecrets(secrets.map(({ name }) => name));
  secrets.forEach((field, at) => {
    const text = typed[at] ?? '';
    values[field.place][field.name] = field.type.kind === 'json' ? valueOf(field, text) : text;
  });
  const params = Object.fromEntries(call.params.map((param, at) => [param, args[at] ?? '']));
  const given = await bodyOf(options['body']);
  if (options['body'] !== '-') refuseVisibleSecrets(call, given);
  const body = mergeBody(given, values.body);
  return { params, query: values.query, body: call.hasBody && body === undefined ? {} : body };
}

function largestBody({ endpoint }: CallCommand): number {
  return endpoint.kind === 'call' ? (endpoint.maxBytes ?? 1_048_576) : 1_048_576;
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

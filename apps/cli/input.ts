import { usage } from './failure.ts';

/** Bytes read from standard input at most. */
const most = 1_048_576;

/** Standard input up to its end, at most 1 MiB. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    size += chunk.length;
    if (size > most) throw usage('Standard input holds more than 1 MiB.');
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads secrets, one line each, in the order of their names. A person at a terminal is asked for each and sees nothing of what
 * they type.
 */
export async function readSecrets(names: string[]): Promise<string[]> {
  if (names.length === 0) return [];
  if (process.stdin.isTTY) {
    const typed: string[] = [];
    for (const name of names) typed.push(await ask(name));
    return typed;
  }
  const lines = (await readStdin()).replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== names.length || lines.includes('')) {
    const wanted = names.length === 1 ? `the ${names[0]}` : `one line each for ${names.join(' and ')}`;
    throw usage(`Standard input must hold ${wanted} and nothing else.`);
  }
  return lines;
}

/** Asks the person at the terminal a question whose usual answer is yes. */
export async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|)$/i.test((await lines.question(`${question} [Y/n] `)).trim());
  } finally {
    lines.close();
  }
}

async function ask(name: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(`${name}: `);
  stdin.setRawMode(true);
  let typed = '';
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') return typed;
        if (character === '\u0003' || character === '\u0004') throw usage('Nothing was entered.');
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += character;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

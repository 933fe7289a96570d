import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerSummary, Docker } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import type { CallBroker, Foresee } from '../../resources.ts';
import type { ComposeCli, ComposeStack } from './compose-cli.ts';
import type { Inspection, StackProblem } from './contract-shapes.ts';
import { codeOf, composeFilesIn, composeNames, readInside } from './folders.ts';
import { type Gate, gateOf, withoutMade } from './gate.ts';
import { guard, lineAt, type Texts } from './guard.ts';
import { secretsIn, withoutValues } from './mask.ts';
import { tidy } from './output.ts';
import { imageOf, Rendered } from './rendered.ts';
import { portsOf } from './taken-ports.ts';

/** A stack and what its files say, or are to say. */
export interface Looked {
  name: string;
  folder: string;
  /** Texts that are not on disk. */
  texts?: Texts;
}

/** What compose makes of the files, for code; {@link Inspection} is the same for people. */
export interface Reading {
  problems: StackProblem[];
  /** Null when there are problems. It holds secrets. */
  rendered: Rendered | null;
  gate: Gate;
  /** Compose's own hash of each service. */
  hashes: ReadonlyMap<string, string>;
}

/** Looks at the files of stacks; touches nothing. */
export interface Inspector {
  read(looked: Looked, signal: AbortSignal): Promise<Reading>;
  /** Of the gate, what is there already, made from exactly this, is left out. */
  inspect(looked: Looked, made: readonly ContainerSummary[], signal: AbortSignal): Promise<Inspection>;
  /** How compose is told of the files on disk. */
  onDisk(name: string, folder: string): Promise<ComposeStack>;
}

interface Deps {
  compose: ComposeCli;
  docker: Docker;
  callBroker: CallBroker;
  foresee: Foresee;
  appRoots: readonly string[];
  /** Directory for texts that are not on disk; files in it hold secrets. */
  stagingDir: string;
}

const limits = { timeoutMs: 30_000, maxOutput: 4 * 1024 * 1024 };
const noGate: Gate = { items: [], agreements: [], digest: null };
/** Looking at files needs no engine, and must not reach one. */
const noSocket = '/nonexistent/docker.sock';

/** See {@link Inspector}. */
export function createInspector(deps: Deps): Inspector {
  const { compose, docker, foresee, appRoots, stagingDir } = deps;

  async function read({ name, folder, texts = new Map() }: Looked, signal: AbortSignal): Promise<Reading> {
    const names = await namesOf(folder, texts);
    if (names.length === 0) return failed([{ file: '', line: null, message: 'There is no compose file.' }]);
    const problems = await guard(folder, names, texts);
    if (problems.length > 0) return failed(problems);
    await mkdir(stagingDir, { recursive: true, mode: 0o700 });
    const staging = await mkdtemp(join(stagingDir, 'look-'));
    try {
      return await ask({ name, folder, texts, names, staging }, signal);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  async function ask(
    { name, folder, texts, names, staging }: Required<Looked> & { names: string[]; staging: string },
    signal: AbortSignal,
  ): Promise<Reading> {
    for (const [file, text] of texts) await writeFile(join(staging, file), text, { mode: 0o600 });
    const isNew = (await composeFilesIn(folder)).length === 0;
    const base = isNew ? staging : folder;
    const placed = (file: string) => join(texts.has(file) ? staging : folder, file);
    const envFile =
      texts.has('.env') || (!isNew && (await readInside(folder, '.env')) !== null) ? placed('.env') : null;
    const stack = { name, files: { folder: base, paths: names.map(placed), envFile } };
    const call = { ...limits, socket: noSocket, signal };
    const outcome = await compose.run(stack, ['config', '--format', 'json'], call);
    if (outcome.code !== 0)
      return failed(await problemsIn(outcome.stderr, { folder, staging, names, texts }));
    if (outcome.truncated)
      return failed([{ file: names[0] ?? '', line: null, message: 'The stack is too large.' }]);
    const rendered = Rendered.parse(JSON.parse(outcome.stdout.replaceAll(staging, folder)));
    const hashed = await compose.run(stack, ['config', '--hash', '*'], call);
    return {
      problems: [],
      rendered,
      gate: await gateOf(foresee, name, rendered, appRoots),
      hashes: new Map(
        hashed.stdout.split('\n').flatMap((line) => {
          const [service, hash] = line.trim().split(/\s+/);
          return service === undefined || hash === undefined ? [] : [[service, hash] as const];
        }),
      ),
    };
  }

  return {
    read,
    async onDisk(name, folder) {
      const names = await composeFilesIn(folder);
      return { name, files: { folder, paths: names.map((file) => join(folder, file)), envFile: null } };
    },
    async inspect(looked, made, signal) {
      const { problems, rendered, gate, hashes } = await read(looked, signal);
      if (rendered === null)
        return { problems, services: [], images: [], ports: [], gate: [], gateDigest: null };
      const services = Object.entries(rendered.services).map(([name, service]) => ({
        name,
        image: imageOf(looked.name, name, service),
        isBuilt: service.build !== undefined && service.build !== null,
      }));
      const images: Inspection['images'] = [];
      for (const image of new Set(services.map((service) => service.image)))
        images.push({ image, isHere: (await docker.image(image, signal)) !== null });
      const ports = await portsOf(deps, looked.name, rendered, signal);
      const { items } = withoutMade(gate, hashes, made);
      const gateDigest = items.length === 0 ? null : gate.digest;
      return { problems, services, images, ports, gate: items, gateDigest };
    },
  };
}

/** Throws STACK_INVALID with what is wrong. */
export function refuseProblems(problems: readonly StackProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new AppError('STACK_INVALID', sentenceOf(first), {
    fields: problems.map((problem) => ({ path: `files.${problem.file}`, message: sentenceOf(problem) })),
  });
}

function sentenceOf({ file, line, message }: StackProblem): string {
  return file === '' ? message : `${file}${line === null ? '' : ` line ${line}`}: ${message}`;
}

function failed(problems: StackProblem[]): Reading {
  return { problems, rendered: null, gate: noGate, hashes: new Map() };
}

async function namesOf(folder: string, texts: Texts): Promise<string[]> {
  const onDisk = await composeFilesIn(folder);
  const given = [...texts.keys()].filter((name) => /\.ya?ml$/.test(name));
  if (onDisk.length > 0) {
    const override = given.find((name) => name.includes('.override.') && !onDisk.includes(name));
    return override === undefined ? onDisk : [...onDisk, override];
  }
  const main = composeNames.find((name) => given.includes(name));
  return main === undefined ? [] : [main, ...given.filter((name) => name.includes('.override.'))];
}

/** What compose says, as a sentence at a place; lines that only warn are left out. */
async function problemsIn(
  stderr: string,
  { folder, staging, names, texts }: { folder: string; staging: string; names: string[]; texts: Texts },
): Promise<StackProblem[]> {
  const lines = stderr
    .replaceAll(`${staging}/`, '')
    .replaceAll(`${folder}/`, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^time=|level=warning/.test(line));
  const message = lines.join(' ').slice(0, 1000) || 'Compose refuses these files without saying why.';
  const file = names.find((name) => message.includes(name)) ?? names[0] ?? '';
  const text = texts.get(file) ?? (await readInside(folder, file).catch(onlyMissing))?.text ?? '';
  const told = /yaml: (?:.*?)line (\d+)/.exec(message)?.[1];
  const path =
    /\b((?:services|networks|volumes|secrets|configs|include)(?:\.[\w-]+)+)/.exec(message)?.[1]?.split('.') ??
    quoted(message);
  const property = /Additional property (\S+) is not allowed/.exec(message)?.[1];
  const whole = [...(path ?? []), ...(property === undefined ? [] : [property])];
  const line = told === undefined ? await lineAt(text, whole) : Number(told);
  return [
    {
      file,
      line,
      message: tidy(
        withoutValues(
          message.replace(/^validating \S+: /, '').replace(/^(?:parsing|failed to load) \S+: /, ''),
        ),
        [...texts].flatMap(([name, own]) => secretsIn(name, own)).concat(secretsIn(file, text)),
      ).trim(),
    },
  ];
}

function quoted(message: string): string[] | null {
  const name = /service "([^"]+)"/.exec(message)?.[1];
  return name === undefined ? null : ['services', name];
}

function onlyMissing(error: unknown): null {
  if (error instanceof AppError || codeOf(error) !== '') return null;
  throw error;
}

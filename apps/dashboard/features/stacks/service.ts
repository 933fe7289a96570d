import type { Clock } from '@nebula/clock';
import type { Page } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import { type Journal, startRun } from '@nebula/journal';
import type { Change, Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { type ActVerb, kindOf } from './act-runs.ts';
import { stacks } from './contract.ts';
import type {
  FileChange,
  Inspection,
  OpenedFile,
  Stack,
  StackDetail,
  StackVersion,
} from './contract-shapes.ts';
import type { Declarations } from './declared.ts';
import { convertRun, type Converted } from './docker-run.ts';
import { keepDraft } from './drafts.ts';
import { composeNames, digestOf, filesIn, readInside } from './folders.ts';
import type { Finder, Found } from './found.ts';
import type { Agreement } from './gate.ts';
import { type Inspector, refuseProblems } from './inspecting.ts';
import { readForeign } from './foreign.ts';
import { maskFile } from './mask.ts';
import { pullKind } from './pull-run.ts';
import { serviceList, stackOf } from './state.ts';
import { fileChanged, problemOf, upKind, writeKind } from './up-run.ts';
import { refuseOtherGate, type UpInput } from './up-steps.ts';
import { type Versions, versionOf } from './versions.ts';

interface Deps {
  finder: Finder;
  inspector: Inspector;
  declarations: Declarations;
  versions: Versions;
  journal: Journal;
  vault: Vault;
  clock: Clock;
  hostId: string;
  dataDir: string;
  /** Somebody looks: what the files say is to be found out. */
  onLook(): void;
}

type Started = { runId: string };
type ListQuery = {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  state?: Stack['state'] | undefined;
  drift?: Stack['drift'] | undefined;
};

/** What is written or applied by one run. */
interface Work {
  name: string;
  folder: string;
  files: FileChange[];
  why: UpInput['why'];
  isApplied: boolean;
  services?: string[];
  agreements?: Agreement[];
  containerIds?: string[];
}

/** The verbs of stacks; see README. */
export function createStacks(deps: Deps) {
  const { finder, inspector, declarations, versions, journal, vault, clock, hostId } = deps;
  const targetOf = (name: string) => ({ type: 'stack', id: name, name, hostId });

  async function find(context: Context, name: string): Promise<Found> {
    const found = await finder.one(name, context.signal).catch((error: unknown) => {
      throw problemOf(error);
    });
    if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such stack.');
    return found;
  }

  async function managed(context: Context, name: string): Promise<Found> {
    const found = await find(context, name);
    if (found.place === 'managed') return found;
    throw new AppError('NOT_MANAGED', `The files of ${name} are not managed here: ${found.reason}`);
  }

  async function shown(found: Found): Promise<Stack> {
    return stackOf(found, await declarations.known(found), hostId);
  }

  async function start(context: Context, change: Change, work: Work): Promise<Started> {
    const { name, folder, files, why, isApplied, services = [], agreements = [], containerIds = [] } = work;
    const { actor, requestId } = context;
    const draftId = files.length === 0 ? null : await keepDraft(change.sql, vault, files, clock.now());
    const input: UpInput = {
      ...{
        hostId,
        name,
        folder,
        draftId,
        why,
        isApplied,
        services,
        agreements,
        containerIds,
        by: actor.name,
      },
      files: files.map((file) => file.name),
    };
    const runId = await journal.start(change.sql, isApplied ? upKind : writeKind, input, {
      actor,
      requestId,
    });
    change.record({
      after: {
        files: files.map((file) => ({ name: file.name, sha256: digestOf(file.text) })),
        ...(agreements.length === 0
          ? {}
          : { granted: agreements.map(({ kind, subject, rules }) => ({ kind, subject, rules })) }),
      },
      runId,
    });
    return { runId };
  }

  async function refuseChanged(folder: string, files: FileChange[]): Promise<void> {
    for (const { name, before } of files) {
      if (((await readInside(folder, name))?.sha256 ?? null) !== before) throw fileChanged(name);
    }
  }

  /** Everything that can be known to be wrong before a run is started; answers what an admin has agreed to. */
  async function judged(context: Context, work: Work, agreed: string | undefined): Promise<Agreement[]> {
    const { name, folder, files } = work;
    const texts = new Map(files.map((file) => [file.name, file.text]));
    const reading = await inspector.read({ name, folder, texts }, context.signal).catch((error: unknown) => {
      throw problemOf(error);
    });
    refuseProblems(reading.problems);
    const agreements = agreed !== undefined && agreed === reading.gate.digest ? reading.gate.agreements : [];
    const found = await asked(finder.one(name, context.signal));
    refuseOtherGate(reading, agreements, found?.containers ?? []);
    return agreements;
  }

  /** Brings a stack up, with the action of a grant where the gate asks for one. */
  async function apply(
    context: Context,
    work: Work,
    agreed: string | undefined,
    action: 'up' | 'create',
  ): Promise<Started> {
    const named = agreed === undefined ? stacks.actions[action] : stacks.actions.grant;
    return await context.write(named, targetOf(work.name), async (change) => {
      await refuseChanged(work.folder, work.files);
      const agreements = await judged(context, work, agreed);
      return await start(context, change, { ...work, agreements });
    });
  }

  async function refuseTaken(context: Context, name: string): Promise<void> {
    const found = await finder.one(name, context.signal).catch((error: unknown) => {
      throw problemOf(error);
    });
    if (found === undefined && (await filesIn(finder.newFolder(name), [])).length === 0) return;
    const message = `There is a stack called ${name} already.`;
    throw new AppError('STACK_EXISTS', message, { fields: [{ path: 'body.name', message }] });
  }

  async function opened(context: Context, name: string, file: string) {
    const found = await managed(context, name);
    const read = await readInside(found.folder, file);
    if (read === null) throw new AppError('NOT_FOUND', 'There is no such file.');
    return read;
  }

  return {
    async list(context: Context, query: ListQuery): Promise<Page<Stack>> {
      deps.onLook();
      const all = await finder.all(context.signal).catch((error: unknown) => {
        throw problemOf(error);
      });
      const search = query.search?.toLowerCase() ?? '';
      const rows = (await Promise.all(all.map(shown)))
        .filter(({ name, folder }) => `${name} ${folder}`.toLowerCase().includes(search))
        .filter(({ state, drift }) => (query.state ?? state) === state && (query.drift ?? drift) === drift)
        .filter(({ name }) => query.cursor === undefined || name > query.cursor);
      const items = rows.slice(0, query.limit);
      return { items, next: rows.length > query.limit ? (items.at(-1)?.name ?? null) : null };
    },

    async get(context: Context, name: string): Promise<StackDetail> {
      const found = await find(context, name);
      const declared = await declarations.of(found, context.signal);
      const names = found.composeFiles.map((path) => path.slice(found.folder.length + 1));
      return {
        ...stackOf(found, declared, hostId),
        serviceList: serviceList(found, declared),
        files: found.place === 'managed' ? await filesIn(found.folder, names) : [],
        problem: declared?.problem ?? null,
        canImport: found.place === 'elsewhere',
      };
    },

    async file(context: Context, name: string, file: string): Promise<OpenedFile> {
      const { text, sha256 } = await opened(context, name, file);
      return { name: file, sha256, ...maskFile(file, text) };
    },

    /** The file with its secrets; who saw it stands in the audit before it is told. */
    async open(context: Context, name: string, file: string): Promise<OpenedFile> {
      const { text, sha256 } = await opened(context, name, file);
      return await context.write(stacks.actions.open, targetOf(name), async (change) => {
        change.record({ after: { file, sha256 } });
        return { name: file, text, sha256, isMasked: false };
      });
    },

    async inspection(context: Context, name: string): Promise<Inspection> {
      const { folder, containers } = await managed(context, name);
      return await asked(inspector.inspect({ name, folder }, containers, context.signal));
    },

    async check(
      context: Context,
      name: string,
      files: { name: string; text: string }[],
    ): Promise<Inspection> {
      const found = await asked(finder.one(name, context.signal));
      const folder = found?.place === 'managed' ? found.folder : finder.newFolder(name);
      const texts = new Map(files.map((file) => [file.name, file.text]));
      return await asked(inspector.inspect({ name, folder, texts }, found?.containers ?? [], context.signal));
    },

    convert: (command: string): Promise<Converted> => convertRun(command),

    async create(
      context: Context,
      asks: { name: string; compose: string; env: string; isStarted: boolean; agreed?: string | undefined },
    ): Promise<Started> {
      const { name, compose, env, isStarted, agreed } = asks;
      const files: FileChange[] = [{ name: 'compose.yaml', text: compose, before: null }];
      if (env !== '') files.push({ name: '.env', text: env, before: null });
      const work: Work = { name, folder: finder.newFolder(name), files, why: 'saved', isApplied: isStarted };
      await refuseTaken(context, name);
      if (isStarted) return await apply(context, work, agreed, 'create');
      return await context.write(stacks.actions.create, targetOf(name), (change) =>
        start(context, change, work),
      );
    },

    async save(context: Context, name: string, files: FileChange[]): Promise<Started> {
      const { folder } = await managed(context, name);
      return await context.write(stacks.actions.save, targetOf(name), async (change) => {
        await refuseChanged(folder, files);
        return await start(context, change, { name, folder, files, why: 'saved', isApplied: false });
      });
    },

    async up(
      context: Context,
      name: string,
      {
        files = [],
        services = [],
        agreed,
      }: { files?: FileChange[]; services?: string[]; agreed?: string | undefined },
    ): Promise<Started> {
      const { folder, containers } = await managed(context, name);
      return await apply(
        context,
        {
          ...{ name, folder, files, services, why: 'applied', isApplied: true },
          containerIds: containers.map(({ id }) => id),
        },
        agreed,
        'up',
      );
    },

    /** Writes the compose file of a stack, new or not, and brings it up: `nebula stacks apply NAME --file compose.yaml`. */
    async applyFile(
      context: Context,
      name: string,
      text: string,
      agreed: string | undefined,
    ): Promise<Started> {
      const found = await asked(finder.one(name, context.signal));
      if (found !== undefined && found.place !== 'managed') await managed(context, name);
      const folder = found?.folder ?? finder.newFolder(name);
      const names = await Promise.all(composeNames.map((file) => readInside(folder, file)));
      const before = names.find((file) => file !== null);
      const file = { name: before?.name ?? 'compose.yaml', text, before: before?.sha256 ?? null };
      const containerIds = (found?.containers ?? []).map(({ id }) => id);
      const work: Work = { name, folder, files: [file], why: 'applied', isApplied: true, containerIds };
      return await apply(context, work, agreed, found === undefined ? 'create' : 'up');
    },

    async act(context: Context, verb: ActVerb, name: string, services: string[] = []): Promise<Started> {
      const { containers } = await find(context, name);
      return await context.write(stacks.actions[verb], targetOf(name), async (change) => {
        const containerIds = containers.map(({ id }) => id);
        const input = { hostId, name, services, containerIds };
        change.record({ after: { services } });
        return await startRun(journal, context, change, kindOf(verb), input);
      });
    },

    async pull(context: Context, name: string): Promise<Started> {
      const found = await find(context, name);
      return await context.write(stacks.actions.pull, targetOf(name), async (change) => {
        const folder = found.place === 'managed' ? found.folder : null;
        return await startRun(journal, context, change, pullKind, { hostId, name, folder });
      });
    },

    async versions(
      _context: Context,
      name: string,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<StackVersion>> {
      const rows = (await versions.list(name)).filter(
        ({ id }) => query.cursor === undefined || id < query.cursor,
      );
      const items = rows.slice(0, query.limit).map(versionOf);
      return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
    },

    async version(_context: Context, name: string, id: string): Promise<{ files: OpenedFile[] }> {
      const { files } = await versions.get(name, id);
      return {
        files: files.map((file) => ({
          name: file.name,
          sha256: digestOf(file.text),
          ...maskFile(file.name, file.text),
        })),
      };
    },

    async restore(context: Context, name: string, id: string): Promise<Started> {
      const { folder } = await managed(context, name);
      const kept = await versions.get(name, id);
      const files: FileChange[] = [];
      for (const file of kept.files)
        files.push({ ...file, before: (await readInside(folder, file.name))?.sha256 ?? null });
      return await context.write(stacks.actions.restore, targetOf(name), (change) =>
        start(context, change, { name, folder, files, why: 'restored', isApplied: false }),
      );
    },

    /** Copies the files of a stack from elsewhere into our directory; theirs stay where they are. */
    async import(context: Context, name: string): Promise<Started> {
      const found = await find(context, name);
      const folder = finder.newFolder(name);
      return await context.write(stacks.actions.import, targetOf(name), async (change) => {
        if (found.place === 'managed') throw new AppError('STACK_EXISTS', `${name} is managed here already.`);
        if ((await filesIn(folder, [])).length > 0)
          throw new AppError('STACK_EXISTS', `${folder} is there already.`);
        const files = await readForeign(found, deps.dataDir);
        return await start(context, change, { name, folder, files, why: 'imported', isApplied: false });
      });
    },
  };
}

async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw problemOf(error);
  }
}

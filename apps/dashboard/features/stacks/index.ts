import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { imageSeeker } from '../images/index.ts';
import { jobs } from '../jobs/contract.ts';
import { actRuns } from './act-runs.ts';
import { openCompose } from './compose-cli.ts';
import { stacks } from './contract.ts';
import { createDeclarations } from './declared.ts';
import { createFinder } from './found.ts';
import { createInspector } from './inspecting.ts';
import { passingPlaces, removeLeftovers } from './leftovers.ts';
import { createLiveStacks } from './live-stacks.ts';
import { openOutputs } from './output.ts';
import { stacksOverview } from './overview.ts';
import { pullRun } from './pull-run.ts';
import { createStacks } from './service.ts';
import { stackOf } from './state.ts';
import { deleteDraftsBefore } from './store.ts';
import { upRuns } from './up-run.ts';
import type { UpParts } from './up-steps.ts';
import { openVersions } from './versions.ts';
import { sendOutput } from './watching.ts';

const hostId = 'local';
const dayMs = 86_400_000;

/** What runs and verbs share; one of each for one set of resources. */
const sharedOf = new WeakMap<object, UpParts>();

/** Runs are made before the verbs, from the same parts. */
function partsOf(resources: Omit<Resources, 'journal'>): UpParts {
  const {
    clock,
    database,
    docker,
    dockerSocket,
    log,
    signGrant,
    vault,
    outbound,
    callBroker,
    foresee,
    appRoots,
  } = resources;
  const known = sharedOf.get(database);
  if (known !== undefined) return known;
  const dir = join(resources.dataDir, 'stacks');
  const compose = openCompose({ program: resources.composeProgram, homeDir: join(dir, 'compose-home') });
  const places = passingPlaces(resources);
  removeLeftovers(places);
  const { stagingDir, relayDir } = places;
  const parts: UpParts = {
    ...{ compose, docker, dockerSocket, clock, database, vault, log, sign: signGrant, relayDir },
    inspector: createInspector({ compose, docker, callBroker, foresee, appRoots, stagingDir }),
    outputs: openOutputs(join(dir, 'output')),
    versions: openVersions(join(dir, 'versions')),
    seek: imageSeeker({ outbound, clock, database, vault }),
  };
  sharedOf.set(database, parts);
  return parts;
}

export const stacksFeature = defineFeature<Resources, typeof stacks>({
  contract: stacks,
  migrations: [{ id: 'stacks', dir: join(import.meta.dirname, 'migrations') }],
  runs: (resources) => {
    const parts = partsOf(resources);
    return [...upRuns(parts), ...actRuns(parts), pullRun(parts)];
  },
  setUp(resources) {
    const { clock, dataDir, database, docker, hub, journal, keepRunsDays, log, stackRoots, vault } =
      resources;
    const parts = partsOf(resources);
    const { inspector, outputs, versions } = parts;
    const roots: [string, ...string[]] = [join(dataDir, 'apps'), ...stackRoots];
    const finder = createFinder({ docker, roots });
    const declarations = createDeclarations({ inspector, log });
    const live = createLiveStacks({ docker, hub, clock, log, finder, declarations, roots, hostId });
    const service = createStacks({
      ...{ finder, inspector, declarations, versions, journal, vault, clock, hostId, dataDir },
      onLook: live.changed,
    });
    const clean = defineChore('stacks.forget-old', async () => {
      const before = (days: number) => new Date(clock.now().getTime() - days * dayMs);
      await deleteDraftsBefore(database.sql, before(1));
      await outputs.removeBefore(before(keepRunsDays));
    });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.name),
        file: (context, { params }) => service.file(context, params.name, params.file),
        open: (context, { params }) => service.open(context, params.name, params.file),
        inspection: (context, { params }) => service.inspection(context, params.name),
        check: (context, { body }) => service.check(context, body.name, body.files),
        convert: (_context, { body }) => service.convert(body.command),
        create: (context, { body }) => service.create(context, body),
        save: (context, { params, body }) => service.save(context, params.name, body.files),
        apply: async (context, { params, query }, { stream }) =>
          service.applyFile(context, params.name, await readText(stream), query.agreed),
        up: (context, { params, body }) => service.up(context, params.name, body),
        start: (context, { params, body }) => service.act(context, 'start', params.name, body?.services),
        stop: (context, { params, body }) => service.act(context, 'stop', params.name, body?.services),
        restart: (context, { params, body }) => service.act(context, 'restart', params.name, body?.services),
        down: (context, { params }) => service.act(context, 'down', params.name),
        pull: (context, { params }) => service.pull(context, params.name),
        versions: (context, { params, query }) => service.versions(context, params.name, query),
        version: (context, { params }) => service.version(context, params.name, params.id),
        restore: (context, { params }) => service.restore(context, params.name, params.id),
        import: (context, { params }) => service.import(context, params.name),
        output: (context, { params }, sink) =>
          sendOutput({ outputs, journal, hub }, context, params.runId, sink),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '12h' }],
      overview: stacksOverview(async (signal) =>
        (await finder.all(signal)).map((found) => stackOf(found, undefined, hostId)),
      ),
      work: async (signal) => {
        const forget = hub.on(jobs.events['run-changed'].name, (run) => {
          if (isOfStack(run)) live.changed();
        });
        try {
          await live.run(signal);
        } finally {
          forget();
          await outputs.flush();
        }
      },
    };
  },
});

function isOfStack(run: unknown): boolean {
  if (typeof run !== 'object' || run === null || !('target' in run)) return false;
  const { target } = run;
  return typeof target === 'object' && target !== null && 'type' in target && target.type === 'stack';
}

import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { systemConditions } from './conditions.ts';
import { system } from './contract.ts';
import { systemMeasures } from './measures.ts';
import { createProcesses } from './processes.ts';
import { createHostSampler } from './sampler.ts';
import { createSystem } from './service.ts';
import { unitRun } from './unit-run.ts';
import { createUnits } from './units.ts';

const hostId = 'local';

export const systemFeature = defineFeature<Resources, typeof system>({
  contract: system,
  runs: ({ callBroker }) => (['start', 'stop', 'restart'] as const).map((verb) => unitRun(verb, callBroker)),
  setUp({ callBroker, clock, docker, host, hub, journal, log, sampleSeconds }) {
    const sampler = createHostSampler({ host, hub, clock, log, hostId, everyMs: sampleSeconds * 1000 });
    const units = createUnits({ callBroker, clock });
    const { cores } = host.identity();
    const processes = createProcesses({ host, docker, clock, log });
    const service = createSystem({ host, sampler, units, journal, hostId, everySeconds: sampleSeconds });
    return {
      routes: {
        get: async () => service.get(),
        history: async () => service.history(),
        processes: async ({ signal }, { query }) => ({ hostId, ...(await processes.list(query, signal)) }),
        units: (context, { query }) => service.units(context, query),
        unit: ({ signal }, { params }) => units.get(params.unit, signal),
        journal: ({ signal }, { params, query }) => units.journal(params.unit, query.lines, signal),
        startUnit: (context, { params }) => service.change(context, 'start', params.unit),
        stopUnit: (context, { params }) => service.change(context, 'stop', params.unit),
        restartUnit: (context, { params }) => service.change(context, 'restart', params.unit),
      },
      work: (signal) => sampler.run(signal),
      measures: () => systemMeasures(sampler),
      conditions: (wanted) => systemConditions(sampler, cores, wanted),
      overview: { needs: 'system:read', tile: service.tile, attention: service.attention },
    };
  },
});

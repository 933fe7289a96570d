import {
  FactList,
  FigureChart,
  formatBytes,
  formatDuration,
  formatPercent,
  Panel,
  PanelHeader,
  Time,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import type { Sample } from '../contract.ts';
import { copy } from './copy.ts';
import { CoresPanel } from './cores-panel.tsx';
import { DisksPanel } from './disks-panel.tsx';
import { MemoryPanel } from './memory-panel.tsx';
import { NetworkPanel } from './network-panel.tsx';
import { busyPercent, capacityOf, type History, type SystemState } from './patch.ts';
import { historyQuery } from './queries.ts';
import { TemperaturesPanel } from './temperatures-panel.tsx';

/** All figures of the machine. */
export function NowTab({ state }: { state: SystemState }) {
  const history = useQuery(historyQuery);
  return (
    <>
      <Gauges sample={state.sample} history={history.data} />
      <div className="grid gap-4 lg:grid-cols-2">
        <CoresPanel cpu={state.sample.cpu} />
        <MemoryPanel memory={state.sample.memory} swap={state.sample.swap} />
      </div>
      <DisksPanel storage={state.storage} disks={state.sample.disks} />
      <NetworkPanel interfaces={state.sample.interfaces} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <TemperaturesPanel storage={state.storage} />
        <Facts state={state} />
      </div>
    </>
  );
}

/** A line of fewer readings begins further right instead of filling the width with two of them. */
const fewestReadings = 12;

function Gauges({ sample, history }: { sample: Sample; history: History | undefined }) {
  const points = history?.points ?? [];
  const capacity = Math.min(
    capacityOf(history ?? { everySeconds: 5 }),
    Math.max(fewestReadings, points.length),
  );
  const { memory, cpuLimit } = sample;
  const busy = busyPercent(sample.cpu.total);
  const used = memory.total - memory.available;
  const newest = points.at(-1);
  const rate = (bytes: number | undefined) => copy.perSecond(formatBytes(bytes ?? 0));
  const { gauges } = copy;
  const chart = (name: string, figure: string) => ({
    name,
    figure,
    label: gauges.line(name, figure),
    capacity,
  });
  return (
    <Panel aria-labelledby="system-gauges">
      <PanelHeader id="system-gauges" title={gauges.title} description={gauges.text} />
      <div className="grid gap-6 px-4 pb-6 md:grid-cols-2 md:px-6 xl:grid-cols-4">
        <FigureChart
          {...chart(gauges.cpu, formatPercent(busy))}
          note={cpuLimit === null ? copy.facts.cores(sample.cpu.cores.length) : gauges.cpuNote(cpuLimit)}
          values={points.map(({ cpuPercent }) => cpuPercent)}
          ceiling={100}
          fraction={busy / 100}
        />
        <FigureChart
          {...chart(gauges.memory, formatBytes(used))}
          note={copy.of(formatBytes(memory.total))}
          values={points.map(({ memoryUsedBytes }) => memoryUsedBytes)}
          ceiling={memory.total}
          series={2}
          fraction={used / memory.total}
        />
        <FigureChart
          {...chart(gauges.network, gauges.received(rate(newest?.receivedBytesPerSecond)))}
          note={gauges.networkNote(rate(newest?.sentBytesPerSecond))}
          values={points.map((point) => point.receivedBytesPerSecond + point.sentBytesPerSecond)}
        />
        <FigureChart
          {...chart(
            gauges.disks,
            rate(newest === undefined ? 0 : newest.readBytesPerSecond + newest.writtenBytesPerSecond),
          )}
          note={gauges.diskNote(
            formatPercent(Math.max(0, ...sample.disks.map(({ busyPercent: busy }) => busy))),
          )}
          values={points.map((point) => point.readBytesPerSecond + point.writtenBytesPerSecond)}
          series={2}
        />
      </div>
    </Panel>
  );
}

function Facts({ state: { identity, sample } }: { state: SystemState }) {
  const { facts } = copy;
  const { pressure, files, tasks } = sample;
  const some = (of: { some10: number } | null) => (of === null ? copy.none : formatPercent(of.some10));
  const cores = facts.cores(identity.cores);
  return (
    <Panel aria-labelledby="system-facts">
      <PanelHeader id="system-facts" title={facts.title} />
      <FactList
        facts={[
          { term: facts.name, value: identity.hostname, isData: true },
          { term: facts.os, value: identity.os, isData: true },
          { term: facts.kernel, value: `${identity.kernel} (${identity.architecture})`, isData: true },
          {
            term: facts.cpu,
            value: identity.cpuModel === null ? cores : `${identity.cpuModel}, ${cores}`,
            isData: identity.cpuModel !== null,
          },
          { term: facts.uptime, value: formatDuration(sample.uptimeSeconds * 1000) },
          ...(identity.bootedAt === null
            ? []
            : [{ term: facts.boot, value: <Time at={identity.bootedAt} /> }]),
          { term: facts.load, value: sample.load.map((value) => value.toFixed(2)).join(' · ') },
          { term: facts.tasks, value: facts.tasksValue(tasks.running, tasks.blocked) },
          ...(files === null ? [] : [{ term: facts.files, value: files.open.toLocaleString('en') }]),
          {
            term: facts.pressure,
            value: facts.pressureValue(some(pressure.cpu), some(pressure.memory), some(pressure.io)),
          },
        ]}
      />
    </Panel>
  );
}

import { Panel, PanelHeader, StackBar, StackKey, type StackPart } from '@nebula/ui';
import type { CpuShares, Sample } from '../contract.ts';
import { copy } from './copy.ts';
import { busyPercent } from './patch.ts';

const inks: Record<keyof CpuShares, StackPart['ink']> = {
  user: 'one',
  system: 'two',
  iowait: 'four',
  steal: 'five',
};
const kinds = ['user', 'system', 'iowait', 'steal'] as const;

/** What each processor is busy with. */
export function CoresPanel({ cpu }: { cpu: Sample['cpu'] }) {
  return (
    <Panel aria-labelledby="system-cores">
      <PanelHeader id="system-cores" title={copy.cores.title} />
      <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-4 text-sm text-soft md:px-6">
        {kinds.map((kind) => (
          <li key={kind} className="flex items-center gap-2">
            <StackKey ink={inks[kind]} />
            {copy.cores.key[kind]}
          </li>
        ))}
      </ul>
      <ol className="grid max-h-96 grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-x-6 gap-y-3 overflow-y-auto px-4 pb-6 md:px-6">
        {cpu.cores.map((shares, index) => (
          <Core key={index} index={index} shares={shares} />
        ))}
      </ol>
    </Panel>
  );
}

function Core({ index, shares }: { index: number; shares: CpuShares }) {
  const { user, system, iowait, steal } = shares;
  return (
    <li className="flex flex-col gap-1" title={copy.cores.shares(user, system, iowait, steal)}>
      <span className="figures flex justify-between text-sm">
        <span className="text-muted">{copy.cores.core(index)}</span>
        <span>{copy.percent(busyPercent(shares))}</span>
      </span>
      <StackBar
        total={100}
        parts={kinds.map((kind) => ({ id: kind, value: shares[kind], ink: inks[kind] }))}
      />
    </li>
  );
}

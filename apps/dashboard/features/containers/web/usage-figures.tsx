import { formatBytes, formatPercent, Meter } from '@nebula/ui';
import type { Usage } from '../contract.ts';
import { copy } from './copy.ts';
import { usageTopic } from './live.ts';
import type { ContainerRow } from './patch.ts';

/** The newest figures of a container; null when it does not run or none came yet. */
export function useUsage({ id, state, usage }: Pick<ContainerRow, 'id' | 'state' | 'usage'>): Usage | null {
  const live = usageTopic.useValue(id);
  return state === 'running' ? (live ?? usage) : null;
}

/** CPU as a figure with a thin meter, of one width whatever the figure. */
export function CpuFigure({ row }: { row: ContainerRow }) {
  const usage = useUsage(row);
  return (
    <Figure
      text={usage === null ? null : formatPercent(usage.cpuPercent)}
      fraction={usage === null ? null : usage.cpuPercent / 100}
    />
  );
}

/** Memory as a figure with a thin meter of its limit. */
export function MemoryFigure({ row }: { row: ContainerRow }) {
  const usage = useUsage(row);
  const limit = usage?.memoryLimitBytes ?? null;
  return (
    <Figure
      text={usage === null ? null : formatBytes(usage.memoryBytes)}
      fraction={usage === null || limit === null ? null : usage.memoryBytes / limit}
      isLimit
      title={limit === null ? undefined : copy.ofLimit(formatBytes(limit))}
    />
  );
}

interface FigureProps {
  text: string | null;
  fraction: number | null;
  isLimit?: boolean;
  title?: string | undefined;
}

function Figure({ text, fraction, isLimit, title }: FigureProps) {
  if (text === null) {
    return (
      <span className="text-muted">
        <span aria-hidden>—</span>
        <span className="sr-only">{copy.noFigure}</span>
      </span>
    );
  }
  return (
    <span className="figures flex flex-col gap-1.5" title={title}>
      <span className="whitespace-nowrap">{text}</span>
      <Meter fraction={fraction} isLimit={isLimit ?? false} />
    </span>
  );
}

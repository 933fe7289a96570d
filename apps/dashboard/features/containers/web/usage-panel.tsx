import { buttonClasses, formatBytes, formatPercent, Panel, PanelHeader, Sparkline } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { useUsageHistory } from './live.ts';
import type { ContainerRow } from './patch.ts';
import { historyLength } from './usage-history.ts';
import { useUsage } from './usage-figures.tsx';

/** What a container uses right now and used in the last minutes, as far as this tab has seen it. */
export function UsagePanel({ row, app }: { row: ContainerRow; app: string }) {
  const mayReadHistory = useMay('history:read');
  const usage = useUsage(row);
  const seen = useUsageHistory(row.id);
  // What the list said is the first that is known.
  const history = seen.length === 0 && usage !== null ? [usage] : seen;
  const cpu = history.map(({ cpuPercent }) => cpuPercent);
  const memory = history.map(({ memoryBytes }) => memoryBytes);
  const limit = usage?.memoryLimitBytes ?? null;
  const rates = [
    { name: copy.received, rate: usage?.receivedPerSecond },
    { name: copy.sent, rate: usage?.sentPerSecond },
    { name: copy.read, rate: usage?.readPerSecond },
    { name: copy.written, rate: usage?.writtenPerSecond },
  ];
  return (
    <Panel aria-labelledby="container-live">
      <PanelHeader
        id="container-live"
        title={copy.live}
        description={row.state === 'running' ? copy.liveText : copy.notRunning}
        actions={
          mayReadHistory && (
            <Link to="/history" search={{ subject: `app/${app}` }} className={buttonClasses('quiet')}>
              {copy.history}
            </Link>
          )
        }
      />
      {row.state === 'running' && (
        <div className="grid gap-6 px-4 pb-6 md:grid-cols-2 md:px-6">
          <Chart
            name={copy.columns.cpu}
            figure={usage === null ? '—' : formatPercent(usage.cpuPercent)}
            note={copy.perCore}
            values={cpu}
            ceiling={100}
            series={1}
          />
          <Chart
            name={copy.columns.memory}
            figure={usage === null ? '—' : formatBytes(usage.memoryBytes)}
            note={limit === null ? copy.noLimit : copy.ofLimit(formatBytes(limit))}
            values={memory}
            ceiling={limit ?? undefined}
            series={2}
          />
          <dl className="grid grid-cols-2 gap-4 md:col-span-2 md:grid-cols-4">
            {rates.map(({ name, rate }) => (
              <div key={name}>
                <dt className="text-sm text-muted">{name}</dt>
                <dd className="figures font-semibold">{rateText(rate, usage !== null)}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Panel>
  );
}

/** Without any figures yet nothing is known; with them, what is missing is not counted by the kernel. */
function rateText(rate: number | null | undefined, isKnown: boolean): string {
  if (rate === null || rate === undefined) return isKnown ? copy.notCounted : '—';
  return copy.perSecond(formatBytes(rate));
}

/** A line of fewer values begins further right instead of filling the width with two of them. */
const fewest = 12;

interface ChartProps {
  name: string;
  figure: string;
  note: string;
  values: number[];
  ceiling?: number | undefined;
  series: 1 | 2;
}

function Chart({ name, figure, note, values, ceiling, series }: ChartProps) {
  const top = Math.max(...values, 0);
  // Against a limit far above it a line would lie flat; its own peak then makes the scale.
  const scale = ceiling !== undefined && top > ceiling / 4 ? ceiling : top * 1.25;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex items-baseline gap-3">
        <span className="text-sm text-muted">{name}</span>
        <span className="figures text-xl font-semibold">{figure}</span>
        <span className="ml-auto text-sm text-muted">{note}</span>
      </figcaption>
      <Sparkline
        label={copy.sparkline(name, figure)}
        values={values}
        ceiling={scale}
        capacity={Math.min(historyLength, Math.max(fewest, values.length))}
        series={series}
      />
    </figure>
  );
}

import { EmptyState, formatDuration, Panel } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { ChartSpline, SearchX } from 'lucide-react';
import { DataView } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { metricOrder } from './figures.ts';
import type { Marked } from './draw-marks.ts';
import { MetricPanel } from './metric-panel.tsx';
import { historyQuery } from './queries.ts';
import { ranges, spanOf, type View } from './view.ts';

/** Props of {@link HistoryCharts}. */
export interface HistoryChartsProps extends Marked {
  subject: string;
  view: View;
  /** Whether anything was ever measured of it; undefined until that is known. */
  isKnown: boolean | undefined;
  onChange: (changes: Partial<View>) => void;
  /** Only these metrics, where there is not room for all. */
  metrics?: readonly string[] | undefined;
}

/** The metrics of a subject over one span; dragging over one of them looks closer at all. */
export function HistoryCharts(props: HistoryChartsProps) {
  const { subject, view, isKnown, onChange, marks, onMark, onPick, at, metrics } = props;
  const now = useQuery(historyQuery(subject, view));
  const before = useQuery({ ...historyQuery(subject, view, true), enabled: view.compare === 'yes' });
  if (isKnown === false) {
    const words = subject === 'host' ? copy.none : copy.gone;
    return (
      <Panel>
        <EmptyState icon={subject === 'host' ? ChartSpline : SearchX} title={words.title}>
          <p>{words.text}</p>
        </EmptyState>
      </Panel>
    );
  }
  if (now.data === undefined) {
    return (
      <Panel>
        <DataView query={now} label={copy.loading}>
          {() => null}
        </DataView>
      </Panel>
    );
  }
  const span = view.from === undefined ? lastSpan(view, now.data.to) : spanOf(view, 0);
  const series = now.data.series
    .filter((one) => one.subject === subject && (metrics?.includes(one.metric) ?? true))
    .toSorted(byOrder);
  const earlier = view.compare === 'yes' ? (before.data?.series ?? []) : [];
  const stepSeconds = series[0]?.stepSeconds;
  return (
    <>
      <div className="grid gap-4 xl:grid-cols-2">
        {series.map((one) => (
          <MetricPanel
            key={one.metric}
            series={one}
            before={earlier.find((other) => other.metric === one.metric)}
            span={span}
            onZoom={(from, to) => onChange({ from: wordOf(from), to: wordOf(to) })}
            marks={marks}
            onMark={onMark}
            onPick={onPick}
            at={at}
          />
        ))}
      </div>
      {stepSeconds !== undefined && (
        <p className="text-sm text-muted">{copy.step(formatDuration(stepSeconds * 1000))}</p>
      )}
    </>
  );
}

/** The span that was answered: it ends when the server was asked, not when the page is drawn. */
function lastSpan({ range = 'day' }: View, to: string): { from: number; to: number } {
  const end = Date.parse(to);
  return { from: end - ranges[range], to: end };
}

function wordOf(at: number): string {
  return new Date(at).toISOString();
}

function byOrder(one: { metric: string }, other: { metric: string }): number {
  const place = (metric: string) => {
    const at = metricOrder.findIndex((name) => name === metric);
    return at === -1 ? metricOrder.length : at;
  };
  return place(one.metric) - place(other.metric) || one.metric.localeCompare(other.metric);
}

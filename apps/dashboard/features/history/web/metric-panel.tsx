import { formatPercent, Panel, PanelHeader } from '@nebula/ui';
import { useMemo } from 'react';
import type { SeriesHistory } from '../contract.ts';
import { copy } from './copy.ts';
import { figureOf, leastTopOf, metricName } from './figures.ts';
import { HistoryChart } from './history-chart.tsx';
import type { Marked } from './draw-marks.ts';
import { columnsOf, type Summary, summaryOf } from './points.ts';

/** Props of {@link MetricPanel}. */
export interface MetricPanelProps extends Marked {
  series: SeriesHistory;
  /** The same metric in the span before, when that is compared. */
  before: SeriesHistory | undefined;
  /** ms since 1970. */
  span: { from: number; to: number };
  onZoom: (from: number, to: number) => void;
}

/** One metric over time, its figures in short beside it. */
export function MetricPanel(props: MetricPanelProps) {
  const { series, before, span, onZoom, ...more } = props;
  const { metric } = series;
  const name = metricName(metric);
  const figure = figures(metric);
  const length = span.to - span.from;
  const columns = useMemo(() => columnsOf(series, before, length), [series, before, length]);
  const summary = summaryOf(series);
  const earlier = summaryOf(before);
  return (
    <Panel aria-label={name}>
      <PanelHeader title={name} actions={summary !== null && <Figures {...{ summary, earlier, figure }} />} />
      <div className="px-2 pb-4 md:px-4">
        {summary === null ? (
          <p className="px-2 text-soft">{copy.nothingInSpan}</p>
        ) : (
          <HistoryChart
            columns={columns}
            from={span.from / 1000}
            to={span.to / 1000}
            label={copy.summary(name, figure(summary.newest), figure(summary.mean), figure(summary.most))}
            figure={figure}
            leastTop={leastTopOf(metric)}
            onZoom={(from, to) => onZoom(from * 1000, to * 1000)}
            {...more}
          />
        )}
      </div>
    </Panel>
  );
}

interface FiguresProps {
  summary: Summary;
  earlier: Summary | null;
  figure: (value: number) => string;
}

function Figures({ summary, earlier, figure }: FiguresProps) {
  const facts = [
    { term: copy.newest, value: figure(summary.newest) },
    { term: copy.mean, value: figure(summary.mean) },
    { term: copy.most, value: figure(summary.most) },
    ...(earlier === null ? [] : [{ term: copy.before, value: figure(earlier.mean) }]),
  ];
  const change = earlier === null || earlier.mean === 0 ? null : (summary.mean / earlier.mean - 1) * 100;
  return (
    <div className="text-right">
      <dl className="flex flex-wrap justify-end gap-x-4 gap-y-1 text-sm">
        {facts.map(({ term, value }) => (
          <div key={term} className="flex gap-1.5">
            <dt className="text-muted">{term}</dt>
            <dd className="figures text-ink" translate="no">
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {change !== null && (
        <p className="mt-1 text-sm text-soft">
          {copy.change(`${change < 0 ? '−' : '+'}${formatPercent(Math.abs(change))}`)}
        </p>
      )}
    </div>
  );
}

const made = new Map<string, (value: number) => string>();

/** One function for each metric, the same at every drawing: a chart is made anew for another one. */
function figures(metric: string): (value: number) => string {
  let figure = made.get(metric);
  if (figure === undefined) made.set(metric, (figure = (value: number) => figureOf(metric, value)));
  return figure;
}

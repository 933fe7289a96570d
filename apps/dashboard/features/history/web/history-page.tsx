import { Button, EmptyState, formatDuration, formatInstant, Panel, Segments, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { ChartSpline, GitCompareArrows, SearchX, ZoomOut } from 'lucide-react';
import { DataView, useUrlFilter } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { metricOrder } from './figures.ts';
import { MetricPanel } from './metric-panel.tsx';
import { historyQuery, subjectsQuery } from './queries.ts';
import { type Range, ranges, readView, spanOf, type View } from './view.ts';

/** What the machine or an app used over time. */
export function HistoryPage() {
  const [view, change] = useUrlFilter(readView);
  const subjects = useQuery(subjectsQuery);
  const subject = view.subject ?? 'host';
  return (
    <>
      <Panel aria-label={copy.subject}>
        <div className="flex flex-wrap items-center gap-3 p-4 md:px-6">
          <SubjectChoice
            subject={subject}
            subjects={subjects.data?.items.map((item) => item.subject) ?? []}
            onChange={(next) => change({ subject: next })}
          />
          <Segments
            label={copy.ranges.label}
            options={rangeOptions}
            value={view.from === undefined ? (view.range ?? 'day') : null}
            onChange={(range) => change({ range, from: undefined, to: undefined })}
          />
          <Button
            icon={GitCompareArrows}
            aria-pressed={view.compare === 'yes'}
            tone={view.compare === 'yes' ? 'primary' : 'ghost'}
            onClick={() => change({ compare: view.compare === 'yes' ? undefined : 'yes' })}
          >
            {copy.compare}
          </Button>
        </div>
        <Span view={view} onZoomOut={() => change({ from: undefined, to: undefined })} />
      </Panel>
      <Charts
        subject={subject}
        view={view}
        isKnown={subjects.data?.items.some((item) => item.subject === subject)}
        onZoom={(from, to) => change({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })}
      />
    </>
  );
}

function Span({ view, onZoomOut }: { view: View; onZoomOut: () => void }) {
  if (view.from === undefined || view.to === undefined) {
    return <p className="px-4 pb-4 text-sm text-muted md:px-6">{copy.zoomHelp}</p>;
  }
  return (
    <p className="flex flex-wrap items-center gap-3 px-4 pb-4 text-sm text-soft md:px-6">
      <span translate="no">
        {copy.chosen(formatInstant(Date.parse(view.from)), formatInstant(Date.parse(view.to)))}
      </span>
      <Button icon={ZoomOut} onClick={onZoomOut}>
        {copy.zoomOut}
      </Button>
    </p>
  );
}

interface SubjectChoiceProps {
  subject: string;
  subjects: string[];
  onChange: (subject: string) => void;
}

function SubjectChoice({ subject, subjects, onChange }: SubjectChoiceProps) {
  const all = subjects.includes(subject) ? subjects : [subject, ...subjects];
  const groups = Map.groupBy(all, groupOf);
  return (
    <Select
      aria-label={copy.subject}
      value={subject}
      onChange={(event) => onChange(event.target.value)}
      className="w-full md:w-72"
    >
      {[...groups].map(([group, members]) => (
        <optgroup key={group} label={copy.groups[group]}>
          {members.map((member) => (
            <option key={member} value={member} translate={member === 'host' ? undefined : 'no'}>
              {wordOf(member)}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}

function groupOf(subject: string): keyof typeof copy.groups {
  if (subject.startsWith('app/')) return 'app';
  if (subject.startsWith('disk')) return 'disk';
  return subject.startsWith('sensor/') ? 'sensor' : 'host';
}

function wordOf(subject: string): string {
  if (subject === 'host') return copy.host;
  return subject.replace(/^(app\/|sensor\/|disk)/, '');
}

const rangeNames: readonly Range[] = ['hour', 'quarter', 'day', 'week', 'month', 'year'];
const rangeOptions = rangeNames.map((value) => ({ value, title: copy.ranges[value] }));

interface ChartsProps {
  subject: string;
  view: View;
  /** Whether anything was ever measured of it; undefined until that is known. */
  isKnown: boolean | undefined;
  onZoom: (from: number, to: number) => void;
}

function Charts({ subject, view, isKnown, onZoom }: ChartsProps) {
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
  const series = now.data.series.filter((one) => one.subject === subject).toSorted(byOrder);
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
            onZoom={onZoom}
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

function byOrder(one: { metric: string }, other: { metric: string }): number {
  const place = (metric: string) => {
    const at = metricOrder.findIndex((name) => name === metric);
    return at === -1 ? metricOrder.length : at;
  };
  return place(one.metric) - place(other.metric) || one.metric.localeCompare(other.metric);
}

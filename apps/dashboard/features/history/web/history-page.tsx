import { Button, buttonClasses, Panel, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AppWindow, GitCompareArrows } from 'lucide-react';
import { PageLink, useMay, useUrlFilter } from '../../../web/feature.ts';
import { placeOf, WhatChanged } from '../../changes/web/index.ts';
import { copy } from './copy.ts';
import { HistoryCharts } from './history-charts.tsx';
import { subjectsQuery } from './queries.ts';
import { ChosenSpan, RangeChoice } from './range-bar.tsx';
import { useMarks } from './use-marks.ts';
import { readView, shownSpan } from './view.ts';

/** What the machine or an app used over time. */
export function HistoryPage() {
  const [view, change] = useUrlFilter(readView);
  const subjects = useQuery(subjectsQuery);
  const subject = view.subject ?? 'host';
  const app = appOf(subject);
  const { marks, markerOf } = useMarks(app, view);
  const navigate = useNavigate();
  const maySee = useMay('changes:read');
  function open(id: string): void {
    const marker = markerOf(id);
    const to = marker === undefined ? null : placeOf(marker);
    if (to !== null) void navigate({ to });
  }
  return (
    <>
      <Panel aria-label={copy.subject}>
        <div className="flex flex-wrap items-center gap-3 p-4 md:px-6">
          <SubjectChoice
            subject={subject}
            subjects={subjects.data?.items.map((item) => item.subject) ?? []}
            onChange={(next) => change({ subject: next })}
          />
          <RangeChoice view={view} onChange={change} />
          <Button
            icon={GitCompareArrows}
            aria-pressed={view.compare === 'yes'}
            tone={view.compare === 'yes' ? 'primary' : 'ghost'}
            onClick={() => change({ compare: view.compare === 'yes' ? undefined : 'yes' })}
          >
            {copy.compare}
          </Button>
          {typeof app === 'string' && (
            <PageLink to={`/apps/${encodeURIComponent(app)}`} className={buttonClasses('ghost')}>
              <AppWindow aria-hidden size={16} />
              {copy.appPage}
            </PageLink>
          )}
        </div>
        <ChosenSpan view={view} onChange={change} />
      </Panel>
      <HistoryCharts
        subject={subject}
        view={view}
        isKnown={subjects.data?.items.some((item) => item.subject === subject)}
        onChange={change}
        marks={marks}
        onMark={open}
      />
      {maySee && app !== undefined && <WhatChanged app={app} span={shownSpan(view)} />}
    </>
  );
}

/** The app whose changes stand beside a subject; null is the machine, undefined is what nothing happens to, such as a sensor. */
function appOf(subject: string): string | null | undefined {
  if (subject === 'host') return null;
  return subject.startsWith('app/') ? subject.slice('app/'.length) : undefined;
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

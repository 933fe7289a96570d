import type { Incident } from '../contract.ts';
import { copy } from './copy.ts';

const beforeMs = 2 * 3_600_000;
const afterMs = 3_600_000;

/** Where a person looks next: what it is about, its log before it was noticed, its figures at that time. */
export function linksOf({ path, subject, openedAt }: Pick<Incident, 'path' | 'subject' | 'openedAt'>): {
  title: string;
  to: string;
}[] {
  const begin = Date.parse(openedAt);
  const app = subject.startsWith('app/') ? subject.slice('app/'.length) : null;
  const span = {
    subject: app === null ? 'host' : subject,
    from: new Date(begin - beforeMs).toISOString(),
    to: new Date(begin + afterMs).toISOString(),
  };
  const apps = app?.replaceAll('%', '%25').replaceAll(',', '%2C');
  return [
    { title: copy.links.subject, to: path },
    ...(apps === undefined
      ? []
      : [{ title: copy.links.logs, to: `/logs?${new URLSearchParams({ apps, at: openedAt })}` }]),
    ...(subject === 'engine' || subject.startsWith('domain/')
      ? []
      : [{ title: copy.links.history, to: `/history?${new URLSearchParams(span)}` }]),
    { title: copy.links.rules, to: '/alerts/rules' },
  ];
}

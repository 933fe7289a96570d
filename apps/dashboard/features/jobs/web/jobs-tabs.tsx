import { classNames } from '@nebula/ui';
import { useRouterState } from '@tanstack/react-router';
import { PageLink } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/jobs', title: copy.tabs.runs },
  { path: '/jobs/queue', title: copy.tabs.queue },
  { path: '/jobs/schedules', title: copy.tabs.schedules },
];

/** The way between runs, the queue and the schedules. */
export function JobsTabs() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav aria-label={copy.title} className="card flex gap-1 self-start p-1">
      {tabs.map((tab) => (
        <PageLink
          key={tab.path}
          to={tab.path}
          aria-current={tab.path === path ? 'page' : undefined}
          className={classNames(
            'inline-flex min-h-11 items-center rounded-md px-4 text-soft transition-colors hover:bg-raised hover:text-ink md:min-h-9',
            tab.path === path && 'bg-raised font-semibold text-ink',
          )}
        >
          {tab.title}
        </PageLink>
      ))}
    </nav>
  );
}

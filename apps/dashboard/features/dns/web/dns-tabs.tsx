import { classNames } from '@nebula/ui';
import { useRouterState } from '@tanstack/react-router';
import { PageLink } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/dns', title: copy.tabs.zones },
  { path: '/dns/providers', title: copy.tabs.providers },
  { path: '/dns/changes', title: copy.tabs.changes },
];

/** The way between zones, providers and changes. */
export function DnsTabs() {
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

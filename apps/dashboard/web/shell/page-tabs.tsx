import { classNames } from '@nebula/ui';
import { useRouterState } from '@tanstack/react-router';
import { PageLink } from './page-link.tsx';

/** Props of {@link PageTabs}: what they are tabs of, and the pages. */
export interface PageTabsProps {
  label: string;
  tabs: readonly { path: string; title: string }[];
}

/** The way between the pages of one place. */
export function PageTabs({ label, tabs }: PageTabsProps) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav aria-label={label} className="card flex gap-1 self-start p-1">
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
